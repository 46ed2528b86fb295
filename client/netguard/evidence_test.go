package netguard_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// proved is evidence of a connection to the endpoint.
func proved() netguard.Evidence {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	return netguard.Evidence{
		Host: host, Level: netguard.LevelConnect, Verdict: netguard.Pass, Proved: true, Zone: netguard.Zones()[0],
		Resolver: netguard.Server{Addr: "10.0.0.2:53", Proto: "udp"},
		Chain: []netguard.Record{{Owner: host, Target: private, TTL: 60}, {Owner: private, Addr: netip.MustParseAddr("10.1.0.4"), TTL: 10},
			{Owner: private, Addr: netip.MustParseAddr("fd00::4"), TTL: 10}},
		Addresses: []netguard.Judgement{
			{IP: netip.MustParseAddr("10.1.0.4"), Class: netguard.ClassPrivate, Prefix: netip.MustParsePrefix("10.0.0.0/8"), Rule: netguard.RuleAllowed},
			{IP: netip.MustParseAddr("fd00::4"), Class: netguard.ClassUniqueLocal, Prefix: netip.MustParsePrefix("fd00::/8"), Rule: netguard.RuleAllowed}},
		Dialled: netip.MustParseAddrPort("10.1.0.4:443"), At: at, ValidUntil: at.Add(10 * time.Second),
	}
}

// complete is proved with all that the layers above can add.
func complete() netguard.Evidence {
	e := proved()
	e.TLS = &netguard.TLS{Version: "TLS 1.3", Suite: "TLS_AES_128_GCM_SHA256", Group: "X25519MLKEM768", ALPN: "h2",
		Leaf: netguard.Leaf{Issuer: "CN=Test", NotAfter: e.At.AddDate(0, 3, 0), SPKI: "sha256/AAAA", SANs: 2}, PinUse: "primary", Pin: "sha256/BBBB", OCSP: "good", OCSPUntil: e.At.AddDate(0, 0, 4)}
	e.Environment = []string{"SSL_CERT_FILE"}
	service := netguard.JudgeService(netguard.Strict, 401, []byte(askedFor))
	service.Region = "swedencentral"
	e.AddService(service)
	e.AddControlPlane(netguard.JudgeControlPlane(rightPlane(), e.Dialled.Addr()))
	return e
}

func TestEvidenceGolden(t *testing.T) {
	t.Parallel()
	e := complete()
	text, err := json.MarshalIndent(e, "", "  ")
	testkit.NoError(t, err)
	testkit.Golden(t, "testdata/evidence.golden", append(text, '\n'))
	testkit.Golden(t, "testdata/report.golden", []byte(e.Report()))
	testkit.True(t, e.Meets(netguard.LevelControlPlane), "everything is proved")
	var again netguard.Evidence
	testkit.NoError(t, json.Unmarshal(text, &again))
	testkit.DeepEqual(t, again, e)
}

// Every failure has a report that says at which level, and what to do.
func TestReportGolden(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	for _, zoneText := range []string{link + private + ". A 20.1.2.3", host + ". A 20.1.2.3", host + ". A 127.10.0.4", good + ";" + private + ". A 169.254.169.254", link} {
		config := vnet(serveDNS(t, zone(zoneText)).addr)
		e, err := guard(t, config).Verify(t.Context(), host)
		testkit.True(t, err != nil, "refused")
		e.Resolver.Addr, e.At, e.ValidUntil = "10.0.0.2:53", proved().At, time.Time{}
		all.WriteString(e.Report() + "\n")
	}
	for _, body := range []string{publicDoor, unapproved, `{"error":{"message":"Access denied due to Virtual Network/Firewall rules."}}`, `{"error":{"message":"Subdomain does not map to a resource."}}`, `hello`} {
		e := proved()
		e.AddService(netguard.JudgeService(netguard.Strict, 403, []byte(body)))
		all.WriteString(e.Report() + "\n")
	}
	e := proved()
	e.AddControlPlane(netguard.JudgeControlPlane(netguard.ControlPlane{PublicNetworkAccess: "Enabled"}, e.Dialled.Addr()))
	all.WriteString(e.Report() + "\n")
	testkit.Golden(t, "testdata/refusals.golden", []byte(all.String()))
}

