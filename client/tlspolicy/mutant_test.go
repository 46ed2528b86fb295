package tlspolicy_test

import (
	"slices"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// missed names for each control a row that fails without it.
var missed = map[string]string{
	"count":     "CERT 11 certificates",
	"current":   "TLS-17 a chain out of date does not count",
	"group":     "TLS-11 the group is judged too",
	"authority": "CERT-29 leaf is a CA",
	"role":      "CERT-25 no usage",
	"uses":      "CERT-25 any usage beside serverAuth",
	"lifetime":  "CERT lifetime ten years",
	"names":     "CERT 257 names",
	"keys":      "CERT-15 RSA 1024 leaf",
	"pins":      "CERT-56 no pin fits",
	"demand":    "CERT-50 must-staple, no staple",
	"staple":    "CERT-51 revoked",

	"it has a critical extension":                        "CERT-51 critical extension",
	"it is about another certificate":                    "CERT-51 of another serial",
	"it is about a certificate of another authority":     "CERT-51 of another authority's key",
	"its responder is not appointed by the authority":    "CERT-51 responder appointed by a namesake",
	"its responder is not appointed for responses":       "CERT-51 responder a server of the same authority",
	"its responder would have to be asked about in turn": "CERT-51 responder to be asked about in turn",
	"its responder is out of date":                       "CERT-51 responder expired",
	"its responder has a weak key":                       "CERT-51 responder with a weak key",
	"it is signed with a weak algorithm":                 "CERT-51 signed with SHA-1",
	"its signature is not right":                         "CERT-51 signed by another",
	"it names another responder":                         "CERT-51 names another responder",
	"it is from the future":                              "CERT-51 from the future",
	"it is out of date":                                  "CERT-51 out of date",
	"it is in force for too long":                        "CERT-51 for ten days and a second",

	"versions":            "TLS-03 server TLS 1.2, policy 1.3",
	"suites":              "TLS-05 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
	"hybrids first":       "TLS-11 hybrids come first",
	"hybrids only":        "TLS-11 nothing else is offered",
	"roots":               "CERT-01 ECDSA P-256",
	"no renegotiation":    "TLS-15 HelloRequest",
	"rules on resumption": "TLS-17 the rules hold on resumption",
	"session age":         "TLS-17 a session is offered for an hour",
	"own sessions":        "TLS-17 no policy has the sessions of another",
	"observer":            "CERT-58 the observer panics",
	"client certificate":  "TLS client certificate shown",
	"alpn":                "TLS ALPN",
}

// TestEachControlCounts removes one control after the other: the row that is about it must
// then fail, and not before.
func TestEachControlCounts(t *testing.T) {
	t.Parallel()
	all := rows(t)
	controls := tlspolicy.Controls()
	testkit.Equal(t, len(missed), len(controls))
	for _, control := range controls {
		t.Run(control, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(all, func(r row) bool { return r.id == missed[control] })
			if i < 0 {
				t.Fatalf("no row is named for it, or %q is no row", missed[control])
			}
			testkit.NoError(t, all[i].play(t, ""))
			fault := all[i].play(t, control)
			if fault == nil {
				t.Fatalf("%s holds without it", all[i].id)
			}
			t.Logf("without it %s: %v", all[i].id, fault)
		})
	}
}
