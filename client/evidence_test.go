package client_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// other is a pin that fits nothing.
var other = tlspolicy.Pin{1}

// Check, the span of the call, those of its attempts and the audit record tell the same
// proof of the connection.
func TestEvidenceEverywhere(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewInMemoryExporter()
	tracers := trace.NewTracerProvider(trace.WithSyncer(spans))
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	fits := authorityOf(t, s.azure)
	cfg.TLS.Pins, cfg.TLS.BackupPins = []tlspolicy.Pin{fits}, []tlspolicy.Pin{other}
	cfg.Telemetry.TracerProvider = tracers
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	defer c.Close()

	report, err := c.Check(t.Context())
	testkit.NoError(t, err)
	session := report.Endpoint.TLS
	testkit.Equal(t, session.PinUse, "primary")
	testkit.Equal(t, session.Pin, fits.String())
	testkit.Equal(t, session.OCSP, "none")
	testkit.Equal(t, session.Leaf.SANs, 11)
	_, err = tlspolicy.ParsePin(session.Leaf.SPKI)
	testkit.NoError(t, err)
	testkit.Equal(t, report.Endpoint.Service.Region, "swedencentral")
	for _, line := range []string{"endpoint    " + s.azure.Host(), "tls         TLS 1.3, ", "pins        primary", "staple      none", "region      swedencentral", "credential  application"} {
		testkit.True(t, strings.Contains("\n"+report.String(), "\n"+line), report.String())
	}

	_, _, err = do(c.HTTPClient(), s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	n := s.audit.last(t).Network
	told := map[string]string{
		"mode": n.Mode.String(), "level": n.Level.String(), "address_class": n.AddressClass.String(), "zone": n.Zone.String(),
		"resolver": n.Resolver.String(), "pin_use": n.PinUse.String(), "staple": n.Staple.String(), "alpn": n.ALPN.String(),
	}
	testkit.DeepEqual(t, told, map[string]string{
		"mode": "strict", "level": "connect", "address_class": "loopback", "zone": "privatelink.openai.azure.com",
		"resolver": s.azure.DNS(), "pin_use": "primary", "staple": "none", "alpn": "h2",
	})
	told["tls_version"], told["tls_suite"], told["tls_group"] = session.Version, session.Suite, session.Group
	seen := 0
	for _, span := range spans.GetSpans() {
		if span.Name != "chat gpt-4o" && span.Name != "sallyport.attempt" {
			continue
		}
		seen++
		attributes := attribute.NewSet(span.Attributes...)
		for key, want := range told {
			got, _ := attributes.Value(attribute.Key("sallyport.network." + key))
			testkit.Equal(t, got.AsString(), want)
		}
	}
	testkit.Equal(t, seen, 2)
}

// Of two connections each has its own pin: that of the one is not told of the other.
func TestEvidenceOfItsOwnConnection(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	fits := authorityOf(t, s.azure)
	cfg.TLS.Pins, cfg.TLS.BackupPins = []tlspolicy.Pin{other}, []tlspolicy.Pin{fits}
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	defer c.Close()
	report, err := c.Check(t.Context())
	testkit.NoError(t, err)
	testkit.Equal(t, report.Endpoint.TLS.PinUse, "backup")
	_, _, err = s.post(t, chat, ask("hello")) // a client without pins, to the same host
	testkit.NoError(t, err)
	testkit.Equal(t, s.audit.last(t).Network.PinUse.String(), "unpinned")
	_, _, err = do(c.HTTPClient(), s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	testkit.Equal(t, s.audit.last(t).Network.PinUse.String(), "backup")
}

// A report keeps its form in JSON.
func TestReportAsJSON(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	report, err := s.client.Check(t.Context())
	testkit.NoError(t, err)
	text, err := json.Marshal(report)
	testkit.NoError(t, err)
	var again struct {
		At       time.Time
		Endpoint struct {
			Level string
			TLS   struct {
				PinUse, OCSP string
				Leaf         struct {
					SPKI string
					SANs int `json:"sans_n"`
				}
			}
		}
	}
	testkit.NoError(t, json.Unmarshal(text, &again))
	testkit.Equal(t, again.Endpoint.Level+" "+again.Endpoint.TLS.PinUse+" "+again.Endpoint.TLS.OCSP, "service unpinned none")
	testkit.True(t, again.Endpoint.TLS.Leaf.SANs > 0 && !again.At.IsZero(), string(text))
}
