package netguard

import (
	"fmt"
	"slices"
	"strings"
)

// A Zone says to which private DNS zone the names under a suffix lead.
type Zone struct {
	// Suffix is what follows the one label of the resource, such as "openai.azure.com".
	Suffix string
	// Private is the private zone, such as "privatelink.openai.azure.com". One of its
	// labels must be "privatelink".
	Private string
}

// zones is the built-in table. Azure: Microsoft Learn, "Azure Private Endpoint private
// DNS zone values" (public, US Government and China clouds). In the last entry the host
// is a name of the private zone already, so that the chain has no link.
var zones = []Zone{
	{"openai.azure.com", "privatelink.openai.azure.com"},
	{"cognitiveservices.azure.com", "privatelink.cognitiveservices.azure.com"},
	{"services.ai.azure.com", "privatelink.services.ai.azure.com"},
	{"vault.azure.net", "privatelink.vaultcore.azure.net"},
	{"azure-api.net", "privatelink.azure-api.net"},

	{"openai.azure.us", "privatelink.openai.azure.us"},
	{"cognitiveservices.azure.us", "privatelink.cognitiveservices.azure.us"},
	{"vault.usgovcloudapi.net", "privatelink.vaultcore.usgovcloudapi.net"},

	{"openai.azure.cn", "privatelink.openai.azure.cn"},
	{"cognitiveservices.azure.cn", "privatelink.cognitiveservices.azure.cn"},
	{"vault.azure.cn", "privatelink.vaultcore.azure.cn"},

	{"privatelink.api.openai.com", "privatelink.api.openai.com"},
}

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
		checked = append(checked, Zone{suffix, private})
	}
	return append(checked, zones...)
}

// privateName is the name in the private zone to which host must lead: its first label
// and the zone. It reports false if no zone covers host, which must be one label before
// the suffix.
func (g *Guard) privateName(host string) (string, bool) {
	label, rest, _ := strings.Cut(host, ".")
	for _, z := range g.zones {
		if rest == z.Suffix {
			return label + "." + z.Private, true
		}
	}
	return "", false
}
