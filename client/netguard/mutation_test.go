package netguard_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// switchSource is the file that is added to the package when it is built with switches.
const switchSource = `package netguard

import "os"

// off reports whether the control is the one that is switched off.
func off(control string) bool { return os.Getenv("NETGUARD_OFF") == control }

// pick is the first value, or the second if the control is switched off.
func pick[T any](control string, on, without T) T {
	if off(control) {
		return without
	}
	return on
}
`

// TestMutants proves that every control is needed: the package is built once with a switch
// in each control, and with that control off its rows must fail, with none off pass. The
// switches are laid over the source for that build alone, so that the package itself has
// nothing by which a control could be switched off.
func TestMutants(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the package anew")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command:", err)
	}
	binary := buildMutants(t)
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		for _, m := range mutants {
			for _, row := range m.rows {
				out, err := runMutant(t, binary, "", row)
				if err != nil || !strings.Contains(out, "--- PASS: "+row+" ") {
					t.Errorf("%s fails with every control on, or is not there:\n%s", row, out)
				}
			}
		}
	})
	for _, m := range mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			for _, row := range m.rows {
				out, err := runMutant(t, binary, m.name, row)
				if err == nil || !strings.Contains(out, "--- FAIL: "+row+" ") {
					t.Errorf("%s passes without the control:\n%s", row, out)
				}
			}
		})
	}
}

// buildMutants builds the tests of the package with all switches.
func buildMutants(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	here, err := os.Getwd()
	testkit.NoError(t, err)
	sources := map[string]string{"switch.go": switchSource}
	for _, m := range mutants {
		if _, ok := sources[m.file]; !ok {
			text, err := os.ReadFile(m.file)
			testkit.NoError(t, err)
			sources[m.file] = string(text)
		}
		if n := strings.Count(sources[m.file], m.code); n != 1 {
			t.Fatalf("%s: the control stands %d times in %s", m.name, n, m.file)
		}
		instead := strings.NewReplacer("OFF", `off("`+m.name+`")`, "PICK(", `pick("`+m.name+`", `).Replace(m.instead)
		sources[m.file] = strings.Replace(sources[m.file], m.code, instead, 1)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, text := range sources {
		path := filepath.Join(dir, name)
		testkit.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		overlay.Replace[filepath.Join(here, name)] = path
	}
	plan, err := json.Marshal(overlay)
	testkit.NoError(t, err)
	planFile, binary := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutants.test")
	testkit.NoError(t, os.WriteFile(planFile, plan, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-buildvcs=false", "-c", "-overlay", planFile, "-o", binary, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// runMutant runs one row with one control off.
func runMutant(t *testing.T, binary, control, row string) (string, error) {
	t.Helper()
	var pattern []string
	for element := range strings.SplitSeq(row, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(element)+"$")
	}
	cmd := exec.CommandContext(t.Context(), binary, "-test.v", "-test.timeout=30s", "-test.run="+strings.Join(pattern, "/"))
	cmd.Env = append(os.Environ(), "NETGUARD_OFF="+control)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
