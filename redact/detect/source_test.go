package detect_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/redact/detect"
)

var sources = flag.String("sources", "", "a directory of Go source in which to count findings")

// TestSources counts what is found in the source of Go, where most findings are false. It is
// a measurement: go test -run Sources -v -sources "$(go env GOROOT)/src".
func TestSources(t *testing.T) { //nolint:paralleltest // reads much
	if *sources == "" {
		t.Skip("a measurement")
	}
	counts, examples, size := map[detect.Kind]int{}, map[detect.Kind][]string{}, 0
	var scanner detect.Scanner
	err := filepath.WalkDir(*sources, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == "testdata" {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		size += len(data)
		for _, s := range scanner.Find(nil, string(data), detect.All()) {
			counts[s.Kind]++
			if len(examples[s.Kind]) < 12 {
				low, high := max(0, s.Start-24), min(len(data), s.End+12)
				examples[s.Kind] = append(examples[s.Kind], filepath.Base(path)+": "+strings.ReplaceAll(string(data[low:high]), "\n", "⏎"))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []detect.Kind
	for k := range counts {
		kinds = append(kinds, k)
	}
	sort.Slice(kinds, func(i, j int) bool { return counts[kinds[i]] > counts[kinds[j]] })
	t.Logf("%d bytes", size)
	for _, k := range kinds {
		t.Logf("%6d %s\n\t%s", counts[k], k, strings.Join(examples[k], "\n\t"))
	}
}
