package stage

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Authenticate holds what [NewAuthenticate] needs: a token with its scope, or a key.
type Authenticate struct {
	// Token is the identity, asked for Scope before each attempt; it caches.
	Token *credentials.Credential
	Scope string
	// Key, if set, is used in place of Token, in the header KeyHeader.
	Key       credentials.KeySource
	KeyHeader string
	// Host is the only one that is shown the credential.
	Host string
}

// NewAuthenticate returns the stage that attaches the credential, and nothing that came in.
//
// It attaches it by [edge.WithCredential], so that no header holds it before the transport
// makes its own. When the service does not take it, the answer decides: a token or key that
// has ended is had anew, and the request is sent once more if another one came; a claims
// challenge is passed on to the identity. Everything else, above all a missing role, is for
// the caller, and so is all that is about the token of a user.
func NewAuthenticate(cfg Authenticate) policy.Policy { return &authenticate{cfg} }

type authenticate struct{ Authenticate }

func (s *authenticate) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	if s.Key != nil {
		return s.withKey(req, next)
	}
	token, err := s.Token.Authorization(req.Context(), s.Scope)
	if err != nil {
		return nil, refuseCause(req.Context(), "authenticate", err, event.CredentialMissing)
	}
	resp, err := next(edge.WithCredential(req, s.Host, "Authorization", token.Field()))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	verdict, claims := judge(resp)
	if !verdict.Renewable() {
		return resp, nil
	}
	s.Token.Reject(req.Context(), s.Scope, token, claims)
	fresh, err := s.Token.Authorization(req.Context(), s.Scope)
	if err != nil || fresh.Equal(token.Secret) || !rewind(req) {
		return resp, nil
	}
	_ = resp.Body.Close() // the answer to the old token says nothing more
	return next(edge.WithCredential(req, s.Host, "Authorization", fresh.Field()))
}

// errKeyed is that a call for a user meets a client that has a key: the service would take
// it for a call of nobody.
var errKeyed error = &credentials.UserError{Rule: "the client calls with a key"}

func (s *authenticate) withKey(req *http.Request, next policy.Next) (*http.Response, error) {
	if credentials.ForUser(req.Context()) {
		return nil, policy.Refuse("authenticate", event.CredentialMissing, errKeyed)
	}
	key, err := s.Key.Key(req.Context())
	if err != nil {
		return nil, refuseCause(req.Context(), "authenticate", err, event.CredentialMissing)
	}
	resp, err := next(edge.WithCredential(req, s.Host, s.KeyHeader, []string{key.Value.Cleartext()}))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	if verdict, _ := judge(resp); !verdict.Renewable() {
		return resp, nil
	}
	s.Key.Reject(req.Context(), key)
	fresh, err := s.Key.Key(req.Context())
	if err != nil || fresh.Value.Equal(key.Value) || !rewind(req) {
		return resp, nil
	}
	_ = resp.Body.Close() // the answer to the old key says nothing more
	return next(edge.WithCredential(req, s.Host, s.KeyHeader, []string{fresh.Value.Cleartext()}))
}

// maxJudged is how much of a refusal is read; the longest known text has 600 bytes.
const maxJudged = 8 << 10

// judge says what a refusal means. The answer can be read from its start afterwards.
func judge(resp *http.Response) (credentials.Verdict, credentials.Secret) {
	start, err := io.ReadAll(io.LimitReader(resp.Body, maxJudged))
	rest := io.Reader(resp.Body)
	if err != nil {
		rest = failing{err}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), rest), resp.Body}
	return credentials.Judge(resp.StatusCode, resp.Header, start)
}

// failing is the rest of a body whose reading failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

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
