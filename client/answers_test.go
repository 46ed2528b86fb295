package client_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// withStream turns a body into one that asks for events.
func withStream(body string) string { return strings.TrimSuffix(body, "}") + streamed + "}" }

// strangers is what a model says of people who are not in the prompt.
func strangers() string {
	v := values()
	return "Ask " + v["email"] + ", or pay to " + v["iban"] + " with " + v["card"] + ". The key is " + v["secret"] + ", keep it. Thanks!"
}

// What an answer brings is masked, whole or in pieces, and counted; the two agree. What the
// prompt held comes back.
func TestAnswersAreSearched(t *testing.T) {
	t.Parallel()
	const own = "joe.own@example.org"
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			texts := map[string]bool{}
			for seed, cut := range []func(string) []string{nil, clienttest.Pieces(1, 1, 0), clienttest.Pieces(1, 9, 1), clienttest.Pieces(3, 30, 2)} {
				s := newStand(t, clienttest.Config{Cut: cut})
				s.azure.Script(clienttest.Model, clienttest.Reply{Text: strangers(), Times: 2})
				for _, body := range []string{d.ask("I am " + own), withStream(d.ask("I am " + own))} {
					_, answer, err := s.post(t, d.path, body)
					testkit.NoError(t, err)
					testkit.DeepEqual(t, planted().Find([]byte(answer)), []string(nil))
					texts[d.said(t, answer)] = true
					found := s.audit.last(t).Found
					testkit.Equal(t, fmt.Sprint(found), "[{EMAIL_ADDRESS 1} {CREDIT_CARD 1} {IBAN_CODE 1} {OPENAI_KEY 1}]")
				}
				_, answer, err := s.post(t, d.path, withStream(d.ask("I am "+own)))
				testkit.NoError(t, err)
				testkit.True(t, strings.Contains(d.said(t, answer), own), fmt.Sprint(seed, ": what the prompt held comes back"))
			}
			testkit.Equal(t, len(texts), 1)
			for text := range texts {
				testkit.True(t, strings.HasPrefix(text, "Ask j") && strings.HasSuffix(text, ", keep it. Thanks!"), "the rest stays: "+text)
			}
		})
	}
}

// A kind that answers must not hold ends the call, and a stream before it comes through.
func TestAnswersAreRefused(t *testing.T) {
	t.Parallel()
	for name, d := range dialects() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{Cut: clienttest.Pieces(1, 5, 1)}, func(cfg *client.Config) {
				cfg.Redaction.Answers = map[detect.Kind]redact.Action{detect.IBANCode: redact.Refuse}
			})
			s.azure.Script(clienttest.Model, clienttest.Reply{Text: strangers(), Times: 2})
			_, _, err := s.post(t, d.path, d.ask("hello"))
			refused(t, err, event.PIIBlocked)
			_, answer, err := s.post(t, d.path, withStream(d.ask("hello")))
			refused(t, err, event.PIIBlocked)
			testkit.ErrorIs(t, err, redact.ErrRefused)
			testkit.DeepEqual(t, planted().Find([]byte(answer)), []string(nil))
			testkit.Equal(t, s.audit.last(t).Code, event.PIIBlocked)
			testkit.Equal(t, len(s.audit.named(event.NameFor(event.PIIBlocked))), 2)
		})
	}
}

// Kinds that are allowed come through, and are counted all the same.
func TestAnswersAreAllowed(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Redaction.Answer = redact.Allow })
	s.azure.Script(clienttest.Model, clienttest.Reply{Text: strangers(), Times: 2})
	for _, body := range []string{ask("hello"), ask("hello", streamed)} {
		_, answer, err := s.post(t, chat, body)
		testkit.NoError(t, err)
		testkit.Equal(t, said(t, answer), strangers())
		testkit.Equal(t, len(s.audit.last(t).Found), 4)
	}
}

