package edge

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// What the transport refuses or reports, as causes of a [*policy.RefusalError].
var (
	// ErrConfig: the transport has no dialer or no TLS policy.
	ErrConfig error = safeError("edge: transport is not configured")
	// ErrRequest: the request is not one plain https exchange with one host.
	ErrRequest error = safeError("edge: request is not acceptable")
	// ErrRedirect: the answer is a redirect.
	ErrRedirect error = safeError("edge: answer is a redirect")
	// ErrUpgrade: the answer, or the request, leaves HTTP.
	ErrUpgrade error = safeError("edge: protocol upgrade")
	// ErrStatus: the answer has a status that answers nothing.
	ErrStatus error = safeError("edge: answer has an impossible status")
	// ErrFraming: an answer of HTTP/1.1 that two readers could understand differently.
	ErrFraming error = safeError("edge: answer is not framed by the rules")
	// ErrEncoding: the answer is packed in another way than gzip, or badly.
	ErrEncoding error = safeError("edge: answer has a content encoding that is not understood")
	// ErrTooLarge: header or body of the answer are over their limit.
	ErrTooLarge error = safeError("edge: answer is over the limit")
	// ErrHeaderTooLarge: it is the header, with all 1xx before it. Beside ErrTooLarge.
	ErrHeaderTooLarge error = safeError("edge: header of the answer is over the limit")
	// ErrUnpacked: it is what came out when the body was unpacked. Beside ErrTooLarge.
	ErrUnpacked error = safeError("edge: answer is over the limit when unpacked")
	// ErrIncomplete: the answer was cut, or nothing shows that it was not.
	ErrIncomplete error = safeError("edge: answer was cut")
	// ErrHeaderTimeout: the header of the answer did not come in time.
	ErrHeaderTimeout error = safeError("edge: no answer in time")
	// ErrIdle: the answer stalled.
	ErrIdle error = safeError("edge: answer stalled")
	// ErrTotal: the exchange took too long.
	ErrTotal error = safeError("edge: exchange took too long")
	// ErrHandshake: the TLS handshake failed.
	ErrHandshake error = safeError("edge: TLS handshake failed")
	// ErrUnsent accompanies the cause if no byte of the request's body has left.
	ErrUnsent = policy.ErrUnsent
	// ErrSevered: the transport is halted.
	ErrSevered error = safeError("edge: connections are severed")
	// ErrClosed: the transport is closed.
	ErrClosed error = safeError("edge: transport is closed")
)

// safeError is an error whose text is a constant.
type safeError string

func (e safeError) Error() string { return string(e) }

// Safe marks the text as free of payload.
func (safeError) Safe() {}

// name is how this step signs its refusals.
const name = "edge"

// errHTTP1 ends a dial of an HTTP/2 generation whose server does not speak it.
var errHTTP1 = errors.New("edge: server speaks HTTP/1.1")

// refuse returns a refusal with one or more causes. Of several, the first that is safe
// is told.
func refuse(code event.Code, causes ...error) *policy.RefusalError {
	if len(causes) == 1 {
		return policy.Refuse(name, code, causes[0])
	}
	return policy.Refuse(name, code, &several{causes})
}

// several holds causes for errors.Is and errors.As. Its own text says nothing: that of
// net/http quotes what the peer wrote.
type several struct{ causes []error }

func (e *several) Error() string   { return "edge: several causes" }
func (e *several) Unwrap() []error { return e.causes }

// A dialFault is a connection that did not come about. The evidence is that of the peer, if
// there was one.
type dialFault struct {
	code     event.Code
	cause    error
	evidence netguard.Evidence
}

func (e *dialFault) Error() string { return "edge: no connection" }
func (e *dialFault) Unwrap() error { return e.cause }

func dialFailed(err error) error {
	code := netguard.Code(err)
	if code == "" {
		code = event.ConnectFailure
		if isTimeout(err) {
			code = event.ConnectTimeout
		}
	}
	return &dialFault{code: code, cause: err}
}

// handshakeFailed names the rule that a handshake under config broke, on a connection that
// is of no use any more.
func handshakeFailed(raw *tracked, config *tls.Config, err error) error {
	fault := &dialFault{}
	fault.evidence, _ = netguard.EvidenceOf(raw.Conn)
	if isTimeout(err) {
		fault.code, fault.cause = event.HandshakeTimeout, &several{[]error{ErrHandshake, err}}
		return fault
	}
	err = tlspolicy.Explain(config, err)
	fault.code, fault.cause = tlspolicy.Code(err), &several{[]error{err, ErrHandshake}}
	if fault.code == "" {
		fault.code = event.TLSFailure
	}
	return fault
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

// classify is the refusal for an error of net/http before there is an answer, given that
// neither the caller nor this package ended the exchange.
func classify(err error) *policy.RefusalError {
	var dial *dialFault
	var network net.Error
	text := err.Error()
	switch {
	case errors.As(err, &dial):
		return refuse(dial.code, dial.cause, err)
	case isTimeout(err):
		return refuse(event.HeaderTimeout, err, ErrHeaderTimeout)
	case strings.Contains(text, "headers exceeded") || strings.Contains(text, "header list"):
		return refuse(event.HeaderTooLarge, ErrHeaderTooLarge, ErrTooLarge, err)
	case strings.Contains(text, "invalid header field"):
		return refuse(event.HeaderBlocked, ErrRequest, err)
	case tlspolicy.Code(err) != "": // an alert after the handshake
		return refuse(tlspolicy.Code(err), tlspolicy.Explain(nil, err))
	case strings.Contains(text, "graceful shutdown GOAWAY"), strings.Contains(text, "REFUSED_STREAM"),
		strings.Contains(text, "cannot rewind body after connection loss"): // which net/http says if nothing was written
		return refuse(event.ConnectFailure, err, errPeer, policy.ErrUnprocessed)
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), strings.Contains(text, "GOAWAY"),
		strings.Contains(text, "closed"), strings.Contains(text, "lost"):
		return refuse(event.ConnectFailure, err, errPeer)
	default:
		return refuse(event.ResponseInvalid, err, errProtocol)
	}
}

// What net/http tells only in words of the peer.
var (
	errPeer     error = safeError("edge: the peer closed the connection")
	errProtocol error = safeError("edge: not a valid HTTP answer")
)

// given is the refusal for a context that the caller ended.
func given(ctx context.Context) *policy.RefusalError {
	code := event.Canceled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = event.Timeout
	}
	return refuse(code, ctx.Err(), context.Cause(ctx))
}
