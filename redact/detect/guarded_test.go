package detect_test

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// place is where a text stands: what is before it, and after it.
type place struct{ before, after string }

func (p place) around(text string) string { return p.before + text + p.after }

// places are surroundings that make a reader in pieces hold back too much or too little.
var places = map[string]place{
	"nothing": {"", ""},
	"start":   {"", " is what they told us at the end of the day and nothing else was said"},
	"end":     {"it is what they told us at the end of the day, and so here it is: ", ""},
	"prose":   {strings.Repeat("and so it was said that all of it had been done before, ", 5) + "\n", "\n" + strings.Repeat("which is why nobody wanted to hear any more about it then ", 5)},
	"json":    {`{"id":17,"note":"first line of the note as it was\n`, `\nlast line of it","done":true}`},
	"value":   {`{"note":"`, `","text":"what comes after it is of no importance to anybody at all"}`},
	"han":     {"联系我们的人是这样说的", "或者以后再说吧，没有关系"},
	"bracket": {"so they said (", ") and then went on with the work that nobody wanted"},
	"list":    {"the list of things that we have to do:\n\n- one thing\n- ", "\n- another thing that is on the list\n"},
	"table":   {"| name | value |\n|------|-------|\n| a | ", " | b |\n| c | d | e |\n"},
	"mail":    {"> it was written\n> ", "\n> and so on, as it had been\n"},
	"indent":  {"steps to be taken:\n        ", "\n        and then the next step is to be taken at once\n"},
	"names":   {strings.Repeat("The Best Of All Worlds ", 30), strings.Repeat(" Is Where Jane Roe And John Doe Live", 30)},
	"numbers": {strings.Repeat("room 12 of 345, ", 40) + "\n\nhere: ", "\n" + strings.Repeat("and 12 of 345 too, ", 40)},
	"code":    {strings.Repeat("if x[i] != 0 { y := f(x, 17) + g_h }\n", 20) + "// ", "\n" + strings.Repeat("if x[i] != 0 { y := f(x, 17) + g_h }\n", 20)},
	"nbsp":    {"so\u00a0they\u00a0said:\u00a0", "\u00a0and\u00a0then\u00a0went\u00a0on\u00a0with\u00a0it"},
	"columns": {"row\tof\ta\ttable\t", "\tand\tthe\trest\tof\tit\n"},
	"values":  {"write to joe@example.org or ", " or joe@example.net about it, as everybody does now"},
	"dense":   {strings.Repeat("a1=b2;", 200) + " ", " " + strings.Repeat("c3=d4;", 200)},
	"html":    {"<p>so they said that it is here: <b>", "</b> and nothing else was there.</p>"},
	"quotes":  {"He said: “", "” — and that was all there was to it, as everybody knew."},
}

// between puts something after each character.
func between(text, put string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteRune(r)
		b.WriteString(put)
	}
	return b.String()
}

// longForms are ways to write a text that make it longer, or break its lines.
var longForms = map[string]func(string) string{
	"wide":        func(s string) string { return strings.ReplaceAll(s, " ", "  ") },
	"dashes":      func(s string) string { return strings.ReplaceAll(s, " ", " - ") },
	"ideographic": func(s string) string { return strings.ReplaceAll(s, " ", "\u3000\u3000") },
	"hyphens":     func(s string) string { return strings.ReplaceAll(s, "-", "\u2011") },
	"mathematical": func(s string) string {
		return strings.Map(func(r rune) rune {
			if isDigit(r) {
				return 0x1D7CE + r - '0'
			}
			return r
		}, s)
	},
	"full width": func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return 0x3000
			case '!' <= r && r <= '~':
				return 0xFF01 + r - '!'
			}
			return r
		}, s)
	},
	"soft hyphens": func(s string) string { return between(s, "\u00ad") },
	"joiners":      func(s string) string { return between(s, "\u200d\u200b\u2060") },
	"tags":         func(s string) string { return between(s, "\U000E0020\U000E0021") },
	"indented":     func(s string) string { return strings.Replace(s, " ", "\n        ", 1) },
	"quoted":       func(s string) string { return strings.Replace(s, " ", "\n> > > ", 1) },
	"literal":      func(s string) string { return strings.Replace(s, " ", `\r\n        `, 1) },
	"twice":        func(s string) string { return strings.Replace(s, " ", `\\r\\n        `, 1) },
	"last": func(s string) string {
		if i := strings.LastIndexByte(s, ' '); i > 0 {
			return s[:i] + "\n        " + s[i+1:]
		}
		return s
	},
	"base64": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("so they had gone to 7 places ", 50) + s))
	},
	"percent": url.QueryEscape,
	"escapes": func(s string) string { return escaped(s, `\u%04x`) },
	"numbers": func(s string) string { return escaped(s, "&#%04d;") },
}

