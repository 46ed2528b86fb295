package keyvault

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Check reads a challenge as a vault at the given URL in the public cloud would have sent
// it.
func Check(vaultURL, challenge string) (checked, fault string) {
	v, fault := parseVault(vaultURL, cloud.AzurePublic)
	if fault != "" {
		return "", fault
	}
	return v.check(challenge)
}

// Allows reports whether a request to url may go out for the vault at vaultURL.
func Allows(vaultURL, url string) bool {
	v, _ := parseVault(vaultURL, cloud.AzurePublic)
	r, err := http.NewRequest(http.MethodGet, url, nil)
	return err == nil && v.allow(r) == nil
}

// Lenient is New with a guard that lets challenges for the given resource pass, so that
// what azsecrets checks by itself can be seen.
func Lenient(c Config, resource string) (*Source, error) {
	v, _ := parseVault(c.Vault, c.Cloud)
	v.domain = resource
	client, err := c.client(v)
	if err != nil {
		return nil, err
	}
	return &Source{c.reader(client, c.Secret, asKey, nil)}, nil
}
