package edge

import (
	"context"
	"crypto/tls"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
)

// A Proof is what is known about the connection of one exchange. It holds no secret. Its
// zero value proves nothing.
type Proof struct {
	// Endpoint is the evidence of the guard that dialled.
	Endpoint netguard.Evidence `json:"endpoint"`
	// TLS is the session, or nil for plain http. All exchanges of a connection share it, so
	// it must not be changed.
	TLS *Session `json:"tls,omitempty"`
	// Reused says that the connection had served an exchange before.
	Reused bool `json:"reused"`

	exchange *exchange
}

// Cut closes the connection of the exchange, so that it serves no other: for a stage above
// that has found its answer to break a rule. Other exchanges on it fail. The zero Proof cuts
// nothing.
func (p *Proof) Cut(why *policy.RefusalError) {
	if p.exchange != nil {
		p.exchange.abort(why)
	}
}

// A Session is what the TLS handshake agreed on.
type Session struct {
	Version  string    `json:"version"`
	Suite    string    `json:"suite"`
	Group    string    `json:"group"`
	ALPN     string    `json:"alpn"`
	Resumed  bool      `json:"resumed"`
	Issuer   string    `json:"issuer"`
	NotAfter time.Time `json:"not_after"`
	// SPKI is the SHA-256 of the leaf's public key, in the form of pins, and SANs how many
	// names the leaf is for.
	SPKI string `json:"spki"`
	SANs int    `json:"sans_n"`
	// PinUse is how the connection stands to the pins of the policy, Pin the one that fits.
	PinUse string `json:"pin_use,omitempty"`
	Pin    string `json:"pin,omitempty"`
	// Staple is "good" or "none": anything else was refused. StapledUntil is when the
	// stapled response gets out of date.
	Staple       string    `json:"staple,omitempty"`
	StapledUntil time.Time `json:"stapled_until,omitzero"`

	// Numbers are version, suite and group as crypto/tls has them.
	Numbers [3]uint16 `json:"-"`
}

type proofKey struct{}

// WithProof asks for the proof of the exchange under ctx. It is filled before RoundTrip
// returns, also with an error once there is a connection, and stays zero otherwise. One
// Proof is for one exchange at a time.
func WithProof(ctx context.Context, p *Proof) context.Context {
	return context.WithValue(ctx, proofKey{}, p)
}

// prove fills the proof that the caller asked for.
func (x *exchange) prove() {
	p, ok := x.caller.Value(proofKey{}).(*Proof)
	if !ok || p == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	*p = Proof{Reused: x.again, exchange: x, Endpoint: x.peer}
	if x.conn == nil {
		return
	}
	p.Endpoint, _ = netguard.EvidenceOf(x.conn)
	p.TLS = x.conn.session
}

// maxIssuer cuts what a certificate says about its issuer.
const maxIssuer = 128

// The states of a stapled response.
const (
	stapleGood = "good"
	stapleNone = "none"
)

// sessionOf tells the session of a connection that was made under config. It is made once
// for each, since all its exchanges share it.
func sessionOf(config *tls.Config, state *tls.ConnectionState) *Session {
	s := &Session{
		Version: tls.VersionName(state.Version),
		Suite:   tls.CipherSuiteName(state.CipherSuite),
		Group:   state.CurveID.String(),
		ALPN:    state.NegotiatedProtocol,
		Resumed: state.DidResume,
		Numbers: [3]uint16{state.Version, state.CipherSuite, uint16(state.CurveID)},
	}
	if len(state.PeerCertificates) > 0 {
		leaf := state.PeerCertificates[0]
		issuer := strconv.QuoteToASCII(leaf.Issuer.String())
		s.Issuer, s.NotAfter = issuer[1:min(len(issuer)-1, maxIssuer)], leaf.NotAfter
		s.SPKI = tlspolicy.PinOf(leaf).String()
		s.SANs = len(leaf.DNSNames) + len(leaf.IPAddresses) + len(leaf.EmailAddresses) + len(leaf.URIs)
	}
	if verdict, ok := tlspolicy.VerdictOf(config, state); ok {
		s.judged(verdict)
	}
	return s
}

// judged adds what the policy found. Without it pin and staple stay unknown.
func (s *Session) judged(v tlspolicy.Verdict) {
	s.PinUse, s.Staple, s.StapledUntil = v.PinUse.String(), stapleNone, v.StapledUntil
	if v.Pin != (tlspolicy.Pin{}) {
		s.Pin = v.Pin.String()
	}
	if !v.StapledUntil.IsZero() {
		s.Staple = stapleGood
	}
}
