package client_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The rows PE of the battery, through a whole client.
func TestCheckJudgesTheService(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) clienttest.Reply {
		return clienttest.Reply{Status: status, Body: body, Times: clienttest.Forever}
	}
	public := clienttest.PublicAccessDisabled()
	public.Times = clienttest.Forever
	for name, row := range map[string]struct {
		reply clienttest.Reply
		code  event.Code
		level netguard.Level
		rule  netguard.Rule
	}{
		"PE-01": {answer(200, `{"data":[]}`), "", netguard.LevelConnect, netguard.RuleNoCredential},
		"PE-02": {public, event.PrivateEndpoint, netguard.LevelUnknown, netguard.RulePublicDoor},
		"PE-03": {answer(403, `{"error":{"code":"403","message":"Traffic is not from an approved private endpoint."}}`), event.PrivateEndpoint,
			netguard.LevelUnknown, netguard.RuleUnapproved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.azure.Script(clienttest.Model, row.reply)
			report, err := s.client.Check(t.Context())
			testkit.Equal(t, report.Endpoint.Service.Rule, row.rule)
			if row.code == "" {
				testkit.NoError(t, err)
				testkit.True(t, report.Endpoint.Meets(row.level) && !report.Endpoint.Meets(netguard.LevelService), report.Endpoint.Report())
				return
			}
			refused(t, err, row.code)
			testkit.ErrorIs(t, err, netguard.ErrService)
			testkit.Equal(t, report.Endpoint.Verdict, netguard.Fail)
		})
	}
	t.Run("PE-07", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, clienttest.Config{})
		report, err := s.client.Check(t.Context())
		testkit.NoError(t, err)
		exchanges := s.azure.Journal().On(clienttest.Model)
		testkit.Equal(t, len(exchanges), 1)
		for _, e := range exchanges {
			testkit.Equal(t, e.Header.Get("Authorization")+e.Header.Get("Api-Key"), "")
			testkit.Equal(t, len(e.Body), 0)
		}
		text, err := json.Marshal(report)
		testkit.NoError(t, err)
		testkit.True(t, strings.Contains(string(text), `"level":"service","verdict":"pass"`), string(text))
		testkit.DeepEqual(t, planted().Find(text), []string(nil))
	})
}

// A gateway is known by its roots or pins alone, so the mode demands them; and what lies
// beside the endpoint owes the chain all the same.
func TestModesOfTheEndpoint(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	gateway := client.Config{Endpoint: "https://llm.corp.example", Credential: token("x"), Network: client.Network{Mode: netguard.Gateway}}
	testkit.DeepEqual(t, faultsOf(t, gateway), []string{"TLS"})
	gateway.TLS.Roots = s.azure.Roots()
	testkit.NoError(t, gateway.Validate())
	gateway.KeyVault = client.KeyVault{Vault: "https://contoso.vault.azure.net", Secret: "key"}
	testkit.NoError(t, gateway.Validate())
	gateway.Endpoint = s.azure.Endpoint()
	testkit.DeepEqual(t, faultsOf(t, gateway), []string{"Endpoint"}) // no gateway

	link := s.config()
	link.Endpoint, link.Network.Mode = "https://westus.privatelink.api.openai.com", netguard.PrivateLink
	testkit.NoError(t, link.Validate())
	link.Network.Mode = netguard.Strict
	testkit.DeepEqual(t, faultsOf(t, link), []string{"Endpoint"}) // it has no chain
	for mode := netguard.Strict; mode <= netguard.PrivateLink; mode++ {
		link.Endpoint, link.Network.Mode = "", mode
		testkit.DeepEqual(t, faultsOf(t, link), []string{"Endpoint"}) // missing, and nothing else
	}
}

// faultsOf are the paths of the faults.
func faultsOf(t *testing.T, cfg client.Config) (paths []string) {
	t.Helper()
	var faults *client.ConfigError
	testkit.True(t, errors.As(cfg.Validate(), &faults), "has faults")
	for _, fault := range faults.Faults {
		paths = append(paths, fault.Path)
	}
	return paths
}
