package archtest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sallyport-go/sallyport/internal/archtest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// check reports unless the faults are one that holds want, or none if want is empty.
func check(t *testing.T, faults []archtest.Fault, want string) {
	t.Helper()
	switch {
	case want == "" && len(faults) == 0:
	case want != "" && len(faults) == 1 && strings.Contains(faults[0].String(), want):
	default:
		t.Errorf("faults %q, want %q", faults, want)
	}
}

func TestArrows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		from, to string
		want     string
	}{
		{"client", "client/internal/stage", ""},
		{"client", "redact", ""},
		{"client/openaiv3", "client", ""},
		{"client/posture", "client", ""},
		{"client/unsafeallow", "client", ""},
		{"examples/chat", "client/clienttest", ""},
		{"examples/chat", "client/openaiv3", ""},
		{"client/internal/stage", "client/internal/wire", ""},
		{"client/internal/stage", "client/internal/edge", ""},
		{"client/internal/edge", "client/netguard", ""},
		{"redact", "redact/detect", ""},
		{"credentials/keyvault", "credentials", ""},
		{"credentials/keyvault", "credentials/internal/refresh", ""},
		{"credentials", "credentials/internal/refresh", ""},
		{"credentials/internal/refresh", "client/policy", ""},
		{"client/ratelimit/redisstore", "client/ratelimit", ""},
		{"client/policy", "telemetry/event", ""},

		{"client", "client/openaiv3", "imports client/openaiv3, which stands beside it"},
		{"client", "client/unsafeallow", "beside"},
		{"client", "client/clienttest", "above"},
		{"client/clienttest", "examples/chat", "beside"},
		{"client/internal/wire", "client/internal/stage", "beside"},
		{"client/internal/wire", "client/internal/edge", "beside"},
		{"client/internal/stage", "client", "above"},
		{"redact", "telemetry", "beside"},
		{"redact/detect", "redact", "beside"},
		{"credentials", "credentials/keyvault", "beside"},
		{"credentials/internal/refresh", "redact", "beside"},
		{"client/netguard", "client/tlspolicy", "beside"},
		{"telemetry", "telemetry/audit", "beside"},
		{"telemetry/audit", "client/internal/wire", "above"},
		{"telemetry/event", "client/policy", "beside"},
		{"client/policy", "redact", "above"},
		{"client/internal/waiver", "client/internal/stage", "above"},
	} {
		t.Run(test.from+" to "+test.to, func(t *testing.T) {
			t.Parallel()
			imp := archtest.Import{Package: test.from, File: test.from + "/a.go", Path: archtest.Module + "/" + test.to}
			packages := []string{test.from, test.to}
			check(t, archtest.Arrows(packages, []archtest.Import{imp}), test.want)
			imp.Test = true
			check(t, archtest.Arrows(packages, []archtest.Import{imp}), "")
		})
	}
	check(t, archtest.Arrows([]string{"client/util"}, nil), "client/util: the package has no place")
	check(t, archtest.Arrows([]string{".", "redact/internal/walk"}, nil), "")
}

