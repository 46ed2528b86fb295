package netguard

import (
	"errors"
	"strings"
)

// A Rule says why an address or a level of the proof has its verdict. The list is closed,
// and a Rule never carries data.
type Rule string

// The rules that let something pass.
const (
	RuleAllowed Rule = "addr.allowed_prefix" // the address is on the allow list
	RuleLane    Rule = "addr.lane"           // the lane takes such addresses
	RuleWaiver  Rule = "addr.waiver"         // only the waiver PublicEndpoint takes it

	RuleAskedCredential Rule = "service.asked_credential" // it wants a token before anything else
	RuleNoRoute         Rule = "service.no_route"         // it knows no such path, and so is the service
	RuleHealthy         Rule = "service.healthy"          // the health check of OpenAI's Private Link

	RuleOnlyWay Rule = "arm.only_way" // Resource Manager confirms every condition
)

// The rules that make something fail.
const (
	RuleDenied      Rule = "addr.denied"         // link-local, platform, loopback, embedded IPv4 and the like
	RulePublic      Rule = "addr.public"         // a public address
	RuleOutside     Rule = "addr.outside"        // neither public nor on the allow list
	RuleBehindChain Rule = "addr.behind_chain"   // the chain is there, the address is not an allowed one
	RuleDNS         Rule = "dns"                 // no answer, or one that cannot be trusted
	RuleNoName      Rule = "dns.nxdomain"        // no such name, or no address
	RuleServFail    Rule = "dns.servfail"        // the server failed
	RuleChain       Rule = "dns.chain"           // the answer does not lead to the private zone
	RuleConnect     Rule = "connect"             // the verified address did not answer
	RulePeer        Rule = "connect.peer"        // somebody else answered
	RuleTLS         Rule = "tls"                 // the handshake or a certificate rule failed
	RulePublicDoor  Rule = "service.public_door" // the service says that it was reached from the Internet
	RuleFirewall    Rule = "service.firewall"    // the same, while public access is left on for some
	RuleUnapproved  Rule = "service.unapproved"  // another's private endpoint, or one that is not approved
	RuleNoResource  Rule = "service.no_resource" // the name belongs to no resource

	RulePublicAccess  Rule = "arm.public_access"     // public access is not disabled
	RuleNotApproved   Rule = "arm.not_approved"      // the connection of the endpoint is not approved
	RuleOtherAddress  Rule = "arm.other_address"     // the dialled address is not the endpoint's
	RuleStaleRecord   Rule = "arm.stale_record"      // the zone holds an address that is not the endpoint's
	RuleZoneNotLinked Rule = "arm.zone_not_linked"   // the private zone is not linked to the network
	RuleFallback      Rule = "arm.resolution_policy" // the link falls back to the Internet
)

// The rules by which nothing is known.
const (
	RuleNoCredential Rule = "service.no_credential_asked" // it answered anybody, so who it is remains open
	RuleUnclear      Rule = "service.unclear"             // an answer that says nothing about the way
	RuleIncomplete   Rule = "arm.incomplete"              // Resource Manager did not tell everything
)

// A finding is what a rule says to people. In a fix, {host} and {zone} are the endpoint and
// its private zone.
type finding struct {
	level     Level
	text, fix string
}

const (
	fixZone = "link the private DNS zone {zone} to this network with resolutionPolicy Default, and see that it holds the A record of {host}"
	fixARM  = "compare the zone's A record with the address of the endpoint's network interface; a zone group keeps it right by itself"
)

