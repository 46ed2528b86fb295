package openaiv3_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// generous lifts the quotas out of the way of tests that call often.
func generous(cfg *client.Config) {
	q := ratelimit.Quota{
		RequestsPerMinute: ratelimit.PerMinute(1e9).WithBurst(1e9),
		TokensPerMinute:   ratelimit.PerMinute(1e12).WithBurst(1e12),
	}
	cfg.Limits = client.Limits{User: q, App: q, Tenant: q, Deployment: q}
}

// Whatever stops a call, errors.As finds the refusal through the SDK.
func TestRefusalOfACall(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		prepare func(*testing.T, *place)
		change  func(*client.Config)
		want    event.Code
	}{
		{name: "halted", prepare: func(t *testing.T, p *place) { testkit.NoError(t, p.client.Halt("a test of the switch")) }, want: event.KillSwitch},
		{name: "closed", prepare: func(t *testing.T, p *place) { testkit.NoError(t, p.client.Close()) }, want: event.Closed},
		{name: "public address", prepare: func(_ *testing.T, p *place) { p.azure.Unlink() }, want: event.PrivateEndpoint},
		{name: "redirect", prepare: script(clienttest.Redirect(307, "https://collector.example/")), want: event.RedirectBlocked},
		{name: "redirect to itself", prepare: func(t *testing.T, p *place) {
			script(clienttest.Redirect(308, p.client.BaseURL()+"chat/completions"))(t, p)
		}, want: event.RedirectBlocked},
		{name: "unknown authority", change: func(cfg *client.Config) { cfg.TLS.Roots = nil }, want: event.TLSCertificate},
		{name: "quota", change: func(cfg *client.Config) {
			cfg.Limits.Tenant.RequestsPerMinute = ratelimit.PerMinute(0)
		}, want: event.LocalTooBig},
		{name: "page of a proxy", prepare: script(clienttest.Reply{Status: 200, Body: "<html>", Header: map[string][]string{"Content-Type": {"text/html"}}}), want: event.ResponseType},
		{name: "no events", prepare: script(clienttest.Reply{Status: 200, Body: "{}", Header: map[string][]string{"Content-Type": {"text/plain"}}}), want: event.ResponseType},
		{name: "policy", change: func(cfg *client.Config) {
			cfg.PerCall = []policy.Policy{policy.Func(nil)}
		}, want: event.PolicyFailed},
	} {
		for _, k := range kinds()[:4] {
			t.Run(tt.name+"/"+k.name, func(t *testing.T) {
				t.Parallel()
				var changes []func(*client.Config)
				if tt.change != nil {
					changes = append(changes, tt.change)
				}
				p := open(t, clienttest.Config{}, changes...)
				if tt.prepare != nil {
					tt.prepare(t, p)
				}
				text, err := k.call(t.Context(), p.ai, letter)
				testkit.Equal(t, text, "")
				wantRefusal(t, err, tt.want)
				var refusal *policy.RefusalError
				testkit.True(t, errors.As(err, &refusal), "errors.As finds it")
			})
		}
	}
}

func script(replies ...clienttest.Reply) func(*testing.T, *place) {
	return func(_ *testing.T, p *place) { p.azure.Script(clienttest.Model, replies...) }
}

// A stream that breaks gives what came before, and then an error with a code: whether the
// service or the network cut it, or it said what cannot be understood.
func TestBrokenStream(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault clienttest.Fault
		want  []event.Code
	}{
		{clienttest.CutOff, []event.Code{event.StreamAborted}},
		{clienttest.Reset, []event.Code{event.StreamAborted, event.ConnectFailure}},
		{clienttest.EarlyEnd, []event.Code{event.StreamAborted}},
		{clienttest.Garbage, []event.Code{event.StreamInvalid, event.StreamAborted}},
	} {
		for _, k := range []kind{kinds()[1], {name: "responses streamed", call: respondLoosely}} {
			for proto, http1 := range map[string]bool{"http1": true, "http2": false} {
				t.Run(tt.fault.String()+"/"+k.name+"/"+proto, func(t *testing.T) {
					t.Parallel()
					p := open(t, clienttest.Config{HTTP1: http1})
					for _, after := range []int{5, 12, 20, clienttest.BeforeLast} {
						p.azure.Script(clienttest.Model, clienttest.Broken(tt.fault, after))
						text, err := k.call(t.Context(), p.ai, letter)
						checkPart(t, text)
						if err == nil && text == "You wrote: "+letter && k.name == "chat streamed" {
							continue // only "[DONE]" is missing: every choice has said that it is finished
						}
						testkit.ErrorIs(t, err, policy.ErrRefused)
						code := policy.CodeOf(err)
						testkit.True(t, slices.Contains(tt.want, code), fmt.Sprintf("the code fits: %+v", err))
					}
				})
			}
		}
	}
}

