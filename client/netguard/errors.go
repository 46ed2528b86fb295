package netguard

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// What a guard refuses. Each comes wrapped in a type that says more.
var (
	// ErrPublicAddress: an address is public. In an [*AddressError].
	ErrPublicAddress = errors.New("netguard: public address")
	// ErrOutsidePrefixes: an address is neither public nor allowed. In an [*AddressError].
	ErrOutsidePrefixes = errors.New("netguard: address outside the allowed prefixes")
	// ErrDenied: an address that no setting allows. In an [*AddressError].
	ErrDenied = errors.New("netguard: address is denied whatever the prefixes say")
	// ErrChain: the answer does not prove a private endpoint. In a [*ChainError].
	ErrChain = errors.New("netguard: no proof of a private endpoint")
	// ErrResolve: no answer that can be trusted. In a [*ResolveError].
	ErrResolve = errors.New("netguard: name not resolved")
	// ErrNotFound: the name does not exist or has no address. Beside ErrResolve.
	ErrNotFound = errors.New("netguard: no such name")
	// ErrServerFailed: the DNS server failed or refused; a new try may help. Beside ErrResolve.
	ErrServerFailed = errors.New("netguard: the DNS server failed")
	// ErrHost: host, port or network is not on the list of the lane.
	ErrHost error = safeError("netguard: destination is not on the list")
	// ErrConnect: the verified address did not answer. In a [*ConnectError], with one of
	// the sentinels for addresses beside it if the last check before or after the connect
	// refused.
	ErrConnect = errors.New("netguard: connect failed")

	// ErrService: the service does not take the way by which it was reached. In a
	// [*ServiceError].
	ErrService = errors.New("netguard: the service refuses the way by which it was reached")

	errPeer = fmt.Errorf("%w: the peer is another one", ErrDenied)
)

// safeError is an error whose text is a constant.
type safeError string

func (e safeError) Error() string { return string(e) }

// Safe marks the text as free of payload.
func (safeError) Safe() {}

// An AddressError is an address that must not be dialled. It unwraps to
// [ErrPublicAddress], [ErrOutsidePrefixes] or [ErrDenied].
type AddressError struct {
	Host  string
	Lane  Lane
	Addr  netip.Addr
	Class Class
	// Chain says that the name leads into the private zone all the same: the zone is not
	// linked to this network, or falls back to the internet (NxDomainRedirect).
	Chain bool
	// Rule is the sentinel.
	Rule error
}

// Error names host, address and class.
func (e *AddressError) Error() string {
	text := e.Rule.Error() + ": " + e.Host
	if ip := e.Addr.WithZone("").String(); ip != e.Host {
		text += " has " + ip
	}
	text += " (" + e.Class.String() + ")"
	if e.Chain {
		which := "one outside the allowed prefixes"
		if e.Class == ClassPublic {
			which = "public address"
		}
		text += ", privatelink chain but " + which + ": is the private DNS zone linked, without fallback to internet?"
	}
	return text
}

// Unwrap gives the sentinel.
func (e *AddressError) Unwrap() error { return e.Rule }

// Safe marks the text as free of payload.
func (*AddressError) Safe() {}

// A ChainError is an answer whose records do not lead from the host to a private zone.
// It unwraps to [ErrChain].
type ChainError struct {
	Host   string
	Reason string
}

// Error names the host and a fixed reason, never a name from the answer.
func (e *ChainError) Error() string { return ErrChain.Error() + ": " + e.Host + ": " + e.Reason }

// Unwrap gives ErrChain.
func (*ChainError) Unwrap() error { return ErrChain }

// Safe marks the text as free of payload.
func (*ChainError) Safe() {}

// A ResolveError is a lookup without an answer. It unwraps to [ErrResolve], to
// [ErrNotFound] if the name does not exist or has no address, and to the cause.
type ResolveError struct {
	Host   string
	Server string
	// Reason is fixed text, such as "the server failed (SERVFAIL)".
	Reason string
	// Missing says that the server is sure: a new try is of no use.
	Missing bool
	Err     error
}

// Error names host, server and reason.
func (e *ResolveError) Error() string {
	text := ErrResolve.Error() + ": " + e.Host + ": " + e.Reason
	if e.Server != "" {
		text += ", asked " + e.Server
	}
	return text
}

// Unwrap gives the sentinels and the cause.
func (e *ResolveError) Unwrap() []error {
	errs := []error{ErrResolve}
	if e.Missing {
		errs = append(errs, ErrNotFound)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}

// Safe marks the text as free of payload.
func (*ResolveError) Safe() {}

// A ConnectError is a verified address that could not be connected to. It unwraps to
// [ErrConnect] and the cause.
type ConnectError struct {
	Host  string
	Lane  Lane
	Addr  netip.AddrPort
	Tried int
	Err   error
}

// Error names host and address.
func (e *ConnectError) Error() string {
	text := ErrConnect.Error() + ": " + e.Host + " at " + e.Addr.String()
	if e.Tried > 1 {
		text += ", the last of " + strconv.Itoa(e.Tried)
	}
	return text
}

// Unwrap gives ErrConnect and the cause.
func (e *ConnectError) Unwrap() []error { return []error{ErrConnect, e.Err} }

// Timeout reports whether the address stayed silent until the deadline.
func (e *ConnectError) Timeout() bool {
	var t interface{ Timeout() bool }
	return errors.As(e.Err, &t) && t.Timeout()
}

// Safe marks the text as free of payload.
func (*ConnectError) Safe() {}

// A ServiceError is an answer of the service that says that the connection is not the
// private one, see [JudgeService]. It unwraps to [ErrService].
type ServiceError struct {
	Host   string
	Status int
	Rule   Rule
}

// Error names host, status and what the answer means, and quotes nothing of it.
func (e *ServiceError) Error() string {
	return ErrService.Error() + ": " + e.Host + ", status " + strconv.Itoa(e.Status) + ": " + findings[e.Rule].text
}

// Unwrap gives ErrService.
func (*ServiceError) Unwrap() error { return ErrService }

// Safe marks the text as free of payload.
func (*ServiceError) Safe() {}

// Code is the code of err from a guard: private_endpoint_violation for an address of the
// Private lane and for the answer of a service, private_endpoint_unproved for a chain,
// egress_blocked for a destination outside its lane, dns_name_not_found,
// dns_server_failure, dns_failure, connect_failure, connect_connect_timeout, canceled. It is empty for nil
// and for errors that are not a guard's.
func Code(err error) event.Code {
	var address *AddressError
	var connect *ConnectError
	switch {
	case err == nil:
		return ""
	case errors.Is(err, context.Canceled):
		return event.Canceled
	case errors.As(err, &address):
		return refusal(address.Lane)
	case errors.As(err, &connect) && addressRule(err) != "":
		return refusal(connect.Lane)
	case errors.Is(err, ErrService):
		return event.PrivateEndpoint
	case errors.Is(err, ErrChain):
		return event.PrivateUnproved
	case errors.Is(err, ErrHost):
		return event.EgressBlocked
	case errors.Is(err, ErrNotFound):
		return event.DNSNotFound
	case errors.Is(err, ErrServerFailed):
		return event.DNSServerFailure
	case errors.Is(err, ErrResolve):
		return event.DNSFailure
	case connect != nil && !connect.Timeout():
		return event.ConnectFailure
	case connect != nil, errors.Is(err, context.DeadlineExceeded):
		return event.ConnectTimeout
	default:
		return ""
	}
}

// refusal is the code for an address that its lane does not take.
func refusal(lane Lane) event.Code {
	if lane == Private {
		return event.PrivateEndpoint
	}
	return event.EgressBlocked
}