func TestRights(t *testing.T) {
	t.Parallel()
	const (
		openai = "github.com/openai/openai-go/v3/option"
		redis  = "github.com/redis/go-redis/v9"
		lru    = "github.com/hashicorp/golang-lru/v2"
		azure  = "github.com/Azure/azure-sdk-for-go/sdk"
		otel   = "go.opentelemetry.io/otel"
		unsafe = archtest.Module + "/client/unsafeallow"
		kit    = archtest.Module + "/internal/testkit"
	)
	for _, test := range []struct {
		pkg, path  string
		code, test bool // allowed in
	}{
		{"client/openaiv3", openai, true, true},
		{"examples/quickstart", openai, true, true},
		{"client", openai, false, false},
		{"client/clienttest", openai, false, false},
		{"client/ratelimit/redisstore", redis, true, true},
		{"client/ratelimit", redis, false, false},
		{"client/ratelimit", lru + "/simplelru", true, true},
		{"redact/detect", lru, false, false},
		{"client/ratelimit", lru + "/expirable", false, false},
		{"credentials", azure + "/azidentity", true, true},
		{"client", azure + "/azidentity", false, false},
		{"credentials/keyvault", azure + "/security/keyvault/azsecrets", true, true},
		{"credentials", azure + "/security/keyvault/azsecrets", false, false},
		{"client", azure + "/azcore/policy", true, true},
		{"client/policy", azure + "/azcore/policy", false, true},
		{"telemetry", otel + "/trace", true, true},
		{"telemetry", otel + "/sdk/trace", false, true},
		{"telemetry/audit", otel + "/trace", false, true},
		{"telemetry/watch", otel + "/trace", false, true},
		{"telemetry/watch", lru + "/simplelru", true, true},
		{"telemetry/scrub", otel + "/sdk/trace", true, true},
		{"client", otel + "/sdk/metric", false, true},
		{"examples/quickstart", otel + "/sdk/metric", true, true},
		{"client/netguard", "golang.org/x/net/dns/dnsmessage", true, true},
		{"client/netguard", "golang.org/x/net/http2", false, false},
		{"client/policy", "golang.org/x/net/dns/dnsmessage", false, true},
		{"client", "github.com/stretchr/testify/require", false, false},
		{"client", "github.com/openai/openai-go-other", false, false},
		{"client", unsafe, false, true},
		{"client/clienttest", unsafe, true, true},
		{"examples/chat", unsafe, true, true},
		{"client", kit, false, true},
		{"client/clienttest", kit, false, true},
		{"internal/archtest", archtest.Module + "/internal/archtest", false, true},
		{"client", archtest.Module + "/internal/archtest", false, false},
		{"client", archtest.Module + "/redact", true, true},
		{"client", "net/http", true, true},
	} {
		t.Run(test.pkg+" to "+test.path, func(t *testing.T) {
			t.Parallel()
			for isTest, allowed := range map[bool]bool{false: test.code, true: test.test} {
				imp := archtest.Import{Package: test.pkg, File: test.pkg + "/a.go", Path: test.path, Test: isTest}
				want := ""
				if !allowed {
					want = "imports " + test.path
				}
				check(t, archtest.Rights([]archtest.Import{imp}), want)
			}
		})
	}
}

func TestHeavyRule(t *testing.T) {
	t.Parallel()
	check(t, archtest.Heavy("client", []string{"net/http", "go.opentelemetry.io/otel/trace"}), "")
	for _, dep := range []string{"github.com/openai/openai-go/v3/internal", "github.com/redis/go-redis/v9", "go.opentelemetry.io/otel/sdk/trace", archtest.Module + "/client/unsafeallow", "testing"} {
		check(t, archtest.Heavy("client", []string{dep}), "client: depends on "+dep)
	}
}

