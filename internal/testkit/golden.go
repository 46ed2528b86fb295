package testkit

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// update is a package variable because flags must be known before the test binary parses
// them.
var update = flag.Bool("update", false, "rewrite golden files with what the tests got")

// Golden reports an error unless the file at path holds exactly got. With the flag
// -update it writes the file instead, and makes its folder. The path is relative to the
// folder of the test, by custom testdata/NAME.golden.
func Golden(t testing.TB, path string, got []byte) {
	t.Helper()
	golden(t, path, got, *update)
}

func golden(t testing.TB, path string, got []byte, write bool) {
	t.Helper()
	if write {
		NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		NoError(t, os.WriteFile(path, got, 0o600))
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with: go test -update)", err)
	}
	if !bytes.Equal(got, want) {
		line, gotLine, wantLine := firstDifference(got, want)
		t.Errorf("%s differs from line %d on (accept it with: go test -update):\n got: %q\nwant: %q", path, line, gotLine, wantLine)
	}
}

// firstDifference returns the number, from 1, of the first line that differs, and both
// versions of it. A version that has ended is nil.
func firstDifference(got, want []byte) (line int, gotLine, wantLine []byte) {
	gotLines, wantLines := bytes.SplitAfter(got, []byte("\n")), bytes.SplitAfter(want, []byte("\n"))
	at := func(lines [][]byte) []byte {
		if line < len(lines) {
			return lines[line]
		}
		return nil
	}
	for bytes.Equal(at(gotLines), at(wantLines)) && line < len(gotLines) {
		line++
	}
	return line + 1, at(gotLines), at(wantLines)
}
