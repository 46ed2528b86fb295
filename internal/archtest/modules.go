package archtest

import "strings"

// A right says who may import a package, and what lies under it.
type right struct {
	prefix string
	code   []string // packages whose code may, as patterns
	tests  []string // packages whose tests may too
	reason string
}

var (
	nobody   []string
	anybody  = []string{"*", "*/*", "*/*/*", "*/*/*/*"}
	examples = []string{"examples/*"}
)

// rights is closed: what is not in it may be imported by nobody. The longest prefix
// counts.
var rights = []right{
	{"github.com/openai/openai-go", with("client/openaiv3"), with("client/openaiv3"), "it costs minutes to compile and releases several times a week"},
	{"github.com/redis/go-redis", []string{"client/ratelimit/redisstore"}, []string{"client/ratelimit/redisstore"}, "users without Redis must not compile it"},
	{"github.com/hashicorp/golang-lru/v2", []string{"client/ratelimit", "client/resilience", "credentials", "credentials/keyvault", "redact", "redact/internal/remote", "telemetry", "telemetry/watch"}, []string{"client/ratelimit", "client/resilience", "credentials", "credentials/keyvault", "redact", "redact/internal/remote", "telemetry", "telemetry/watch"}, "only what keeps a bounded table needs it"},
	{"github.com/hashicorp/golang-lru/v2/expirable", nobody, nobody, "it starts a goroutine that never ends"},

	{"github.com/Azure/azure-sdk-for-go/sdk/azcore", with("credentials", "credentials/keyvault", "credentials/internal/*", "client/internal/stage", "client/internal/edge", "client", "client/posture", "client/clienttest", "client/internal/battery"), anybody, "it holds the interfaces of credentials and transports"},
	{"github.com/Azure/azure-sdk-for-go/sdk/azidentity", []string{"credentials"}, []string{"credentials", "client/clienttest"}, "identities have one home"},
	{"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets", []string{"credentials/keyvault"}, []string{"credentials/keyvault", "client/clienttest"}, "the vault has one home"},

	{"go.opentelemetry.io/otel", with("telemetry", "telemetry/scrub"), anybody, "what is told has one home"},
	{"go.opentelemetry.io/otel/sdk", with("telemetry/scrub", "client/internal/battery"), anybody, "the application chooses its SDK"},

	{"golang.org/x/crypto/ocsp", []string{"client/tlspolicy"}, []string{"client/tlspolicy"}, "revocation is judged in one place"},
	{"golang.org/x/net/dns/dnsmessage", []string{"client/netguard", "client/clienttest", "internal/*"}, anybody, "it parses and writes DNS messages"},

	{Module + "/client/unsafeallow", with("client/clienttest", "client/internal/battery"), anybody, "weakening is the application's decision"},
	{Module + "/internal/testkit", []string{"client/internal/battery"}, anybody, "it is for tests, and defines a flag"},
	{Module + "/internal/archtest", nobody, []string{"internal/archtest"}, "it is about the module, not of it"},
	{Module, anybody, anybody, "the layers decide"},
}

// with is more and the examples, which are applications and so may do what those may.
func with(more ...string) []string { return append(more, examples...) }

// Rights returns a fault for each import that the list does not allow.
func Rights(imports []Import) []Fault {
	var faults []Fault
	for _, imp := range imports {
		r, ok := rightOf(imp.Path)
		switch {
		case !ok && standard(imp.Path):
		case !ok:
			faults = append(faults, Fault{imp.File, "modules", "imports " + imp.Path + ", which is on no list"})
		case matchAny(r.code, imp.Package), imp.Test && matchAny(r.tests, imp.Package):
		default:
			faults = append(faults, Fault{imp.File, "modules", "imports " + imp.Path + "; " + r.reason})
		}
	}
	return faults
}

func rightOf(importPath string) (right, bool) {
	var best right
	for _, r := range rights {
		if under(importPath, r.prefix) && len(r.prefix) > len(best.prefix) {
			best = r
		}
	}
	return best, best.prefix != ""
}

func under(importPath, prefix string) bool {
	rest, ok := strings.CutPrefix(importPath, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// standard reports whether a path is of the standard library: its first element is no
// domain name.
func standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// Heavy returns a fault for each package in deps, the whole dependency list of the
// package from, that must not be compiled by users of from.
func Heavy(from string, deps []string) []Fault {
	var faults []Fault
	for _, dep := range deps {
		for _, prefix := range []string{"github.com/openai/openai-go", "github.com/redis", "go.opentelemetry.io/otel/sdk", Module + "/client/unsafeallow", "testing"} {
			if under(dep, prefix) {
				faults = append(faults, Fault{from, "modules", "depends on " + dep})
			}
		}
	}
	return faults
}
