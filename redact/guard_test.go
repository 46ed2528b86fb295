package redact_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// guarded pushes a text in pieces of n bytes after a first one of another length.
func guarded(t testing.TB, s *redact.Session, target redact.Target, text string, first, n int) string {
	t.Helper()
	g := s.GuardFor(target)
	var b strings.Builder
	for n = max(n, 1); text != ""; first = n {
		first = min(max(first, 1), len(text))
		out, err := g.Push(text[:first])
		testkit.NoError(t, err)
		b.WriteString(out)
		text = text[first:]
	}
	out, err := g.Flush()
	testkit.NoError(t, err)
	b.WriteString(out)
	return b.String()
}

// made is a secret that no scanner of source code should find here.
func made(parts ...string) string { return strings.Join(parts, "") }

func pem(lines int) string {
	return made("-----BEGIN ", "PRIVATE KEY-----\n") + strings.Repeat("MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3+LQmlQ\n", lines) + made("-----END ", "PRIVATE KEY-----\n")
}

func jwt(n int) string {
	return made("eyJhbGciOiJIUzI1NiJ9", ".", strings.Repeat("eyJzdWIiOiIxIn0", n), ".", "c2lnbmF0dXJlc2lnbmF0dXJl")
}

func TestGuard(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"empty":         {"", ""},
		"prose":         {"the quick brown fox, and Jane. Zwölf Boxkämpfer jagen Viktor.", "the quick brown fox, and Jane. Zwölf Boxkämpfer jagen Viktor."},
		"address":       {"write to joe.doe@example.org today", "write to j**.***@*******.*** today"},
		"card":          {"the card 4012 8888 8888 1881 is", "the card **** **** **** 1881 is"},
		"iban":          {"pay to gb82 west 1234 5698 7654 32 now", "pay to **** **** **** **** **54 32 now"},
		"spaced iban":   {"pay to GB 82 WEST 1234 5698 7654 32 now", "pay to ** ** **** **** **** **54 32 now"},
		"context":       {"4155552671 (her phone) rings", "******2671 (her phone) rings"},
		"no context":    {"4155552671 is the order of the man", "4155552671 is the order of the man"},
		"secret":        {"password = correcthorse7 is it", "password = ******** is it"},
		"quoted secret": {"password = \"correct horse 7 battery staple and then some more of it\" is it", "password = \"********\" is it"},
		"key":           {"a\n" + pem(30) + "b", "a\n********\nb"},
		"long key":      {"a\n" + pem(600) + "b, and more", "a\n********\nb, and more"},
		"soft key":      {"a\n" + strings.ReplaceAll(pem(300), "M", "\u00adM\u00ad") + "b, and more", "a\n********\nb, and more"},
		"dashed key":    {"a " + strings.ReplaceAll(pem(20), "-", "\u2013") + "b", "a ********\nb"},
		"token":         {"a " + jwt(5) + " b", "a ******** b"},
		"long token":    {"a " + jwt(5000) + " b", "a ******** b"},
		"glued to CJK":  {"联系jane.roe@example.com或者", "联系j***.***@*******.***或者"},
		"own":           {"write to jane@example.com at once", "write to jane@example.com at once"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, redact.Config{}, "a")
			redacted(t, s, "jane@example.com")
			testkit.Equal(t, guarded(t, s, redact.Target{}, test.text, len(test.text), 1), test.want)
			step := 1 + len(test.text)/300
			for cut := 0; cut <= len(test.text); cut += step {
				testkit.Equal(t, guarded(t, s, redact.Target{}, test.text, cut, len(test.text)), test.want)
			}
			for n := 1; n < 40; n += step {
				testkit.Equal(t, guarded(t, s, redact.Target{}, test.text, n, n), test.want)
			}
		})
	}
}

// What the session has put into the prompt comes back, and is no finding.
func TestGuardRestores(t *testing.T) {
	t.Parallel()
	for _, action := range []redact.Action{redact.Replace, redact.Surrogate} {
		s := newSession(t, redact.Config{Action: action}, "a")
		out := redacted(t, s, letter)
		for n := 1; n < len(out); n++ {
			testkit.Equal(t, guarded(t, s, redact.Target{}, out, n, n), letter)
		}
		testkit.Equal(t, len(s.Found()), 0)
	}
}

