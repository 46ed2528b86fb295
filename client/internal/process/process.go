package process

import (
	"os"
	"runtime"
	"runtime/debug"
)

// A Severity says what is done about a weakness.
type Severity uint8

// The severities, in rising order.
const (
	Note   Severity = iota // the client ignores it, other code of the process may not
	Warn                   // it may weaken the client or its surroundings
	Refuse                 // no client starts with it in production
)

// String is "note", "warn" or "refuse".
func (s Severity) String() string { return [...]string{"note", "warn", "refuse"}[min(s, Refuse)] }

// MarshalText writes the name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Weakness is a setting of the process that weakens it. It never holds a value of the
// environment.
type Weakness struct {
	// Setting is a variable, such as "SSL_CERT_FILE" or "GODEBUG:tlsrsakex", or "go.version".
	Setting string `json:"setting"`
	// Source is where it is from: "environment" or "build".
	Source   string   `json:"source"`
	Severity Severity `json:"severity"`
	// Text says what it does, Fix what to do about it.
	Text string `json:"text"`
	Fix  string `json:"fix"`
}

// String is one line for people.
func (w Weakness) String() string {
	return w.Setting + " (" + w.Source + ", " + w.Severity.String() + "): " + w.Text
}

// The sources.
const (
	environment = "environment"
	build       = "build"
)

// Facts are what an inspection looks at. They are not changed by it.
type Facts struct {
	// Lookup reads the environment.
	Lookup func(string) (string, bool)
	// Debug is the GODEBUG of the build: what go.mod and //go:debug lines say.
	Debug string
	// Version is that of the Go that built the process.
	Version string
	// OwnTrust says that roots or pins of the operator's decide whom to trust.
	OwnTrust bool
}

// Current are the facts of this process. The environment is read when it is inspected, and
// always that of the process: that is what the Go runtime obeys.
func Current(ownTrust bool) Facts {
	f := Facts{Lookup: os.LookupEnv, Version: runtime.Version(), OwnTrust: ownTrust}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "DefaultGODEBUG" {
				f.Debug = s.Value
			}
		}
	}
	return f
}

// Inspect finds the weaknesses, always in the same order.
func (f Facts) Inspect() []Weakness {
	var found []Weakness
	found = f.inspectVersion(found)
	found = f.inspectDebug(found)
	found = f.inspectTrust(found)
	return f.inspectProxies(found)
}

// set reports whether a variable has a value.
func (f Facts) set(variable string) bool {
	value, _ := f.Lookup(variable)
	return value != ""
}

// inspectTrust looks at the variables by which crypto/x509 finds the system's roots on Unix.
// Base images of containers set them for good reasons, so they do not stop a client.
func (f Facts) inspectTrust(found []Weakness) []Weakness {
	for _, variable := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if !f.set(variable) {
			continue
		}
		w := Weakness{variable, environment, Warn, "decides which authorities the system trusts", "name the roots in TLS.Roots, or pin them, so that the environment has no say"}
		if f.OwnTrust {
			w.Severity, w.Text, w.Fix = Note, "has no effect on this client, which has roots or pins of its own", "remove it, unless other code of the process needs it"
		}
		found = append(found, w)
	}
	return found
}

// inspectProxies looks at the variables of http.ProxyFromEnvironment and of other programs.
func (f Facts) inspectProxies(found []Weakness) []Weakness {
	for _, variable := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"} {
		if f.set(variable) {
			found = append(found, Weakness{variable, environment, Note, "is ignored: this client goes through no proxy",
				"remove it, unless other code of the process is meant to go through the proxy"})
		}
	}
	return found
}
