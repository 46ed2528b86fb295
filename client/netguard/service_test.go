package netguard_test

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const route404 = `{"error":{"code":"404","message": "Resource not found"}}`

func TestJudgeService(t *testing.T) {
	t.Parallel()
	firewall := `{"error":{"code":"AccessDenied","message":"Access denied due to Virtual Network/Firewall rules."}}`
	subdomain := `{"error":{"code":"ResourceNotFound","message":"Subdomain does not map to a resource."}}`
	for _, row := range []struct {
		name    string
		mode    netguard.Mode
		status  int
		body    string
		verdict netguard.Verdict
		rule    netguard.Rule
	}{
		{"asks for a credential", netguard.Strict, 401, askedFor, netguard.Pass, netguard.RuleAskedCredential},
		{"the same behind a gateway", netguard.Gateway, 401, `{"statusCode":401,"message":"Access denied due to missing subscription key."}`, netguard.Pass, netguard.RuleAskedCredential},
		{"no such route", netguard.Strict, 404, route404, netguard.Pass, netguard.RuleNoRoute},
		{"somebody's 404", netguard.Strict, 404, "<html>not found</html>", netguard.Unknown, netguard.RuleUnclear},
		{"another 404", netguard.Strict, 404, `{"error":{"code":"NotFound","message":"no"}}`, netguard.Unknown, netguard.RuleUnclear},
		{"public door", netguard.Strict, 403, publicDoor, netguard.Fail, netguard.RulePublicDoor},
		{"public door behind a gateway", netguard.Gateway, 403, publicDoor, netguard.Fail, netguard.RulePublicDoor},
		{"in capitals", netguard.Strict, 403, strings.ToUpper(publicDoor), netguard.Fail, netguard.RulePublicDoor},
		{"unapproved", netguard.Strict, 403, unapproved, netguard.Fail, netguard.RuleUnapproved},
		{"firewall", netguard.Strict, 403, firewall, netguard.Fail, netguard.RuleFirewall},
		{"firewall as 401", netguard.Strict, 401, firewall, netguard.Fail, netguard.RuleFirewall},
		{"no resource", netguard.Strict, 404, subdomain, netguard.Fail, netguard.RuleNoResource},
		{"another 403", netguard.Strict, 403, `{"error":{"code":"403","message":"no"}}`, netguard.Unknown, netguard.RuleUnclear},
		{"answers anybody", netguard.Strict, 200, `{"data":[]}`, netguard.Unknown, netguard.RuleNoCredential},
		{"healthy", netguard.PrivateLink, 200, "ok", netguard.Pass, netguard.RuleHealthy},
		{"no content", netguard.PrivateLink, 204, "", netguard.Unknown, netguard.RuleNoCredential},
		{"ill", netguard.PrivateLink, 503, "", netguard.Unknown, netguard.RuleUnclear},
		{"redirect", netguard.Strict, 302, "", netguard.Unknown, netguard.RuleUnclear},
		{"nothing", netguard.Strict, 0, "", netguard.Unknown, netguard.RuleUnclear},
		{"a text beyond the limit", netguard.Strict, 403, strings.Repeat(" ", netguard.MaxServiceBody) + publicDoor, netguard.Unknown, netguard.RuleUnclear},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := netguard.JudgeService(row.mode, row.status, []byte(row.body))
			testkit.Equal(t, got, netguard.Service{Status: row.status, Verdict: row.verdict, Rule: row.rule})
			err := got.Err(host)
			testkit.Equal(t, errors.Is(err, netguard.ErrService), row.verdict == netguard.Fail)
			if err != nil {
				testkit.Equal(t, netguard.Code(err), event.PrivateEndpoint)
				testkit.True(t, !strings.Contains(err.Error(), "Please"), "the answer is not quoted")
			}
		})
	}
}

