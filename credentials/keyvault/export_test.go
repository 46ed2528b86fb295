package keyvault

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// Check reads a challenge as a vault at the given URL in the public cloud would have sent
// it.
func Check(vaultURL, challenge string) (checked, fault string) {
	v, _, fault := parseVault(vaultURL, cloud.AzurePublic)
	if fault != "" {
		return "", fault
	}
	return v.check(challenge)
}

// Allows reports whether a request to url may go out for the vault at vaultURL.
func Allows(vaultURL, url string) bool {
	v, _, _ := parseVault(vaultURL, cloud.AzurePublic)
	r, err := http.NewRequest(http.MethodGet, url, nil)
	return err == nil && v.allow(r) == nil
}
