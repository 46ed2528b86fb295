package battery_test

import (
	"fmt"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/client/netguard"
)

// rowsPE check the endpoint in place of a call. The control has the call besides.
func rowsPE() []battery.Row {
	refusal := func(message string) hostile.Script {
		return func(c *hostile.Conn, r *hostile.Request) {
			c.Respond(r, 403, `{"error":{"code":"403","message":"`+message+`"}}`, "content-type", "application/json")
		}
	}
	row := func(id, what string, script hostile.Script, class battery.Class, verdict netguard.Verdict, rule netguard.Rule) battery.Row {
		return battery.Row{
			ID: id, Case: what, Setup: h2(script), Call: check(verdict, rule),
			Want: battery.Want{Class: class, Unrecorded: true, Shared: true},
		}
	}
	return []battery.Row{
		row("PE-01", "200", hostile.Benign, battery.OK, netguard.Unknown, netguard.RuleNoCredential),
		row("PE-01", "401", func(c *hostile.Conn, r *hostile.Request) { c.Answer(r, 401, "application/json", `{}`) }, battery.OK, netguard.Pass, netguard.RuleAskedCredential),
		row("PE-02", "403, public access is disabled", refusal("Public access is disabled. Please configure private endpoint."), battery.ServiceWay, netguard.Fail, netguard.RulePublicDoor),
		row("PE-03", "403, not approved", refusal("Traffic is not from an approved private endpoint."), battery.ServiceWay, netguard.Fail, netguard.RuleUnapproved),
		row("PE-07", "the probe carries nothing", hostile.Benign, battery.OK, netguard.Unknown, netguard.RuleNoCredential),
	}
}

// check checks, and wants the service judged so, and nothing secret on its way.
func check(verdict netguard.Verdict, rule netguard.Rule) func(*battery.Bench) error {
	return func(b *battery.Bench) error {
		if !b.Hostile {
			return b.Chat()
		}
		report, err := b.Client.Check(b.Context())
		if report == nil || report.Endpoint.Service == nil {
			return fmt.Errorf("no judgement: %w", err)
		}
		if s := report.Endpoint.Service; s.Verdict != verdict || s.Rule != rule {
			b.Errorf("the service is judged %v by %v", s.Verdict, s.Rule)
		}
		if found := b.Canaries.Find(b.Server.Received()); len(found) > 0 {
			b.Errorf("the probe carries %v", found)
		}
		return err
	}
}
