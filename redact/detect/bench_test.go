package detect_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// english is plain text of the length of n bytes. With every > 0, a finding stands in it
// about every so many bytes.
func english(n, every int) string {
	const prose = "The committee met on Thursday to discuss the proposal, and although nobody was quite sure what it meant, " +
		"everyone agreed that it was well written. Further work is needed before the summer; the minutes will follow. "
	values := []string{"jane.doe@example.com", "+41 44 668 18 00", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "192.0.2.7", "536-22-1234"}
	var b strings.Builder
	for next, k := every, 0; b.Len() < n; {
		b.WriteString(prose)
		if every > 0 && b.Len() >= next {
			b.WriteString(values[k%len(values)] + " ")
			k, next = k+1, next+every
		}
	}
	return b.String()[:n]
}

// baseline is one regular expression for the same kinds, without any check.
var baseline = regexp.MustCompile(strings.ReplaceAll(baselinePatterns, "\n", "|"))

const baselinePatterns = `[\w.+-]+@[\w-]+\.[\w.-]+
\+\d[\d ()-]{7,20}
\b(?:\d[ -]?){12,18}\d\b
\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}
\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b
\b\d{3}-\d{2}-\d{4}\b
756\.\d{4}\.\d{4}\.\d{2}
eyJ[\w-]+\.[\w-]+\.[\w-]+
gh[pousr]_\w{36}
AKIA[A-Z0-9]{16}
sk-[\w-]{20,}
(?i)(?:password|secret|token|api_key)\s*[:=]\s*\S+
-----BEGIN [A-Z ]*PRIVATE KEY-----
\b\d{3}\.\d{3}\.\d{3}-\d{2}\b
\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b`

// baselines are the alternatives of baseline and three more, to be run one after the other.
var baselines = func() (list []*regexp.Regexp) {
	for _, pattern := range strings.Split(baselinePatterns, "\n") {
		list = append(list, regexp.MustCompile(pattern))
	}
	return list
}()

func BenchmarkFind(b *testing.B) {
	for _, size := range []int{4 << 10, 256 << 10} {
		for name, every := range map[string]int{"clean": 0, "findings": 500} {
			text := english(size, every)
			b.Run(fmt.Sprintf("%dKB/%s/sallyport", size>>10, name), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				var spans []detect.Span
				for b.Loop() {
					spans = detect.Find(spans[:0], text, detect.All())
				}
			})
			b.Run(fmt.Sprintf("%dKB/%s/regexp", size>>10, name), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					baseline.FindAllStringIndex(text, -1)
				}
			})
			b.Run(fmt.Sprintf("%dKB/%s/regexps", size>>10, name), func(b *testing.B) {
				b.SetBytes(int64(size))
				b.ReportAllocs()
				for b.Loop() {
					for _, re := range baselines {
						re.FindAllStringIndex(text, -1)
					}
				}
			})
		}
	}
}

// BenchmarkFindLog is for text full of numbers, in which there is nothing to find.
func BenchmarkFindLog(b *testing.B) {
	text := machineLog(64 << 10)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var spans []detect.Span
	for b.Loop() {
		spans = detect.Find(spans[:0], text, detect.All())
	}
}

func BenchmarkFindFolded(b *testing.B) {
	for name, text := range map[string]string{
		"german": strings.Repeat("Die Prüfung der Unterlagen wird für die Sitzung im März vorbereitet, größere Änderungen folgen. ", 200),
		"quotes": strings.Repeat("It’s “fine” — he said – and went on\u00a0with the work that nobody wanted to do for him. ", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var s detect.Scanner
			var spans []detect.Span
			for b.Loop() {
				spans = s.Find(spans[:0], text, detect.All())
			}
		})
	}
}
