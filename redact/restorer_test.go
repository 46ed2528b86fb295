package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

// pieces pushes a text in pieces of n bytes, after a first one of another length.
func pieces(s *redact.Session, text string, first, n int) string {
	r := s.Restorer()
	var b strings.Builder
	for n = max(n, 1); text != ""; first = n {
		first = min(max(first, 1), len(text))
		b.WriteString(r.Push(text[:first]))
		text = text[first:]
	}
	b.WriteString(r.Flush())
	return b.String()
}

func TestEveryCut(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	out := redacted(t, s, letter)
	out += " EMAIL_ADDRESS_ EMAIL EMAIL_EMAIL_ADDRESS_7 " + out[30:80] + " _ vitamin P"
	want := s.Restore(out)
	for n := 1; n < 60; n++ {
		testkit.Equal(t, pieces(s, out, n, n), want)
	}
	for i := range out {
		r := s.Restorer()
		testkit.Equal(t, r.Push(out[:i])+r.Push(out[i:])+r.Flush(), want)
	}
}

func TestHeld(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	for name, test := range map[string]struct {
		text string
		held bool
	}{
		"empty": {"", false}, "prose": {"some text", false}, "capital": {"vitamin P", false}, "first letter": {"vitamin E", true},
		"kind": {"x EMAIL_ADDR", true}, "whole kind": {"EMAIL_ADDRESS_", true}, "digits": {token[:20], true},
		"one digit short": {token[:len(token)-1], true}, "whole": {token, false}, "other digits": {"EMAIL_ADDRESS_" + "!", false},
		"unknown digits": {"EMAIL_ADDRESS_" + otherDigit(token), false}, "unknown kind": {"CREDIT_CARD_", false}, "glued": {"xEMAIL", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := s.Restorer()
			got := r.Push(test.text)
			testkit.Equal(t, r.Held(), test.held)
			if test.held {
				testkit.Equal(t, got+r.Flush(), test.text)
			}
			testkit.Equal(t, r.Held(), false)
			testkit.Equal(t, r.Flush(), "")
		})
	}
}

// otherDigit is a digit that the placeholder does not begin with.
func otherDigit(token string) string {
	if token[14] == 'z' {
		return "y"
	}
	return "z"
}

func TestRestorerWithoutValues(t *testing.T) {
	t.Parallel()
	r := newSession(t, redact.Config{}, "a").Restorer()
	testkit.Equal(t, r.Push("EMAIL_ADDRESS_"), "EMAIL_ADDRESS_")
	testkit.Equal(t, r.Held(), false)
}

func TestRestorerAllocs(t *testing.T) { //nolint:paralleltest // counts allocations
	s := newSession(t, redact.Config{}, "a")
	redacted(t, s, letter)
	r := s.Restorer()
	testkit.Allocs(t, 0, func() { r.Push("twenty bytes of text") })
}

func FuzzRestorer(f *testing.F) {
	session := newSession(f, redact.Config{}, "a")
	out := redacted(f, session, letter)
	f.Add(out, 3, 7)
	f.Add(out[20:90]+"EMAIL_ADDRESS_EMAIL_", 1, 1)
	f.Add("CREDIT_EMAIL_ADDRESS_0", 20, 2)
	token := redacted(f, session, "jane@example.com")
	f.Fuzz(func(t *testing.T, text string, first, n int) {
		text = strings.NewReplacer("\x01", token, "\x02", token[:14], "\x03", token[:20], "\x04", token[14:]).Replace(text)
		testkit.Equal(t, pieces(session, text, first, n), session.Restore(text))
	})
}

func BenchmarkRestorer(b *testing.B) {
	s := newSession(b, redact.Config{}, "a")
	out := redacted(b, s, letter)
	token := out[strings.Index(out, "EMAIL"):][:27]
	b.Run("plain", func(b *testing.B) {
		r := s.Restorer()
		b.ReportAllocs()
		for b.Loop() {
			r.Push("twenty bytes of text")
		}
	})
	b.Run("capital", func(b *testing.B) {
		r := s.Restorer()
		b.ReportAllocs()
		for b.Loop() {
			r.Push("twenty bytes of TEXT")
		}
	})
	b.Run("placeholder", func(b *testing.B) {
		r := s.Restorer()
		b.ReportAllocs()
		for b.Loop() {
			r.Push(token[:15])
			r.Push(token[15:])
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	s := newSession(b, redact.Config{}, "a")
	text := strings.Repeat(letter, 20)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = s.Redact(text)
	}
}
