package archtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/archtest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const root = "../.."

// TestModule holds the module itself to the rules.
func TestModule(t *testing.T) {
	t.Parallel()
	files, err := archtest.Read(os.DirFS(root))
	testkit.NoError(t, err)
	testkit.True(t, len(files) > 20, "the module was found")
	imports := archtest.Imports(files)
	report(t, archtest.Arrows(archtest.Packages(files), imports))
	report(t, archtest.Rights(imports))
	report(t, archtest.Bans(files))
	report(t, archtest.Folders(folders(t)))
}

// TestHeavy looks at all that a user of the packages compiles, other modules included.
func TestHeavy(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"client", "credentials", "redact", "telemetry"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			if sources, err := filepath.Glob(filepath.Join(root, from, "*.go")); err != nil || len(sources) == 0 {
				t.Skip("not there yet")
			}
			cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "./"+from)
			cmd.Dir, cmd.Stderr = root, t.Output()
			out, err := cmd.Output()
			testkit.NoError(t, err)
			report(t, archtest.Heavy(from, strings.Fields(string(out))))
		})
	}
}

func folders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(root)
	testkit.NoError(t, err)
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

func report(t *testing.T, faults []archtest.Fault) {
	t.Helper()
	for _, fault := range faults {
		t.Error(fault)
	}
}
