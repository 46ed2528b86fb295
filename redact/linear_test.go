package redact_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

// strict is for a quiet machine: go test -run Linear ./redact -args -strict.
var strict = flag.Bool("strict", false, "hold the time for ten times the text to 12 times, not 40; a million placeholders")

// Ten times the text takes about ten times as long, whatever is done with it: see the test of
// the same name in package detect.
func TestLinear(t *testing.T) { //nolint:paralleltest // measures time
	if testing.Short() {
		t.Skip("measures time")
	}
	s := newSession(t, redact.Config{MaxValues: 1 << 20}, "a")
	token := redacted(t, s, "jane@example.com")
	pieces := func(text string, push func(string)) {
		for i := 0; i < len(text); i += 20 {
			push(text[i:min(i+20, len(text))])
		}
	}
	ways := map[string]func(text string){
		"redact":  func(text string) { _, _ = newSession(t, redact.Config{MaxValues: 1 << 20}, "a").Redact(text) },
		"restore": func(text string) { s.Restore(text) },
		"clean":   func(text string) { s.Clean(text) },
		"restorer": func(text string) {
			r := s.Restorer()
			pieces(text, func(piece string) { r.Push(piece) })
			r.Flush()
		},
		"guard": func(text string) {
			g := s.Guard()
			pieces(text, func(piece string) { _, _ = g.Push(piece) })
			_, _ = g.Flush()
		},
		"guard of JSON": func(text string) {
			g := s.GuardFor(redact.Target{Embed: func(v string) string { return v }})
			pieces(text, func(piece string) { _, _ = g.Push(piece) })
			_, _ = g.Flush()
		},
	}
	for name, unit := range map[string]string{
		"a letter": "a", "digits": "1", "capitals": "E", "blanks": " ", "Chinese": "中", "soft hyphens": "\u00ad", "tags": "a\U000E0020", "bytes": "\x80",
		"names": "Jane ", "short words": "J a a a ", "quotes": `"a `, "numbers": "4111 ", "assignments": "a1=b2;", "begun keys": "-----BEGIN ", "keys": "-----BEGIN PRIVATE KEY-----\nMII",
		"password": `password="`, "kinds": "EMAIL_ADDRESS_", "escaped kinds": `EMAIL\_ADDRESS\_`, "cut": token[:len(token)-1], "tokens": token, "changed": strings.ToLower(token) + " ",
		"base64": "YUBiLmNvIDEg", "escapes": "%41", "addresses": "a@b.co ", "Chinese addresses": "中@b.co", "surrogate": "person.kmwqtbxzra@example.com ",
	} {
		for way, do := range ways {
			linear(t, way+" "+name, unit, do)
		}
	}
}

func linear(t *testing.T, name, unit string, do func(string)) {
	t.Helper()
	bound, small, large := 40.0, strings.Repeat(unit, 10_000/len(unit)), strings.Repeat(unit, 100_000/len(unit))
	if *strict {
		bound = 12
	}
	do(large)
	fast, slow, ratio := time.Hour, time.Hour, 0.0
	for range 30 {
		start := testkit.CPU()
		do(small)
		middle := testkit.CPU()
		do(large)
		fast, slow = min(fast, middle-start), min(slow, testkit.CPU()-middle)
		if ratio = float64(slow) / float64(max(fast, time.Microsecond)); ratio <= bound {
			break
		}
	}
	testkit.True(t, ratio <= bound, fmt.Sprintf("%s: ten times the text takes %.1f times as long, %v", name, ratio, slow))
}
