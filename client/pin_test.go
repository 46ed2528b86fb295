package client_test

import (
	"crypto/x509"
	encoding "encoding/pem"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// pinned is a stand whose client pins; change gets the pin of the fake's authority.
func pinned(t *testing.T, change func(c *tlspolicy.Config, authority tlspolicy.Pin)) *stand {
	s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
	var err error
	cfg := s.config()
	change(&cfg.TLS, authorityOf(t, s.azure))
	s.client, err = client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = s.client.Close() })
	return s
}

// authorityOf is the pin of the fake's authority.
func authorityOf(t *testing.T, azure *clienttest.Azure) tlspolicy.Pin {
	t.Helper()
	block, _ := encoding.Decode(azure.CAPEM())
	authority, err := x509.ParseCertificate(block.Bytes)
	testkit.NoError(t, err)
	return tlspolicy.PinOf(authority)
}

// A pin that no longer fits is told of while the backup still does, or while pins only
// report; and once, for a connection.
func TestPinsMissed(t *testing.T) {
	t.Parallel()
	other := []tlspolicy.Pin{{1}, {2}}
	for name, row := range map[string]struct {
		change  func(*tlspolicy.Config, tlspolicy.Pin)
		refused event.Code
		code    event.Code // of the event
		events  int
	}{
		"primary": {func(c *tlspolicy.Config, own tlspolicy.Pin) { c.Pins = []tlspolicy.Pin{{1}, own} }, "", "", 0},
		"backup": {func(c *tlspolicy.Config, own tlspolicy.Pin) {
			c.Pins, c.BackupPins = other, []tlspolicy.Pin{own}
		}, "", "", 1},
		"report only": {func(c *tlspolicy.Config, _ tlspolicy.Pin) { c.Pins, c.PinsReportOnly = other, true }, "", event.TLSPin, 1},
		"mismatch":    {func(c *tlspolicy.Config, _ tlspolicy.Pin) { c.Pins = other }, event.TLSPin, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := pinned(t, row.change)
			for range 2 {
				_, _, err := s.post(t, chat, ask("hello"))
				if row.refused != "" {
					refused(t, err, row.refused)
				} else {
					testkit.NoError(t, err)
				}
			}
			missed := s.audit.named(event.PinMissed)
			testkit.Equal(t, len(missed), row.events)
			for _, e := range missed {
				testkit.Equal(t, e.Code, row.code)
				testkit.True(t, e.Host == event.NewHost(s.azure.Host()) && e.Network.TLSVersion != 0, "it says where")
			}
			if row.refused != "" {
				testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
			}
		})
	}
}

// A connection that should be told of, and cannot, is not used.
func TestPinsMissedUnrecorded(t *testing.T) {
	t.Parallel()
	s := pinned(t, func(c *tlspolicy.Config, _ tlspolicy.Pin) { c.Pins, c.PinsReportOnly = []tlspolicy.Pin{{1}, {2}}, true })
	s.audit.failing.Store(true)
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.NotRecorded)
	testkit.ErrorIs(t, err, tlspolicy.ErrObserve)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
}
