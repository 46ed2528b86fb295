package tlspolicy

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"time"
)

// A Verdict is what the policy found about a server that keeps all rules. It holds no
// secret, and of the peer's words only times.
type Verdict struct {
	// ServerName is the name that was asked for and verified. It is empty for an address.
	ServerName string
	// Version, Suite and Group are what the handshake agreed on.
	Version, Suite uint16
	Group          tls.CurveID
	// Resumed says that the session is one of an earlier handshake.
	Resumed bool
	// PinUse says whether a pin fits, Pin is the one that does, or zero.
	PinUse PinUse
	Pin    Pin
	// StapledUntil is when the stapled OCSP response, which says that the certificate is
	// good, gets out of date. Zero means that there was none.
	StapledUntil time.Time
}

// rules are what a verified connection must also keep.
type rules struct {
	pins, backups []Pin
	reportOnly    bool
	postQuantum   bool
	maxLifetime   time.Duration
	observe       func(Verdict) error
	sessions      *sessionCache
	now           func() time.Time
	checks        []check
	stapleChecks  []stapleCheck
}

// A check is one rule. It has a name so that a test can do without it.
type check struct {
	name string
	keep func(*rules, *candidate) error
}

// allChecks are the rules in their order, cheap ones first.
func allChecks() []check {
	return []check{
		{"count", (*rules).few},
		{"current", (*rules).current},
		{"group", (*rules).hybrid},
		{"authority", (*rules).notCA},
		{"role", (*rules).server},
		{"uses", (*rules).serverOnly},
		{"lifetime", (*rules).lifetime},
		{"names", (*rules).named},
		{"keys", (*rules).strong},
		{"pins", (*rules).pinned},
		{"demand", (*rules).demanded},
		{"staple", (*rules).stapled},
	}
}

func newRules(c Config) *rules {
	r := &rules{
		pins: slices.Clone(c.Pins), backups: slices.Clone(c.BackupPins), reportOnly: c.PinsReportOnly,
		postQuantum: c.RequirePostQuantum, maxLifetime: c.MaxLeafLifetime, observe: c.Observe,
		now: time.Now, checks: allChecks(), stapleChecks: allStapleChecks(),
	}
	r.sessions = newSessionCache(r.clock)
	r.sessions.rules = r
	return r
}

func (r *rules) clock() time.Time { return r.now() }

// A candidate is one verified chain of a connection, leaf first, and what is found out
// about it.
type candidate struct {
	state   *tls.ConnectionState
	chain   []*x509.Certificate
	now     time.Time
	verdict Verdict
}

// verify is for tls.Config.VerifyConnection. One verified chain that keeps all rules is
// enough: a server may send cross-signed certificates that make a weaker chain beside it.
// Of several, the one with the best pin counts.
func (r *rules) verify(state tls.ConnectionState) error {
	now := r.now()
	best, err := r.best(&state, now)
	if err != nil {
		return err
	}
	if err := r.tell(best); err != nil {
		return err
	}
	if !state.DidResume {
		r.sessions.verified(state.ServerName, now)
	}
	return nil
}

func (r *rules) best(state *tls.ConnectionState, now time.Time) (best Verdict, err error) {
	if len(state.VerifiedChains) == 0 {
		return best, &RuleError{Rule: ErrUnverified}
	}
	passed := false
	for _, chain := range state.VerifiedChains {
		c := candidate{state: state, chain: chain, now: now}
		fault := r.judge(&c)
		switch {
		case fault != nil && err == nil:
			err = fault
		case fault == nil && (!passed || c.verdict.PinUse < best.PinUse):
			best, passed = c.verdict, true
		}
		if passed && best.PinUse <= PrimaryPin {
			break
		}
	}
	if !passed {
		return Verdict{}, err
	}
	best.ServerName, best.Version, best.Suite = state.ServerName, state.Version, state.CipherSuite
	best.Group, best.Resumed = state.CurveID, state.DidResume
	return best, nil
}

// judge holds a chain against the rules, and stops at the first that it breaks.
func (r *rules) judge(c *candidate) error {
	if len(c.chain) < 2 {
		return broken(ErrUnverified, "no authority stands behind the certificate")
	}
	for _, rule := range r.checks {
		if err := rule.keep(r, c); err != nil {
			return err
		}
	}
	return nil
}

// tell reports the connection. An observer that fails refuses it: what could not be
// recorded must not happen.
func (r *rules) tell(v Verdict) (err error) {
	if r.observe == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			err = broken(ErrObserve, "the observer panicked")
		}
	}()
	if err := r.observe(v); err != nil {
		return &RuleError{ErrObserve, "the observer failed", err}
	}
	return nil
}
