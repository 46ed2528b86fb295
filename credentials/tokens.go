package credentials

import (
	"context"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
)

const (
	// maxScopes bounds the tokens that are held. A client needs two: model and vault.
	maxScopes = 16
	// tokenPause is how long a failed request stands as the answer.
	tokenPause = 2 * time.Second
	// tokenEarly is how long before its end a token is renewed when Entra names no time.
	// MSAL for Go v1.10.1 takes its own copy for expired at the same moment.
	tokenEarly = 5 * time.Minute
)

type scopeKey struct {
	scope, tenant string
	cae           bool
}

// tokens holds one cell for each scope. azidentity has a cache too, but reaching it costs
// a walk through MSAL, and it renews without a bound on the wait.
type tokens struct {
	mu    sync.Mutex
	cells *simplelru.LRU[scopeKey, *refresh.Cell[azcore.AccessToken]]
}

func newTokens() *tokens {
	cells, _ := simplelru.NewLRU[scopeKey, *refresh.Cell[azcore.AccessToken]](maxScopes, nil) // fails for size 0 only
	return &tokens{cells: cells}
}

type tokenRequest func(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error)

func (t *tokens) get(ctx context.Context, options policy.TokenRequestOptions, request tokenRequest) (azcore.AccessToken, error) {
	cell := t.cell(scopeKey{options.Scopes[0], options.TenantID, options.EnableCAE})
	fetch := func(ctx context.Context) (azcore.AccessToken, refresh.Window, error) {
		token, err := request(ctx, options)
		return token, window(token), err
	}
	if options.Claims != "" {
		return cell.Replace(ctx, fetch)
	}
	return cell.Get(ctx, fetch)
}

func (t *tokens) cell(key scopeKey) *refresh.Cell[azcore.AccessToken] {
	t.mu.Lock()
	defer t.mu.Unlock()
	if cell, ok := t.cells.Get(key); ok {
		return cell
	}
	cell := refresh.New[azcore.AccessToken](tokenPause, nil)
	t.cells.Add(key, cell)
	return cell
}

func window(token azcore.AccessToken) refresh.Window {
	w := refresh.Window{Refresh: token.RefreshOn, Expire: token.ExpiresOn}
	if w.Refresh.IsZero() {
		w.Refresh = token.ExpiresOn.Add(-tokenEarly)
	}
	return w
}
