package client

import (
	"net/http"
	"sync"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/netguard"
)

// A way is the transport of a lane beside that of the endpoint: to the identity of the
// machine, to the login hosts, to the vault. It remembers the proof of its last connection.
type way struct {
	transport *edge.Transport

	mu   sync.Mutex
	last netguard.Evidence
}

var _ azpolicy.Transporter = (*way)(nil)

// way makes a transport one that remembers.
func (p *parts) way(transport *edge.Transport) *way {
	w := &way{transport: transport}
	p.ways = append(p.ways, w)
	return w
}

// Do sends req.
func (w *way) Do(req *http.Request) (*http.Response, error) {
	var proof edge.Proof
	resp, err := w.transport.Do(req.WithContext(edge.WithProof(req.Context(), &proof)))
	if evidence := evidenceOf(&proof); evidence.Host != "" {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.last = evidence
	}
	return resp, err
}

// lanes are the proofs of the ways that were gone.
func (p *parts) lanes() (all []netguard.Evidence) {
	for _, w := range p.ways {
		w.mu.Lock()
		last := w.last
		w.mu.Unlock()
		if last.Host != "" {
			all = append(all, last)
		}
	}
	return all
}

// evidenceOf is the evidence of a connection with its TLS.
func evidenceOf(p *edge.Proof) netguard.Evidence {
	e := p.Endpoint
	if s := p.TLS; s != nil {
		e.TLS = &netguard.TLS{Version: s.Version, Suite: s.Suite, Group: s.Group, ALPN: s.ALPN, Resumed: s.Resumed,
			Leaf:   netguard.Leaf{Issuer: s.Issuer, NotAfter: s.NotAfter, SPKI: s.SPKI, SANs: s.SANs},
			PinUse: s.PinUse, Pin: s.Pin, OCSP: s.Staple, OCSPUntil: s.StapledUntil}
	}
	return e
}
