package stage_test

import (
	"crypto/tls"
	"net/netip"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// proof is that of a connection through the chain.
func proof() edge.Proof {
	return edge.Proof{
		Endpoint: netguard.Evidence{
			Host: "res.openai.azure.com", Level: netguard.LevelConnect, Verdict: netguard.Pass, Proved: true, Zone: netguard.Zones()[0],
			Resolver: netguard.Server{Addr: "10.0.0.2:53", Proto: "udp"}, Dialled: netip.MustParseAddrPort("[fd00::4]:443"),
			Addresses: []netguard.Judgement{
				{IP: netip.MustParseAddr("10.1.0.4"), Class: netguard.ClassPrivate, Rule: netguard.RuleAllowed},
				{IP: netip.MustParseAddr("fd00::4"), Class: netguard.ClassUniqueLocal, Rule: netguard.RuleAllowed},
			},
		},
		TLS: &edge.Session{ALPN: "h2", Resumed: true, PinUse: "backup", Staple: "good",
			Numbers: [3]uint16{tls.VersionTLS13, tls.TLS_AES_128_GCM_SHA256, uint16(tls.X25519MLKEM768)}},
	}
}

// The record tells all of a proof, and of a dial that was refused what is known.
func TestNetworkOf(t *testing.T) {
	t.Parallel()
	name := func(s string) event.Token { return event.NewToken(s) }
	full := proof()
	refused := edge.Proof{Endpoint: netguard.Evidence{
		Host: "res.openai.azure.com", Mode: netguard.Address, Verdict: netguard.Fail, Rule: netguard.RulePublic, Resolver: netguard.Server{Addr: "own"},
		Zone: netguard.Zones()[0], // that it should have led to
		Addresses: []netguard.Judgement{
			{IP: netip.MustParseAddr("10.1.0.4"), Class: netguard.ClassPrivate, Rule: netguard.RuleAllowed},
			{IP: netip.MustParseAddr("20.1.2.3"), Class: netguard.ClassPublic, Rule: netguard.RulePublic},
		},
	}}
	for _, row := range []struct {
		name  string
		proof edge.Proof
		want  event.Network
	}{
		{"nothing", edge.Proof{}, event.Network{}},
		{"whole", full, event.Network{
			Mode: name("strict"), Level: name("connect"), AddressClass: name("unique_local"), Zone: name("privatelink.openai.azure.com"),
			Dialled: full.Endpoint.Dialled, Resolver: netip.MustParseAddrPort("10.0.0.2:53"), ALPN: name("h2"), Resumed: true,
			PinUse: name("backup"), Staple: name("good"), TLSVersion: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256, Group: uint16(tls.X25519MLKEM768),
		}},
		{"refused", refused, event.Network{Mode: name("address"), Level: name("unknown"), AddressClass: name("public")}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			testkit.DeepEqual(t, stage.NetworkOf(&row.proof), row.want)
		})
	}
}

// Each call makes two of them.
func TestNetworkOfAllocates(t *testing.T) {
	p := proof()
	testkit.Allocs(t, 0, func() { _ = stage.NetworkOf(&p) })
}

func BenchmarkNetworkOf(b *testing.B) {
	p := proof()
	b.ReportAllocs()
	for b.Loop() {
		_ = stage.NetworkOf(&p)
	}
}
