package battery

import (
	"errors"
	"io"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Class is why a call fails. The zero Class is that it does not.
type Class struct {
	// Name is short, as "limit.body".
	Name string
	// Code is that of the refusal, the same in error, metric and audit record.
	Code event.Code
	// Causes are what errors.Is finds beside it: one of them, if there are any.
	Causes []error
	// Answer says that it is the answer of the service, which the application gets, and
	// which only the records call a failure.
	Answer bool
}

// String is the name.
func (c Class) String() string {
	if c.Name == "" {
		return "OK"
	}
	return c.Name
}

// causedBy reports whether err has one of the causes.
func (c Class) causedBy(err error) bool {
	for _, cause := range c.Causes {
		if errors.Is(err, cause) {
			return true
		}
	}
	return len(c.Causes) == 0
}

func class(name string, code event.Code, causes ...error) Class {
	return Class{Name: name, Code: code, Causes: causes}
}

func answer(name string, code event.Code) Class { return Class{Name: name, Code: code, Answer: true} }

// The classes.
var (
	OK = Class{}

	Config       = class("CFG", event.ConfigInvalid, client.ErrConfig)
	StaticSecret = class("policy", event.CredentialStatic)

	Address = class("addr", event.PrivateEndpoint, netguard.ErrPublicAddress, netguard.ErrOutsidePrefixes, netguard.ErrDenied)
	Chain   = class("dns.chain", event.PrivateUnproved, netguard.ErrChain)
	DNS     = class("dns", event.DNSFailure, netguard.ErrResolve)
	Missing = class("dns.nxdomain", event.DNSNotFound, netguard.ErrNotFound)
	// ServerFailed is retryable, unlike Missing.
	ServerFailed = class("dns.servfail", event.DNSServerFailure, netguard.ErrServerFailed)
	// ServiceWay is what the service itself says of the way to it.
	ServiceWay = class("service.way", event.PrivateEndpoint, netguard.ErrService)

	TLS         = class("tls", event.TLSFailure, edge.ErrHandshake)
	TLSVersion  = class("tls.version", event.TLSVersion, edge.ErrHandshake)
	TLSCipher   = class("tls.cipher", event.TLSCipher, edge.ErrHandshake)
	Certificate = class("tls.cert", event.TLSCertificate, edge.ErrHandshake)

	Protocol       = class("proto", event.ResponseInvalid)
	Upgrade        = class("proto", event.UpgradeBlocked, edge.ErrUpgrade)
	StreamProtocol = class("proto", event.StreamInvalid)
	ContentType    = class("proto.content-type", event.ResponseType)
	Disconnected   = class("connect", event.ConnectFailure)

	Redirect = class("redirect", event.RedirectBlocked, edge.ErrRedirect)
	Origin   = class("origin", event.HostBlocked)
	Scheme   = class("origin", event.SchemeBlocked)
	Header   = class("header", event.HeaderBlocked)
	Field    = class("policy", event.BodyField)
	Route    = class("policy", event.RouteUnknown)
	Auth     = answer("auth", event.CredentialRejected)

	HeaderLimit   = class("limit.header", event.HeaderTooLarge, edge.ErrHeaderTooLarge)
	BodyLimit     = class("limit.body", event.ResponseTooLarge)
	UnpackedLimit = class("limit.decomp", event.UnpackedTooLarge, edge.ErrUnpacked)
	LineLimit     = class("limit.line", event.LineTooLarge)
	EventLimit    = class("limit.event", event.EventTooLarge)

	DialTimeout   = class("timeout.dial", event.ConnectTimeout, netguard.ErrConnect)
	TLSTimeout    = class("timeout.tls", event.HandshakeTimeout, edge.ErrHandshake)
	HeaderTimeout = class("timeout.header", event.HeaderTimeout, edge.ErrHeaderTimeout)
	IdleTimeout   = class("timeout.idle", event.IdleTimeout, edge.ErrIdle)
	TotalTimeout  = class("timeout.total", event.TotalTimeout, edge.ErrTotal)

	// Cut is an answer that the network ended early, Unfinished a stream that ended in
	// good order before its terminal event.
	Cut        = class("incomplete", event.StreamAborted, edge.ErrIncomplete, io.ErrUnexpectedEOF)
	Unfinished = class("incomplete", event.StreamAborted)

	Exhausted = class("retry.exhausted", event.RetriesExhausted)
	Service   = answer("service", event.Other)
	Throttled = answer("service", event.RateLimited)
	Killed    = class("killed", event.KillSwitch)
)
