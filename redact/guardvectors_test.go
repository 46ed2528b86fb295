package redact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// The texts by which package detect is tested, in the middle of an answer in small pieces:
// a Guard hides every byte that belongs to a value of the whole.
func TestGuardOnVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("detect/testdata/*/vectors.txt")
	testkit.NoError(t, err)
	testkit.True(t, len(files) > 0, "there are vectors")
	before := strings.Repeat("and so it was said that all of it had been done before, ", 5) + "\n"
	after := "\n" + strings.Repeat("which is why nobody wanted to hear any more about it then ", 5)
	lines, missed := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		testkit.NoError(t, err)
		for _, line := range strings.Split(string(data), "\n") {
			if line == "" || line[0] == '#' || strings.ContainsAny(line, `{\`) {
				continue
			}
			line = strings.NewReplacer("⟦", "", "⟧", "").Replace(line)
			lines++
			s := newSession(t, redact.Config{Answer: redact.Allow}, "a")
			text := before + line + after
			testkit.Equal(t, guarded(t, s, redact.Target{}, text, 3, 4), text)
			n := 0
			for _, c := range s.Found() {
				n += c.N
			}
			spans := detect.Find(nil, text, detect.All())
			out := guarded(t, newSession(t, redact.Config{}, "a"), redact.Target{}, text, 3, 4)
			for _, span := range spans {
				if value := text[span.Start:span.End]; len(value) >= 8 && strings.Contains(out, value) {
					t.Errorf("%s: %q is still there", filepath.Base(filepath.Dir(file)), value)
				}
			}
			if n < len(spans) {
				missed++
				t.Logf("%s: %d of %d in %q: %v", filepath.Base(filepath.Dir(file)), n, len(spans), line, spans)
			}
		}
	}
	t.Logf("%d of %d lines have misses", missed, lines)
	testkit.Equal(t, missed, 0)
}
