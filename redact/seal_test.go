package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

var sealKey = redact.Key(strings.Repeat("s", 32))

func newRedactor(t testing.TB, c redact.Config) *redact.Redactor {
	t.Helper()
	r, err := redact.New(c)
	testkit.NoError(t, err)
	return r
}

func TestSeal(t *testing.T) {
	t.Parallel()
	canary := testkit.Canaries()
	canary.Add("value", "jane@example.com")
	for _, action := range []redact.Action{redact.Replace, redact.Surrogate} {
		s := newRedactor(t, redact.Config{Action: action}).Session("tenant 1")
		out := redacted(t, s, letter)
		hidden := all(t, s, redact.Input{Text: "ops@example.org", Origin: redact.System})[0]
		sealed, err := s.Seal(sealKey)
		testkit.NoError(t, err)
		testkit.DeepEqual(t, canary.Find(sealed), []string(nil))
		other := newRedactor(t, redact.Config{}) // with another key of its own
		opened, err := other.Open(sealKey, "tenant 1", sealed)
		testkit.NoError(t, err)
		testkit.Equal(t, opened.Restore(out), letter)
		testkit.Equal(t, opened.Restore(hidden), hidden)
		testkit.True(t, opened.Restored() >= 7, "the values came back")
		testkit.Equal(t, len(opened.Counts()), 0)
		again, err := s.Seal(sealKey)
		testkit.NoError(t, err)
		testkit.True(t, string(again) != string(sealed), "no two seals are alike")
	}
	empty := newRedactor(t, redact.Config{})
	sealed, err := empty.Session("").Seal(sealKey)
	testkit.NoError(t, err)
	_, err = empty.Open(sealKey, "", sealed)
	testkit.NoError(t, err)
}

// An opened session gives a value the placeholder that it had.
func TestSealKeepsPlaceholders(t *testing.T) {
	t.Parallel()
	s := newRedactor(t, redact.Config{}).Session("a")
	token := redacted(t, s, "jane@example.com")
	sealed, err := s.Seal(sealKey)
	testkit.NoError(t, err)
	opened, err := newRedactor(t, redact.Config{}).Open(sealKey, "a", sealed)
	testkit.NoError(t, err)
	testkit.Equal(t, redacted(t, opened, "jane@example.com"), token)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	r := newRedactor(t, redact.Config{})
	s := r.Session("a")
	redacted(t, s, "jane@example.com joe@example.com")
	sealed, err := s.Seal(sealKey)
	testkit.NoError(t, err)
	refused := func(name string, r *redact.Redactor, key redact.Key, scope string, data []byte) {
		t.Helper()
		got, err := r.Open(key, scope, data)
		testkit.ErrorIs(t, err, redact.ErrSealed)
		testkit.True(t, got == nil, name+": there is no session")
		testkit.True(t, !strings.Contains(err.Error(), "jane"), name+": the error holds nothing")
	}
	for i := range sealed {
		changed := append([]byte(nil), sealed...)
		changed[i] ^= 1
		refused("changed", r, sealKey, "a", changed)
		refused("cut", r, sealKey, "a", sealed[:i])
	}
	refused("longer", r, sealKey, "a", append(sealed[:len(sealed):len(sealed)], 0))
	refused("other scope", r, sealKey, "b", sealed)
	refused("other key", r, redact.Key(strings.Repeat("t", 32)), "a", sealed)
	refused("too many values", newRedactor(t, redact.Config{MaxValues: 1}), sealKey, "a", sealed)
	refused("nothing", r, sealKey, "a", nil)

	_, err = r.Open(redact.Key("short"), "a", sealed)
	testkit.ErrorIs(t, err, redact.ErrConfig)
	_, err = s.Seal(nil)
	testkit.ErrorIs(t, err, redact.ErrConfig)
}

// FuzzUnmarshal looks at contents that somebody with the key has made.
func FuzzUnmarshal(f *testing.F) {
	r := newRedactor(f, redact.Config{})
	s := r.Session("a")
	redacted(f, s, letter)
	f.Add(s.Marshal())
	f.Add([]byte{0})
	f.Add([]byte{1, 0, 5})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := r.Session("a")
		if !s.Unmarshal(data) {
			return
		}
		again := r.Session("a")
		testkit.True(t, again.Unmarshal(s.Marshal()), "what was read can be written and read")
		testkit.Equal(t, len(again.Marshal()), len(s.Marshal()))
		testkit.Equal(t, again.Restore(string(data)), s.Restore(string(data)))
	})
}