func TestBans(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file   string // empty: client/a.go
		source string
		want   string
	}{
		"nothing":           {"", `func f() error { return nil }`, ""},
		"comment":           {"", "// panic(1), os.Getenv and InsecureSkipVerify\nvar x = \"panic(1) RecordError\"", ""},
		"init":              {"", `func init() {}`, "a.go:2: says init"},
		"method init":       {"", `func (t) init() {}`, ""},
		"panic":             {"", `func f() { panic("x") }`, "says panic"},
		"panic in brackets": {"", `func f() { (panic)("x") }`, "says panic"},
		"recover":           {"", `func f() { _ = recover() }`, ""},
		"getenv":            {"", "import \"os\"\nvar x = os.Getenv(\"X\")", "a.go:3: says os.Getenv"},
		"lookup as value":   {"", "import \"os\"\nvar x = os.LookupEnv", "says os.Getenv"},
		"environ renamed":   {"", "import sys \"os\"\nvar x = sys.Environ()", "says os.Getenv"},
		"another os":        {"", "import os \"path\"\nvar x = os.Getenv", ""},
		"credentials":       {"credentials/a.go", "import \"os\"\nvar x = os.Getenv(\"X\")", ""},
		"posture":           {"client/posture/a.go", "import \"os\"\nvar x = os.Getenv(\"X\")", ""},
		"keyvault":          {"credentials/keyvault/a.go", "import \"os\"\nvar x = os.Getenv(\"X\")", "says os.Getenv"},
		"example":           {"examples/chat/main.go", "import \"os\"\nfunc main() { os.Exit(len(os.Getenv(\"X\"))) }", ""},
		"example panics":    {"examples/chat/main.go", `func main() { panic(1) }`, "says panic"},
		"test":              {"client/a_test.go", "import \"os\"\nfunc init() { panic(os.Getenv(\"X\")) }", ""},
		"syscall":           {"credentials/a.go", "import \"syscall\"\nvar x, _ = syscall.Getenv(\"X\")", "says syscall.Getenv"},
		"exit":              {"", "import \"os\"\nfunc f() { os.Exit(1) }", "says os.Exit"},
		"print":             {"", "import \"fmt\"\nfunc f() { fmt.Println() }", "says fmt.Print"},
		"fprint":            {"", "import (\"fmt\"; \"io\")\nfunc f(w io.Writer) { fmt.Fprintln(w) }", ""},
		"log":               {"", `import _ "log"`, "says log;"},
		"slog default":      {"", "import \"log/slog\"\nvar l = slog.Default()", "says slog.Default"},
		"slog type":         {"", "import \"log/slog\"\nvar l *slog.Logger", ""},
		"default client":    {"", "import \"net/http\"\nvar c = http.DefaultClient", "says http.DefaultClient"},
		"default transport": {"", "import \"net/http\"\nvar c = http.DefaultTransport", "says http.DefaultClient"},
		"http get":          {"", "import \"net/http\"\nvar _, _ = http.Get(\"x\")", "says http.DefaultClient"},
		"client":            {"", "import \"net/http\"\nvar c http.Client", ""},
		"proxy":             {"", "import \"net/http\"\nvar p = http.ProxyFromEnvironment", "says http.ProxyFromEnvironment"},
		"resolver":          {"", "import \"net\"\nvar p = net.DefaultResolver", "says net.DefaultResolver"},
		"skip verify":       {"", "import \"crypto/tls\"\nvar c = tls.Config{InsecureSkipVerify: true}", "says InsecureSkipVerify"},
		"skip verify later": {"", "import \"crypto/tls\"\nfunc f(c *tls.Config) { c.InsecureSkipVerify = true }", "says InsecureSkipVerify"},
		"record error":      {"", `func f(s span) { s.RecordError(nil) }`, "says RecordError"},
		"set error":         {"", `func f(r record) { r.SetErr(nil) }`, "says SetErr"},
		"add event":         {"", `func f(s span) { s.AddEvent("x") }`, "says AddEvent"},
		"status text":       {"", `func f(s span, err error) { s.SetStatus(1, err.Error()) }`, "says SetStatus with a text"},
		"status constant":   {"", `func f(s span) { s.SetStatus(1, "x") }`, "says SetStatus with a text"},
		"status":            {"", `func f(s span) { s.SetStatus(1, "") }`, ""},
		"deferred end":      {"", `func f(s span) { defer s.End() }`, "says defer span.End()"},
		"deferred function": {"", `func f(s span) { defer func() { s.End() }() }`, ""},
		"math/rand":         {"", `import _ "math/rand"`, "says math/rand"},
		"math/rand/v2":      {"client/netguard/a.go", `import _ "math/rand/v2"`, "says math/rand"},
		"jitter":            {"client/resilience/a.go", `import _ "math/rand/v2"`, ""},
		"unsafe":            {"", `import _ "unsafe"`, "says unsafe"},
		"cgo":               {"", `import "C"`, "says unsafe"},
		"dot import":        {"", `import . "os"`, "says dot import"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.file == "" {
				test.file = "client/a.go"
			}
			file, err := archtest.Parse(test.file, []byte("package a\n"+test.source))
			testkit.NoError(t, err)
			check(t, archtest.Bans([]archtest.File{file}), test.want)
		})
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	check(t, archtest.Folders([]string{".ci", ".github", ".git", "client", "credentials", "redact", "telemetry", "examples", "internal"}), "")
	check(t, archtest.Folders([]string{"pkg"}), "pkg: is not a part of the module")
}

func TestRead(t *testing.T) {
	t.Parallel()
	source := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files, err := archtest.Read(fstest.MapFS{
		"doc.go":                     source("package root"),
		"a/a_windows.go":             source("//go:build windows\n\npackage a\n\nimport \"syscall\""),
		"a/a_test.go":                source("package a_test\n\nimport (\n\t\"testing\"\n\n\tx \"example.com/x\"\n)"),
		"a/notes.txt":                source("no code"),
		"a/testdata/b.go":            source("no code"),
		"a/_old/b.go":                source("no code"),
		".ci/b.go":                   source("no code"),
		"internal/tools/go.mod":      source("module tools"),
		"internal/tools/b.go":        source("no code"),
		"internal/tools/below/bb.go": source("no code"),
	})
	testkit.NoError(t, err)
	testkit.DeepEqual(t, archtest.Packages(files), []string{".", "a"})
	testkit.Equal(t, fmt.Sprint(archtest.Imports(files)),
		"[{a a/a_test.go testing true} {a a/a_test.go example.com/x true} {a a/a_windows.go syscall false}]")

	_, err = archtest.Read(fstest.MapFS{"a.go": source("package")})
	testkit.True(t, err != nil, "a file that does not parse is an error")
}
