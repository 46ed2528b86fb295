package detect_test

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/redact/detect"
)

func seed(f *testing.F) {
	f.Helper()
	for _, v := range vectors(f) {
		f.Add(v.text)
	}
	for _, unit := range hostile {
		f.Add(strings.Repeat(unit, 3))
	}
}

// placed checks that spans are in text, in order and apart, and of known kinds.
func placed(t *testing.T, text string, spans []detect.Span) {
	t.Helper()
	end := 0
	for _, s := range spans {
		if s.Start < end || s.End <= s.Start || s.End > len(text) || !s.Kind.Valid() || s.Score <= 0 || s.Score > 1 {
			t.Fatalf("%+v after %d in %d bytes", s, end, len(text))
		}
		end = s.End
	}
}

// replaced is text with a placeholder for every span, and where these are.
func replaced(text string, spans []detect.Span) (string, [][2]int) {
	var b strings.Builder
	var places [][2]int
	done := 0
	for _, s := range spans {
		b.WriteString(text[done:s.Start])
		start := b.Len()
		b.WriteString(string(s.Kind) + "_7k2m9q4w1x3bc")
		places = append(places, [2]int{start, b.Len()})
		done = s.End
	}
	b.WriteString(text[done:])
	return b.String(), places
}

func FuzzFind(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		spans := detect.Find(nil, text, detect.All())
		placed(t, text, spans)
		for _, s := range spans {
			if !detect.All().Has(s.Kind) {
				t.Fatalf("%v was not asked for", s.Kind)
			}
		}
		out, places := replaced(text, spans)
		again := detect.Find(nil, out, detect.All())
		placed(t, out, again)
		for _, s := range again {
			for _, p := range places {
				if s.Start >= p[0] && s.End <= p[1] {
					t.Fatalf("%q is found in a placeholder of %q", out[s.Start:s.End], out)
				}
			}
		}
		var scanner detect.Scanner
		scanner.Find(nil, "another text\u00a0before", detect.All())
		for i, s := range scanner.Find(nil, text, detect.All()) {
			if s != spans[i] {
				t.Fatalf("a used scanner finds %+v, not %+v", s, spans[i])
			}
		}
	})
}

// FuzzFold hides values behind typography that must not hide them.
func FuzzFold(f *testing.F) {
	seed(f)
	space := strings.NewReplacer(" ", "\u00a0", "-", "\u2011", "@", "＠")
	wide := strings.NewReplacer("0", "０", "1", "١", "2", "२", "3", "𝟑", ".", "．")
	f.Fuzz(func(t *testing.T, text string) {
		for i := range len(text) {
			if text[i] >= 0x80 || text[i] == 0 {
				return
			}
		}
		want := detect.Find(nil, text, detect.All())
		for _, typography := range []*strings.Replacer{space, wide} {
			other := typography.Replace(text)
			got := detect.Find(nil, other, detect.All())
			placed(t, other, got)
			if len(got) != len(want) {
				t.Fatalf("%q has %d findings, %q has %d", text, len(want), other, len(got))
			}
			for i, s := range got {
				if other[s.Start:s.End] != typography.Replace(text[want[i].Start:want[i].End]) || s.Kind != want[i].Kind {
					t.Fatalf("%q is found as %q", text[want[i].Start:want[i].End], other[s.Start:s.End])
				}
			}
		}
	})
}

// FuzzField puts any text in any field, with rules.
func FuzzField(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add("password", v.text)
		f.Add(v.text, "4155552671")
	}
	terms, err := detect.Terms("MINE", "a b", "ab", "一")
	if err != nil {
		f.Fatal(err)
	}
	pattern, err := detect.Regexp("MINE", "x", `x\d*`)
	if err != nil {
		f.Fatal(err)
	}
	s := detect.Scanner{Rules: []*detect.Rule{terms, pattern}}
	f.Fuzz(func(t *testing.T, name, text string) {
		end := 0
		for _, s := range s.FindField(nil, name, text, detect.HIPAA()) {
			if s.Start < end || s.End <= s.Start || s.End > len(text) || !s.Kind.Valid() && s.Kind != "MINE" {
				t.Fatalf("%+v after %d in %d bytes", s, end, len(text))
			}
			end = s.End
		}
		placed(t, text, detect.FindField(nil, name, text, detect.Secrets()))
	})
}

// FuzzSamples makes values of each kind that has a rule; they are found, and those with a
// wrong digit are not.
func FuzzSamples(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	kinds := detect.Kinds()
	f.Fuzz(func(t *testing.T, seed uint64) {
		kind := kinds[seed%uint64(len(kinds))]
		s, ok := samples[kind]
		if !ok {
			return
		}
		r, before := random(seed), ""
		if s.word != "" {
			before = s.word + " "
		}
		whole(t, before, s.make(r), kind)
		if s.valid != nil && !s.reverse {
			none(t, before+s.wrong(r), kind)
		}
	})
}

// FuzzDecoded hides the text in encodings; what comes out lies in the text.
func FuzzDecoded(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, encoded := range []string{
			base64.StdEncoding.EncodeToString([]byte(text)), hex.EncodeToString([]byte(text)), url.QueryEscape(text), html.EscapeString(text),
			escaped(text, `\u%04x`), escaped(text, "&#%d;"),
		} {
			placed(t, encoded, detect.Find(nil, encoded, detect.All()))
		}
	})
}
