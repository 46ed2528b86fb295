package redact_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// testKey makes placeholders the same in every run.
var testKey = redact.Key(strings.Repeat("k", 32))

const letter = "Dear Jane, call +41 44 668 18 00 or write to jane@example.com. My card is 4111 1111 1111 1111, " +
	"IBAN DE89 3704 0044 0532 0130 00, AHV 756.9217.0769.85, from 192.0.2.7. Again: jane@example.com."

func newSession(t testing.TB, c redact.Config, scope string) *redact.Session {
	t.Helper()
	if c.Key == nil {
		c.Key = testKey
	}
	r, err := redact.New(c)
	testkit.NoError(t, err)
	return r.Session(scope)
}

func redacted(t testing.TB, s *redact.Session, text string) string {
	t.Helper()
	out, err := s.Redact(text)
	testkit.NoError(t, err)
	return out
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	kinds := []detect.Kind{detect.EmailAddress, detect.PhoneNumber, detect.CreditCard, detect.IBANCode, detect.IPAddress, detect.CHAHV}
	s := newSession(t, redact.Config{Kinds: kinds}, "a")
	out := redacted(t, s, letter)
	for _, value := range []string{"jane@", "668", "4111", "3704", "9217", "192.0"} {
		testkit.True(t, !strings.Contains(out, value), value+" is gone")
	}
	testkit.Equal(t, s.Restore(out), letter)
	testkit.Equal(t, s.Restored(), 7)
	testkit.DeepEqual(t, s.Counts(), []redact.Count{
		{Kind: detect.EmailAddress, N: 2}, {Kind: detect.PhoneNumber, N: 1}, {Kind: detect.CreditCard, N: 1},
		{Kind: detect.IBANCode, N: 1}, {Kind: detect.IPAddress, N: 1}, {Kind: detect.CHAHV, N: 1},
	})
}

func TestPlaceholder(t *testing.T) {
	t.Parallel()
	one := redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com")
	testkit.Equal(t, len(one), len("EMAIL_ADDRESS_")+13)
	testkit.Equal(t, strings.Trim(one[len("EMAIL_ADDRESS_"):], "0123456789abcdefghjkmnpqrstvwxyz"), "")
	testkit.Equal(t, redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com"), one)
	for name, other := range map[string]string{
		"scope": redacted(t, newSession(t, redact.Config{}, "b"), "jane@example.com"),
		"key":   redacted(t, newSession(t, redact.Config{Key: bytes.Repeat([]byte("x"), 32)}, "a"), "jane@example.com"),
		"value": redacted(t, newSession(t, redact.Config{}, "a"), "JANE@example.com"),
	} {
		testkit.True(t, other != one, "another "+name+" gives another placeholder")
	}
}

func TestSpellings(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	text := "DE89 3704 0044 0532 0130 00 de89370400440532013000"
	one, two, _ := strings.Cut(redacted(t, s, text), " ")
	testkit.True(t, one != two, "two spellings have two placeholders")
	testkit.Equal(t, s.Restore(one+" "+two), text)
}

func TestUnchanged(t *testing.T) { //nolint:paralleltest // counts allocations
	s := newSession(t, redact.Config{}, "a")
	text := strings.Repeat("Nothing to see here, or in _this_ one: x_y = 1. ", 50)
	testkit.Equal(t, redacted(t, s, text), text)
	testkit.Equal(t, s.Restore(text), text)
	testkit.Allocs(t, 0, func() { _, _ = s.Redact(text) })
	testkit.Allocs(t, 0, func() { s.Restore(text) })
}

func TestSessionsDoNotMix(t *testing.T) {
	t.Parallel()
	r, err := redact.New(redact.Config{})
	testkit.NoError(t, err)
	a, b := r.Session("one"), r.Session("one")
	out := redacted(t, a, "jane@example.com")
	testkit.Equal(t, b.Restore(out), out)
	redacted(t, b, "joe@example.com")
	testkit.Equal(t, b.Restore(out), out)
	testkit.Equal(t, a.Restore(out), "jane@example.com")
}

// A placeholder in the input is a quotation or a try to see a value: it comes back as it
// was, whether or not the session has it, and whichever comes first.
func TestLookalikes(t *testing.T) {
	t.Parallel()
	token := redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com")
	card := redacted(t, newSession(t, redact.Config{}, "a"), "4111111111111111")
	for name, text := range map[string]string{
		"before":         token + " and jane@example.com",
		"after":          "jane@example.com and " + token,
		"alone":          token,
		"glued":          "x" + token + "y" + token + "1",
		"in itself":      token[:14] + token + token[14:],
		"cut":            token[:len(token)-1] + " jane@example.com",
		"completed":      token[:len(token)-1] + "4111111111111111 " + token[len(token)-1:],
		"in a value":     token + "@example.com x" + token + "@example.com",
		"as a password":  "password=" + token + " password: \"" + token + "\"",
		"beside a value": "4111111111111111" + token + "4111111111111111",
		"kind before":    "CREDIT_CARD_" + token[14:] + card,
		"other case":     strings.ToLower(token) + strings.ToUpper(token),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, redact.Config{}, "a")
			redacted(t, s, "jane@example.com")
			out := redacted(t, s, text)
			testkit.Equal(t, s.Restore(out), text)
			twice := redacted(t, s, out)
			testkit.Equal(t, s.Restore(twice), out)
		})
	}
}

