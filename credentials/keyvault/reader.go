package keyvault

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/internal/fence"
	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
)

// A use says whether an answer of the vault is good for something.
type use func(azsecrets.Secret, time.Time) (held, Reason, error)

// A reader keeps one secret of a vault. The nil reader has none.
type reader struct {
	secret  string
	ttl     time.Duration
	timeout time.Duration
	use     use
	options *azsecrets.GetSecretOptions
	notify  func(context.Context, Notice)
	client  *azsecrets.Client
	cell    *refresh.Cell[held]
	last    atomic.Pointer[Facts] // of the version that came last and was not taken away
}

// newReader checks c and dials nothing.
func newReader(c Config, use use, options *azsecrets.GetSecretOptions) (*reader, error) {
	v, fault := parseVault(c.Vault, c.Cloud)
	if err := c.validate(fault); err != nil {
		return nil, err
	}
	client, err := c.client(v)
	if err != nil {
		return nil, err
	}
	return c.reader(client, c.Secret, use, options), nil
}

// client is the one place where azsecrets is set up, with its own check of the challenge on.
func (c Config) client(v vault) (*azsecrets.Client, error) {
	client, err := azsecrets.NewClient("https://"+v.name, asker{c.Credential}, &azsecrets.ClientOptions{
		ClientOptions: azcore.ClientOptions{
			Transport: fence.New(way{c.Transport, v.host}, v.allow, v.guard),
			// Microsoft Learn, "Azure Key Vault throttling guidance", 2026-11-23: 1, 2, 4
			// seconds. A wait above MaxRetryDelay ends the call: the cell obeys it.
			Retry: policy.RetryOptions{MaxRetries: 3, RetryDelay: time.Second, MaxRetryDelay: 4 * time.Second},
		},
	})
	if err != nil {
		return nil, &ConfigError{"Vault", "azsecrets does not take it"}
	}
	return client, nil
}

func (c Config) reader(client *azsecrets.Client, secret string, use use, options *azsecrets.GetSecretOptions) *reader {
	ttl := cmp.Or(c.TTL, DefaultTTL)
	pause := min(maxPause, ttl/10)
	return &reader{
		secret:  secret,
		ttl:     ttl,
		timeout: cmp.Or(c.Timeout, DefaultTimeout),
		use:     use,
		options: options,
		notify:  c.Notify,
		client:  client,
		cell:    refresh.New[held](refresh.Rules{Pause: pause, Force: pause, Final: final}),
	}
}

func (r *reader) get(ctx context.Context) (held, error) {
	if r == nil {
		return held{}, &Error{Reason: Invalid}
	}
	if h, ok := r.cell.Fresh(); ok {
		return h, nil
	}
	h, err := r.cell.Get(ctx, r.fetch)
	if err != nil {
		return held{}, r.failed(err)
	}
	return h, nil
}

// reject asks the vault whether there is something newer than a version.
func (r *reader) reject(ctx context.Context, version string) {
	if r != nil {
		r.cell.Renew(ctx, func(h held) bool { return h.key.Version == version }, sameValue, r.fetch)
	}
}

// known is what is known of the version in use.
func (r *reader) known() Facts {
	if r == nil {
		return Facts{}
	}
	h, _ := r.cell.Peek()
	return h.facts
}

// failed makes the end of a context, while another caller reads, an Error too, and says so
// if there was a version.
func (r *reader) failed(err error) *Error {
	own := &Error{Reason: Unreachable, cause: err}
	var known *Error
	if errors.As(err, &known) {
		one := *known
		own = &one
	}
	own.Stale = r.last.Load() != nil
	return own
}

// fetch reads the secret, judges it and tells of it.
func (r *reader) fetch(ctx context.Context) (held, refresh.Window, error) {
	h, err := r.judged(ctx)
	if err == nil {
		r.came(ctx, h.facts)
		return h, r.window(h, time.Now()), nil
	}
	if final(err) {
		r.last.Store(nil)
	}
	if !refresh.GaveUp(ctx) {
		n := Notice{Code: err.EventCode()}
		if h, ok := r.cell.Peek(); ok && !final(err) {
			n.Facts = h.facts
		}
		r.tell(ctx, n)
	}
	return held{}, refresh.Window{}, err
}

// came notes a version that was read.
func (r *reader) came(ctx context.Context, f Facts) {
	before := r.last.Swap(&f)
	switch {
	case before == nil:
		r.tell(ctx, Notice{Facts: f})
	case before.Version != f.Version:
		r.tell(ctx, Notice{Facts: f, Previous: before.Version})
	}
}

// tell calls the application, which is not trusted not to panic.
func (r *reader) tell(ctx context.Context, n Notice) {
	if r.notify == nil {
		return
	}
	defer func() { _ = recover() }()
	r.notify(ctx, n)
}

func (r *reader) judged(ctx context.Context) (held, *Error) {
	bounded, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	bounded, trace := fence.WithTrace(bounded)
	secret, err := r.read(bounded)
	if err != nil {
		return held{}, failure(ctx, trace, err)
	}
	h, reason, cause := r.use(secret, time.Now())
	if reason != "" {
		return held{}, &Error{Reason: reason, Status: trace.Status(), cause: cause}
	}
	return h, nil
}

// errPanic stands for a panic of the SDK.
var errPanic = errors.New("keyvault: azsecrets panicked")

// read is the one call of the SDK. The fence keeps away the one challenge that is known to
// make it panic; the recover is for those that are not known.
func (r *reader) read(ctx context.Context) (secret azsecrets.Secret, err error) {
	defer func() {
		if recover() != nil {
			secret, err = azsecrets.Secret{}, errPanic
		}
	}()
	response, err := r.client.GetSecret(ctx, r.secret, "", r.options)
	return response.Secret, err
}

// window spreads the refresh over a tenth of its time, so that replicas that started
// together do not come back together.
func (r *reader) window(h held, now time.Time) refresh.Window {
	w := refresh.Window{
		Refresh: now.Add(time.Duration(float64(r.ttl) * 0.8 * (1 - jitter*rand.Float64()))),
		Expire:  now.Add(r.ttl),
	}
	if end := h.facts.Expires; !end.IsZero() {
		if early := end.Add(-skew); early.Before(w.Refresh) {
			w.Refresh = early
		}
		if end.Before(w.Expire) {
			w.Expire = end
		}
	}
	return w
}

// An asker turns the errors of any credential into ours, so that they can be told from the
// vault's and quote nothing. A vault is asked as the application, whoever the call is for.
type asker struct{ inner azcore.TokenCredential }

func (a asker) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := a.inner.GetToken(credentials.AsItself(ctx), options)
	var own *credentials.TokenError
	switch {
	case err == nil:
		return token, nil
	case errors.As(err, &own):
		return azcore.AccessToken{}, own
	default:
		return azcore.AccessToken{}, &credentials.TokenError{Advice: "the credential is not one of this library, and says no more"}
	}
}
