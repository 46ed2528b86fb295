package process

import (
	"go/version"
	"strings"
)

// A floor is the lowest version of Go that lacks some known vulnerabilities in packages
// that a client uses, by their ids in the Go vulnerability database (vuln.go.dev).
type floor struct {
	version string
	ids     []string
}

// floors are sorted by version. GO-2026-5942 is a panic on a DNS answer, in package net from
// Go 1.26.0 to 1.26.5 and in golang.org/x/net/dns/dnsmessage before v0.56.0, where go.mod
// demands more.
var floors = []floor{
	{"go1.26.6", []string{"GO-2026-5026", "GO-2026-5942", "GO-2026-6090"}},
}

const versionSetting = "go.version"

// inspectVersion holds the version against every floor.
func (f Facts) inspectVersion(found []Weakness) []Weakness {
	own := release(f.Version)
	if !version.IsValid(own) {
		return append(found, Weakness{versionSetting, build, Warn, "cannot be told, hence neither what it is vulnerable to", "build with a release of Go, " + lowest() + " or later"})
	}
	var ids []string
	for _, floor := range floors {
		if version.Compare(own, floor.version) < 0 {
			ids = append(ids, floor.ids...)
		}
	}
	if len(ids) == 0 {
		return found
	}
	return append(found, Weakness{versionSetting, build, Refuse, own + " has known vulnerabilities: " + strings.Join(ids, ", "), "build with " + lowest() + " or later"})
}

// lowest is the version that no floor is above.
func lowest() string { return floors[len(floors)-1].version }

// release is the version in what package runtime says: "go1.26.8 X:nodwarf5", or
// "devel go1.27-0a1b2c3 Mon ..." for a Go between releases.
func release(text string) string {
	own, _, _ := strings.Cut(strings.TrimPrefix(text, "devel "), " ")
	return own
}
