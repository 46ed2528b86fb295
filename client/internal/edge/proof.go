package edge

import (
	"context"
	"crypto/tls"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
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
	p, ok := x.ctx.Value(proofKey{}).(*Proof)
	if !ok || p == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	*p = Proof{Reused: x.again}
	if x.conn == nil {
		return
	}
	p.Endpoint, _ = netguard.EvidenceOf(x.conn)
	p.TLS = x.conn.session
}

// maxIssuer cuts what a certificate says about its issuer.
const maxIssuer = 128

// sessionOf tells the session of a connection. It is made once for each, since all its
// exchanges share it.
func sessionOf(state *tls.ConnectionState) *Session {
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
	}
	return s
}
