package main

import (
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/audit"
)

// deployment is one that the fake Azure has.
const deployment = "gpt-4o"

// A stand is a fake Azure with a client on it, and everything that listens.
type stand struct {
	azure  *clienttest.Azure
	client *client.Client
	ai     openai.Client

	spans    *tracetest.InMemoryExporter
	metrics  *metric.ManualReader
	tracers  *trace.TracerProvider
	meters   *metric.MeterProvider
	audit    *audit.Log
	auditKey []byte
	records  *bytes.Buffer
	tap      *tap
	restore  func()
}

// open starts the fake and builds the client.
func open() (*stand, error) {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		return nil, err
	}
	s := &stand{azure: azure, spans: tracetest.NewInMemoryExporter(), metrics: metric.NewManualReader(),
		auditKey: bytes.Repeat([]byte("k"), 32), records: &bytes.Buffer{}, tap: &tap{}}
	s.tracers = trace.NewTracerProvider(trace.WithSyncer(s.spans))
	s.meters = metric.NewMeterProvider(metric.WithReader(s.metrics))
	// The platform tells a program by variables where its identity comes from.
	s.restore = setenv(azure.Env())
	if s.audit, err = audit.Chained(s.records, audit.Config{Key: s.auditKey}); err == nil {
		s.client, err = client.New(s.config())
	}
	if err != nil {
		s.close()
		return nil, err
	}
	s.ai = openaiv3.New(s.client)
	return s, nil
}

// config is what an application has to say. What makes it one for a test is that the
// endpoint lies on loopback, which takes a waiver, and that the fake has its own resolver
// and its own certificates.
func (s *stand) config() client.Config {
	cfg := client.Config{
		Endpoint:    s.azure.Endpoint(),
		Profile:     client.Development,
		Credentials: credentials.Config{Source: credentials.Managed, ClientID: s.azure.ClientID()},
		Network:     client.Network{AllowedPrefixes: []netip.Prefix{s.azure.Prefix()}, DNS: s.azure.DNS()},
		Audit:       s.audit,
		PerAttempt:  []policy.Policy{s.tap},
		Waivers:     []client.Waiver{unsafeallow.Loopback("the quickstart runs on a fake Azure", time.Now().Add(time.Hour))},
	}
	cfg.TLS.Roots = s.azure.Roots()
	cfg.Telemetry.TracerProvider, cfg.Telemetry.MeterProvider = s.tracers, s.meters
	return cfg
}

func (s *stand) close() {
	if s.client != nil {
		_ = s.client.Close() // always nil
	}
	s.restore()
	s.azure.Close()
}

// setenv sets variables and returns how to undo it.
func setenv(vars map[string]string) (restore func()) {
	old := map[string]string{}
	for name, value := range vars {
		if was, ok := os.LookupEnv(name); ok {
			old[name] = was
		}
		_ = os.Setenv(name, value) // the names are good ones
	}
	return func() {
		for name := range vars {
			if was, ok := old[name]; ok {
				_ = os.Setenv(name, was)
			} else {
				_ = os.Unsetenv(name)
			}
		}
	}
}

// A tap is a policy of the application: it keeps the answer as the service sent it. It
// stands below the redaction, so it sees placeholders only.
type tap struct {
	mu   sync.Mutex
	data bytes.Buffer
}

var _ policy.Policy = (*tap)(nil)

func (t *tap) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	resp, err := next(req)
	if err == nil {
		resp.Body = &tapped{ReadCloser: resp.Body, tap: t}
	}
	return resp, err
}

// take returns what was kept, and forgets it.
func (t *tap) take() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	data := bytes.Clone(t.data.Bytes())
	t.data.Reset()
	return data
}

type tapped struct {
	io.ReadCloser

	tap *tap
}

func (t *tapped) Read(p []byte) (int, error) {
	n, err := t.ReadCloser.Read(p)
	t.tap.mu.Lock()
	defer t.tap.mu.Unlock()
	t.tap.data.Write(p[:n])
	return n, err
}
