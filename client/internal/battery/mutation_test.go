package battery_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// switchSource is the file that is added to each package that is built with switches.
const switchSource = `

import "os"

// off reports whether the control is the one that is switched off.
func off(control string) bool { return os.Getenv("` + offEnv + `") == control }

// pick is the first value, or the second if the control is switched off.
func pick[T any](control string, on, without T) T {
	if off(control) {
		return without
	}
	return on
}

var _, _ = off, pick[int]
`

const (
	offEnv = "SALLYPORT_BATTERY_OFF"
	module = "../../.."
)

// TestBatteryMutants proves that every control is needed: this package is built once with a
// switch in each, and with one off a row must fail. The switches are laid over the source
// for that build alone; the library has nothing by which a control could be switched off.
func TestBatteryMutants(t *testing.T) {
	if testing.Short() || os.Getenv(offEnv) != "" || os.Getenv(childEnv) != "" {
		t.Skip("builds the package anew")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command:", err)
	}
	binary := buildMutants(t)
	slots := make(chan struct{}, 4)
	for _, m := range mutants {
		if m.row == "" {
			continue // a part of the one above
		}
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			out := runMutant(t, binary, m.name, m.row)
			family, _, _ := strings.Cut(m.row, "/")
			if !strings.Contains(out, "--- FAIL: TestBattery/"+family) {
				t.Errorf("%s passes without the control, or is not there:\n%s", m.row, out)
			}
		})
	}
}

// buildMutants builds the tests of this package with all switches.
func buildMutants(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(module)
	testkit.NoError(t, err)
	sources := map[string]string{}
	for _, m := range mutants {
		text, known := sources[m.file]
		if !known {
			data, err := os.ReadFile(filepath.Join(root, m.file))
			testkit.NoError(t, err)
			text = string(data)
		}
		if n := strings.Count(text, m.control); n != 1 {
			t.Fatalf("%s: the control is %d times in %s", m.name, n, m.file)
		}
		sources[m.file] = strings.Replace(text, m.control, m.text, 1)
		sources[path.Join(path.Dir(m.file), "switch.go")] = packageLine(text) + switchSource
	}
	return build(t, root, sources)
}

// packageLine is the line of a source that names its package.
func packageLine(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "package ") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func build(t *testing.T, root string, sources map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for name, text := range sources {
		laid := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		testkit.NoError(t, os.WriteFile(laid, []byte(text), 0o600))
		overlay.Replace[filepath.Join(root, name)] = laid
	}
	data, err := json.Marshal(overlay)
	testkit.NoError(t, err)
	list := filepath.Join(dir, "overlay.json")
	testkit.NoError(t, os.WriteFile(list, data, 0o600))
	binary := filepath.Join(dir, "battery.test")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-c", "-vet=off", "-overlay", list, "-o", binary, "./client/internal/battery")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the mutants do not build: %v\n%s", err, out)
	}
	return binary
}

// runMutant runs one row with one control switched off.
func runMutant(t *testing.T, binary, off, row string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "-test.run", "^TestBattery$/^"+strings.Replace(row, "/", "$/^", 1), "-test.v", "-test.timeout", "30s")
	cmd.Env = append(os.Environ(), offEnv+"="+off)
	out, _ := cmd.CombinedOutput() // it should fail
	return string(out)
}
