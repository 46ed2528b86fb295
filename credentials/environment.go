package credentials

import "os"

const (
	identityEndpoint   = "IDENTITY_ENDPOINT"
	identityHeader     = "IDENTITY_HEADER"
	identityThumbprint = "IDENTITY_SERVER_THUMBPRINT"
	imdsEndpoint       = "IMDS_ENDPOINT"
	msiEndpoint        = "MSI_ENDPOINT"
	msiSecret          = "MSI_SECRET"
	containerAppName   = "CONTAINER_APP_NAME"
	federatedTokenFile = "AZURE_FEDERATED_TOKEN_FILE"
	clientID           = "AZURE_CLIENT_ID"
	tenantID           = "AZURE_TENANT_ID"
	regionalAuthority  = "AZURE_REGIONAL_AUTHORITY_NAME"
)

// staticSecrets are the variables from which the Azure and OpenAI SDKs read secrets.
var staticSecrets = []string{
	"AZURE_CLIENT_SECRET",
	"AZURE_CLIENT_CERTIFICATE_PATH",
	"AZURE_CLIENT_CERTIFICATE_PASSWORD",
	"AZURE_USERNAME",
	"AZURE_PASSWORD",
	"OPENAI_API_KEY",
	"AZURE_OPENAI_API_KEY",
	"OPENAI_ADMIN_KEY",
	"AZURE_OPENAI_KEY",
	"AZURE_OPENAI_AD_TOKEN", // a token that nobody renews is a key
}

// StaticSecrets names the variables that hold a static secret, never their values. A nil
// lookup reads the environment of the process. A variable that is set to nothing does not
// count.
func StaticSecrets(lookup func(string) (string, bool)) []string {
	env := environment{lookup}
	var found []string
	for _, variable := range staticSecrets {
		if env.has(variable) {
			found = append(found, variable)
		}
	}
	return found
}

// An environment is a set of variables; the zero environment is that of the process.
type environment struct {
	lookup func(string) (string, bool)
}

func (e environment) get(variable string) string {
	lookup := e.lookup
	if lookup == nil {
		lookup = os.LookupEnv
	}
	if value, ok := lookup(variable); ok {
		return value
	}
	return ""
}

func (e environment) has(variable string) bool { return e.get(variable) != "" }
