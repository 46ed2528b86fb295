package netguard

import (
	"net/netip"
	"slices"
	"strings"
)

// A ControlPlane is what Resource Manager says about the resource, its private endpoint and
// the private zone. What could not be read stays zero, which is unknown.
type ControlPlane struct {
	// PublicNetworkAccess is that of the resource: Enabled or Disabled.
	PublicNetworkAccess string `json:"publicNetworkAccess"`
	// Connection is the status of the private endpoint connection: Approved, Pending, ...
	Connection string `json:"connection"`
	// Interface are the addresses of the endpoint's network interface.
	Interface []netip.Addr `json:"interface"`
	// Records are the addresses that the private zone holds for the host.
	Records []netip.Addr `json:"records"`
	// ZoneLinked is Pass if the private zone is linked to this network, Fail if not.
	ZoneLinked Verdict `json:"zoneLinked"`
	// ResolutionPolicy is that of the link: Default or NxDomainRedirect (API 2024-06-01).
	ResolutionPolicy string `json:"resolutionPolicy"`

	// Verdict and Rule are the judgement, see [JudgeControlPlane].
	Verdict Verdict `json:"verdict"`
	Rule    Rule    `json:"rule"`
}

// JudgeControlPlane returns c with its judgement: Pass only if everything is known and
// right, and the dialled address is one of the endpoint's. One wrong fact is enough for
// Fail, one unknown one for Unknown.
func JudgeControlPlane(c ControlPlane, dialled netip.Addr) ControlPlane {
	known := c.PublicNetworkAccess != "" && c.Connection != "" && c.ResolutionPolicy != "" && c.ZoneLinked == Pass &&
		len(c.Interface) > 0 && len(c.Records) > 0 && dialled.IsValid()
	foreign := func(a netip.Addr) bool { return !slices.Contains(c.Interface, a) }
	wrong := func(got, want string) bool { return got != "" && !strings.EqualFold(got, want) }
	c.Verdict = Fail
	switch {
	case wrong(c.PublicNetworkAccess, "Disabled"):
		c.Rule = RulePublicAccess
	case wrong(c.Connection, "Approved"):
		c.Rule = RuleNotApproved
	case c.ZoneLinked == Fail:
		c.Rule = RuleZoneNotLinked
	case wrong(c.ResolutionPolicy, "Default"):
		c.Rule = RuleFallback
	case len(c.Interface) > 0 && slices.ContainsFunc(c.Records, foreign):
		c.Rule = RuleStaleRecord
	case len(c.Interface) > 0 && dialled.IsValid() && foreign(dialled):
		c.Rule = RuleOtherAddress
	case !known:
		c.Verdict, c.Rule = Unknown, RuleIncomplete
	default:
		c.Verdict, c.Rule = Pass, RuleOnlyWay
	}
	return c
}
