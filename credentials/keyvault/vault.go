package keyvault

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials"
)

// domains are the domains that vaults live in, each of which is also the resource that a
// token is asked for. Microsoft Learn, "Azure Key Vault security worlds and geographic
// boundaries" and "Azure Government endpoints", 2026-11-23.
var domains = []string{"vault.azure.net", "vault.usgovcloudapi.net", "vault.azure.cn"}

// A vault is where the secret is, and whom it may send for a token.
type vault struct {
	host   string   // with the port, if it is not 443
	name   string   // <name>.<domain>, by which azsecrets knows it
	domain string   // the domain, which its challenge has to name
	logins []string // hosts that its challenge may name
}

// parseVault takes https://<name>.<domain>, and for tests a loopback address, which stands
// for a vault of the cloud. The second value says what is wrong.
func parseVault(text string, c cloud.Configuration) (v vault, fault string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "":
		return vault{}, "it is not an https URL"
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return vault{}, "it has more than a host"
	}
	v.host = strings.TrimSuffix(strings.ToLower(u.Host), ":443")
	v.logins = credentials.LoginHosts(c)
	name, parent, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	switch ip, err := netip.ParseAddr(u.Hostname()); {
	case err == nil && ip.IsLoopback():
		v.domain = domainOf(v.logins)
		v.name = "loopback." + v.domain
	case err == nil:
		return vault{}, "an address has no certificate that proves the vault"
	case name != "" && slices.Contains(domains, parent):
		v.name, v.domain = name+"."+parent, parent
	default:
		return vault{}, "it is not a vault of a known domain, such as <name>.vault.azure.net"
	}
	return v, ""
}

// domainOf is the domain of the vaults of the cloud that has these login hosts.
func domainOf(logins []string) string {
	for i, login := range []string{"login.microsoftonline.com", "login.microsoftonline.us", "login.chinacloudapi.cn"} {
		if slices.Contains(logins, login) {
			return domains[i]
		}
	}
	return domains[0]
}

// allow lets requests to the vault pass.
func (v vault) allow(r *http.Request) error {
	if r.URL.Scheme != "https" || strings.TrimSuffix(strings.ToLower(r.URL.Host), ":443") != v.name {
		return hostError{}
	}
	return nil
}

// A way leads requests for the name of a vault to its host and port. The name has no port,
// because azsecrets v1.5.1 compares it with the resource of the challenge.
type way struct {
	transport policy.Transporter
	host      string
}

// Do sends a copy of request.
func (w way) Do(request *http.Request) (*http.Response, error) {
	own, u := *request, *request.URL
	u.Host = w.host
	own.URL, own.Host = &u, w.host
	return w.transport.Do(&own)
}