func TestGuardHolds(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	for name, test := range map[string]struct{ text, now string }{
		"word":        {"plain text comes ", "plain text comes "},
		"begun":       {"plain text com", "plain text "},
		"name":        {"says Jane ", "says "},
		"after name":  {"says Jane because that ", "says Jane because that "},
		"particles":   {"lives at the Piazza della ", "lives at the "},
		"four words":  {"says Jane and that was not ", "says Jane and that was not "},
		"quotation":   {"says \"jane and ", "says "},
		"quoted":      {"says \"jane and that\" ", "says \"jane and that\" "},
		"number":      {"room 101 is", "room "},
		"later":       {"room 101 is where all of it took place then ", "room 101 is where all of it took place then "},
		"placeholder": {"write to " + token + " ", "write to jane@example.com "},
		"Chinese":     {"你好，世界", "你好，"},
		"end":         {"你好，世界。", "你好，世界。"},
		"Thai":        {strings.Repeat("สวัสดีชาวโลก", 3), strings.Repeat("สวัสดีชาวโลก", 3)[:45]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := s.Guard()
			out, err := g.Push(test.text)
			testkit.NoError(t, err)
			testkit.Equal(t, out, test.now)
			testkit.Equal(t, g.Held(), len(out) < len(strings.ReplaceAll(test.text, token, "jane@example.com")))
			_, err = g.Flush()
			testkit.NoError(t, err)
			testkit.True(t, !g.Held(), "nothing is held any more")
		})
	}
}

// Of what is not seen, no more is held back than of a long value.
func TestGuardHoldsUnseen(t *testing.T) {
	t.Parallel()
	g := newSession(t, redact.Config{}, "a").Guard()
	piece, sent := strings.Repeat("\u00ad", 1000), 0
	for i := range 1000 {
		out, err := g.Push(piece)
		testkit.NoError(t, err)
		sent += len(out)
		testkit.True(t, (i+1)*len(piece)-sent <= 18<<10, "at most 18 KiB are held back")
	}
}

// However dense a text is, little of it is held back.
func TestGuardHoldsLittle(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	for name, text := range map[string]string{
		"code":    strings.Repeat("if x[i] != 0 { y := f(x, 17) + g_h }\n", 3000),
		"capital": strings.Repeat("The Best Of All Worlds ", 3000),
		"numbers": strings.Repeat("12 345 6789 ", 5000),
	} {
		g := s.Guard()
		sent := 0
		for i := 0; i < len(text); i += 10 {
			out, err := g.Push(text[i:min(i+10, len(text))])
			testkit.NoError(t, err)
			sent += len(out)
			testkit.True(t, i+10-sent <= 600, name+": at most 600 bytes are held back")
		}
	}
}

func TestGuardActions(t *testing.T) {
	t.Parallel()
	text := "write to joe@example.org or +41 44 668 18 00"
	s := newSession(t, redact.Config{Answer: redact.Allow}, "a")
	testkit.Equal(t, guarded(t, s, redact.Target{}, text, 1, 1), text)
	testkit.DeepEqual(t, s.Found(), []redact.Count{{Kind: detect.EmailAddress, N: 1}, {Kind: detect.PhoneNumber, N: 1}})

	s = newSession(t, redact.Config{Answers: map[detect.Kind]redact.Action{detect.EmailAddress: redact.Hash}}, "a")
	out := guarded(t, s, redact.Target{}, text, 1, 1)
	testkit.True(t, strings.HasPrefix(out, "write to EMAIL_ADDRESS#"), "it is a hash")
	testkit.Equal(t, len(out), len("write to EMAIL_ADDRESS#0123456789abc or +41 44 668 18 00"))

	s = newSession(t, redact.Config{Answers: map[detect.Kind]redact.Action{detect.EmailAddress: redact.Refuse}}, "a")
	g := s.Guard()
	_, err := g.Push(text + " and so on and so on and so on")
	if err == nil {
		_, err = g.Flush()
	}
	testkit.ErrorIs(t, err, redact.ErrRefused)
	var refused *redact.RefusedError
	testkit.True(t, errors.As(err, &refused) && refused.Kind == detect.EmailAddress, "the error names the kind")
	out, err = g.Push("more")
	testkit.ErrorIs(t, err, redact.ErrRefused)
	testkit.Equal(t, out, "")
	_, err = s.GuardText(redact.Target{}, text)
	testkit.ErrorIs(t, err, redact.ErrRefused)
}

// Values that only the system's texts held are findings like others.
func TestGuardKeepsTheSystemsValues(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	_, err := s.RedactAll(t.Context(), []redact.Input{{Text: "ops@example.org", Origin: redact.System}})
	testkit.NoError(t, err)
	testkit.Equal(t, guarded(t, s, redact.Target{}, "ask ops@example.org for it", 1, 3), "ask o**@*******.*** for it")
}