// Secrets do not come back into what a tool gets, unless the configuration says so. Other
// values do.
func TestToolsGetNoSecrets(t *testing.T) {
	t.Parallel()
	v := values()
	for _, allowed := range []bool{false, true} {
		for _, more := range []string{"", streamed} {
			t.Run(fmt.Sprint(allowed, more), func(t *testing.T) {
				t.Parallel()
				s := newStand(t, clienttest.Config{Cut: clienttest.Pieces(1, 9, 1)}, func(cfg *client.Config) { cfg.Redaction.Restore.ToolSecrets = allowed })
				prompt := "mail " + v["email"] + " the key " + v["secret"]
				_, _, err := s.post(t, chat, ask(prompt))
				testkit.NoError(t, err)
				left := contentOf(t, s.azure.Journal().Bodies(clienttest.Model)[0])
				s.azure.Script(clienttest.Model, clienttest.Reply{ToolCalls: []clienttest.ToolCall{{Name: "send", Arguments: `{"text":` + quote(left) + `}`}}})
				_, answer, err := s.post(t, chat, ask(prompt, more))
				testkit.NoError(t, err)
				var arguments struct{ Text string }
				testkit.NoError(t, json.Unmarshal([]byte(said(t, answer)), &arguments))
				testkit.True(t, strings.HasPrefix(arguments.Text, "mail "+v["email"]+" the key "), arguments.Text)
				testkit.Equal(t, strings.Contains(answer, v["secret"]), allowed)
				testkit.Equal(t, s.audit.last(t).Withheld > 0, !allowed)
			})
		}
	}
}

