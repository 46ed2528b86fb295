package process

import (
	"strconv"
	"strings"
)

// A knob is a setting of GODEBUG.
type knob struct {
	name     string
	weak     func(value string) bool
	severity Severity
	text     string
}

func is(weak string) func(string) bool { return func(value string) bool { return value == weak } }

// knobs are the settings that weaken something that is near to a client, in the order in
// which they are told.
var knobs = []knob{
	{"tlsrsakex", is("1"), Refuse, "offers key exchanges by RSA, without forward secrecy"},
	{"tls3des", is("1"), Refuse, "offers 3DES"},
	{"tlssha1", is("1"), Refuse, "takes signatures with SHA-1 in TLS 1.2"},
	{"tlsmlkem", is("0"), Refuse, "takes post-quantum key exchange away"},
	{"tlssecpmlkem", is("0"), Refuse, "takes the post-quantum key exchanges with NIST curves away"},
	{"tlsmaxrsasize", largeRSA, Refuse, "takes RSA keys so large that verifying them is a denial of service"},
	{"tlsunsafeekm", is("1"), Refuse, "exports keys of sessions that are not bound to their handshake"},
	{"rsa1024min", is("0"), Refuse, "takes RSA keys below 1024 bits"},
	{"x509negativeserial", is("1"), Refuse, "takes certificates with negative serial numbers"},
	{"x509usepolicies", is("0"), Refuse, "passes over the policies of certificates"},
	{"x509usefallbackroots", is("1"), Refuse, "trusts the roots that some package brings, in place of the system's"},
	{"fips140ems", is("0"), Refuse, "allows TLS 1.2 without extended master secret in FIPS mode"},
	{"httplaxcontentlength", is("1"), Refuse, "takes an empty Content-Length, about which two readers may disagree"},

	{"http2client", is("0"), Warn, "takes HTTP/2 away from clients"},
	{"httpcookiemaxnum", is("0"), Warn, "parses any number of cookies"},
	{"urlstrictcolons", is("0"), Warn, "takes URLs with stray colons in their host"},
	{"urlmaxqueryparams", is("0"), Warn, "parses any number of query parameters"},
	{"netdns", func(value string) bool { return strings.Contains(value, "cgo") }, Warn, "hands the lookups of other code to the C library; this client has its own resolver"},
}

// largeRSA reports whether value is above the limit of crypto/tls. What is no number it
// passes over.
func largeRSA(value string) bool {
	bits, err := strconv.Atoi(value)
	return err == nil && bits > 8192
}

const debugVariable = "GODEBUG"

// inspectDebug looks at GODEBUG of the environment, which wins, and of the build.
func (f Facts) inspectDebug(found []Weakness) []Weakness {
	text, _ := f.Lookup(debugVariable)
	if printsHTTP2(text) {
		found = append(found, weakness("http2debug", environment, Refuse, "prints requests over HTTP/2, with tokens and keys, to standard error"))
	}
	own, built := settings(text), settings(f.Debug)
	for _, k := range knobs {
		value, source := built[k.name], build
		if set, ok := own[k.name]; ok {
			value, source = set, environment
		}
		if k.weak(value) {
			found = append(found, weakness(k.name, source, k.severity, k.text))
		}
	}
	return found
}

func weakness(name, source string, severity Severity, text string) Weakness {
	fix := "remove " + name + " from the variable " + debugVariable
	if source == build {
		fix = "remove " + name + " from the godebug lines of go.mod and the go:debug lines of package main"
	}
	return Weakness{debugVariable + ":" + name, source, severity, text, fix}
}

// printsHTTP2 asks as net/http does, which has a reader of its own for this setting: the
// environment alone, and wherever it stands in it.
func printsHTTP2(text string) bool {
	return strings.Contains(text, "http2debug=1") || strings.Contains(text, "http2debug=2")
}

// settings reads a GODEBUG as the runtime does: of two values for a name the last counts,
// and what follows # in a value is for bisect.
func settings(text string) map[string]string {
	all := map[string]string{}
	for setting := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(setting, "=")
		if ok {
			all[name], _, _ = strings.Cut(value, "#")
		}
	}
	return all
}
