package client_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// What cannot be recorded does not happen: the call whose record is lost fails at its end,
// later ones are refused unsent, and a log that works again lets the calls go on.
func TestAuditFailsClosed(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", streamed} {
		t.Run("call"+more, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.audit.failing.Store(true)
			status, answer, err := s.post(t, chat, ask("hello", more))
			testkit.Equal(t, status, 200)
			testkit.Equal(t, said(t, answer), "You wrote: hello")
			refused(t, err, event.NotRecorded)
			testkit.ErrorIs(t, err, errDisk)

			sent := s.azure.Requests(clienttest.Model)
			_, _, err = s.post(t, chat, ask("hello", more))
			refused(t, err, event.NotRecorded)
			testkit.Equal(t, s.azure.Requests(clienttest.Model), sent)

			s.audit.failing.Store(false)
			_, _, err = s.post(t, chat, ask("hello", more)) // tells of the gap
			refused(t, err, event.NotRecorded)
			gap := s.audit.named(event.AuditGap)
			testkit.Equal(t, len(gap), 1)
			testkit.Equal(t, gap[0].Lost, 2)
			_, _, err = s.post(t, chat, ask("hello", more))
			testkit.NoError(t, err)
		})
	}
}

// The end of a body that was closed tells of a lost record too, and a second Read does not
// find an end that looks well.
func TestAuditFailsAtTheEnd(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	s.audit.failing.Store(true)
	refused(t, resp.Body.Close(), event.NotRecorded)

	s.audit.failing.Store(false)
	_, _, _ = s.post(t, chat, ask("hello")) // tells of the gap
	resp, err = s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	s.audit.failing.Store(true)
	_, err = io.ReadAll(resp.Body)
	refused(t, err, event.NotRecorded)
	_, err = resp.Body.Read(make([]byte, 1))
	refused(t, err, event.NotRecorded)
	testkit.NoError(t, resp.Body.Close())
}

// A log that panics has not recorded.
func TestAuditPanics(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Audit = panicking{}
	_, err := client.New(cfg)
	refused(t, err, event.NotRecorded)
}

type panicking struct{}

func (panicking) Record(context.Context, event.Event) error { panic(letter()) }

// The waiver keeps calls going, and only as long as it holds.
func TestUnrecordedCalls(t *testing.T) {
	t.Parallel()
	var until time.Time
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		until = time.Now().Add(soon)
		cfg.Waivers = append(cfg.Waivers, unsafeallow.UnrecordedCalls(reason, until))
	})
	s.audit.failing.Store(true)
	for range 2 {
		_, _, err := s.post(t, chat, ask("hello"))
		testkit.NoError(t, err)
	}
	time.Sleep(time.Until(until))
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.NotRecorded)
}

// The record of a call, in the log that a verifier reads.
func TestAuditRecord(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	key := bytes.Repeat([]byte("k"), 32)
	log, err := audit.Chained(&file, audit.Config{Key: key})
	testkit.NoError(t, err)
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Audit = event.Sinks(log, s.audit)
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	defer c.Close()
	ctx := policy.WithCaller(t.Context(), policy.Caller{Tenant: "contoso", User: "jane", App: "mail"})
	_, _, err = do(c.HTTPClient(), s.request(ctx, t, chat, ask(letter(), streamed)))
	testkit.NoError(t, err)
	record := s.audit.last(t)
	testkit.Equal(t, record.Outcome, event.Success)
	testkit.Equal(t, record.Attempts, 1)
	testkit.Equal(t, record.Status, 200)
	testkit.Equal(t, string(record.Operation), "chat")
	testkit.Equal(t, record.Deployment.String(), "gpt-4o")
	testkit.Equal(t, record.Model.String(), "gpt-4o")
	testkit.Equal(t, record.Region.String(), "swedencentral")
	testkit.Equal(t, record.Network.Dialled.Addr(), s.azure.PrivateAddr())
	testkit.Equal(t, record.Network.ALPN.String(), "h2")
	testkit.Equal(t, len(record.CallID.String()), 32)
	testkit.True(t, record.FirstChunk > 0 && record.FirstChunk <= record.Duration, "the time to the first chunk")
	testkit.True(t, record.RequestID.String() != "" && record.RequestID.String() != event.OtherToken, "the id of the service")
	testkit.True(t, !record.Caller.User.IsZero() && !record.Caller.Tenant.IsZero() && !record.Caller.App.IsZero(), "the caller, in pseudonyms")
	testkit.Equal(t, len(record.Counts), 8)
	report, err := audit.Verify(&file, audit.VerifyConfig{Key: key})
	testkit.NoError(t, err)
	testkit.True(t, report.Records >= 3, "configuration, waiver, call")
}