// checkPart checks that text is a beginning of the answer. It may end in a part of a
// placeholder, of which the rest never came.
func checkPart(t *testing.T, text string) {
	t.Helper()
	text = cutPlaceholder.ReplaceAllString(text, "")
	testkit.True(t, strings.HasPrefix("You wrote: "+letter, text), fmt.Sprintf("%q is the beginning of the answer", text))
}

var cutPlaceholder = regexp.MustCompile(`[A-Z][A-Z_]*[0-9a-z]*$`)

// respondLoosely collects what comes, whole or not.
func respondLoosely(ctx context.Context, ai openai.Client, text string) (string, error) {
	stream := ai.Responses.NewStreaming(ctx, responseTo(text))
	defer stream.Close()
	var got strings.Builder
	for stream.Next() {
		if ev := stream.Current(); ev.Type == "response.output_text.delta" {
			got.WriteString(ev.Delta)
		}
	}
	return got.String(), stream.Err()
}

// stalled opens a stream that says nothing more after some events, and reads the first.
func stalled(t *testing.T, ctx context.Context, p *place) interface {
	Next() bool
	Err() error
	Close() error
} {
	t.Helper()
	p.azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 10))
	stream := p.ai.Chat.Completions.NewStreaming(ctx, question(letter))
	t.Cleanup(func() { _ = stream.Close() })
	for range 3 {
		testkit.True(t, stream.Next(), "the stream has begun")
	}
	return stream
}

// A stream that is ended from this side says who ended it.
func TestStoppedStream(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		stop  func(*testing.T, *place, context.CancelFunc)
		want  event.Code
		cause error
	}{
		{"cancelled", func(_ *testing.T, _ *place, cancel context.CancelFunc) { cancel() }, event.Canceled, context.Canceled},
		{"halted", func(t *testing.T, p *place, _ context.CancelFunc) {
			testkit.NoError(t, p.client.Halt("a test of the switch"))
		}, event.KillSwitch, policy.ErrRefused},
		{"closed", func(t *testing.T, p *place, _ context.CancelFunc) { testkit.NoError(t, p.client.Close()) }, event.Closed, policy.ErrRefused},
	} {
		for _, http1 := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				p := open(t, clienttest.Config{HTTP1: http1})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stream := stalled(t, ctx, p)
				timer := time.AfterFunc(20*time.Millisecond, func() { tt.stop(t, p, cancel) })
				defer timer.Stop()
				for stream.Next() {
				}
				wantRefusal(t, stream.Err(), tt.want)
				testkit.ErrorIs(t, stream.Err(), tt.cause)
			})
		}
	}
}

// The idle time of the configuration ends a stream that says nothing.
func TestIdleStream(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{}, func(cfg *client.Config) { cfg.IdleTimeout = 50 * time.Millisecond })
	stream := stalled(t, t.Context(), p)
	for stream.Next() {
	}
	wantRefusal(t, stream.Err(), event.IdleTimeout)
}

// A deadline that passes at any point of a stream is an error, unless the answer was whole.
func TestDeadlineInAStream(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(letter+" ", 30)
	for _, k := range []kind{kinds()[1], {name: "responses streamed", call: respondLoosely}} {
		for _, http1 := range []bool{false, true} {
			t.Run(k.name, func(t *testing.T) {
				t.Parallel()
				p := open(t, clienttest.Config{HTTP1: http1}, generous)
				whole, cut := 0, 0
				for range 60 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(60_000))*time.Microsecond)
					text, err := k.call(ctx, p.ai, long)
					cancel()
					switch {
					case err == nil:
						whole++
						testkit.Equal(t, text, "You wrote: "+long)
					case errors.Is(err, context.DeadlineExceeded):
						cut++
					default:
						t.Errorf("neither whole nor a deadline: %v", err)
					}
				}
				t.Logf("%d whole, %d cut", whole, cut)
			})
		}
	}
}

// A plain call whose context is over gives the error of the context.
func TestDeadlineOfACall(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	p.azure.Script(clienttest.Model, clienttest.Reply{Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := p.ai.Chat.Completions.New(ctx, question(letter))
	testkit.ErrorIs(t, err, context.DeadlineExceeded)
	testkit.Equal(t, policy.CodeOf(err), event.Timeout)
}

// An error that the service sends within a stream is an error of the stream, in the SDK's
// own type.
func TestErrorEvent(t *testing.T) {
	t.Parallel()
	for _, k := range []kind{kinds()[1], {name: "responses streamed", call: respondLoosely}} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			p := open(t, clienttest.Config{})
			p.azure.Script(clienttest.Model, clienttest.Broken(clienttest.ErrorEvent, 12))
			_, err := k.call(t.Context(), p.ai, letter)
			testkit.True(t, err != nil, "there is an error")
			testkit.True(t, strings.Contains(err.Error(), "server_error"), "it is the service's")
		})
	}
}