// The zero value and everything unknown proves nothing, and no level can be skipped.
func TestLevelsInOrder(t *testing.T) {
	t.Parallel()
	levels := []netguard.Level{netguard.LevelUnknown, netguard.LevelAddress, netguard.LevelChain, netguard.LevelConnect, netguard.LevelService, netguard.LevelControlPlane}
	asked := netguard.JudgeService(netguard.Strict, 401, nil)
	plane := netguard.JudgeControlPlane(rightPlane(), proved().Dialled.Addr())
	for _, row := range []struct {
		name  string
		make  func() netguard.Evidence
		level netguard.Level
		meets int // so many of levels, from LevelAddress on
	}{
		{"zero", func() netguard.Evidence { return netguard.Evidence{} }, netguard.LevelUnknown, 0},
		{"zero with a service", func() (e netguard.Evidence) { e.AddService(asked); return e }, netguard.LevelUnknown, 0},
		{"zero with all", func() (e netguard.Evidence) { e.AddService(asked); e.AddControlPlane(plane); return e }, netguard.LevelUnknown, 0},
		{"connected", proved, netguard.LevelConnect, 3},
		{"service unknown", func() netguard.Evidence { e := proved(); e.AddService(netguard.Service{}); return e }, netguard.LevelConnect, 3},
		{"service waived", func() netguard.Evidence {
			e := proved()
			e.AddService(netguard.Service{Verdict: netguard.Warn})
			return e
		}, netguard.LevelConnect, 3},
		{"service", func() netguard.Evidence { e := proved(); e.AddService(asked); return e }, netguard.LevelService, 4},
		{"all", complete, netguard.LevelControlPlane, 5},
		{"failed below", func() netguard.Evidence { e := proved(); e.Fail(netguard.RuleTLS); e.AddService(asked); return e }, netguard.LevelConnect, 0},
		{"failed above", func() netguard.Evidence {
			e := complete()
			e.AddControlPlane(netguard.ControlPlane{Verdict: netguard.Fail, Rule: netguard.RuleFallback})
			return e
		}, netguard.LevelControlPlane, 0},
		{"waived", func() netguard.Evidence { e := proved(); e.Verdict = netguard.Warn; return e }, netguard.LevelConnect, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := row.make()
			testkit.Equal(t, e.Level, row.level)
			for i, l := range levels {
				testkit.Equal(t, e.Meets(l), i >= 1 && i <= row.meets)
			}
		})
	}
	e := proved()
	e.AddControlPlane(plane) // while the service was not asked
	testkit.Equal(t, e.Level, netguard.LevelConnect)
}

// A pass by the waiver for public endpoints alone is a warning and meets nothing.
func TestWaivedIsNoPass(t *testing.T) {
	t.Parallel()
	config := vnet(serveDNS(t, zone(host+". A 20.1.2.3")).addr)
	config.Waivers = waive(waiver.PublicEndpoint)
	e, err := guard(t, config).Verify(t.Context(), host)
	testkit.NoError(t, err)
	testkit.Equal(t, e.Verdict, netguard.Warn)
	testkit.True(t, !e.Meets(netguard.LevelAddress), "not proved")
	testkit.True(t, strings.Contains(e.Report(), "drop the waiver"), e.Report())
}

// What is not a name of its kind is refused, not taken for the zero value.
func TestEvidenceNames(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"level":"sure"}`, `{"verdict":""}`, `{"lane":"x"}`, `{"mode":"STRICT"}`, `{"addresses":[{"class":"x"}]}`,
		`{"chain":[{"owner":"a","type":"A","rdata":"fd00::4"}]}`, `{"chain":[{"owner":"a","type":"MX","rdata":"x"}]}`, `{"chain":[{"type":"AAAA","rdata":"x"}]}`, `{"chain":[{"type":"CNAME"}]}`} {
		var e netguard.Evidence
		testkit.ErrorIs(t, json.Unmarshal([]byte(text), &e), netguard.ErrName)
	}
	testkit.Equal(t, netguard.Level(99).String()+netguard.Verdict(99).String(), "unknownunknown")
}
