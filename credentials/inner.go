package credentials

import (
	"context"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// An inner is a credential of an SDK, and how to get past the tokens that it keeps.
type inner struct {
	// make builds the credential, and names its version. Given the version that there is,
	// it returns nil if that is still the right one. A nil make: now is the only one.
	make func(ctx context.Context, have string) (azcore.TokenCredential, string, error)
	// claims is what makes the SDK ask anew where it is not built anew; empty: nothing does.
	claims string

	mu      sync.Mutex
	now     azcore.TokenCredential
	version string
}

// fixed is a credential that cannot be built anew.
func fixed(credential azcore.TokenCredential) *inner { return &inner{now: credential} }

// ask returns a token, past every cache if it has to be fresh.
func (i *inner) ask(ctx context.Context, options policy.TokenRequestOptions, fresh bool) (azcore.AccessToken, error) {
	credential, err := i.current(ctx, fresh && options.Claims == "")
	if err != nil {
		return azcore.AccessToken{}, err
	}
	if fresh && options.Claims == "" {
		options.Claims = i.claims
	}
	return credential.GetToken(ctx, options)
}

func (i *inner) current(ctx context.Context, fresh bool) (azcore.TokenCredential, error) {
	if i.make == nil {
		return i.now, nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	have := i.version
	if fresh || i.now == nil {
		have = ""
	}
	credential, version, err := i.make(ctx, have)
	if err != nil {
		return nil, err
	}
	if credential != nil {
		i.now, i.version = credential, version
	}
	return i.now, nil
}
