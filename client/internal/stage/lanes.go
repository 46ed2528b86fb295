package stage

import (
	"net/http"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Lanes sends each request of an identity to the transport of its lane, and refuses every
// other: a credential has no business anywhere else. Its fields must not change once it is
// in use; it is then safe for concurrent use.
type Lanes struct {
	// Hosts says which lane a URL belongs to.
	Hosts credentials.Hosts
	// Login is the transport to the public login hosts, Identity the one to this machine.
	Login, Identity azpolicy.Transporter
}

var _ azpolicy.Transporter = (*Lanes)(nil)

// Do sends req on its lane.
func (l *Lanes) Do(req *http.Request) (*http.Response, error) {
	var lane azpolicy.Transporter
	switch l.Hosts.Lane(req.URL) {
	case credentials.Login:
		lane = l.Login
	case credentials.Identity:
		lane = l.Identity
	case credentials.Nowhere:
	}
	if lane == nil {
		return nil, policy.Refuse("lanes", event.EgressBlocked, nil)
	}
	return lane.Do(req)
}
