package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// alterations are what models make of a placeholder. Each function gets one.
var alterations = map[string]func(string) string{
	"lower":          strings.ToLower,
	"upper":          strings.ToUpper,
	"title":          func(t string) string { return t[:1] + strings.ToLower(t[1:]) },
	"escaped":        func(t string) string { return strings.ReplaceAll(t, "_", `\_`) },
	"escaped twice":  func(t string) string { return strings.ReplaceAll(t, "_", `\\_`) },
	"escaped, upper": func(t string) string { return strings.ToUpper(strings.ReplaceAll(t, "_", `\_`)) },
	"last escaped":   func(t string) string { return t[:13] + `\` + t[13:] },
}

func TestAltered(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	for name, alter := range alterations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			altered := alter(token)
			for _, around := range [][2]string{
				{"", ""}, {"to ", " and"}, {"[", "]"}, {"`", "`"}, {`"`, `"`}, {"**", "**"}, {"", "'s"}, {"(", ")."}, {"<", ">"}, {"{{", "}}"},
				{"“", "”"}, {"_", "_"}, {"\n", "\n"}, {"邮箱", "。"}, {altered + " ", ""},
			} {
				text := around[0] + altered + around[1]
				want := strings.ReplaceAll(text, altered, "jane@example.com")
				testkit.Equal(t, s.Restore(text), want)
				for cut := range len(text) + 1 {
					r := s.Restorer()
					testkit.Equal(t, r.Push(text[:cut])+r.Push(text[cut:])+r.Flush(), want)
				}
			}
		})
	}
}

// What was cut, split or made up stays as it is, whatever it looks like.
func TestNotGuessed(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	other := newSession(t, redact.Config{}, "b")
	for name, text := range map[string]string{
		"cut":              strings.ToLower(token[:len(token)-1]),
		"beginning cut":    strings.ToLower(token[1:]),
		"code alone":       token[len("EMAIL_ADDRESS_"):],
		"within a word":    "x" + strings.ToLower(token),
		"line break":       token[:14] + "\n" + token[14:],
		"soft hyphen":      token[:20] + "\u00ad" + token[20:],
		"spaces":           strings.ReplaceAll(token, "_", " "),
		"three escapes":    strings.ReplaceAll(token, "_", `\\\_`),
		"other kind":       "PHONE_NUMBER" + token[13:],
		"one digit off":    token[:26] + flip(token[26]),
		"another scope's":  redacted(t, other, "jane@example.com"),
		"homoglyph":        strings.Replace(token, "E", "\u0415", 1),
		"escaped dash":     strings.ReplaceAll(token, "_", `\-`),
		"kind and nothing": "EMAIL_ADDRESS_",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, s.Restore(text), text)
			testkit.Equal(t, pieces(s, text, 1, 3), text)
		})
	}
}

// flip is another digit.
func flip(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

// Altered placeholders in the input are look-alikes like exact ones.
func TestAlteredInput(t *testing.T) {
	t.Parallel()
	token := redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com")
	for name, alter := range alterations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "see " + alter(token) + ", jane@example.com: " + alter(token)
			s := newSession(t, redact.Config{}, "a")
			out := redacted(t, s, text)
			testkit.Equal(t, s.Restore(out), text)
			testkit.Equal(t, strings.Count(out, "PLACEHOLDER_"), 2)
		})
	}
}

// Text beside a placeholder cannot make another one with a part of it: here a foreign code
// ends with the letters that the kind begins with.
func TestStraddle(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	for name, text := range map[string]string{
		"before":       "email_address_0123456789" + "4111111111111111",
		"upper":        "EMAIL_ADDRESS_0123456789" + "4111111111111111",
		"escaped":      `EMAIL\_ADDRESS\_0123456789` + "4111111111111111",
		"before twice": "secret_0123456789 secret_0123456789" + "4111111111111111" + " secret_0123456789" + "4111111111111111",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := redacted(t, s, text)
			testkit.Equal(t, strings.Contains(out, "0123456789CRED"), false)
			testkit.Equal(t, s.Restore(out), text)
		})
	}
}

// The digits and the names of kinds keep what the grammar rests on.
func TestGrammar(t *testing.T) {
	t.Parallel()
	for _, k := range append(detect.Kinds(), redact.Other, redact.Placeholder) {
		testkit.Equal(t, strings.Trim(string(k), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), "")
		testkit.True(t, k[0] != '_' && k[len(k)-1] != '_', string(k)+" has letters at its ends")
		for _, part := range strings.Split(string(k), "_") {
			digits := strings.Map(func(r rune) rune {
				if strings.ContainsRune("ILOU", r) {
					return -1
				}
				return r
			}, part)
			testkit.True(t, len(digits) < 13, string(k)+" holds no code")
		}
	}
}

func FuzzAltered(f *testing.F) {
	session := newSession(f, redact.Config{Action: redact.Surrogate}, "a")
	redacted(f, session, letter)
	token := redacted(f, session, "xjane@example.com4111111111111111 jane@example.com-4111111111111111")
	fake := redacted(f, session, "jane@example.com, 4111 1111 1111 1111, 192.0.2.7")
	f.Add("\x01 \x02", 1, 2)
	f.Add("\x03\x04\x05", 3, 1)
	f.Add(`email\_address\_`, 3, 1)
	f.Fuzz(func(t *testing.T, text string, first, n int) {
		text = strings.NewReplacer("\x01", token, "\x02", fake, "\x03", strings.ToLower(token), "\x04", strings.ReplaceAll(token, "_", `\_`),
			"\x05", fake[:10], "\x06", token[:9], "\x07", strings.ToUpper(token), "\x08", token[5:]).Replace(text)
		testkit.Equal(t, pieces(session, text, first, n), session.Restore(text))
		s := newSession(t, redact.Config{}, "a")
		out := redacted(t, s, text)
		testkit.Equal(t, s.Restore(out), text)
		fakes := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
		redacted(t, fakes, letter)
		out = redacted(t, fakes, text)
		testkit.Equal(t, fakes.Restore(out), text)
	})
}
