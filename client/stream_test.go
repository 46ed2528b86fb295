package client_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// dull is a text without values, longer than what arrives before a stream breaks.
const dull = "there is nothing in this text that anybody would want to hide, and it is long enough to be cut."

// A stream that breaks gives the text so far and then an error, never an end that looks
// like one. The record has the same code.
func TestBrokenStreams(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply clienttest.Reply
		code  event.Code
		text  bool // some of the text arrives first
	}{
		"ends without its terminal event": {clienttest.Broken(clienttest.EarlyEnd, 9), event.StreamAborted, true},
		"cut":                             {clienttest.Broken(clienttest.CutOff, 9), event.StreamAborted, true},
		"reset":                           {clienttest.Broken(clienttest.Reset, 9), event.StreamAborted, true},
		"stalls":                          {clienttest.Broken(clienttest.Stall, 9), event.IdleTimeout, true},
		"garbage":                         {clienttest.Broken(clienttest.Garbage, 9), event.StreamInvalid, true},
		"JSON in place of events":         {clienttest.Reply{Body: `{"choices":[]}`}, event.ResponseType, false},
		"HTML":                            {clienttest.Reply{Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}}, event.ResponseType, false},
		"no media type":                   {clienttest.Reply{Body: "data: 1\n\n", Header: http.Header{"Content-Type": {""}}}, event.ResponseType, false},
		"an event that is no JSON":        {events("data: hello\n\n"), event.StreamInvalid, false},
		"an event of another type":        {events("event: <b>\ndata: {}\n\n"), event.StreamInvalid, false},
		"a name twice":                    {events(`data: {"choices":[],"choices":[]}` + "\n\n"), event.StreamInvalid, false},
		"a line too long":                 {events("data: {\"a\":\"" + strings.Repeat("a", 2<<20) + "\"}\n\n"), event.LineTooLarge, false},
		"nothing at all":                  {events(""), event.StreamAborted, false},
		"an event without its end":        {events(`data: {"choices":[]}` + "\n"), event.StreamAborted, false},
		"something after its end":         {events("data: [DONE]\n\ndata: {\"choices\":[]}\n\n"), event.StreamInvalid, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{Cut: clienttest.Pieces(3, 3, 1)}, func(cfg *client.Config) { cfg.IdleTimeout = 200 * time.Millisecond })
			s.azure.Script(clienttest.Model, test.reply)
			status, answer, err := s.post(t, chat, ask(dull, streamed))
			refused(t, err, test.code)
			testkit.Equal(t, s.audit.last(t).Code, test.code)
			testkit.Equal(t, s.audit.last(t).Outcome, event.Failure)
			if test.text {
				testkit.Equal(t, status, 200)
				testkit.True(t, strings.HasPrefix("You wrote: "+dull, said(t, answer)), "a beginning of the text")
				testkit.True(t, len(said(t, answer)) > 9, "the text so far: "+said(t, answer))
			}
		})
	}
}

// events is a stream made by hand.
func events(body string) clienttest.Reply {
	return clienttest.Reply{Status: http.StatusOK, Body: body, Header: http.Header{"Content-Type": {"text/event-stream"}}}
}

// An error that the service sends as an event reaches the application, and the record.
func TestErrorEvent(t *testing.T) {
	t.Parallel()
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.ErrorEvent, 9))
			_, answer, err := s.post(t, d.path, strings.TrimSuffix(d.ask(dull), "}")+streamed+"}")
			if err != nil {
				t.Log("the body ends with", err)
			}
			testkit.True(t, strings.Contains(answer, "The server had an error"), "the event")
			testkit.Equal(t, s.audit.last(t).Code, event.Other)
			testkit.Equal(t, s.audit.last(t).Outcome, event.Failure)
		})
	}
}

// Every choice has a finish reason: the answer is whole, though [DONE] is missing.
func TestWholeWithoutDone(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.EarlyEnd, clienttest.BeforeLast))
	_, answer, err := s.post(t, chat, ask(letter(), streamed))
	testkit.NoError(t, err)
	testkit.Equal(t, said(t, answer), "You wrote: "+letter())
	testkit.Equal(t, s.audit.last(t).Outcome, event.Success)
}

