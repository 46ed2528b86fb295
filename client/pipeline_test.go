package client_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The order of the pipeline decides what leaves: a change to it is a change of the product.
func TestPipelineOrder(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	testkit.Golden(t, "testdata/pipeline.golden", []byte(strings.Join(s.client.Pipeline(), "\n")+"\n"))
	s.client.Pipeline()[0] = "changed"
	testkit.Equal(t, s.client.Pipeline()[0], "observe call")
}

// New reaches nothing; only a call or Check does.
func TestNewDialsNothing(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	for _, lane := range []clienttest.Lane{clienttest.Model, clienttest.Public, clienttest.Login, clienttest.Vault, clienttest.AppIdentity, clienttest.Metadata} {
		testkit.Equal(t, s.azure.Connections(lane), 0)
	}
	testkit.Equal(t, len(s.azure.Queries()), 0)
	testkit.Equal(t, len(s.audit.named(event.ConfigChanged)), 1)
	testkit.Equal(t, len(s.audit.named(event.ProfileWeakened)), 1)
	_, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, s.azure.Connections(clienttest.Model), 1)
}

// A client that could not say so in its log is not made.
func TestNewIsRecorded(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	s.audit.failing.Store(true)
	c, err := client.New(s.config())
	testkit.True(t, c == nil, "no client")
	refused(t, err, event.NotRecorded)
	testkit.ErrorIs(t, err, errDisk)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	report, err := s.client.Check(t.Context())
	testkit.NoError(t, err)
	testkit.Equal(t, report.TLSVersion, "TLS 1.3")
	testkit.Equal(t, report.ALPN, "h2")
	testkit.Equal(t, report.Credential, "application")
	testkit.True(t, strings.Contains(report.String(), "X25519MLKEM768"), "the report names the key exchange")
	testkit.True(t, report.Endpoint.Meets(netguard.LevelService), report.Endpoint.Report())

	s.azure.Unlink()
	report, err = s.client.Check(t.Context())
	refused(t, err, event.PrivateEndpoint)
	testkit.Equal(t, report.Endpoint.Rule, netguard.RuleBehindChain)
	testkit.NoError(t, s.client.Close())
	_, err = s.client.Check(t.Context())
	refused(t, err, event.Closed)
}

// A refusal is found by errors.As beneath the error of net/http.
func TestRefusalsAreTyped(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	_, _, err := s.post(t, "/openai/v1/fortunes", "{}")
	var refusal *policy.RefusalError
	testkit.True(t, errors.As(err, &refusal), "a refusal")
	testkit.Equal(t, refusal.Policy, "identify")
	testkit.Equal(t, s.audit.last(t).Policy.String(), "identify")
	testkit.Equal(t, s.audit.last(t).Code, event.RouteUnknown)
}
