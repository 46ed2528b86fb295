package credentials

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"
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
	// tokenForce lies between two requests because a service took no token.
	tokenForce = 30 * time.Second
	// tokenEarly is how long before its end a token is renewed when Entra names no time, and
	// tokenLong what lives long enough to be renewed at half of that: both as MSAL for Go
	// v1.10.1 has it.
	tokenEarly = 5 * time.Minute
	tokenLong  = 2 * time.Hour
)

type scopeKey struct {
	scope, tenant string
	cae           bool
}

// tokens holds one cell for each scope. azidentity has a cache too, but reaching it costs
// a walk through MSAL, and it renews without a bound on the wait.
type tokens struct {
	last  atomic.Pointer[lastScope] // the cell that was asked last, without a lock
	mu    sync.Mutex
	cells *simplelru.LRU[scopeKey, *refresh.Cell[held]]
}

type lastScope struct {
	key  scopeKey
	cell *refresh.Cell[held]
}

func newTokens() *tokens {
	cells, _ := simplelru.NewLRU[scopeKey, *refresh.Cell[held]](maxScopes, nil) // fails for size 0 only
	return &tokens{cells: cells}
}

// A tokenRequest asks for a token; fresh: past all that an SDK keeps.
type tokenRequest func(ctx context.Context, options policy.TokenRequestOptions, fresh bool) (azcore.AccessToken, error)

// warm is the token for a scope, if it is there and need not be refreshed.
func (t *tokens) warm(scope string) (held, bool) {
	return t.cell(scopeKey{scope: scope}).Fresh()
}

func (t *tokens) get(ctx context.Context, options policy.TokenRequestOptions, request tokenRequest) (held, error) {
	cell := t.cell(keyOf(options))
	if options.Claims != "" {
		return cell.Replace(ctx, fetch(options, request, true))
	}
	// A refresh has to get past the cache of MSAL, which otherwise gives the same token
	// until five minutes before its end, though it named an earlier time to refresh.
	_, refreshing := cell.Peek()
	return cell.Get(ctx, fetch(options, request, refreshing))
}

// renew asks for another token than rejected.
func (t *tokens) renew(ctx context.Context, options policy.TokenRequestOptions, rejected Authorization, request tokenRequest) {
	stale := func(h held) bool { return h.authorization.Equal(rejected.Secret) }
	// Each request brings another token, so that a new one proves nothing.
	same := func(held, held) bool { return true }
	t.cell(keyOf(options)).Renew(ctx, stale, same, fetch(options, request, true))
}

func fetch(options policy.TokenRequestOptions, request tokenRequest, fresh bool) refresh.Fetch[held] {
	return func(ctx context.Context) (held, refresh.Window, error) {
		token, err := request(ctx, options, fresh)
		if err != nil {
			return held{}, refresh.Window{}, err
		}
		return hold(token), window(token), nil
	}
}

func keyOf(options policy.TokenRequestOptions) scopeKey {
	return scopeKey{options.Scopes[0], options.TenantID, options.EnableCAE}
}

func (t *tokens) cell(key scopeKey) *refresh.Cell[held] {
	if last := t.last.Load(); last != nil && last.key == key {
		return last.cell
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	cell, ok := t.cells.Get(key)
	if !ok {
		cell = refresh.New[held](refresh.Rules{Pause: tokenPause, Force: tokenForce})
		t.cells.Add(key, cell)
	}
	t.last.Store(&lastScope{key, cell})
	return cell
}

// window says when a token is renewed: at the time that Entra names, else at half of its
// life, and five minutes before its end if that is two hours or less (at half again below
// ten minutes); and up to a quarter of what is left later, so that replicas that started together do not come together.
func window(token azcore.AccessToken) refresh.Window {
	now := time.Now()
	w := refresh.Window{Refresh: token.RefreshOn, Expire: token.ExpiresOn}
	if w.Refresh.IsZero() {
		half := token.ExpiresOn.Sub(now) / 2
		early := min(tokenEarly, half)
		if half > tokenLong/2 {
			early = half
		}
		w.Refresh = token.ExpiresOn.Add(-early)
	}
	if w.Refresh.Before(now) {
		w.Refresh = now // MSAL had kept it
	}
	left := w.Expire.Sub(w.Refresh)
	w.Refresh = w.Refresh.Add(time.Duration(share() * float64(left) / 4))
	return w
}

// share is a random number from 0 up to 1.
func share() float64 {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails, see crypto/rand
	return float64(binary.BigEndian.Uint32(random[:])) / (1 << 32)
}
