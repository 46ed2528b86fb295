package archtest

import (
	"path"
	"slices"
	"strings"
)

// Module is the path of the module that the rules are about.
const Module = "github.com/sallyport-go/sallyport"

// A place is where a package, or all that match a pattern, stands among the layers.
type place struct {
	pattern string // relative to the module, "." for its root; * stands for one element
	layer   int
	beside  []string // what it may import of its own layer
}

// places holds every package of the module, and those to come.
var places = []place{
	{"examples/*", 4, []string{"client/clienttest"}},
	{"client/clienttest", 4, nil},
	{"client/internal/battery", 4, []string{"client/clienttest"}},

	{"client/openaiv3", 3, []string{"client"}},
	{"client/posture", 3, []string{"client"}},
	{"client", 3, nil},
	{"client/unsafeallow", 3, []string{"client"}},

	{"client/internal/stage", 2, []string{"client/internal/wire", "client/internal/edge"}},
	{"client/internal/wire", 2, nil},
	{"client/internal/edge", 2, nil},

	{"redact", 1, []string{"redact/detect"}},
	{"redact/detect", 1, nil},
	{"redact/azurepii", 1, []string{"redact", "redact/detect"}},
	{"redact/presidio", 1, []string{"redact", "redact/detect"}},
	{"credentials", 1, nil},
	{"credentials/keyvault", 1, []string{"credentials"}},
	{"telemetry", 1, nil},
	{"telemetry/audit", 1, nil},
	{"telemetry/scrub", 1, []string{"telemetry"}},
	{"telemetry/watch", 1, nil},
	{"client/netguard", 1, nil},
	{"client/tlspolicy", 1, nil},
	{"client/ratelimit", 1, nil},
	{"client/ratelimit/redisstore", 1, []string{"client/ratelimit"}},
	{"client/resilience", 1, nil},
	{"client/guardrail", 1, nil},

	{"client/policy", 0, []string{"telemetry/event"}},
	{"telemetry/event", 0, nil},
	{"client/internal/waiver", 0, nil},
	{"client/internal/process", 0, nil},
	{"client/internal/hostile", 0, nil},
	{"internal/*", 0, nil},
	{".", 0, nil},
}

// placeOf finds the place of a package. An internal package that has none stands where
// its owner stands: it is a part of it, which other parts may share.
func placeOf(pkg string) (place, bool) {
	for _, p := range places {
		if match(p.pattern, pkg) {
			return p, true
		}
	}
	if i := strings.LastIndex(pkg, "/internal/"); i >= 0 {
		return placeOf(pkg[:i])
	}
	return place{}, false
}

// match is path.Match for patterns of this package, which are well-formed.
func match(pattern, pkg string) bool {
	ok, err := path.Match(pattern, pkg)
	return err == nil && ok
}

func matchAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, pkg) })
}

// Arrows returns a fault for each package that has no place, and for each import of a
// package of this module that does not point down. Imports by tests are not looked at.
func Arrows(packages []string, imports []Import) []Fault {
	var faults []Fault
	for _, from := range packages {
		if _, ok := placeOf(from); !ok {
			faults = append(faults, Fault{from, "layers", "the package has no place in the table of layers"})
		}
	}
	for _, imp := range imports {
		to, ok := inModule(imp.Path)
		if !ok || imp.Test {
			continue
		}
		a, okA := placeOf(imp.Package)
		b, okB := placeOf(to)
		switch {
		case !okA || !okB:
			// The package without a place has its fault already.
		case a.layer > b.layer, a.pattern == b.pattern, a.layer == b.layer && slices.Contains(a.beside, b.pattern):
		case a.layer == b.layer:
			faults = append(faults, Fault{imp.File, "layers", "imports " + to + ", which stands beside it"})
		default:
			faults = append(faults, Fault{imp.File, "layers", "imports " + to + ", which stands above it"})
		}
	}
	return faults
}

// inModule returns the path relative to the module of a package that is in it.
func inModule(importPath string) (string, bool) {
	if importPath == Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, Module+"/")
}