// findings explains every rule.
var findings = map[Rule]finding{
	RuleAllowed: {LevelAddress, "on the allow list", ""},
	RuleLane:    {LevelAddress, "of the kind that the lane is for", ""},
	RuleWaiver:  {LevelAddress, "public, let through by the waiver PublicEndpoint alone", "give {host} a private endpoint and drop the waiver"},

	RuleDenied:  {LevelAddress, "an address that no setting allows", "find out who answers for {host} with such an address: no Azure service has it"},
	RulePublic:  {LevelAddress, "a public address", "create a private endpoint for {host}; " + fixZone},
	RuleOutside: {LevelAddress, "an address outside the allowed prefixes", "if it is the endpoint's own, list its subnet in AllowedPrefixes"},
	RuleBehindChain: {LevelAddress, "the private zone's name, but not an allowed private address: the zone is not linked here, falls back to the Internet (NxDomainRedirect), or its record is stale",
		fixZone + "; if the address is the endpoint's own, list its subnet in AllowedPrefixes"},
	RuleDNS:      {LevelAddress, "no DNS answer that can be trusted", "see that the DNS server is reachable and is the one of this network"},
	RuleNoName:   {LevelAddress, "no such name, or a name without an address", "check the spelling of {host}; " + fixZone},
	RuleServFail: {LevelAddress, "the DNS server failed", "see to the DNS server or its forwarder to 168.63.129.16; trying again may help"},

	RuleChain: {LevelChain, "the answer does not lead to the host's own name in the private zone",
		fixZone + "; if the records are the operator's own, use the mode Address, or Zones for another zone"},

	RuleConnect: {LevelConnect, "the verified address does not answer", "check routes and security groups to it; if the endpoint was made anew the record is stale: " + fixARM},
	RulePeer:    {LevelConnect, "the peer is not the address that was dialled", "look for a redirection on this machine"},
	RuleTLS:     {LevelConnect, "the peer did not prove to be {host}", "look for an intercepting proxy; the error of the handshake says which rule broke"},

	RuleAskedCredential: {LevelService, "asked for a credential", ""},
	RuleNoRoute:         {LevelService, "knows no such path", ""},
	RuleHealthy:         {LevelService, "says that it is healthy", ""},
	RulePublicDoor:      {LevelService, "reached the public front door", "something between here and the endpoint, such as a firewall that proxies, leads to the Internet: route the private address directly"},
	RuleFirewall: {LevelService, "reached the public front door, which is open to selected networks",
		"route the private address directly, and disable public network access on the resource"},
	RuleUnapproved: {LevelService, "the endpoint exists but is not approved, or is another resource's",
		"have the connection approved, and see that the record of {host} in {zone} holds the address of its own endpoint"},
	RuleNoResource:   {LevelService, "the name belongs to no resource", "use the custom subdomain of the resource as the host"},
	RuleNoCredential: {LevelService, "answered without asking for a credential", ""},
	RuleUnclear:      {LevelService, "an answer that says nothing about the way it came", ""},

	RuleOnlyWay:       {LevelControlPlane, "there is no other way to the resource", ""},
	RulePublicAccess:  {LevelControlPlane, "public network access is left on", "set publicNetworkAccess to Disabled"},
	RuleNotApproved:   {LevelControlPlane, "the private endpoint connection is not approved", "have the owner of the resource approve it"},
	RuleOtherAddress:  {LevelControlPlane, "the dialled address is not the endpoint's", fixARM},
	RuleStaleRecord:   {LevelControlPlane, "the zone holds a record that is not the endpoint's", fixARM},
	RuleZoneNotLinked: {LevelControlPlane, "the private zone is not linked to this network", "link {zone} to it"},
	RuleFallback:      {LevelControlPlane, "the zone's link falls back to the Internet", "set resolutionPolicy of the link of {zone} to Default"},
	RuleIncomplete:    {LevelControlPlane, "not everything could be read", "give the identity the role Reader on resource, endpoint and zone"},
}

// ruleOf is the rule that an error of a guard comes from.
func ruleOf(err error) Rule {
	var address *AddressError
	switch {
	case errors.As(err, &address):
		return address.rule()
	case errors.Is(err, ErrChain):
		return RuleChain
	case errors.Is(err, ErrNotFound):
		return RuleNoName
	case errors.Is(err, ErrServerFailed):
		return RuleServFail
	case errors.Is(err, errPeer):
		return RulePeer
	case errors.Is(err, ErrConnect):
		if r := addressRule(err); r != "" {
			return r
		}
		return RuleConnect
	default:
		return RuleDNS
	}
}

// rule is that of the address, unless the chain says more about the network.
func (e *AddressError) rule() Rule {
	if r := addressRule(e.Rule); r == RuleDenied || !e.Chain {
		return r
	}
	return RuleBehindChain
}

// addressRule is the rule of a sentinel for addresses, or "" if err is none.
func addressRule(err error) Rule {
	switch {
	case errors.Is(err, ErrDenied):
		return RuleDenied
	case errors.Is(err, ErrPublicAddress):
		return RulePublic
	case errors.Is(err, ErrOutsidePrefixes):
		return RuleOutside
	default:
		return ""
	}
}

// fill puts the endpoint and its zone into a text.
func (e *Evidence) fill(text string) string {
	zone := e.Zone.Private
	if zone == "" {
		zone = "that covers the host"
	}
	return strings.NewReplacer("{host}", e.Host, "{zone}", zone).Replace(text)
}
