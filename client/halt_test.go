package client_test

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// begin starts a stream that stalls after some events, and reads the first.
func (s *stand) begin(t testing.TB) *http.Response {
	t.Helper()
	s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 5))
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask(dull, streamed)))
	testkit.NoError(t, err)
	line, err := bufio.NewReaderSize(resp.Body, 16).ReadString('\n')
	testkit.NoError(t, err)
	testkit.True(t, strings.HasPrefix(line, "data: "), "an event")
	return resp
}

// Halt cuts what runs and refuses what comes, at once.
func TestHalt(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	resp := s.begin(t)
	started := time.Now()
	testkit.NoError(t, s.client.Halt(reason))
	_, err := io.ReadAll(resp.Body)
	refused(t, err, event.KillSwitch)
	testkit.True(t, time.Since(started) < time.Second, "at once")
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, s.audit.last(t).Code, event.KillSwitch)

	before := s.azure.Requests(clienttest.Model)
	_, _, err = s.post(t, chat, ask("hello"))
	refused(t, err, event.KillSwitch)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), before)
	testkit.NoError(t, s.client.Halt("once more, with another reason"))
	states := s.audit.named(event.KillSwitchChanged)
	testkit.Equal(t, len(states), 2)
	testkit.Equal(t, states[0].State, event.On)
	testkit.Equal(t, states[0].Waiver.Reason.Audit(), reason)
}

// Resume wants to see that a call could be made.
func TestResume(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	testkit.NoError(t, s.client.Resume(t.Context())) // of a client that is not halted
	testkit.NoError(t, s.client.Halt(reason))
	s.azure.Unlink()
	refused(t, s.client.Resume(t.Context()), event.PrivateEndpoint)
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.KillSwitch)

	s.azure.Link()
	s.audit.failing.Store(true)
	refused(t, s.client.Resume(t.Context()), event.NotRecorded)
	s.audit.failing.Store(false)
	_, _, err = s.post(t, chat, ask("hello"))
	testkit.True(t, err != nil, "still halted")

	testkit.NoError(t, s.client.Resume(t.Context()))
	status, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
}

// A Halt that comes while Resume is still checking wins.
func TestHaltWinsOverResume(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	var once sync.Once
	cfg := s.config()
	var c *client.Client
	cfg.Credential = credential(func() { once.Do(func() { testkit.NoError(t, c.Halt("in between")) }) })
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	defer c.Close()
	testkit.NoError(t, c.Halt(reason))
	refused(t, c.Resume(t.Context()), event.KillSwitch)
	_, _, err = do(c.HTTPClient(), s.request(t.Context(), t, chat, ask("hello")))
	refused(t, err, event.KillSwitch)
	testkit.NoError(t, c.Resume(t.Context()))
}

// Close is final.
func TestClose(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	resp := s.begin(t)
	testkit.NoError(t, s.client.Close())
	_, err := io.ReadAll(resp.Body)
	refused(t, err, event.Closed)
	testkit.NoError(t, resp.Body.Close())
	testkit.NoError(t, s.client.Close())
	testkit.NoError(t, s.client.Halt(reason))
	testkit.NoError(t, s.client.Resume(t.Context()))
	_, _, err = s.post(t, chat, ask("hello"))
	refused(t, err, event.Closed)
}

// The reason of a halt stands in the audit log and nowhere else.
func TestReasonOfAHalt(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	log, err := audit.Chained(&file, audit.Config{})
	testkit.NoError(t, err)
	o := newOutlet()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { o.wire(cfg); cfg.Audit = event.Sinks(log, o.sink()) })
	const why = "leaked key of tenant 4711"
	testkit.NoError(t, s.client.Halt(why))
	_, _, err = s.post(t, chat, ask("hello"))
	refused(t, err, event.KillSwitch)
	testkit.True(t, !strings.Contains(err.Error(), why), "not in the refusal")
	testkit.True(t, strings.Contains(file.String(), why), "in the audit log")
	testkit.True(t, !bytes.Contains(o.bytes(t), []byte(why)), "in no span, metric or log line")
	testkit.True(t, bytes.Contains(o.bytes(t), []byte("kill_switch")), "which are there")
}
