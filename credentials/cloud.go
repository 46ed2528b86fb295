package credentials

import (
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// An estate is what differs between the clouds. The first login host is the one that
// tokens are asked from; the others are its aliases.
type estate struct {
	logins   []string
	audience string
}

// Hosts: azcore v1.24.0, package cloud, and the trusted hosts of MSAL for Go v1.10.1.
// Audiences: Microsoft Learn, "Authenticate requests to Azure AI services", 2026-09-20;
// the one of Azure China is not verified.
var estates = []estate{
	{[]string{"login.microsoftonline.com", "login.windows.net"}, "https://cognitiveservices.azure.com"},
	{[]string{"login.microsoftonline.us", "login.usgovcloudapi.net"}, "https://cognitiveservices.azure.us"},
	{[]string{"login.chinacloudapi.cn", "login.partner.microsoftonline.cn"}, "https://cognitiveservices.azure.cn"},
}

// AI Foundry has hosts and an audience of its own, in the public cloud at least. Microsoft
// Learn, as above.
const (
	foundrySuffix   = ".services.ai.azure.com"
	foundryAudience = "https://ai.azure.com"
)

// Scope is the scope of a token for the model endpoint on host, in the given cloud (zero:
// the public one). It is a default: API Management wants the audience of its own
// application, such as api://<app>/.default.
func Scope(host string, c cloud.Configuration) string {
	e := estateOf(c)
	if strings.HasSuffix(strings.ToLower(strings.TrimSuffix(host, ".")), foundrySuffix) && e.audience == estates[0].audience {
		return foundryAudience + "/.default"
	}
	return e.audience + "/.default"
}

// LoginHosts are the host names (with the port, if it is not 443) under which Entra may be
// spoken to in the given cloud (zero: the public one).
func LoginHosts(c cloud.Configuration) []string {
	return slices.Clone(estateOf(c).logins)
}

// estateOf finds the cloud by its login host. A cloud that is not in the table has that
// one login host, and the audience of the public cloud.
func estateOf(c cloud.Configuration) estate {
	host := authority(c)
	for _, e := range estates {
		if slices.Contains(e.logins, host) {
			return e
		}
	}
	return estate{[]string{host}, estates[0].audience}
}

// authority is the login host of c in lower case, or empty if it is not an https URL.
func authority(c cloud.Configuration) string {
	u, err := url.Parse(orPublic(c).ActiveDirectoryAuthorityHost)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Host), ":443")
}

// orPublic makes the cloud explicit. azidentity reads AZURE_AUTHORITY_HOST when it is not.
func orPublic(c cloud.Configuration) cloud.Configuration {
	if c.ActiveDirectoryAuthorityHost == "" {
		return cloud.AzurePublic
	}
	return c
}
