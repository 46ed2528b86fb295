package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An attempt is something that must be refused, and how.
type attempt struct {
	name string
	try  func(context.Context, *stand) error
	want event.Code
}

// list is every attempt of the table. Halt is the last: nothing works after it.
func list() []attempt {
	return []attempt{
		{"a public address behind the privatelink name", publicAddress, event.PrivateEndpoint},
		{"plain http", plainHTTP, event.SchemeBlocked},
		{"a redirect to another host", redirect, event.RedirectBlocked},
		{"a static key in the environment, in production", staticKey, event.CredentialStatic},
		{"an unknown route", unknownRoute, event.RouteUnknown},
		{"a caller whose quota is used up", quota, event.LocalRateLimited},
		{"a call after Halt", halted, event.KillSwitch},
	}
}

// attempts makes all of them. It is an error if one was not refused as it should be.
func (s *stand) attempts(ctx context.Context, screen *screen) error {
	screen.line("")
	failed := 0
	for _, a := range list() {
		err := a.try(ctx, s)
		code := policy.CodeOf(err)
		mark := screen.paint(green, "refused")
		if !errors.Is(err, policy.ErrRefused) || code != a.want {
			mark = screen.paint(red, "NOT AS IT SHOULD BE")
			failed++
		}
		screen.line("  %-48s %s  %s", a.name, mark, code)
	}
	screen.line("")
	if failed > 0 {
		return fmt.Errorf("%s not refused as it should be", counted(failed, "attempt"))
	}
	screen.line("%s", screen.paint(green, counted(len(list()), "attempt")+", all of them refused."))
	return nil
}

// hello is the smallest call.
func hello(ctx context.Context, c *client.Client) error {
	ai := openaiv3.New(c)
	_, err := ai.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model:    deployment,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	})
	return err
}

// with makes a call through a client of its own, whose connections are new.
func (s *stand) with(ctx context.Context, change func(*client.Config)) error {
	cfg := s.config()
	change(&cfg)
	c, err := client.New(cfg)
	if err != nil {
		return err
	}
	defer c.Close()
	return hello(ctx, c)
}

// publicAddress takes the private DNS zone away: the name then leads through the same
// privatelink name to the public door.
func publicAddress(ctx context.Context, s *stand) error {
	s.azure.Unlink()
	defer s.azure.Link()
	return s.with(ctx, func(*client.Config) {})
}

func plainHTTP(ctx context.Context, s *stand) error {
	url := "http" + strings.TrimPrefix(s.client.BaseURL(), "https") + "models"
	return s.get(ctx, url)
}

func unknownRoute(ctx context.Context, s *stand) error {
	return s.get(ctx, s.client.BaseURL()+"fortune-telling")
}

func (s *stand) get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := s.client.HTTPClient().Do(req)
	if err == nil {
		err = resp.Body.Close()
	}
	return err
}

func redirect(ctx context.Context, s *stand) error {
	s.azure.Script(clienttest.Model, clienttest.Redirect(http.StatusTemporaryRedirect, "https://collector.example/openai/v1/chat/completions"))
	defer s.azure.Unscript(clienttest.Model)
	return hello(ctx, s.client)
}

func staticKey(ctx context.Context, s *stand) error {
	defer setenv(map[string]string{"AZURE_OPENAI_API_KEY": strings.Repeat("0", 32)})()
	return s.with(ctx, func(cfg *client.Config) {
		cfg.Profile, cfg.Waivers = client.Production, nil
		cfg.Network.AllowedPrefixes = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	})
}

func quota(ctx context.Context, s *stand) error {
	cfg := s.config()
	cfg.Limits.User = ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(2).WithBurst(2)}
	c, err := client.New(cfg)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx = policy.WithCaller(ctx, policy.Caller{Tenant: "contoso", User: "impatient"})
	for range 3 {
		if err = hello(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func halted(ctx context.Context, s *stand) error {
	if err := s.client.Halt("the quickstart shows the kill switch"); err != nil {
		return err
	}
	return hello(ctx, s.client)
}
