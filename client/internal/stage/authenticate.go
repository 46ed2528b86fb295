package stage

import (
	"context"
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Authenticate holds what [NewAuthenticate] needs: a token with its scope, or a key.
type Authenticate struct {
	// Token is the identity, asked for Scope before each attempt; it caches.
	Token azcore.TokenCredential
	Scope string
	// Key, if set, is used in place of Token, in the header KeyHeader.
	Key       credentials.KeySource
	KeyHeader string
}

// credentialHeaders are all headers in which a credential can travel to Azure OpenAI or to
// a gateway in front of it.
var credentialHeaders = []string{"Authorization", "Api-Key", "Ocp-Apim-Subscription-Key", "Proxy-Authorization", "Cookie"}

// NewAuthenticate returns the stage that attaches the credential, and nothing that came in.
//
// It works on a copy of the request, so that no policy above ever holds the credential. A
// key that the service does not take is rejected at its source, and tried once more if the
// source then has another version.
func NewAuthenticate(cfg Authenticate) policy.Policy {
	return &authenticate{cfg, azpolicy.TokenRequestOptions{Scopes: []string{cfg.Scope}}}
}

type authenticate struct {
	Authenticate

	options azpolicy.TokenRequestOptions
}

func (s *authenticate) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	if s.Key != nil {
		return s.withKey(req, next)
	}
	token, err := s.Token.GetToken(req.Context(), s.options)
	if err != nil {
		return nil, refuseCause(req.Context(), "authenticate", err, event.CredentialMissing)
	}
	return next(withCredential(req, "Authorization", "Bearer "+token.Token))
}

func (s *authenticate) withKey(req *http.Request, next policy.Next) (*http.Response, error) {
	key, err := s.Key.Key(req.Context())
	if err != nil {
		return nil, refuseCause(req.Context(), "authenticate", err, event.CredentialMissing)
	}
	resp, err := next(withCredential(req, s.KeyHeader, key.Value.Cleartext()))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	s.Key.Reject(req.Context(), key)
	fresh, err := s.Key.Key(req.Context())
	if err != nil || fresh.Version == key.Version || !rewind(req) {
		return resp, nil
	}
	_ = resp.Body.Close() // the answer to the old key says nothing more
	return next(withCredential(req, s.KeyHeader, fresh.Value.Cleartext()))
}

// withCredential returns a copy of req with one credential.
func withCredential(req *http.Request, header, value string) *http.Request {
	own := *req
	own.Header = req.Header.Clone()
	for _, name := range credentialHeaders {
		delete(own.Header, name)
	}
	own.Header[header] = []string{value}
	return &own
}

// rewind gives req its body again. It reports false if that cannot be done.
func rewind(req *http.Request) bool {
	if req.Body == nil || req.Body == http.NoBody {
		return true
	}
	if req.GetBody == nil {
		return false
	}
	body, err := req.GetBody()
	if err != nil {
		return false
	}
	req.Body = body
	return true
}

// refuseCause wraps the error of a package below. The end of the call's own context comes
// first, then the code that the error brings, then fallback.
func refuseCause(ctx context.Context, stage string, err error, fallback event.Code) error {
	if ctx.Err() != nil {
		return policy.Refuse(stage, policy.CodeOf(ctx.Err()), err)
	}
	return policy.Refuse(stage, codeOf(err, fallback), err)
}
