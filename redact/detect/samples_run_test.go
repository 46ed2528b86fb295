package detect_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// Every value that its rule makes is found, with and without separators and through
// typography; a digit that breaks the rule hides it again.
func TestEverySample(t *testing.T) {
	t.Parallel()
	for kind, s := range samples {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := random(uint64(len(kind)))
			for range 200 {
				v := s.make(r)
				before := ""
				if s.word != "" {
					before = s.word + ": "
				}
				whole(t, before, v, kind)
				whole(t, before, strip(v), kind)
				whole(t, before, strings.NewReplacer(" ", "\u00a0", "-", "\u2011", "1", "１", "7", "٧").Replace(v), kind)
				if s.alone {
					whole(t, "", v, kind)
				} else if s.valid != nil {
					none(t, v, kind)
				}
				if s.bare {
					whole(t, "", strip(v), kind)
				}
				if s.valid != nil && !s.reverse {
					none(t, before+s.wrong(r), kind)
				}
			}
		})
	}
}

func whole(t *testing.T, before, value string, kind detect.Kind) {
	t.Helper()
	text := before + value + " y"
	spans := detect.Find(nil, text, detect.Of(kind))
	if len(spans) != 1 || text[spans[0].Start:spans[0].End] != value {
		t.Errorf("%q: found %q", text, found(text, spans))
	}
	spans = detect.Find(nil, text, detect.All())
	if len(spans) != 1 || text[spans[0].Start:spans[0].End] != value {
		t.Errorf("%q: found %q among all kinds", text, found(text, spans))
	}
}

func none(t *testing.T, text string, kind detect.Kind) {
	t.Helper()
	if spans := detect.Find(nil, text, detect.Of(kind)); len(spans) > 0 {
		t.Errorf("%q: found %q", text, found(text, spans))
	}
}
