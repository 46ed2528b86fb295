package client

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Client is the guarded way to one endpoint. Use [New], share it, and close it with
// [Client.Close]. It is safe for concurrent use. The zero Client is not usable.
type Client struct {
	parts     *parts
	transport http.RoundTripper
	steps     []string

	telling sync.Mutex // held while a change of the switch is recorded; taken before mu
	mu      sync.Mutex // held while the switch and the transport change together
	halts   int        // how often Halt was called
}

// Validate reports every fault of the configuration at once, and dials nothing. The error
// is a [*policy.RefusalError] with the code config_invalid or credential_static;
// errors.As finds a [*ConfigError] with one [*FieldError] for each fault.
func (cfg Config) Validate() error {
	p := build(cfg)
	defer p.close()
	return p.faults.err()
}

// New returns a client for the configuration, or the error of [Config.Validate]. It reads
// files and the environment, but dials nothing: [Client.Check] does.
//
// The configuration, each waiver and each [Weakness] of the process are recorded in
// Config.Audit; a log that does not take these records is an error too.
func New(cfg Config) (*Client, error) {
	p := build(cfg)
	if err := p.faults.err(); err != nil {
		p.close()
		return nil, err
	}
	if err := p.announce(); err != nil {
		p.close()
		return nil, policy.Refuse("config", event.NotRecorded, err)
	}
	steps := p.pipeline()
	c := &Client{parts: p, transport: policy.Chain(p.transports[0], policies(steps)...)}
	p.halt = c.Halt
	for _, s := range steps {
		c.steps = append(c.steps, s.name)
	}
	c.steps = append(c.steps, "transport")
	return c, nil
}

// announce records the configuration, what of the process weakens it, and its waivers.
func (p *parts) announce() error {
	base := event.Event{Time: time.Now(), Host: p.observe.Host, Config: p.observe.Config, Outcome: event.Success}
	config := base
	config.Name, config.Severity = event.ConfigChanged, event.SeverityFor(event.ConfigChanged, event.Success)
	if err := p.record(context.Background(), config); err != nil {
		return err
	}
	for _, w := range p.weaknesses {
		if err := p.record(context.Background(), found(base, w)); err != nil {
			return err
		}
	}
	for _, w := range p.cfg.Waivers {
		weakened := base
		weakened.Name, weakened.Severity = event.ProfileWeakened, event.SeverityFor(event.ProfileWeakened, event.Success)
		weakened.Waiver = event.Waiver{Kind: event.NewToken(w.Kind().String()), Until: w.Until(), Reason: event.NewOperatorText(w.Reason())}
		if err := p.record(context.Background(), weakened); err != nil {
			return err
		}
	}
	return nil
}

// record gives an event to the audit log and counts it.
func (p *parts) record(ctx context.Context, e event.Event) error {
	_ = p.observe.Telemetry.Record(ctx, e) // counting never fails
	return p.observe.Audit.Record(ctx, e)
}

// Transport is the pipeline, for code that wants a round tripper.
func (c *Client) Transport() http.RoundTripper { return c.transport }

// HTTPClient returns an HTTP client for an SDK. It sends through the pipeline and follows
// no redirect, keeps no cookies, and has no timeout of its own: contexts and the timeouts
// of the configuration bound a call.
//
// As with any HTTP client, the body of an answer must be closed, and may be while it is
// read. The call ends with its body: until then it has no record, its quota is an estimate,
// and its connection is held, for Config.TotalTimeout at most.
//
// What fails comes as a [*url.Error], whose text holds the URL; the refusal in it, which
// errors.As finds, holds nothing of the call.
func (c *Client) HTTPClient() *http.Client {
	return &http.Client{Transport: c.transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// BaseURL is what an SDK takes for the address of the API: the v1 paths of the endpoint,
// with a slash at the end.
func (c *Client) BaseURL() string { return c.parts.endpoint.String() + "/openai/v1/" }

// Pipeline is the order of a request's life, by the names of its steps, outermost first.
func (c *Client) Pipeline() []string { return append([]string(nil), c.steps...) }

// Halt stops all calls at once. New ones are refused and running ones, streams included,
// are cut; both with the code kill_switch. The reason is recorded in the audit log and
// told nowhere else. To halt a halted client records the reason too; a closed one stays as
// it is.
//
// The error is that of the audit log. The client is halted all the same.
func (c *Client) Halt(reason string) error {
	if !c.halt() {
		return nil
	}
	c.telling.Lock()
	defer c.telling.Unlock()
	return c.parts.switched(event.On, reason)
}

func (c *Client) halt() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.parts.stop.Code() == event.Closed {
		return false
	}
	c.halts++
	c.parts.stop.Set(event.KillSwitch)
	c.parts.transports[0].Sever(nil)
	return true
}

// Resume ends a halt, if [Client.Check] passes and the audit log takes the record;
// otherwise the client stays halted and the error says why. A Halt that comes meanwhile
// wins: the error is then a refusal with the code kill_switch. Resume does nothing to a
// client that is not halted.
func (c *Client) Resume(ctx context.Context) error {
	c.mu.Lock()
	code, halts := c.parts.stop.Code(), c.halts
	c.mu.Unlock()
	if code != event.KillSwitch {
		return nil
	}
	if _, err := c.Check(ctx); err != nil {
		return err
	}
	c.telling.Lock()
	defer c.telling.Unlock()
	if err := c.parts.switched(event.Off, ""); err != nil {
		return policy.Refuse("resume", event.NotRecorded, err)
	}
	return c.resume(halts)
}

func (c *Client) resume(halts int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch code := c.parts.stop.Code(); {
	case code == "":
		return nil // by another Resume
	case code == event.Closed || c.halts != halts:
		return policy.Refuse("resume", code, nil)
	}
	c.parts.transports[0].Resume()
	c.parts.stop.Set("")
	return nil
}

func (p *parts) switched(to event.State, reason string) error {
	return p.record(context.Background(), event.Event{
		Time: time.Now(), Name: event.KillSwitchChanged, Severity: event.SeverityFor(event.KillSwitchChanged, event.Success),
		Outcome: event.Success, Host: p.observe.Host, Config: p.observe.Config, State: to,
		Waiver: event.Waiver{Reason: event.NewOperatorText(reason)},
	})
}

// Close ends the client: running calls are cut, later ones are refused with the code
// client_closed, and no goroutine or connection stays. It may be called again. Config.Audit
// stays open.
func (c *Client) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts.stop.Set(event.Closed)
	c.parts.close()
	return nil
}
