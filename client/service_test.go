package client_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An error of the service reaches the application as it is, with the values in their
// places, and the record with its code.
func TestErrorsOfTheService(t *testing.T) {
	t.Parallel()
	errorOf := func(status int, code string) clienttest.Reply {
		return clienttest.Reply{Status: status, Body: `{"error":{"code":"` + code + `","message":"$"}}`}
	}
	for name, test := range map[string]struct {
		reply  clienttest.Reply
		code   event.Code
		raises event.Name
	}{
		"content filter":     {clienttest.ContentFiltered(), event.ContentFilter, event.PolicyDecision},
		"context too long":   {clienttest.ContextTooLong(), event.ContextLength, event.RequestCompleted},
		"permission denied":  {clienttest.PermissionDenied(), event.CredentialRejected, event.AuthFailed},
		"unauthorized":       {clienttest.Unauthorized(), event.CredentialRejected, event.AuthFailed},
		"keys disabled":      {clienttest.KeysDisabled(), event.CredentialRejected, event.AuthFailed},
		"no such deployment": {clienttest.DeploymentNotFound(), event.DeploymentMissing, event.RequestCompleted},
		"public access":      {clienttest.PublicAccessDisabled(), event.PrivateEndpoint, event.PrivateViolation},
		"throttled":          {clienttest.Throttled(60), event.RateLimited, event.RateExceeded},
		"overloaded":         {clienttest.Overloaded(), event.RateLimited, event.RateExceeded},
		"no quota":           {errorOf(429, "insufficient_quota"), event.Quota, event.RateExceeded},
		"gateway timeout":    {clienttest.ServerError(504), event.Timeout, event.RequestCompleted},
		"server error":       {clienttest.ServerError(500), event.Other, event.RequestCompleted},
		"teapot":             {errorOf(418, "short_and_stout"), event.Other, event.RequestCompleted},
	} {
		for _, more := range []string{"", streamed} {
			t.Run(name+more, func(t *testing.T) {
				t.Parallel()
				s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Retry.MaxAttempts = 1 })
				s.azure.Script(clienttest.Model, test.reply)
				status, answer, err := s.post(t, chat, ask("hello", more))
				testkit.NoError(t, err)
				testkit.Equal(t, status, test.reply.Status)
				testkit.Equal(t, answer, test.reply.Body)
				record := s.audit.last(t)
				testkit.Equal(t, record.Code, test.code)
				testkit.Equal(t, record.Status, status)
				testkit.Equal(t, record.Outcome, event.Failure)
				if test.raises != event.RequestCompleted {
					testkit.Equal(t, len(s.audit.named(test.raises)), 1)
				}
			})
		}
	}
}

// Errors may quote the prompt: what is quoted is put back.
func TestErrorsAreRestored(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	email := values()["email"]
	_, _, err := s.post(t, chat, ask(email))
	testkit.NoError(t, err)
	placeholder := contentOf(t, s.azure.Journal().Bodies(clienttest.Model)[0])
	s.azure.Script(clienttest.Model, clienttest.Reply{Status: 400, Body: `{"error":{"code":"BadRequest","message":"I do not like ` + placeholder + `"}}`})
	_, answer, err := s.post(t, chat, ask(email))
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(answer, "I do not like "+email), answer)
}

// The page of a proxy is replaced: nothing is known about it but its status.
func TestForeignErrors(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]clienttest.Reply{
		"HTML":       {Status: 403, Body: "<html>go away</html>", Header: http.Header{"Content-Type": {"text/html"}}},
		"HTML as is": {Status: 403, Body: "<html>go away</html>"},
		"nothing":    {Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.azure.Script(clienttest.Model, reply)
			status, answer, err := s.post(t, chat, ask("hello"))
			testkit.NoError(t, err)
			testkit.Equal(t, status, 403)
			testkit.Equal(t, answer, `{"error":{"message":"the service answered with status 403 and no error object","type":"http_error","param":null,"code":"403"}}`)
			testkit.Equal(t, s.audit.last(t).Code, event.CredentialRejected)
		})
	}
}

// The record tells of the last attempt, not of one before it.
func TestRecordOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.HeaderTimeout, cfg.Retry.MaxAttempts = 200*time.Millisecond, 2 })
	s.azure.Script(clienttest.Model, clienttest.ServerError(500), clienttest.Reply{Delay: time.Minute})
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.HeaderTimeout)
	record := s.audit.last(t)
	testkit.Equal(t, record.Code, event.HeaderTimeout)
	testkit.Equal(t, record.Status, 0)
	testkit.Equal(t, record.Attempts, 2)
}

// Retries send the same placeholders, and the record tells how often.
func TestRetriesSendTheSame(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	throttled := clienttest.Throttled(1)
	throttled.Header = http.Header{"Retry-After-Ms": {"5"}}
	s.azure.Script(clienttest.Model, throttled)
	_, answer, err := s.post(t, chat, ask(letter()))
	testkit.NoError(t, err)
	testkit.Equal(t, said(t, answer), "You wrote: "+letter())
	bodies := s.azure.Journal().Bodies(clienttest.Model)
	testkit.Equal(t, len(bodies), 2)
	testkit.Equal(t, string(bodies[0]), string(bodies[1]))
	testkit.Equal(t, s.audit.last(t).Attempts, 2)
	testkit.Equal(t, s.audit.last(t).Code, "")
	testkit.Equal(t, s.audit.last(t).Status, 200)
}