func TestRestoreIsExact(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	for name, test := range map[string]struct{ text, want string }{
		"glued":      {"x" + token + "y", "xjane@example.comy"},
		"twice":      {token + token, "jane@example.comjane@example.com"},
		"cut":        {token[:len(token)-1], token[:len(token)-1]},
		"start cut":  {token[1:], token[1:]},
		"other kind": {"CREDIT_CARD_" + token[14:], "CREDIT_CARD_" + token[14:]},
		"markdown":   {"**" + token + "**'s", "**jane@example.com**'s"},
		"underscore": {"_" + token + "_", "_jane@example.com_"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, s.Restore(test.text), test.want)
		})
	}
}

// What was restored is not looked at again: a value may look like a placeholder.
func TestRestoreOnce(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	quoted := redacted(t, s, token)
	testkit.True(t, strings.HasPrefix(quoted, "PLACEHOLDER_"), "a placeholder is replaced")
	testkit.Equal(t, s.Restore(quoted), token)
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Kinds: []detect.Kind{detect.EmailAddress}, Refuse: []detect.Kind{detect.CreditCard}}, "a")
	out, err := s.Redact("jane@example.com 4111111111111111")
	testkit.ErrorIs(t, err, redact.ErrRefused)
	testkit.Equal(t, out, "")
	testkit.True(t, !strings.Contains(err.Error(), "4111"), "the error holds no value")
	var refused *redact.RefusedError
	testkit.True(t, errors.As(err, &refused) && refused.Kind == detect.CreditCard, "the error names the kind")
	testkit.Equal(t, len(s.Counts()), 0)
	testkit.Equal(t, redacted(t, s, "192.0.2.7"), "192.0.2.7")
}

func TestTooMany(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{MaxValues: 2}, "a")
	redacted(t, s, "a@example.com b@example.com a@example.com")
	out, err := s.Redact("c@example.com")
	testkit.ErrorIs(t, err, redact.ErrTooMany)
	testkit.Equal(t, out, "")
	redacted(t, s, "a@example.com")
}

func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := redact.New(redact.Config{Kinds: []detect.Kind{"X"}, Refuse: []detect.Kind{detect.JWT, "Y"}, Key: redact.Key("short"), MaxValues: -1})
	testkit.ErrorIs(t, err, redact.ErrConfig)
	testkit.Equal(t, err.Error(), "redact: Kinds[0]: unknown kind\nredact: Refuse[1]: unknown kind\n"+
		"redact: Key: shorter than 32 bytes\nredact: MaxValues: negative")
}

