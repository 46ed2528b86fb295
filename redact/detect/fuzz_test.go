package detect_test

import (
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