// hashing is a session that puts a hash in place of every value, be it of a prompt or of an
// answer.
func hashing(t *testing.T) *redact.Session {
	t.Helper()
	config := redact.Config{Key: []byte(strings.Repeat("k", 32)), Action: redact.Hash, Answer: redact.Hash, Actions: map[detect.Kind]redact.Action{}}
	for _, k := range []detect.Kind{detect.PrivateKey, detect.AzureKey, detect.AzureSAS, detect.EntraSecret, detect.AWSKey, detect.GCPKey} {
		config.Actions[k] = redact.Hash
	}
	r, err := redact.New(config)
	testkit.NoError(t, err)
	return r.Session("a")
}

// texts are all that this package is tested by, and values made by the rules of all kinds.
func texts(t *testing.T) (all []string) {
	t.Helper()
	for _, v := range vectors(t) {
		all = append(all, v.text)
	}
	for _, marked := range slices.Concat(leaks, innocent, missed, untouched) {
		all = append(all, label(secretPieces.Replace(pieces.Replace(marked))).text)
	}
	r := random(7)
	for _, kind := range detect.Kinds() {
		if s, ok := samples[kind]; ok {
			v := s.make(r)
			all = append(all, s.word+" "+v, s.word+": "+strip(v))
		}
	}
	return all
}

// A Guard of package redact, which has to decide before the text ends, hides exactly what
// Find finds in the whole of it.
func TestGuarded(t *testing.T) {
	t.Parallel()
	all := texts(t)
	for name, p := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := hashing(t)
			for _, text := range all {
				guardedAlike(t, s, p.around(text))
			}
		})
	}
}

func TestGuardedTypography(t *testing.T) {
	t.Parallel()
	all := texts(t)
	in := []string{"nothing", "names", "values"}
	for name, write := range longForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := hashing(t)
			for _, text := range all {
				written := write(text)
				for _, p := range in {
					guardedAlike(t, s, places[p].around(written))
				}
			}
		})
	}
}

func guardedAlike(t *testing.T, s *redact.Session, text string) {
	t.Helper()
	whole, err := s.Redact(text)
	testkit.NoError(t, err)
	guarded, err := s.GuardText(redact.Target{}, text)
	testkit.NoError(t, err)
	if guarded != whole && !strings.Contains(whole, "PLACEHOLDER_") { // which only a prompt has
		i := 0
		for i < min(len(guarded), len(whole)) && guarded[i] == whole[i] {
			i++
		}
		from := max(0, i-40)
		t.Errorf("the whole gives %q, a guard %q", whole[from:min(len(whole), i+60)], guarded[from:min(len(guarded), i+60)])
	}
}

// In how many pieces a text comes, and where it is cut, makes no difference.
func TestGuardedCuts(t *testing.T) {
	t.Parallel()
	s, r := hashing(t), random(8)
	around := []place{places["nothing"], {"it is ", " and so on and on"}, {"> ", "\n> x"}, {"说", "。"}}
	for _, text := range texts(t) {
		for _, p := range around {
			text := p.around(text)
			whole, err := s.GuardText(redact.Target{}, text)
			testkit.NoError(t, err)
			step := 1 + len(text)/100
			if testing.Short() {
				step *= 10
			}
			for cut := 0; cut <= len(text); cut += step {
				cutAlike(t, s, text, whole, []int{cut})
			}
		}
	}
	all := texts(t)
	for range 2000 {
		p := around[r.IntN(len(around))]
		text := p.around(all[r.IntN(len(all))])
		whole, err := s.GuardText(redact.Target{}, text)
		testkit.NoError(t, err)
		cutAlike(t, s, text, whole, cuts(r, len(text)))
	}
}

// cuts are places to cut n bytes at, in order.
func cuts(r *rand.Rand, n int) (at []int) {
	for i := r.IntN(9); i < n; i += r.IntN(1 + r.IntN(20)) {
		at = append(at, i)
	}
	return at
}

func cutAlike(t *testing.T, s *redact.Session, text, whole string, cuts []int) {
	t.Helper()
	g := s.Guard()
	var b strings.Builder
	from := 0
	for _, at := range append(cuts, len(text)) {
		out, err := g.Push(text[from:at])
		testkit.NoError(t, err)
		b.WriteString(out)
		from = at
	}
	out, err := g.Flush()
	testkit.NoError(t, err)
	if b.WriteString(out); b.String() != whole {
		t.Errorf("cut at %v, %q gives %q, and not %q", cuts, text, b.String(), whole)
	}
}