func TestHidden(t *testing.T) {
	t.Parallel()
	canary := testkit.Canaries()
	canary.Add("value", "jane@example.com")
	key := canary.Text("key") + canary.Text("key")
	c := redact.Config{Key: redact.Key(key)}
	r, err := redact.New(c)
	testkit.NoError(t, err)
	s := r.Session(canary.Text("scope"))
	w, g := s.Restorer(), s.Guard()
	store, err := r.Sessions(redact.SessionsConfig{})
	testkit.NoError(t, err)
	out := redacted(t, s, "jane@example.com")
	w.Push(out[:20])
	_, err = g.Push("joe@example.com jane@example.com")
	testkit.NoError(t, err)
	store.Put(t.Context(), s, canary.Text("id"))
	var b bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&b, nil))
	for _, v := range []any{c, &c, c.Key, r, s, w, g, store} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&b, verb, v)
		}
		log.Info("x", "v", v)
		data, err := json.Marshal(v)
		testkit.NoError(t, err)
		b.Write(data)
	}
	testkit.DeepEqual(t, canary.Find(b.Bytes()), []string(nil))
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			text := fmt.Sprintf("user%d@example.com or jane@example.com", i)
			out, err := s.Redact(text)
			if err != nil || s.Restore(out) != text {
				t.Error("not the identity")
			}
			r := s.Restorer()
			if got := r.Push(out[:10]) + r.Push(out[10:]) + r.Flush(); got != text {
				t.Error("the pieces differ")
			}
			s.Counts()
		})
	}
	wg.Wait()
	testkit.True(t, slices.Contains(s.Counts(), redact.Count{Kind: detect.EmailAddress, N: 16}), "all were counted")
}

func FuzzRoundTrip(f *testing.F) {
	session := newSession(f, redact.Config{}, "a")
	token := redacted(f, session, "jane@example.com")
	card := redacted(f, session, "4111111111111111")
	for _, text := range []string{letter, token, token + "jane@example.com", token[:26] + card, "password=" + token, "\xff\xe2\x80", "4111\u00a01111 1111\u00ad1111"} {
		f.Add(text, "")
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		// The placeholders of the scope stand in the text, so that the fuzzer can use them.
		expand := strings.NewReplacer("\x01", token, "\x02", card, "\x03", token[:20], "\x04", card[15:], "\x05", "jane@example.com", "\x06", "4111111111111111")
		one, two = expand.Replace(one), expand.Replace(two)
		s := newSession(t, redact.Config{}, "a")
		first, second := redacted(t, s, one), redacted(t, s, two)
		testkit.Equal(t, s.Restore(first), one)
		testkit.Equal(t, s.Restore(second), two)
		again := redacted(t, s, first)
		testkit.Equal(t, s.Restore(again), first)
		testkit.Equal(t, redacted(t, s, one), first)
	})
}

// Two values never share the digits: the second gets others.
func TestCollision(t *testing.T) {
	t.Parallel()
	token := redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com")
	s := newSession(t, redact.Config{}, "a")
	s.Occupy(token[len("EMAIL_ADDRESS_"):])
	other := redacted(t, s, "jane@example.com")
	testkit.True(t, other != token, "the digits are others")
	testkit.Equal(t, s.Restore(other), "jane@example.com")
}

// A text of one character, bytes that are no UTF-8, and many values end as they should.
func TestBadInput(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 9_000 {
		fmt.Fprintf(&many, "user%d@example.com ", i)
	}
	for name, text := range map[string]string{
		"empty": "", "broken": "\xff\xfejane@example.com\xc3", "zeros": strings.Repeat("\x00", 1<<16), "digits": strings.Repeat("1", 1<<18),
		"underscores": strings.Repeat("_", 1<<18), "many": many.String(), "look-alikes": strings.Repeat("SECRET_0000000000000", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, redact.Config{}, "a")
			testkit.Equal(t, s.Restore(redacted(t, s, text)) == text, true)
		})
	}
}
