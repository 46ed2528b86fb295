package netguard

import (
	"fmt"
	"slices"
	"strings"
)

// A Zone says to which private DNS zone the names under a suffix lead.
type Zone struct {
	// Cloud is whose zone it is, such as "azure-government"; empty for the operator's own.
	Cloud string `json:"cloud,omitempty"`
	// Suffix is what follows the one label of the resource, such as "openai.azure.com".
	Suffix string `json:"suffix"`
	// Private is the private zone, such as "privatelink.openai.azure.com". One of its
	// labels must be "privatelink". If it equals Suffix, the hosts are names of the
	// private zone already, so that there is no chain: that is for [PrivateLink].
	Private string `json:"private"`
}

// direct reports whether hosts under z are names of the private zone itself.
func (z Zone) direct() bool { return z.Suffix == z.Private }

// The clouds of the built-in table.
const (
	cloudPublic     = "azure"
	cloudGovernment = "azure-government"
	cloudChina      = "azure-china"
	cloudOpenAI     = "openai"
)

// zones is the built-in table. A wrong or missing entry can only refuse, never admit, since
// the addresses are judged all the same; the operator's own zones come first.
//
// [M] marks what Microsoft Learn lists in "Azure Private Endpoint private DNS zone values"
// (text of 2023-10-11, the last one read in full; services.ai after the page's revision of
// 2026-07-16, at second hand). [T] marks what only templates of others have, read 2026-11-25, and
// Microsoft's page does not: zones by the rule of the public cloud. Left out for want of
// any source: a Government or China zone of API Management; and the Government zone of
// services.ai, on which templates contradict each other.
var zones = []Zone{
	{cloudPublic, "openai.azure.com", "privatelink.openai.azure.com"},                       // [M]
	{cloudPublic, "cognitiveservices.azure.com", "privatelink.cognitiveservices.azure.com"}, // [M]
	{cloudPublic, "services.ai.azure.com", "privatelink.services.ai.azure.com"},             // [M]
	{cloudPublic, "vault.azure.net", "privatelink.vaultcore.azure.net"},                     // [M] the suffix changes
	{cloudPublic, "azure-api.net", "privatelink.azure-api.net"},                             // [M]

	{cloudGovernment, "openai.azure.us", "privatelink.openai.azure.us"},                       // [T] ten of them agree
	{cloudGovernment, "cognitiveservices.azure.us", "privatelink.cognitiveservices.azure.us"}, // [M]
	{cloudGovernment, "vault.usgovcloudapi.net", "privatelink.vaultcore.usgovcloudapi.net"},   // [M]

	{cloudChina, "openai.azure.cn", "privatelink.openai.azure.cn"},                       // [T] one author
	{cloudChina, "cognitiveservices.azure.cn", "privatelink.cognitiveservices.azure.cn"}, // [T] three authors, one with a test against the cloud
	{cloudChina, "vault.azure.cn", "privatelink.vaultcore.azure.cn"},                     // [M]

	// developers.openai.com, "Private Link", read 2026-11-25: one regional label, no CNAME.
	{cloudOpenAI, "privatelink.api.openai.com", "privatelink.api.openai.com"},
}

// gatewaySuffixes are those whose hosts are gateways.
var gatewaySuffixes = []string{"azure-api.net"}

// Zones returns a copy of the built-in table.
func Zones() []Zone { return slices.Clone(zones) }

func checkZones(own []Zone, f *faults) []Zone {
	checked := make([]Zone, 0, len(own)+len(zones))
	for i, z := range own {
		suffix, ok := parseName(z.Suffix)
		if !ok {
			f.add(fmt.Sprintf("Zones[%d].Suffix", i), "not a full domain name")
		}
		private, ok := parseName(z.Private)
		if !ok || !slices.Contains(strings.Split(private, "."), "privatelink") {
			f.add(fmt.Sprintf("Zones[%d].Private", i), "not a domain name with the label privatelink")
		}
		checked = append(checked, Zone{z.Cloud, suffix, private})
	}
	return append(checked, zones...)
}

// zoneOf finds the zone that covers host, which must be one label before the suffix.
func zoneOf(host string, zones []Zone) (Zone, bool) {
	_, rest, _ := strings.Cut(host, ".")
	for _, z := range zones {
		if rest == z.Suffix {
			return z, true
		}
	}
	return Zone{}, false
}

// leads reports whether name is the one to which host must lead: the same first label, and
// nothing but the private zone behind it.
func (z Zone) leads(host, name string) bool {
	label, _, _ := strings.Cut(host, ".")
	first, rest, _ := strings.Cut(name, ".")
	return first == label && rest == z.Private
}
