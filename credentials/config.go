package credentials

import (
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// DefaultTimeout bounds one token request, its retries included.
const DefaultTimeout = 10 * time.Second

// A Config says whose identity to use. The zero Config, but for Transport, means the
// identity of the machine in the public cloud.
type Config struct {
	// Source picks the kind of identity; zero: by the environment, see [Auto].
	Source Source
	// ClientID, ObjectID and ResourceID name a user-assigned identity; at most one may be
	// set. None means the system-assigned identity, or AZURE_CLIENT_ID for a workload.
	ClientID, ObjectID, ResourceID string
	// TenantID and TokenFile are for a workload; empty: AZURE_TENANT_ID and
	// AZURE_FEDERATED_TOKEN_FILE.
	TenantID, TokenFile string
	// Cloud names the login host; zero: the public cloud. It is always passed on, so that
	// AZURE_AUTHORITY_HOST has no effect.
	Cloud cloud.Configuration
	// Transport sends the requests to the hosts of [Endpoints]. Required, but for the
	// sources of a developer, which run a program: the default of azidentity honours proxies
	// of the environment and follows redirects. It must do neither.
	Transport policy.Transporter
	// Certificate is what [WithCertificate] signs in with: that of keyvault.Certificates, say.
	Certificate CertificateSource
	// Guard, if set, judges every token before it is used.
	Guard *Guard
	// Users says whether calls may be made with tokens of users, see [OnBehalfOf].
	Users Users
	// Timeout bounds one token request, its retries included; zero: [DefaultTimeout].
	Timeout time.Duration
	// Lookup reads the environment; nil: os.LookupEnv. It is meant for tests of the
	// decisions here: azidentity reads the environment of the process by itself, and where
	// the two differ, the request is not sent.
	Lookup func(string) (string, bool)
}
