package client

import (
	"net/netip"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/watch"
)

// An API is a style of paths on the wire. The application always uses the v1 paths, which
// [Client.BaseURL] points to; the client translates.
type API uint8

// The styles.
const (
	V1          API = iota // /openai/v1/...
	Deployments            // /openai/deployments/{deployment}/...?api-version=...
)

// DefaultAPIVersion is the api-version of [Deployments], the latest one that is generally
// available (Microsoft Learn, "Azure OpenAI API version lifecycle").
const DefaultAPIVersion = "2024-10-21"

// A Config says everything about a [Client]. Only Endpoint has no default. Every other
// zero field is its strictest setting. [New] copies it, and nothing changes afterwards.
type Config struct {
	// Endpoint is the resource, such as "https://contoso.openai.azure.com".
	Endpoint string
	// API is the style of paths that the endpoint serves, APIVersion the version that
	// [Deployments] asks for. Empty means [DefaultAPIVersion].
	API        API
	APIVersion string
	// Profile is where the client runs: the ceiling for Waivers.
	Profile Profile

	// Credentials says whose identity is used. Its Transport must be nil: the client's own
	// is used. The zero value is the identity of the machine.
	Credentials credentials.Config
	// Credential, if set, is used in place of Credentials, of which Guard, Users and Timeout
	// still count. It brings its own transport, of which the client knows nothing. Its tokens
	// are kept for all callers, as azcore does: that of a user goes with the context of a
	// call, see credentials.OnBehalfOf.
	Credential azcore.TokenCredential
	// Scope is what a token is asked for. Empty means that of the endpoint's host. API
	// Management wants the audience of its own application.
	Scope string
	// KeyVault, if set, gives a key that is used in place of a token. Credentials then
	// opens the vault.
	KeyVault KeyVault
	// APIKey is a static key. It needs the waiver StaticAPIKey.
	APIKey credentials.Secret
	// KeyHeader is the header that carries a key. Empty means "api-key"; API Management
	// may want "Ocp-Apim-Subscription-Key".
	KeyHeader string

	// Network says which addresses may be dialled.
	Network Network
	// TLS says what a connection must be like.
	TLS tlspolicy.Config
	// Redaction says what is replaced in prompts, what comes back, and what is done about
	// personal data and secrets that an answer brings by itself: they are masked, unless
	// Redaction.Answer or Redaction.Answers say otherwise.
	Redaction redact.Config
	// Sessions bounds what is remembered of earlier calls whose texts the service stores,
	// such as responses and conversations, so that answers about them are restored.
	Sessions redact.SessionsConfig
	// Limits are the quotas of callers.
	Limits Limits
	// Rules are asked after redaction, in their order.
	Rules []guardrail.Rule
	// Retry and Breaker say what happens when the service fails.
	Retry   resilience.RetryConfig
	Breaker resilience.BreakerConfig
	// Telemetry says where spans and metrics go.
	Telemetry Telemetry
	// Audit takes the record of each call. Nil means the process's slog logger, which
	// proves nothing later: use telemetry/audit where that counts. The client does not
	// close it.
	Audit event.Sink

	// Watch says which calls are unlike others. The zero Watch looks at all but the hours,
	// and halts nothing; the rules of HaltCaller and HaltAll halt by this client, unless
	// Halt says otherwise. Next is the client's own.
	Watch watch.Config

	// PerCall are policies of the application, run once per call; PerAttempt run each time
	// it is sent. Both see placeholders, and neither sees the credential.
	PerCall, PerAttempt []policy.Policy
	// Headers are request headers that may reach the service besides those of the client.
	Headers []string

	// MaxBodyBytes bounds prompts and answers, in bytes and unpacked, 16 MiB if zero.
	MaxBodyBytes int
	// MaxHeaderBytes bounds the header of an answer, with all that precedes it, in bytes.
	// Zero means 64 KiB.
	MaxHeaderBytes int
	// MaxLineBytes and MaxEventBytes bound a line and an event of a stream. Zero means 1
	// MiB and 4 MiB.
	MaxLineBytes, MaxEventBytes int
	// HandshakeTimeout bounds the TLS handshake, in every lane. Zero means 10 s.
	HandshakeTimeout time.Duration
	// HeaderTimeout, IdleTimeout and TotalTimeout bound the wait for the header of an
	// answer, between two reads of a stream, and for all of it. Zero means 5 min, 1 min
	// and 30 min.
	HeaderTimeout, IdleTimeout, TotalTimeout time.Duration
	// MaxConnAge is how long connections are reused. A new one is proved anew, so that it
	// bounds for how long a proof counts. Zero means 5 min.
	MaxConnAge time.Duration

	// Waivers give up protections. Only client/unsafeallow makes them.
	Waivers []Waiver
}

// A KeyVault names a key in a vault.
type KeyVault struct {
	// Vault is the vault's URL, such as "https://contoso.vault.azure.net".
	Vault string
	// Secret is the name of the secret that holds the key. Versions are found, so that
	// rotation needs no restart.
	Secret string
	// TTL is how long a key may be used without being read again; zero: that of package
	// keyvault. It counts beside Vault and Secret alone.
	TTL time.Duration
}

// A Network says which addresses may be dialled. The zero Network is RFC 1918 and
// fd00::/8, proved by the CNAME chain of a private endpoint.
type Network struct {
	// AllowedPrefixes are the private prefixes that the endpoint and the vault may be in.
	AllowedPrefixes []netip.Prefix
	// Mode is the kind of proof. The mode Gateway needs TLS.Roots or TLS.Pins.
	Mode netguard.Mode
	// DNS is the host:port of the resolver. Empty means that of the system.
	DNS string
	// Zones are private DNS zones besides the built-in ones.
	Zones []netguard.Zone
	// LookupTimeout bounds a lookup with its retries, ConnectTimeout the connects of one
	// dial, in every lane. Zero means 5 s each.
	LookupTimeout, ConnectTimeout time.Duration
}

// Limits are quotas per minute. A zero Quota is the default of package ratelimit.
type Limits struct {
	// User, App and Tenant hold for the callers named by policy.WithCaller. A caller that
	// is not named is charged as the tenant without a name.
	User, App, Tenant ratelimit.Quota
	// Deployment holds for each model deployment.
	Deployment ratelimit.Quota
	// Store keeps the buckets. Nil means this process's memory. One that is a
	// [ratelimit.Learner] is also told what the service says about deployments.
	Store ratelimit.Store
	// Queue says how long calls wait for quota, and in which order: see
	// [ratelimit.WithPlace]. A wait that cannot end in time is refused at once.
	Queue ratelimit.QueueConfig
}

// Telemetry says where spans and metrics go, and how callers are hidden in them.
type Telemetry struct {
	telemetry.Config

	// PseudonymKey makes the same caller the same pseudonym over restarts and replicas. It
	// has at least 32 bytes. Empty means a random key.
	PseudonymKey redact.Key
}
