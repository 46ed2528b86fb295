package edge

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strings"
)

// WithCredential returns a copy of req that carries a credential: field is the value of the
// header name, and goes into what net/http gets for an exchange with host. It stands in no
// header before, so that no policy, no log and no answer's Request can show it, and in no
// other place after. Every other credential in the header of req is left out then.
//
// A Transport refuses a request that carries one and is for another host.
func WithCredential(req *http.Request, host, name string, field []string) *http.Request {
	return req.WithContext(&credential{req.Context(), plainHost(host), name, field})
}

// IsCredential reports whether a credential can travel in a header to Azure OpenAI or to a
// gateway in front of it.
func IsCredential(name string) bool {
	switch textproto.CanonicalMIMEHeaderKey(name) {
	case "Authorization", "Api-Key", "Ocp-Apim-Subscription-Key", "Proxy-Authorization", "Cookie":
		return true
	default:
		return false
	}
}

// A credential is a context of its own kind, so that it costs one allocation. It says
// nothing of itself, however it is printed.
type credential struct {
	context.Context

	host, name string
	field      []string
}

type credentialKey struct{}

// Value gives the credential to this package and everything else as before.
func (c *credential) Value(key any) any {
	if key == (credentialKey{}) {
		return c
	}
	return c.Context.Value(key)
}

// String says REDACTED.
func (*credential) String() string { return "REDACTED" }

// Format says REDACTED for every verb.
func (c *credential) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

func credentialOf(ctx context.Context) *credential {
	c, _ := ctx.Value(credentialKey{}).(*credential)
	return c
}

// isFor reports whether the credential may go to a host.
func (c *credential) isFor(host string) bool { return strings.EqualFold(c.host, plainHost(host)) }

// attached is h with this credential and no other.
func (c *credential) attached(h http.Header) http.Header {
	own := make(http.Header, len(h)+1)
	for name, values := range h {
		if !IsCredential(name) {
			own[name] = values
		}
	}
	own[c.name] = c.field
	return own
}

// plainHost leaves out the port that https has anyway.
func plainHost(host string) string { return strings.TrimSuffix(host, ":443") }