// JSON stays JSON, whatever is found in it and wherever it is cut.
func TestGuardJSON(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	quote := func(v string) string {
		b, err := json.Marshal(v)
		testkit.NoError(t, err)
		return string(b[1 : len(b)-1])
	}
	target := redact.Target{Tool: true, Embed: quote}
	key, err := json.Marshal(pem(3))
	testkit.NoError(t, err)
	for name, test := range map[string]struct{ text, want string }{
		"string": {`{"to":"joe@example.org","n":1}`, `{"to":"********","n":1}`},
		"number": {`{"card":4012888888881881, "n": [4012888888881881]}`, `{"card":"********", "n": ["********"]}`},
		"escape": {`{"to":"\njoe@example.org\n"}`, `{"to":"\n********\n"}`},
		"name":   {`{"joe@example.org":true}`, `{"********":true}`},
		"key":    {`{"key":` + string(key) + `,"other":"x"}`, `{"key":"********\n","other":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= len(test.text); n++ {
				testkit.Equal(t, guarded(t, s, target, test.text, n, n), test.want)
			}
			testkit.True(t, json.Valid([]byte(test.want)), "it is JSON")
		})
	}
}

// In prose, what a Guard finds in pieces is what package detect finds in the whole.
func TestGuardFindsAll(t *testing.T) {
	t.Parallel()
	filler := []string{"and then we went on ", "Sehr geehrter Herr Müller, ", "so it is said.\n\nNow ", "x := y[17] + 1\n", "完成了。", ""}
	values := []string{
		"jane.roe@example.com", "4012 8888 8888 1881", "GB82 WEST 1234 5698 7654 32", "192.0.2.7", "2001:db8::7", "219-09-9999",
		"756.9217.0769.85", "+41 44 668 18 00", "(415) 555-2671", "phone 415 555 2671", made("AKIA", "IOSFODNN7EXAMPLE"), jwt(3), pem(20),
		"password: hunter2hunter", "Authorization: Bearer abcdef0123456789abcdef", "4012\u00a08888\u00a08888\u00a01881",
	}
	for i, value := range values {
		for j, before := range filler {
			for k, after := range filler {
				text := strings.Repeat(before, 12) + value + " " + strings.Repeat(after, 12)
				s := newSession(t, redact.Config{Answer: redact.Allow}, "a")
				testkit.Equal(t, guarded(t, s, redact.Target{}, text, 1+i, 1+j*7), text)
				n := 0
				for _, c := range s.Found() {
					n += c.N
				}
				want := len(detect.Find(nil, text, detect.All()))
				if n != want {
					t.Errorf("value %d between %d and %d: found %d of %d", i, j, k, n, want)
				}
			}
		}
	}
}

// Plain words alone hold nothing that is not held back.
func FuzzGuard(f *testing.F) {
	session := newSession(f, redact.Config{}, "a")
	out := redacted(f, session, letter)
	f.Add(out, 3, 7)
	f.Add(letter, 5, 1)
	f.Add("a\n"+pem(3)+"b", 1, 9)
	f.Add("password = \"a b c 7", 2, 2)
	f.Add("\xe2\x80", 1, 1)
	f.Add("4012\u00a08888\u00ad 8888 1881 "+jwt(2), 1, 1)
	f.Add("\x01\x02\x03", 1, 1)
	token := redacted(f, session, "jane@example.com")
	f.Fuzz(func(t *testing.T, text string, first, n int) {
		text = strings.NewReplacer("\x01", token, "\x02", token[:14], "\x03", strings.ToLower(token), "\x04", strings.Repeat("A1", 9000), "\x05", jwt(2), "\x06", pem(2)).Replace(text)
		whole, err := session.GuardText(redact.Target{}, text)
		testkit.NoError(t, err)
		testkit.Equal(t, guarded(t, session, redact.Target{}, text, first, n), whole)
	})
}

func FuzzGuardJSON(f *testing.F) {
	session := newSession(f, redact.Config{Actions: map[detect.Kind]redact.Action{detect.PrivateKey: redact.Replace}}, "a")
	for _, v := range []string{letter, pem(2), "a\tb\"c jane@example.com\\", jwt(1)} {
		f.Add(v, 3)
	}
	f.Fuzz(func(t *testing.T, value string, n int) {
		text, err := json.Marshal(map[string]any{"a": value, "b": []any{value, 4012888888881881, fmt.Sprint(n)}})
		testkit.NoError(t, err)
		quote := func(v string) string {
			b, _ := json.Marshal(v)
			return string(b[1 : len(b)-1])
		}
		target := redact.Target{Embed: quote}
		whole, err := session.GuardText(target, string(text))
		testkit.NoError(t, err)
		testkit.True(t, json.Valid([]byte(whole)), "it is JSON: "+string(text)+" -> "+whole)
		testkit.Equal(t, guarded(t, session, target, string(text), n, n), whole)
	})
}

func BenchmarkGuard(b *testing.B) {
	s := newSession(b, redact.Config{}, "a")
	token := redacted(b, s, "jane@example.com")
	for name, piece := range map[string]string{"plain": "twenty bytes of tex ", "names": "Twenty bytes Of Text", "code": "if x[i] != 17 { y_z ", "placeholder": "to " + token + ". "} {
		b.Run(name, func(b *testing.B) {
			g := s.Guard()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = g.Push(piece)
			}
		})
	}
	text := strings.Repeat("It was said that the answer to all of this is 42, and nobody minds. ", 300)
	for name, target := range map[string]redact.Target{"whole": {}, "again": {Again: true}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = s.GuardText(target, text)
			}
		})
	}
}
