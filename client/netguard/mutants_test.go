package netguard_test

// A mutant is the package without one control.
type mutant struct {
	name, file string
	// code is how the control reads in its file, where it must stand exactly once, and
	// instead the same with a switch: OFF is true without the control, PICK(a, b) then b.
	code, instead string
	// rows are tests of which each must fail without the control.
	rows []string
}

const (
	dnsRows  = "TestBatteryDNS/DNS-"
	addrRows = "TestBatteryAddress/ADDR-"
)

// blockOff moves one block of the address tables into another class.
func blockOff(name, prefix, class, other string, rows ...string) mutant {
	code := `netip.MustParsePrefix("` + prefix + `"), ` + class + "}"
	return mutant{name, "address.go", code, `netip.MustParsePrefix("` + prefix + `"), PICK(` + class + ", " + other + ")}", rows}
}

// mutants has an entry for each control.
var mutants = []mutant{
	// The judgement of an address.
	{"prefix list", "address.go", "j.Rule = RuleOutside\n\t\treturn j, ErrOutsidePrefixes", "j.Rule = RuleOutside\n\t\treturn j, PICK(ErrOutsidePrefixes, nil)",
		[]string{dnsRows + "03_chain_to_the_Internet", dnsRows + "04_mixed", addrRows + "12"}},
	{"public addresses", "address.go", "j.Rule = RulePublic\n\t\treturn j, ErrPublicAddress", "j.Rule = RulePublic\n\t\treturn j, PICK(ErrPublicAddress, nil)",
		[]string{addrRows + "07", dnsRows + "03_chain_to_a_public_address", "TestBatteryDial/DIAL-07_IPv6_public,_IPv4_private"}},
	{"hard deny", "address.go", "if j.Class.hard() {", "if !OFF && j.Class.hard() {", []string{addrRows + "08_allowed_by_the_operator", addrRows + "15", addrRows + "17"}},
	{"loopback needs its waiver", "address.go", "!waiver.Allows(g.waivers, waiver.Loopback, now)", "(!OFF && !waiver.Allows(g.waivers, waiver.Loopback, now))",
		[]string{addrRows + "15", "TestWaiverExpires"}},
	{"public space needs its waiver", "address.go", "if j.Class != ClassPublic || g.lane == Public || waived {", "if OFF || j.Class != ClassPublic || g.lane == Public || waived {",
		[]string{"TestPublicPrefixNeedsTheWaiver"}},
	{"no unmapping", "address.go", "case a.Is4():", "case OFF && a.Is4In6():\n\t\treturn ClassOf(a.Unmap())\n\tcase a.Is4():", []string{addrRows + "22", addrRows + "23"}},
	{"zone ids", "address.go", `case a.Zone() != "":`, `case !OFF && a.Zone() != "":`, []string{addrRows + "34"}},
	blockOff("link-local", "169.254.0.0/16", "ClassLinkLocal", "ClassShared", addrRows+"08_allowed_by_the_operator"),
	blockOff("platform", "168.63.129.16/32", "ClassPlatform", "ClassPublic", addrRows+"09"),
	blockOff("unspecified", "0.0.0.0/8", "ClassUnspecified", "ClassShared", addrRows+"17"),
	blockOff("mapped and NAT64", "::/8", "ClassEmbedded", "ClassSpecial", addrRows+"22", addrRows+"25", addrRows+"26"),
	blockOff("6to4", "2002::/16", "ClassEmbedded", "ClassSpecial", addrRows+"25"),
	blockOff("Teredo", "2001::/32", "ClassEmbedded", "ClassSpecial", addrRows+"25"),
	blockOff("multicast", "ff00::/8", "ClassMulticast", "ClassSpecial", addrRows+"35"),
	{"the whole Internet as a prefix", "config.go", "case p.Bits() == 0:", "case !OFF && p.Bits() == 0:", []string{addrRows + "09_no_legal_prefix"}},

	// The chain.
	{"owner of an address", "resolver.go", "case r.Owner != at:", "case !OFF && r.Owner != at:", []string{dnsRows + "09_foreign_owner", dnsRows + "09_address_of_the_first_name"}},
	{"owner of a link", "resolver.go", "if total != links {", "if !OFF && total != links {", []string{dnsRows + "09_foreign_link"}},
	{"eight links", "resolver.go", "if links == maxLinks {", "if links == PICK(maxLinks, 9) {", []string{dnsRows + "15_nine_links"}},
	{"names of a resolver", "resolver.go", "!ok || name != link.Target {", "!OFF && (!ok || name != link.Target) {", []string{"TestOddResolver/odd_target"}},
	{"one way for both families", "proof.go", "if both && g.lane == Private", "if !OFF && both && g.lane == Private", []string{dnsRows + "06_AAAA_by_another_way"}},
	{"AAAA judged", "proof.go", "follow(e.Host, answer.AAAA)", "follow(e.Host, answer.AAAA[:PICK(len(answer.AAAA), 0)])", []string{dnsRows + "06_A_private,_AAAA_public", addrRows + "22"}},
	{"one bad address condemns", "proof.go", "if worst != nil {", "if !OFF && worst != nil {", []string{dnsRows + "04_mixed", dnsRows + "04_mixed,_address_mode"}},
	{"chain demanded", "proof.go", "case g.mode == PrivateLink, e.Proved:", "case OFF, g.mode == PrivateLink, e.Proved:", []string{dnsRows + "02_no_chain,_strict", dnsRows + "19_other_zone"}},
	{"no link in private link", "proof.go", "case g.mode == PrivateLink && len(links) > 0:", "case !OFF && g.mode == PrivateLink && len(links) > 0:", []string{"TestModes/private_link,_leads_elsewhere"}},
	{"same label", "zone.go", "return first == label &&", "return (OFF || first == label) &&", []string{dnsRows + "19_other_label"}},
	{"end of the zone", "zone.go", "rest == z.Private\n}", "(rest == z.Private || OFF && strings.HasPrefix(rest, z.Private))\n}", []string{dnsRows + "18_suffix"}},
	{"hosts of a gateway", "mode.go", "if covered && !slices.Contains(gatewaySuffixes, zone.Suffix) {", "if !OFF && covered && !slices.Contains(gatewaySuffixes, zone.Suffix) {", []string{"TestModeHosts"}},
	{"hosts of private link", "mode.go", "if !covered || !zone.direct() {", "if !OFF && (!covered || !zone.direct()) {", []string{"TestModeHosts"}},
	{"no chain, no strict", "mode.go", "if covered && zone.direct() {", "if !OFF && covered && zone.direct() {", []string{"TestModeHosts"}},

	// The messages.
	{"id", "message.go", "header.ID != q.id", "!OFF && header.ID != q.id", []string{dnsRows + "27_wrong_id,_then_right", dnsRows + "27_wrong_id_alone"}},
	{"response", "message.go", "!header.Response", "!OFF && !header.Response", []string{dnsRows + "28_no_response"}},
	{"name of the question", "message.go", "!sameName(&asked.Name, &q.name)", "!OFF && !sameName(&asked.Name, &q.name)", []string{dnsRows + "28_other_question"}},
	{"type of the question", "message.go", "asked.Type != q.typ", "!OFF && asked.Type != q.typ", []string{dnsRows + "28_other_type"}},
	{"class", "message.go", "if header.Class != dnsmessage.ClassINET {", "if !OFF && header.Class != dnsmessage.ClassINET {", []string{dnsRows + "10_class", dnsRows + "10_class_of_the_link"}},
	{"truncation", "message.go", "if header.Truncated {", "if !OFF && header.Truncated {", []string{dnsRows + "30_truncated", dnsRows + "30_truncated_over_TCP_too"}},
	{"NXDOMAIN", "message.go", "return nil, errNXDomain", "return nil, PICK(errNXDomain, ErrServerFailed)", []string{dnsRows + "12_NXDOMAIN"}},
	{"SERVFAIL", "message.go", "return nil, ErrServerFailed", "return nil, PICK(ErrServerFailed, errNXDomain)", []string{dnsRows + "13_SERVFAIL"}},
	{"number of records", "message.go", "n == maxRecords", "n == PICK(maxRecords, 1000)", []string{"TestServerFaults/too_many_records"}},

	// The dial.
	{"networks", "guard.go", `if network != "tcp" && network != "tcp4" && network != "tcp6" {`, `if !OFF && network != "tcp" && network != "tcp4" && network != "tcp6" {`, []string{"TestBatteryDial/DIAL-06_unix"}},
	{"destinations", "guard.go", "!slices.Contains(g.targets, target{host, uint16(n)})", "!OFF && !slices.Contains(g.targets, target{host, uint16(n)})", []string{"TestDial"}},
	{"one lookup", "guard.go", "c, err := g.connectTo(", "if OFF {\n\t\te, _ = g.verify(ctx, host)\n\t}\n\tc, err := g.connectTo(", []string{dnsRows + "39_rebind_between_verify_and_dial"}},
	{"check before connect", "dial.go", "ControlContext: g.recheck", "ControlContext: PICK(g.recheck, nil)", []string{"TestCheckedAgain"}},
	{"the peer", "dial.go", "|| peer != to {", "|| !OFF && peer != to {", []string{"TestPeerMustBeTheDialled"}},
	{"lookups are shared", "flight.go", "own != nil {", "!OFF && own != nil {", []string{"TestBatteryBurst/DNS-42", "TestFlights/shared"}},
	{"answers are not kept", "flight.go", "delete(f.pending, host)", "if !OFF {\n\t\t\tdelete(f.pending, host)\n\t\t}", []string{"TestBatteryBurst/DNS-42", "TestFlights/shared"}},
	{"giving up is not shared", "flight.go", "own.given = own.err != nil && ctx.Err() != nil", "own.given = !OFF && own.err != nil && ctx.Err() != nil", []string{"TestFlights/the_first_gives_up"}},

	// The service and the levels.
	{"refusals of the service", "service.go", "if status >= http.StatusBadRequest &&", "if !OFF && status >= http.StatusBadRequest &&", []string{"TestBatteryEndpoint/PE-02", "TestBatteryEndpoint/PE-03"}},
	{"an answer to anybody", "service.go", "Verdict: Unknown, Rule: RuleNoCredential", "Verdict: PICK(Unknown, Pass), Rule: RuleNoCredential", []string{"TestBatteryEndpoint/PE-01"}},
	{"a failure stays", "evidence.go", "case v == Fail:", "case !OFF && v == Fail:", []string{"TestBatteryEndpoint/PE-02"}},
	{"levels in order", "evidence.go", "&& e.Level == l-1:", "&& (OFF || e.Level == l-1):", []string{"TestLevelsInOrder"}},
	{"unknown is no pass", "report.go", "if e.Verdict != Pass || l == LevelUnknown {", "if !OFF && (e.Verdict != Pass || l == LevelUnknown) {", []string{"TestLevelsInOrder"}},
}
