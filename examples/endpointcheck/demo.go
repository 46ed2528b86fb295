package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
)

// A scene is a way in which a private endpoint is set up, and what must be found.
type scene struct {
	name, story string
	set         func(*clienttest.Azure)
	plane       func(*clienttest.Azure, *netguard.ControlPlane) // what differs from a good one
	verdict     netguard.Verdict
	rule        netguard.Rule // that failed
	planeRule   netguard.Rule // what Resource Manager would say
}

// scenes are a good one and the five classics.
func scenes() []scene {
	none := func(*clienttest.Azure) {}
	return []scene{
		{
			"As it should be", "The private zone is linked to this network and holds the endpoint's address.",
			none, func(*clienttest.Azure, *netguard.ControlPlane) {}, netguard.Pass, "", netguard.RuleOnlyWay,
		},
		{
			"The zone is not linked", "The private zone exists, but not for this network: DNS answers as on the Internet.",
			(*clienttest.Azure).Unlink, func(_ *clienttest.Azure, c *netguard.ControlPlane) { c.ZoneLinked = netguard.Fail },
			netguard.Fail, netguard.RuleBehindChain, netguard.RuleZoneNotLinked,
		},
		{
			"Fallback to the Internet", "The zone is linked with NxDomainRedirect and lacks the record: DNS hands out the public address.",
			func(a *clienttest.Azure) { point(a, netip.AddrFrom4([4]byte{20, 119, 8, 44})) },
			func(_ *clienttest.Azure, c *netguard.ControlPlane) {
				c.ResolutionPolicy, c.Records = "NxDomainRedirect", nil
			},
			netguard.Fail, netguard.RuleBehindChain, netguard.RuleFallback,
		},
		{
			"A stale record", "The endpoint was made anew, and the zone still holds its former address.",
			func(a *clienttest.Azure) { point(a, a.EmptyAddr()) },
			func(a *clienttest.Azure, c *netguard.ControlPlane) { c.Records = []netip.Addr{a.EmptyAddr()} },
			netguard.Fail, netguard.RuleConnect, netguard.RuleStaleRecord,
		},
		{
			"Public access left on", "The private way works, and the resource still answers on the Internet. Only Resource Manager can tell.",
			none, func(_ *clienttest.Azure, c *netguard.ControlPlane) { c.PublicNetworkAccess = "Enabled" },
			netguard.Fail, netguard.RulePublicAccess, netguard.RulePublicAccess,
		},
		{
			"Someone else's endpoint", "The record leads to the private endpoint of another account, whose certificate is good for all accounts.",
			func(a *clienttest.Azure) { point(a, a.NeighbourAddr()) },
			func(a *clienttest.Azure, c *netguard.ControlPlane) { c.Records = []netip.Addr{a.NeighbourAddr()} },
			netguard.Fail, netguard.RuleUnapproved, netguard.RuleStaleRecord,
		},
	}
}

// point makes DNS lead through the private zone to an address.
func point(a *clienttest.Azure, to netip.Addr) {
	a.SetRecord(a.Host(), clienttest.Record{Chain: []string{"contoso.privatelink.openai.azure.com"}, Addrs: []netip.Addr{to}, TTL: time.Minute})
}

// right is what Resource Manager says of an endpoint that is as it should be.
func right(a *clienttest.Azure) netguard.ControlPlane {
	own := []netip.Addr{a.PrivateAddr()}
	return netguard.ControlPlane{PublicNetworkAccess: "Disabled", Connection: "Approved", Interface: own, Records: own, ZoneLinked: netguard.Pass, ResolutionPolicy: "Default"}
}

// play sets a scene up on a fake of its own, and checks it.
func (s *scene) play(ctx context.Context) (*finding, error) {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		return nil, err
	}
	defer azure.Close()
	if azure.PublicAddr() == azure.PrivateAddr() {
		return nil, errors.New("the demonstration needs more loopback addresses than this system has")
	}
	s.set(azure)
	opts := &options{endpoint: azure.Endpoint(), dns: azure.DNS(), ca: azure.CAFile(), prefixes: []netip.Prefix{azure.Prefix()}}
	cfg, err := opts.config()
	if err != nil {
		return nil, err
	}
	cfg.Waivers = []client.Waiver{unsafeallow.Loopback("a demonstration on a fake Azure", time.Now().Add(time.Hour))}
	f, err := check(ctx, cfg)
	if err != nil {
		return nil, err
	}
	plane := right(azure)
	s.plane(azure, &plane)
	f.proof().AddControlPlane(netguard.JudgeControlPlane(plane, f.proof().Dialled.Addr()))
	return f, nil
}

// found reports whether the finding is the one that the scene must have.
func (s *scene) found(f *finding) bool {
	e := f.proof()
	return f.proved() == s.verdict && e.Rule == s.rule && e.ARM.Rule == s.planeRule
}

// demonstrate plays all scenes. The status is that of the demonstration: whether all of
// them were seen through.
func (p *program) demonstrate(ctx context.Context, machines bool) int {
	out := &screen{out: p.stdout, colour: p.colour}
	var documents []document
	seen := 0
	if !machines {
		out.line("")
		out.text(0, "", "An endpoint of a fake Azure on loopback, set up in six ways. What Resource Manager says is played, for this program does not ask it.")
	}
	for i, s := range scenes() {
		f, err := s.play(ctx)
		if err != nil {
			return p.unusable(err)
		}
		if s.found(f) {
			seen++
		}
		if machines {
			d := f.document()
			d.Case = s.name
			documents = append(documents, d)
			continue
		}
		out.scene(i, &s, f)
	}
	status := statusPass
	if seen < len(scenes()) {
		status = statusFail
	}
	if machines {
		return p.write(documents, status)
	}
	out.line(fmt.Sprintf("%d of %d were told for what they are.", seen, len(scenes())))
	return status
}

// scene prints one scene: the first in full, of the others what tells them apart.
func (s *screen) scene(i int, c *scene, f *finding) {
	s.line("")
	s.title(fmt.Sprintf("%d. %s", i+1, c.name))
	s.text(3, "", c.story)
	s.show(f)
	if i == 0 {
		s.evidence(f)
	} else {
		s.line("")
		s.chain(f.proof())
	}
	s.verdict(f)
	if !c.found(f) {
		s.line(s.paint(red, "  This is not what the scene should show."))
	}
}