// FuzzService: nothing passes but the three answers that show the service, and no answer
// with a text by which Azure refuses a way passes at all.
func FuzzService(f *testing.F) {
	for _, body := range []string{askedFor, route404, publicDoor, unapproved, "ok", "{}", "[", `{"error":{"code":404}}`} {
		for _, status := range []int{200, 401, 403, 404} {
			f.Add(uint8(0), status, []byte(body))
			f.Add(uint8(3), status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, mode uint8, status int, body []byte) {
		m := netguard.Mode(mode % 4)
		s := netguard.JudgeService(m, status, body)
		if s.Status != status || s.Rule == "" {
			t.Errorf("%+v", s)
		}
		if s.Verdict != netguard.Pass {
			return
		}
		if status != 401 && status != 404 && (status != 200 || m != netguard.PrivateLink) {
			t.Errorf("status %d in mode %s passes", status, m)
		}
		head := strings.ToLower(string(body[:min(len(body), netguard.MaxServiceBody)]))
		if status >= 400 && (strings.Contains(head, "public access is disabled") || strings.Contains(head, "not from an approved private endpoint")) {
			t.Error("a refusal passes")
		}
	})
}

func rightPlane() netguard.ControlPlane {
	addrs := []netip.Addr{netip.MustParseAddr("10.1.0.4"), netip.MustParseAddr("10.1.0.5")}
	return netguard.ControlPlane{PublicNetworkAccess: "Disabled", Connection: "Approved", Interface: addrs, Records: slices.Clone(addrs[:1]),
		ZoneLinked: netguard.Pass, ResolutionPolicy: "Default"}
}

func TestJudgeControlPlane(t *testing.T) {
	t.Parallel()
	dialled, stale := netip.MustParseAddr("10.1.0.4"), netip.MustParseAddr("10.1.0.9")
	for _, row := range []struct {
		name   string
		change func(*netguard.ControlPlane)
		rule   netguard.Rule
	}{
		{"right", func(*netguard.ControlPlane) {}, netguard.RuleOnlyWay},
		{"in other case", func(c *netguard.ControlPlane) { c.PublicNetworkAccess, c.Connection = "disabled", "APPROVED" }, netguard.RuleOnlyWay},
		{"public access", func(c *netguard.ControlPlane) { c.PublicNetworkAccess = "Enabled" }, netguard.RulePublicAccess},
		{"by perimeter", func(c *netguard.ControlPlane) { c.PublicNetworkAccess = "SecuredByPerimeter" }, netguard.RulePublicAccess},
		{"pending", func(c *netguard.ControlPlane) { c.Connection = "Pending" }, netguard.RuleNotApproved},
		{"not linked", func(c *netguard.ControlPlane) { c.ZoneLinked = netguard.Fail }, netguard.RuleZoneNotLinked},
		{"fallback", func(c *netguard.ControlPlane) { c.ResolutionPolicy = "NxDomainRedirect" }, netguard.RuleFallback},
		{"stale record", func(c *netguard.ControlPlane) { c.Records = append(c.Records, stale) }, netguard.RuleStaleRecord},
		{"other address", func(c *netguard.ControlPlane) { c.Interface, c.Records = []netip.Addr{stale}, []netip.Addr{stale} }, netguard.RuleOtherAddress},
		{"wrong and unknown", func(c *netguard.ControlPlane) { c.Connection, c.PublicNetworkAccess = "", "Enabled" }, netguard.RulePublicAccess},
		{"zero", func(c *netguard.ControlPlane) { *c = netguard.ControlPlane{} }, netguard.RuleIncomplete},
		{"access unknown", func(c *netguard.ControlPlane) { c.PublicNetworkAccess = "" }, netguard.RuleIncomplete},
		{"connection unknown", func(c *netguard.ControlPlane) { c.Connection = "" }, netguard.RuleIncomplete},
		{"link unknown", func(c *netguard.ControlPlane) { c.ZoneLinked = netguard.Unknown }, netguard.RuleIncomplete},
		{"policy unknown", func(c *netguard.ControlPlane) { c.ResolutionPolicy = "" }, netguard.RuleIncomplete},
		{"records unknown", func(c *netguard.ControlPlane) { c.Records = nil }, netguard.RuleIncomplete},
		{"interface unknown", func(c *netguard.ControlPlane) { c.Interface = nil }, netguard.RuleIncomplete},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := rightPlane()
			row.change(&c)
			got := netguard.JudgeControlPlane(c, dialled)
			testkit.Equal(t, got.Rule, row.rule)
			switch row.rule {
			case netguard.RuleOnlyWay:
				testkit.Equal(t, got.Verdict, netguard.Pass)
			case netguard.RuleIncomplete:
				testkit.Equal(t, got.Verdict, netguard.Unknown)
			default:
				testkit.Equal(t, got.Verdict, netguard.Fail)
			}
		})
	}
	testkit.Equal(t, netguard.JudgeControlPlane(rightPlane(), netip.Addr{}).Verdict, netguard.Unknown)
}