// Log probabilities spell a text out once more. They go where the text was changed, and in
// streams, where nobody knows yet.
func TestLogprobsAreDropped(t *testing.T) {
	t.Parallel()
	const dropped = "Sallyport-Dropped"
	mail := values()["email"]
	answer := func(text string) string {
		return `{"choices":[{"index":0,"message":{"role":"assistant","content":` + quote(text) +
			`},"logprobs":{"content":[{"token":` + quote(text) + `,"logprob":-1,"bytes":null,"top_logprobs":[]}]},"finish_reason":"stop"}]}`
	}
	for name, test := range map[string]struct {
		text    string
		dropped string
	}{"clean": {"nothing here", ""}, "a stranger": {"ask " + mail, "logprobs"}} {
		s := newStand(t, clienttest.Config{})
		s.azure.Script(clienttest.Model, clienttest.Reply{Body: answer(test.text)})
		resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hi", `,"logprobs":true`)))
		testkit.NoError(t, err)
		var got struct {
			Choices []struct{ Logprobs *json.RawMessage }
		}
		testkit.NoError(t, json.NewDecoder(resp.Body).Decode(&got))
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, resp.Header.Get(dropped), test.dropped)
		testkit.True(t, (got.Choices[0].Logprobs == nil) == (test.dropped != ""), name)
	}
	s := newStand(t, clienttest.Config{})
	s.azure.Script(clienttest.Model, events(`data: {"choices":[{"index":0,"delta":{"content":"ask `+mail[:9]+`"},"logprobs":{"content":[{"token":"`+mail[:9]+`","logprob":-1}]}}]}`+
		"\n\n"+`data: {"choices":[{"index":0,"delta":{"content":"`+mail[9:]+` "},"logprobs":{"content":[{"token":"`+mail[9:]+`","logprob":-1}]},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n"))
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hi", `,"logprobs":true`, streamed)))
	testkit.NoError(t, err)
	testkit.Equal(t, resp.Header.Get(dropped), "logprobs")
	all, err := io.ReadAll(resp.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.True(t, !strings.Contains(string(all), mail[:9]) && !strings.Contains(string(all), mail[9:]), string(all))
}

// An answer that continues a stored one is restored with what the earlier call held, for
// the same caller alone.
func TestStoredAnswersAreRestored(t *testing.T) {
	t.Parallel()
	mail := values()["email"]
	jane, joe := policy.Caller{Tenant: "t", User: "jane"}, policy.Caller{Tenant: "t", User: "joe"}
	s := newStand(t, clienttest.Config{})
	post := func(caller policy.Caller, body string) string {
		t.Helper()
		_, answer, err := do(s.client.HTTPClient(), s.request(policy.WithCaller(t.Context(), caller), t, respo, body))
		testkit.NoError(t, err)
		return answer
	}
	var first struct{ ID string }
	testkit.NoError(t, json.Unmarshal([]byte(post(jane, `{"model":"gpt-4o","input":`+quote("I am "+mail)+`}`)), &first))
	var sent struct{ Input string }
	testkit.NoError(t, json.Unmarshal(s.azure.Journal().Bodies(clienttest.Model)[0], &sent))
	token := strings.TrimPrefix(sent.Input, "I am ")
	next := func(caller policy.Caller, more string) string {
		t.Helper()
		s.azure.Script(clienttest.Model, clienttest.Reply{Text: "You are " + token})
		return post(caller, `{"model":"gpt-4o","input":"who am I?","previous_response_id":`+quote(first.ID)+more+`}`)
	}
	for _, more := range []string{"", streamed} {
		testkit.True(t, strings.Contains(next(jane, more), "You are "+mail), "it comes back")
		testkit.True(t, !strings.Contains(next(joe, more), mail), "to nobody else")
	}
}

// Faults of the memory for stored answers are faults of the configuration.
func TestSessionsConfig(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Sessions.TTL, cfg.Sessions.Key = -1, redact.Key("short")
	err := cfg.Validate()
	refused(t, err, event.ConfigInvalid)
	for _, field := range []string{"Sessions.TTL", "Sessions.Key"} {
		testkit.True(t, strings.Contains(err.Error(), field), err.Error())
	}
}

// The places of citations are those of the text that the application reads.
func TestCitationsMove(t *testing.T) {
	t.Parallel()
	mail := values()["email"]
	s := newStand(t, clienttest.Config{})
	_, _, err := s.post(t, respo, `{"model":"gpt-4o","input":`+quote(mail)+`}`)
	testkit.NoError(t, err)
	token := placeholderIn(t, string(s.azure.Journal().Bodies(clienttest.Model)[0]))
	const cited = "[1]"
	text, want := "é "+token+" wrote it "+cited+" and "+token, "é "+mail+" wrote it "+cited+" and "+mail
	place := func(text string) (start, end int) {
		start = utf8.RuneCountInString(text[:strings.Index(text, cited)])
		return start, start + len(cited)
	}
	start, end := place(text)
	annotation := fmt.Sprintf(`{"type":"url_citation","title":"t","url":"https://example.com","start_index":%d,"end_index":%d}`, start, end)
	start, end = place(want)
	moved := fmt.Sprintf(`"start_index":%d,"end_index":%d}`, start, end)
	part := `{"type":"output_text","text":` + quote(text) + `,"annotations":[` + annotation + `]}`
	whole := `{"id":"resp_1","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","content":[` + part + `]}]}`
	s.azure.Script(clienttest.Model, clienttest.Reply{Body: whole})
	_, answer, err := s.post(t, respo, `{"model":"gpt-4o","input":`+quote(mail)+`}`)
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(answer, quote(want)) && strings.Contains(answer, moved), answer)

	key := `"item_id":"msg_1","output_index":0,"content_index":0,`
	s.azure.Script(clienttest.Model, events(`data: {"type":"response.output_text.delta",`+key+`"delta":`+quote(text)+`}`+"\n\n"+
		`data: {"type":"response.output_text.annotation.added",`+key+`"annotation_index":0,"annotation":`+annotation+`}`+"\n\n"+
		`data: {"type":"response.completed","response":`+whole+`}`+"\n\n"))
	_, answer, err = s.post(t, respo, `{"model":"gpt-4o","stream":true,"input":`+quote(mail)+`}`)
	testkit.NoError(t, err)
	testkit.Equal(t, strings.Count(answer, moved), 2)

	s.azure.Script(clienttest.Model, clienttest.Reply{Body: `{"choices":[{"index":0,"message":{"role":"assistant","content":` + quote(text) +
		`,"annotations":[{"type":"url_citation","url_citation":` + annotation + `}]},"finish_reason":"stop"}]}`})
	_, answer, err = s.post(t, chat, ask(mail))
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(answer, moved), answer)
}
