package openaiv3_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

var goBlock = regexp.MustCompile("(?ms)^```go\n(.*?)^```$")

// The Go code of the README compiles, word for word. What is no program by itself stands
// in a function, below the imports that its identifiers call for.
func TestReadmeCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the compiler")
	}
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	testkit.NoError(t, err)
	blocks := goBlock.FindAllSubmatch(text, -1)
	testkit.True(t, len(blocks) >= 3, "there is a hello world, a policy, and a waiver")
	for _, block := range blocks {
		path := filepath.Join(t.TempDir(), "main.go")
		testkit.NoError(t, os.WriteFile(path, []byte(program(string(block[1]))), 0o600))
		vet := exec.CommandContext(t.Context(), "go", "vet", path)
		if out, err := vet.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\nin\n%s", err, out, block[1])
		}
	}
}

// program makes a program of a block of the README.
func program(block string) string {
	if strings.HasPrefix(block, "package ") {
		return block
	}
	const module = "github.com/sallyport-go/sallyport/"
	head := "package main\n\nimport (\n"
	for _, path := range []string{
		"context", "errors", "fmt", "log", "net/http", "os", "time", "github.com/openai/openai-go/v3",
		module + "client", module + "client/guardrail", module + "client/netguard", module + "client/openaiv3", module + "client/policy",
		module + "client/ratelimit", module + "client/unsafeallow", module + "credentials", module + "telemetry/audit", module + "telemetry/event",
	} {
		name := filepath.Base(path)
		if name == "v3" {
			name = "openai"
		}
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(block) {
			head += "\t\"" + path + "\"\n"
		}
	}
	head += ")\n\n"
	if strings.HasPrefix(block, "client.Config{") {
		return head + "var _ = " + block + "\nfunc main() {}\n"
	}
	return head + "func main() {\n" + block + used(block) + "}\n"
}

// used uses the variables that a block declares, or the compiler would complain.
func used(block string) string {
	uses := ""
	for _, declared := range regexp.MustCompile(`(?m)^([\w, ]+) :=`).FindAllStringSubmatch(block, -1) {
		for name := range strings.SplitSeq(declared[1], ",") {
			if name = strings.TrimSpace(name); name != "_" {
				uses += "\t_ = " + name + "\n"
			}
		}
	}
	return uses
}
