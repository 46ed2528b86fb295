package client_test

import (
	"net/http"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The name of a deployment travels in the path, where it cannot be replaced; and a
// placeholder in its place would ask for a deployment that does not exist.
func TestDeploymentThatIsAValue(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*client.Config){
		"v1":          func(*client.Config) {},
		"deployments": func(cfg *client.Config) { cfg.API = client.Deployments },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{}, change)
			for _, deployment := range []string{"4111111111111111", "536-22-1234"} {
				_, _, err := s.post(t, chat, `{"model":"`+deployment+`","messages":[{"role":"user","content":"hello"}]}`)
				refused(t, err, event.PIIBlocked)
			}
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
		})
	}
}

// An answer is one type of text in UTF-8, and whole.
func TestAnswersThatAreNotWhatTheySay(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	for name, test := range map[string]struct {
		reply clienttest.Reply
		more  string
	}{
		"a stream in another charset": {clienttest.Reply{Header: http.Header{"Content-Type": {"text/event-stream; charset=utf-16"}}}, streamed},
		"JSON in another charset":     {clienttest.Reply{Header: http.Header{"Content-Type": {"application/json; charset=utf-16"}}}, ""},
		"two types":                   {clienttest.Reply{Header: http.Header{"Content-Type": {"application/json", "text/html"}}}, ""},
		"no type":                     {clienttest.Reply{Header: http.Header{"Content-Type": nil}}, ""},
		"a part":                      {clienttest.Reply{Status: http.StatusPartialContent, Body: `{"choices":[]}`, Header: http.Header{"Content-Type": {"application/json"}}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s.azure.Script(clienttest.Model, test.reply)
			defer s.azure.Unscript(clienttest.Model)
			_, _, err := s.post(t, chat, ask("hello", test.more))
			refused(t, err, event.ResponseType)
		})
	}
}
