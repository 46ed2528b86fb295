package netguard_test

import (
	"errors"
	"testing"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const region = "westus.privatelink.api.openai.com"

// Each mode takes the hosts that it is for.
func TestModeHosts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mode   netguard.Mode
		host   string
		zones  []netguard.Zone
		reason bool
	}{
		{netguard.Strict, host, nil, false},
		{netguard.Strict, "llm.corp.example", nil, false}, // refused when verified, for its waiver may let it pass
		{netguard.Strict, region, nil, true},
		{netguard.Address, region, nil, false},
		{netguard.Address, "10.0.0.4", nil, false},
		{netguard.Gateway, "llm.corp.example", nil, false},
		{netguard.Gateway, "contoso.azure-api.net", nil, false},
		{netguard.Gateway, host, nil, true},
		{netguard.Gateway, "kv.vault.azure.net", nil, true},
		{netguard.Gateway, region, nil, true},
		{netguard.Gateway, "10.0.0.4", nil, true},
		{netguard.Gateway, "127.0.0.1", nil, false}, // needs the waiver for loopback
		{netguard.PrivateLink, region, nil, false},
		{netguard.PrivateLink, "a." + region, nil, true},
		{netguard.PrivateLink, "privatelink.api.openai.com", nil, true},
		{netguard.PrivateLink, "westus.privatelink.api.openai.com.evil.example", nil, true},
		{netguard.PrivateLink, "api.openai.com", nil, true},
		{netguard.PrivateLink, host, nil, true},
		{netguard.PrivateLink, "10.0.0.4", nil, true},
		{netguard.PrivateLink, "a.privatelink.corp.example", []netguard.Zone{{Suffix: "privatelink.corp.example", Private: "privatelink.corp.example"}}, false},
	} {
		t.Run(row.mode.String()+" "+row.host, func(t *testing.T) {
			t.Parallel()
			_, err := netguard.New(netguard.Config{Hosts: []string{row.host}, Mode: row.mode, Zones: row.zones})
			var fault *netguard.ConfigError
			testkit.Equal(t, errors.As(err, &fault) && fault.Path == "Hosts[0]", row.reason)
		})
	}
	_, err := netguard.New(netguard.Config{Hosts: []string{"login.microsoftonline.com"}, Lane: netguard.Public, Mode: netguard.PrivateLink})
	testkit.NoError(t, err) // other lanes ignore the mode
}

func TestModes(t *testing.T) {
	t.Parallel()
	const gateway = "llm.corp.example"
	for _, row := range []struct {
		name, host, zone string
		mode             netguard.Mode
		rule             netguard.Rule
	}{
		{"gateway", gateway, gateway + ". A 127.10.0.4", netguard.Gateway, ""},
		{"gateway behind a name", gateway, gateway + ". CNAME lb.corp.example.;lb.corp.example. A 127.10.0.4", netguard.Gateway, ""},
		{"gateway in the Internet", gateway, gateway + ". A 20.1.2.3", netguard.Gateway, netguard.RulePublic},
		{"API Management", "a.azure-api.net", "a.azure-api.net. CNAME a.privatelink.azure-api.net.;a.privatelink.azure-api.net. A 127.10.0.4", netguard.Gateway, ""},
		{"private link", region, region + ". A 127.10.0.4", netguard.PrivateLink, ""},
		{"private link, leads elsewhere", region, region + ". CNAME x.corp.example.;x.corp.example. A 127.10.0.4", netguard.PrivateLink, netguard.RuleChain},
		{"private link in the Internet", region, region + ". A 20.1.2.3", netguard.PrivateLink, netguard.RulePublic},
		{"private link, mixed", region, region + ". A 127.10.0.4;" + region + ". A 127.20.0.4", netguard.PrivateLink, netguard.RuleOutside},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			config := vnet(serveDNS(t, zone(row.zone)).addr)
			config.Hosts, config.Mode = []string{row.host}, row.mode
			e, err := guard(t, config).Verify(t.Context(), row.host)
			testkit.Equal(t, err == nil, row.rule == "")
			testkit.Equal(t, e.Rule, row.rule)
			testkit.Equal(t, e.Meets(netguard.LevelAddress), row.rule == "")
			testkit.Equal(t, e.Meets(netguard.LevelChain), row.name == "API Management")
		})
	}
}

func TestModeDemands(t *testing.T) {
	t.Parallel()
	for mode := netguard.Strict; mode <= netguard.PrivateLink; mode++ {
		testkit.Equal(t, mode.NeedsOwnTrust(), mode == netguard.Gateway)
		testkit.True(t, mode.ProbePath()[0] == '/', "an absolute path")
	}
	testkit.Equal(t, netguard.PrivateLink.ProbePath(), "/v2/privatelink_healthcheck")
}
