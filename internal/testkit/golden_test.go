package testkit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestGolden(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.golden")
	testkit.NoError(t, os.WriteFile(path, []byte("one\ntwo\n"), 0o600))
	for name, test := range map[string]struct {
		path, got string
		want      string // empty: no report
	}{
		"same":    {path, "one\ntwo\n", ""},
		"changed": {path, "one\nTWO\n", "from line 2"},
		"longer":  {path, "one\ntwo\nthree\n", "from line 3"},
		"shorter": {path, "one\n", "from line 2"},
		"no end":  {path, "one\ntwo", "from line 2"},
		"empty":   {path, "", "from line 1"},
		"missing": {path + ".none", "one\n", "-update"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := record(t, func(t testing.TB) { testkit.Golden(t, test.path, []byte(test.got)) })
			reports := strings.Join(r.errors, "\n")
			if (reports == "") != (test.want == "") || !strings.Contains(reports, test.want) {
				t.Errorf("reported %q, want %q", reports, test.want)
			}
		})
	}
}

func TestGoldenUpdate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "testdata", "a.golden")
	testkit.WriteGolden(t, path, []byte("new\n"))
	testkit.Golden(t, path, []byte("new\n"))
}
