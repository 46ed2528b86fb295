package event_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func pseudonymizer(t testing.TB, fill byte) *event.Pseudonymizer {
	t.Helper()
	p, err := event.NewPseudonymizer(bytes.Repeat([]byte{fill}, 32))
	testkit.NoError(t, err)
	return p
}

// TestPseudonymVector computes one pseudonym by hand, from the description alone.
func TestPseudonymVector(t *testing.T) {
	t.Parallel()
	mac := hmac.New(sha256.New, bytes.Repeat([]byte{1}, 32))
	for _, part := range []string{"user", "contoso", "max"} {
		mac.Write([]byte{0, 0, 0, 0, 0, 0, 0, byte(len(part))})
		mac.Write([]byte(part))
	}
	want := "hmac:" + hex.EncodeToString(mac.Sum(nil)[:16])
	testkit.Equal(t, pseudonymizer(t, 1).Caller("contoso", "max", "").User.String(), want)
}

func TestPseudonymsDiffer(t *testing.T) {
	t.Parallel()
	p := pseudonymizer(t, 1)
	seen := map[string]string{}
	for name, pseudonym := range map[string]event.Pseudonym{
		"tenant":            p.Caller("same", "", "").Tenant,
		"user":              p.Caller("", "same", "").User,
		"app":               p.Caller("", "", "same").App,
		"user at a tenant":  p.Caller("a", "same", "").User,
		"user at another":   p.Caller("b", "same", "").User,
		"boundary moved":    p.Caller("as", "ame", "").User,
		"another key":       pseudonymizer(t, 2).Caller("", "same", "").User,
		"longer than block": p.Caller("", strings.Repeat("long", 100), "").User,
	} {
		text := pseudonym.String()
		testkit.Equal(t, len(text), len("hmac:")+32)
		testkit.True(t, seen[text] == "", name+" is not "+seen[text])
		seen[text] = name
	}
	testkit.Equal(t, p.Caller("a", "same", ""), p.Caller("a", "same", ""))
	testkit.Equal(t, p.Caller("", "", ""), event.Caller{})
	testkit.True(t, p.Caller("a", "", "").User.IsZero(), "an empty name stays absent")
}

func TestPseudonymizerKeys(t *testing.T) {
	t.Parallel()
	_, err := event.NewPseudonymizer(make([]byte, 31))
	testkit.ErrorIs(t, err, event.ErrShortKey)

	one, err := event.NewPseudonymizer(nil)
	testkit.NoError(t, err)
	two, err := event.NewPseudonymizer(nil)
	testkit.NoError(t, err)
	testkit.True(t, one.Caller("", "max", "") != two.Caller("", "max", ""), "without a key, nothing links two processes")

	key := bytes.Repeat([]byte{1}, 32)
	p, err := event.NewPseudonymizer(key)
	testkit.NoError(t, err)
	clear(key)
	testkit.Equal(t, p.Caller("", "max", ""), pseudonymizer(t, 1).Caller("", "max", ""))
}

func TestPseudonymizerConcurrent(t *testing.T) {
	t.Parallel()
	p := pseudonymizer(t, 1)
	want := p.Caller("t", "u", "a")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if got := p.Caller("t", "u", "a"); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkCaller(b *testing.B) {
	p := pseudonymizer(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Caller("contoso", "max.muster", "letters")
	}
}
