package tlspolicy

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"
)

// Controls are the names of all controls that [Without] can remove.
func Controls() []string {
	var all []string
	for _, rule := range allChecks() {
		all = append(all, rule.name)
	}
	for _, rule := range allStapleChecks() {
		all = append(all, rule.fault)
	}
	for name := range settings {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// settings undo controls that are not checks.
var settings = map[string]func(*tls.Config, *rules){
	"versions":            func(c *tls.Config, _ *rules) { c.MinVersion = tls.VersionTLS10 },
	"suites":              func(c *tls.Config, _ *rules) { c.CipherSuites = nil },
	"hybrids first":       func(c *tls.Config, _ *rules) { c.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256} },
	"hybrids only":        func(c *tls.Config, _ *rules) { c.CurvePreferences = slices.Clone(groups) },
	"roots":               func(c *tls.Config, _ *rules) { c.RootCAs = nil },
	"no renegotiation":    func(c *tls.Config, _ *rules) { c.Renegotiation = tls.RenegotiateFreelyAsClient },
	"rules on resumption": onlyFull,
	"session age":         func(c *tls.Config, _ *rules) { c.ClientSessionCache = tls.NewLRUClientSessionCache(maxSessions) },
	"own sessions":        func(c *tls.Config, _ *rules) { c.ClientSessionCache = shared },
	"observer":            func(_ *tls.Config, r *rules) { r.observe = nil },
	"client certificate":  func(c *tls.Config, _ *rules) { c.GetClientCertificate = nil },
	"alpn":                func(c *tls.Config, _ *rules) { c.NextProtos = nil },
}

// shared is what every policy would use without "own sessions".
var shared = tls.NewLRUClientSessionCache(maxSessions)

// onlyFull does what VerifyPeerCertificate would: nothing when a session is resumed.
func onlyFull(c *tls.Config, _ *rules) {
	verify := c.VerifyConnection
	c.VerifyConnection = func(state tls.ConnectionState) error {
		if state.DidResume {
			return nil
		}
		return verify(state)
	}
}

// Without is New at another time, if now is not nil, and without one control, if control
// is not empty.
func Without(control string, now func() time.Time) func(Config) (*tls.Config, error) {
	return func(c Config) (*tls.Config, error) {
		config, r, err := build(c)
		if err != nil {
			return nil, err
		}
		if now != nil {
			r.now, config.Time = now, now
		}
		r.checks = slices.DeleteFunc(r.checks, func(rule check) bool { return rule.name == control })
		r.stapleChecks = slices.DeleteFunc(r.stapleChecks, func(rule stapleCheck) bool { return rule.fault == control })
		if undo, ok := settings[control]; ok {
			undo(config, r)
		}
		return config, nil
	}
}

// PinCheck is the rule of the pins for a chain, alone.
func PinCheck(c Config, chain []*x509.Certificate) func() error {
	r := newRules(c)
	return func() error { return r.pinned(&candidate{chain: chain}) }
}

// JudgeStaple is the judgement of a response, alone.
func JudgeStaple(raw []byte, leaf, issuer *x509.Certificate, now time.Time) error {
	_, err := newRules(Config{}).judgeStaple(raw, staple{leaf: leaf, issuer: issuer, now: now, late: clockSkew})
	return err
}
