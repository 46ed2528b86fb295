package stage

import (
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Switch halts a client. The zero Switch lets calls pass. It is safe for concurrent use.
type Switch struct{ code atomic.Pointer[event.Code] }

// Set refuses all further calls with code, or lets them pass if code is empty. A closed
// switch stays closed. It reports whether anything changed.
func (s *Switch) Set(code event.Code) bool {
	for {
		old := s.code.Load()
		if old != nil && (*old == event.Closed || *old == code) || old == nil && code == "" {
			return false
		}
		var next *event.Code
		if code != "" {
			next = &code
		}
		if s.code.CompareAndSwap(old, next) {
			return true
		}
	}
}

// Code is why calls are refused, or empty.
func (s *Switch) Code() event.Code {
	if code := s.code.Load(); code != nil {
		return *code
	}
	return ""
}

// A Gate holds what [NewGate] needs.
type Gate struct {
	// Endpoint is the only scheme and host that may be asked.
	Endpoint *url.URL
	// Headers are request headers that may travel besides the built-in ones.
	Headers []string
	// Switch halts the client.
	Switch *Switch
}

// Request headers, in their canonical form. What is on no list is refused: a header can
// carry text past the redaction, or steer the service (x-ms-spillover-deployment does).
var (
	passed = []string{"Accept", "Content-Type"}
	// dropped headers are set by SDKs without the application's doing. They name the
	// machine, try to authenticate, or change what the answer looks like. The trace
	// headers would tell the service about the caller's own systems.
	dropped = []string{
		"User-Agent", "Accept-Encoding", "Idempotency-Key", "Cache-Control", "Accept-Language", "Connection",
		"Authorization", "Api-Key", "Openai-Organization", "Openai-Project", "Ocp-Apim-Subscription-Key",
		"Traceparent", "Tracestate", "Baggage", "X-Request-Id", "X-Ms-Client-Request-Id",
	}
	droppedPrefixes = []string{"X-Stainless-"}
)

type gate struct {
	Gate
	pass map[string]bool
	drop map[string]bool
}

// NewGate returns the stage that refuses what must not even be looked at: a halted
// client, another scheme or host, an upgrade, headers off the list.
func NewGate(cfg Gate) policy.Policy {
	g := &gate{Gate: cfg, pass: map[string]bool{}, drop: map[string]bool{}}
	for _, name := range dropped {
		g.drop[name] = true
	}
	for _, name := range passed {
		g.pass[name] = true
	}
	for _, name := range cfg.Headers {
		g.pass[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	return g
}

func (g *gate) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	if code := g.Switch.Code(); code != "" {
		return nil, policy.Refuse("gate", code, nil)
	}
	if code := g.judge(req); code != "" {
		return nil, policy.Refuse("gate", code, nil)
	}
	if code := g.clean(req.Header); code != "" {
		return nil, policy.Refuse("gate", code, nil)
	}
	req.Host = ""
	return next(req)
}

func (g *gate) judge(req *http.Request) event.Code {
	u := req.URL
	switch {
	case u.Scheme != "https":
		return event.SchemeBlocked
	case !g.isEndpoint(u.Host), u.User != nil, u.Opaque != "", req.Host != "" && !g.isEndpoint(req.Host):
		return event.HostBlocked
	case len(req.Header["Upgrade"]) != 0, req.Method == http.MethodConnect:
		return event.UpgradeBlocked
	case len(req.Trailer) != 0, req.Header.Get("Content-Encoding") != "":
		return event.HeaderBlocked
	}
	return ""
}

// isEndpoint compares a host with that of the endpoint, in which port 443 is left out.
func (g *gate) isEndpoint(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, ":443"), g.Endpoint.Host)
}

// clean removes the headers that are dropped and names a fault if one is left over.
func (g *gate) clean(header http.Header) event.Code {
	for name, values := range header {
		switch {
		case slices.ContainsFunc(values, hasControl):
			return event.HeaderBlocked // it was made to be two fields
		case g.pass[name]:
		case name == betaHeader && areBetas(header[name]):
		case g.drop[name], hasPrefix(name, droppedPrefixes):
			delete(header, name)
		default:
			return event.HeaderBlocked
		}
	}
	return ""
}

// hasControl reports whether a value holds what none may (RFC 9110, 5.5), also that of a
// header which is dropped: whoever set it meant something else.
func hasControl(value string) bool {
	return strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

// betaHeader asks for versions of APIs that are not final, such as "assistants=v2", which
// SDKs set by themselves.
const betaHeader = "Openai-Beta"

// areBetas reports whether values are a few names of APIs with their versions, which is too
// little to carry anything else.
func areBetas(values []string) bool {
	for _, value := range values {
		name, version, ok := strings.Cut(value, "=v")
		if !ok || len(name) > 16 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" || len(version) != 1 || version[0] < '1' || '9' < version[0] {
			return false
		}
	}
	return len(values) < 4
}

// Forbidden reports whether the configuration may not let a header pass: it is one that
// the client itself decides on, or that would carry a credential or change the framing.
func Forbidden(name string) bool {
	return slices.Contains(passed, name) || slices.Contains(dropped, name) || edge.IsCredential(name) ||
		slices.Contains(framing, name) || hasPrefix(name, droppedPrefixes)
}

// framing headers belong to the connection.
var framing = []string{"Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect",
	"Keep-Alive", "Proxy-Connection", "X-Ms-Spillover-Deployment"}

func hasPrefix(name string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