// What a lane holds back when a stream breaks is delivered: it is text that was received.
func TestHeldTextOfABrokenStream(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	_, _, err := s.post(t, chat, ask(values()["email"]))
	testkit.NoError(t, err)
	placeholder := contentOf(t, s.azure.Journal().Bodies(clienttest.Model)[0])
	half := placeholder[:len(placeholder)-4]
	s.azure.Script(clienttest.Model, events(`data: {"choices":[{"index":0,"delta":{"content":"to `+half+`"}}]}`+"\n\n"))
	_, answer, err := s.post(t, chat, ask(values()["email"], streamed))
	refused(t, err, event.StreamAborted)
	testkit.Equal(t, said(t, answer), "to "+half)
}

// The body goes on failing: a second Read must not find an end.
func TestErrorsStay(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.EarlyEnd, 5))
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hello", streamed)))
	testkit.NoError(t, err)
	_, err = io.ReadAll(resp.Body)
	refused(t, err, event.StreamAborted)
	_, err = resp.Body.Read(make([]byte, 9))
	refused(t, err, event.StreamAborted)
	testkit.NoError(t, resp.Body.Close())
	_, err = resp.Body.Read(make([]byte, 9))
	refused(t, err, event.StreamAborted)
	testkit.Equal(t, len(s.audit.named(event.RequestCompleted)), 1)
}

// Answers that are no streams break too.
func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply clienttest.Reply
		code  event.Code
	}{
		"cut":           {clienttest.Broken(clienttest.CutOff, 0), event.StreamAborted},
		"ends early":    {clienttest.Broken(clienttest.EarlyEnd, 0), event.ResponseInvalid},
		"stalls":        {clienttest.Broken(clienttest.Stall, 0), event.IdleTimeout},
		"garbage":       {clienttest.Broken(clienttest.Garbage, 0), event.ResponseInvalid},
		"too large":     {clienttest.Says(strings.Repeat("a", 2<<20)), event.ResponseTooLarge},
		"HTML":          {clienttest.Reply{Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}}, event.ResponseType},
		"events":        {events("data: [DONE]\n\n"), event.ResponseType},
		"a name twice":  {clienttest.Reply{Body: `{"choices":[],"choices":[]}`}, event.ResponseInvalid},
		"two values":    {clienttest.Reply{Body: `{}{}`}, event.ResponseInvalid},
		"nothing":       {clienttest.Reply{Status: 200}, event.ResponseInvalid},
		"header stalls": {clienttest.Reply{Delay: time.Minute}, event.HeaderTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
				cfg.IdleTimeout, cfg.HeaderTimeout, cfg.MaxBodyBytes = 200*time.Millisecond, 200*time.Millisecond, 1<<20
				cfg.Retry.MaxAttempts = 1
			})
			s.azure.Script(clienttest.Model, test.reply)
			_, _, err := s.post(t, chat, ask("hello"))
			refused(t, err, test.code)
			testkit.Equal(t, s.audit.last(t).Code, test.code)
		})
	}
}

// What is held of a member that no table knows comes out under its name.
func TestHeldTextOfAnUnknownMember(t *testing.T) {
	t.Parallel()
	for _, member := range []string{"reasoning", "thinking", "jane.muster" + "@example.com"} {
		s := newStand(t, clienttest.Config{})
		chunk := func(delta string) string { return `data: {"choices":[{"index":0,"delta":` + delta + `}]}` + "\n\n" }
		s.azure.Script(clienttest.Model, events(chunk(`{"`+member+`":"I think so"}`)+chunk(`{"`+member+`":" and more 12"}`)+chunk(`{"content":"Hello"}`)+
			`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n"))
		_, answer, err := s.post(t, chat, ask("hi", streamed))
		testkit.NoError(t, err)
		name := member
		if strings.Contains(member, "@") {
			name = "j***.******@*******.***"
		}
		all := collect(t, answer, func(chunk map[string]any) string { return text(chunk, "choices", "delta", name) })
		testkit.Equal(t, all, "I think so and more 12")
		testkit.True(t, !strings.Contains(answer, `"":`), answer)
	}
}

// Nobody asks for a packed answer, but a gateway may pack all the same: it is unpacked.
func TestPackedAnswers(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", streamed} {
		s := newStand(t, clienttest.Config{})
		s.azure.Script(clienttest.Model, clienttest.Reply{Gzip: true})
		status, text, err := s.post(t, chat, ask("hello", more))
		testkit.NoError(t, err)
		testkit.Equal(t, status, 200)
		testkit.Equal(t, said(t, text), "You wrote: hello")
	}
}
