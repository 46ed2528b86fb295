package netguard_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestConfigFaultsAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := netguard.New(netguard.Config{
		Lane: 9, Mode: 9, Server: "dns.example:53", LookupTimeout: -1, ConnectTimeout: -1,
		Hosts: []string{"127.1", "a b.example", host + ":0", "local", "res..example"},
		AllowedPrefixes: []netip.Prefix{{}, netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"),
			netip.MustParsePrefix("::ffff:10.0.0.0/104"), netip.MustParsePrefix("10.0.0.1/8")},
		Zones: []netguard.Zone{{Suffix: "x", Private: "y.example"}},
	})
	for _, path := range []string{"Lane", "Mode", "Server", "LookupTimeout", "ConnectTimeout", "Hosts[0]", "Hosts[1]", "Hosts[2]", "Hosts[3]", "Hosts[4]",
		"AllowedPrefixes[0]", "AllowedPrefixes[1]", "AllowedPrefixes[2]", "AllowedPrefixes[3]", "AllowedPrefixes[4]", "Zones[0].Suffix", "Zones[0].Private"} {
		testkit.True(t, strings.Contains(err.Error(), ": "+path+": "), path)
	}
	_, err = netguard.New(netguard.Config{})
	var fault *netguard.ConfigError
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Hosts", "no hosts is a fault")
	_, err = netguard.New(netguard.Config{Lane: netguard.Identity, Hosts: []string{"localhost.example"}})
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Hosts[0]", "the identity lane resolves nothing")
}

func TestZones(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		host, to string
		zones    []netguard.Zone
		want     error
	}{
		{"kv.vault.azure.net", "kv.privatelink.vaultcore.azure.net", nil, nil},
		{"kv.vault.azure.net", "kv.privatelink.vault.azure.net", nil, netguard.ErrChain},
		{"r.openai.azure.us", "r.privatelink.openai.azure.us", nil, nil},
		{"a.b.openai.azure.com", "a.privatelink.openai.azure.com", nil, netguard.ErrChain},
		{"llm.corp.example", "llm.privatelink.corp.example", nil, netguard.ErrChain},
		{"llm.corp.example", "llm.privatelink.corp.example", []netguard.Zone{{Suffix: "corp.example", Private: "privatelink.corp.example"}}, nil},
	} {
		t.Run(row.host+" "+row.to, func(t *testing.T) {
			t.Parallel()
			text := row.host + ". A 127.10.0.4"
			if row.to != "" {
				text = row.host + ". CNAME " + row.to + ".;" + row.to + ". A 127.10.0.4"
			}
			config := vnet(serveDNS(t, zone(text)).addr)
			config.Hosts, config.Zones = []string{row.host}, row.zones
			_, err := guard(t, config).Verify(t.Context(), row.host)
			testkit.ErrorIs(t, err, row.want)
		})
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	loop := waive(waiver.Loopback)
	for _, row := range []struct {
		host   string
		config netguard.Config
		want   error
	}{
		{"10.0.0.4", netguard.Config{}, netguard.ErrChain},
		{"10.0.0.4", netguard.Config{Mode: netguard.Address}, nil},
		{"20.1.2.3", netguard.Config{Mode: netguard.Address}, netguard.ErrPublicAddress},
		{"::ffff:10.0.0.4", netguard.Config{Mode: netguard.Address}, netguard.ErrDenied},
		{"127.0.0.1", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8")}, netguard.ErrDenied},
		{"127.0.0.1", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8"), Waivers: loop}, nil},
		{"127.0.0.1", netguard.Config{Waivers: loop}, netguard.ErrOutsidePrefixes},
		{"20.1.2.3", netguard.Config{Lane: netguard.Public}, netguard.ErrChain},
		{"127.0.0.1", netguard.Config{Lane: netguard.Public, Waivers: loop}, nil},
		{"169.254.169.254", netguard.Config{Lane: netguard.Identity}, nil},
		{"127.0.0.1", netguard.Config{Lane: netguard.Identity}, nil},
		{"10.0.0.4", netguard.Config{Lane: netguard.Identity}, netguard.ErrDenied},
		{"localhost", netguard.Config{Lane: netguard.Identity}, nil},
		{"LOCALHOST", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8"), Waivers: loop}, nil},
		{"localhost", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8")}, netguard.ErrDenied},
		{"localhost", netguard.Config{Waivers: loop}, netguard.ErrOutsidePrefixes},
	} {
		t.Run(row.host, func(t *testing.T) {
			t.Parallel()
			row.config.Hosts = []string{row.host}
			_, err := guard(t, row.config).Verify(t.Context(), row.host)
			testkit.ErrorIs(t, err, row.want)
		})
	}
}

func TestPublicWaiverNeedsNoChain(t *testing.T) {
	t.Parallel()
	config := vnet(serveDNS(t, zone(host+". A 20.1.2.3")).addr)
	config.Waivers = waive(waiver.PublicEndpoint)
	_, err := guard(t, config).Verify(t.Context(), host)
	testkit.NoError(t, err)
	config.Server = serveDNS(t, zone(host+". A 20.1.2.3;"+host+". A 10.0.0.4")).addr
	_, err = guard(t, config).Verify(t.Context(), host)
	testkit.ErrorIs(t, err, netguard.ErrChain) // a private address still owes it
}

// Each zone of the table takes a name to its own label there and nowhere else, and all
// stand in one cloud.
func TestEveryZone(t *testing.T) {
	t.Parallel()
	clouds := map[string]int{}
	for _, z := range netguard.Zones() {
		clouds[z.Cloud]++
		t.Run(z.Suffix, func(t *testing.T) {
			t.Parallel()
			name, to := "r."+z.Suffix, "r."+z.Private
			config := vnet("")
			config.Hosts = []string{name}
			text := name + ". CNAME " + to + ".;" + to + ". A 127.10.0.4"
			if z.Suffix == z.Private {
				config.Mode, text = netguard.PrivateLink, name+". A 127.10.0.4"
			}
			config.Server = serveDNS(t, zone(text)).addr
			e, err := guard(t, config).Verify(t.Context(), name)
			testkit.NoError(t, err)
			testkit.Equal(t, e.Zone, z)
			config.Server = serveDNS(t, zone(name+". CNAME x."+z.Private+".;x."+z.Private+". A 127.10.0.4")).addr
			_, err = guard(t, config).Verify(t.Context(), name)
			testkit.ErrorIs(t, err, netguard.ErrChain)
		})
	}
	testkit.DeepEqual(t, clouds, map[string]int{"azure": 5, "azure-government": 3, "azure-china": 3, "openai": 1})
	changed := netguard.Zones()
	changed[0].Private = "privatelink.evil.example"
	testkit.True(t, netguard.Zones()[0] != changed[0], "the table cannot be changed")
}
