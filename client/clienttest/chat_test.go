package clienttest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// chatAnswer is the union of an answer and a chunk, as a client would have it.
type chatAnswer struct {
	ID      string
	Object  string
	Model   string
	Created int64
	Choices []struct {
		Index        int
		FinishReason *string `json:"finish_reason"`
		Message      chatMessage
		Delta        chatMessage
		Filter       map[string]struct{ Filtered bool } `json:"content_filter_results"`
	}
	Usage        *struct{ Prompt_tokens, Completion_tokens, Total_tokens int }
	PromptFilter []struct {
		Results map[string]struct{ Filtered bool } `json:"content_filter_results"`
	} `json:"prompt_filter_results"`
}

type chatMessage struct {
	Role    string
	Content *string
	Refusal *string
	Calls   []struct {
		Index    int
		ID       string
		Type     string
		Function struct{ Name, Arguments string }
	} `json:"tool_calls"`
}

func TestChat(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	for name, test := range map[string]struct {
		path, messages, want string
	}{
		"v1":          {chatV1, `[{"role":"user","content":"hi"}]`, "You wrote: hi"},
		"deployment":  {chatDeploy, `[{"role":"user","content":"hi"}]`, "You wrote: hi"},
		"last text":   {chatV1, `[{"role":"user","content":"one"},{"role":"assistant","content":"two"},{"role":"user","content":"three"},{"role":"assistant","content":"four"}]`, "You wrote: three"},
		"parts":       {chatV1, `[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"b"}]}]`, "You wrote: ab"},
		"tool":        {chatV1, `[{"role":"user","content":"q"},{"role":"tool","tool_call_id":"c","content":"42"}]`, "You wrote: 42"},
		"system only": {chatV1, `[{"role":"system","content":"q"}]`, "You wrote: "},
		"characters":  {chatV1, `[{"role":"user","content":"<é> & \"\ud83d\ude00\""}]`, "You wrote: <é> & \"\U0001f600\""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call{azure: azure, path: test.path, body: `{"model":"gpt-4o","messages":` + test.messages + `}`}.do(t)
			testkit.Equal(t, got.status, 200)
			testkit.Equal(t, got.header.Get("Content-Type"), "application/json")
			for _, header := range []string{"X-Request-Id", "Apim-Request-Id", "X-Ms-Region", "X-Ratelimit-Remaining-Tokens", "X-Ms-Deployment-Name"} {
				testkit.True(t, got.header.Get(header) != "", "there is a header "+header)
			}
			a := unmarshal[chatAnswer](t, got.body)
			testkit.Equal(t, *a.Choices[0].Message.Content, test.want)
			testkit.Equal(t, *a.Choices[0].FinishReason, "stop")
			testkit.Equal(t, a.Object, "chat.completion")
			testkit.Equal(t, a.Usage.Total_tokens, a.Usage.Prompt_tokens+a.Usage.Completion_tokens)
			_, jailbreak := a.PromptFilter[0].Results["jailbreak"]
			testkit.True(t, jailbreak && len(a.Choices[0].Filter) == 4, "prompt and answer were judged")
		})
	}
}

func TestChatStream(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	got := call{azure: azure, path: chatDeploy, body: `{"stream":true,"stream_options":{"include_usage":true},"n":2,"messages":[{"role":"user","content":"a longer text, to be cut"}]}`}.do(t)
	testkit.Equal(t, got.header.Get("Content-Type"), "text/event-stream")
	events := parse(t, got.body)
	testkit.Equal(t, events[len(events)-1].data, "[DONE]")
	var chunks []chatAnswer
	for _, e := range events[:len(events)-1] {
		testkit.Equal(t, e.name, "")
		chunks = append(chunks, unmarshal[chatAnswer](t, []byte(e.data)))
	}
	first, last := chunks[0], chunks[len(chunks)-1]
	testkit.True(t, first.ID == "" && first.Model == "" && len(first.Choices) == 0 && len(first.PromptFilter) == 1, "the first chunk judges the prompt and is else empty")
	testkit.True(t, len(last.Choices) == 0 && last.Usage.Total_tokens > 0, "the last chunk is the usage")
	texts, finished := map[int]string{}, map[int]string{}
	for _, c := range chunks[1 : len(chunks)-1] {
		testkit.Equal(t, c.Object, "chat.completion.chunk")
		testkit.Equal(t, c.ID, chunks[1].ID)
		for _, choice := range c.Choices {
			if choice.Delta.Content != nil {
				texts[choice.Index] += *choice.Delta.Content
			}
			if choice.FinishReason != nil {
				finished[choice.Index] = *choice.FinishReason
			}
		}
	}
	want := "You wrote: a longer text, to be cut"
	testkit.DeepEqual(t, texts, map[int]string{0: want, 1: want})
	testkit.DeepEqual(t, finished, map[int]string{0: "stop", 1: "stop"})
	testkit.True(t, len(chunks) > 10, "the text is cut")

	got = call{azure: azure, path: chatV1, body: `{"stream":true,"model":"gpt-4o","messages":[{"role":"user","content":"x"}]}`}.do(t)
	testkit.True(t, !strings.Contains(string(got.body), `"usage"`), "no usage unless it is asked for")
}

func TestChatCallsAndRefusals(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	calls := clienttest.Calls(clienttest.ToolCall{Name: "find", Arguments: `{"who":"Jane Doe"}`}, clienttest.ToolCall{Name: "mail", Arguments: `{}`})
	azure.Script(clienttest.Model, calls, calls, clienttest.Reply{Refusal: "I can't."}, clienttest.Reply{Refusal: "I can't."}, clienttest.Reply{Text: "cut", Finish: "length"})

	plain := unmarshal[chatAnswer](t, call{azure: azure, path: chatV1, body: hello}.do(t).body).Choices[0]
	testkit.Equal(t, *plain.FinishReason, "tool_calls")
	testkit.True(t, plain.Message.Content == nil, "no content beside calls")
	testkit.Equal(t, plain.Message.Calls[0].Function.Arguments, `{"who":"Jane Doe"}`)
	testkit.Equal(t, plain.Message.Calls[1].Function.Name, "mail")

	arguments, ids := map[int]string{}, map[int]string{}
	for _, c := range streamed(t, azure) {
		for _, call := range c.Delta.Calls {
			arguments[call.Index] += call.Function.Arguments
			ids[call.Index] += call.Function.Name
		}
	}
	testkit.DeepEqual(t, arguments, map[int]string{0: `{"who":"Jane Doe"}`, 1: `{}`})
	testkit.DeepEqual(t, ids, map[int]string{0: "find", 1: "mail"})

	plain = unmarshal[chatAnswer](t, call{azure: azure, path: chatV1, body: hello}.do(t).body).Choices[0]
	testkit.Equal(t, *plain.Message.Refusal, "I can't.")
	refusal := ""
	for _, c := range streamed(t, azure) {
		if c.Delta.Refusal != nil {
			refusal += *c.Delta.Refusal
		}
	}
	testkit.Equal(t, refusal, "I can't.")
	plain = unmarshal[chatAnswer](t, call{azure: azure, path: chatV1, body: hello}.do(t).body).Choices[0]
	testkit.Equal(t, *plain.FinishReason, "length")
}

type choice struct{ Delta chatMessage }

func streamed(t *testing.T, azure *clienttest.Azure) []choice {
	t.Helper()
	got := call{azure: azure, path: chatV1, body: strings.Replace(hello, "{", `{"stream":true,`, 1)}.do(t)
	var all []choice
	for _, e := range parse(t, got.body) {
		if e.data == "[DONE]" {
			break
		}
		for _, c := range unmarshal[chatAnswer](t, []byte(e.data)).Choices {
			all = append(all, choice{c.Delta})
		}
	}
	return all
}

func TestModelRefuses(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	vault := azure.Token("https://vault.azure.net")
	for name, test := range map[string]struct {
		call   call
		status int
		code   string
	}{
		"no credential":      {call{path: chatV1, body: hello, header: http.Header{"Authorization": nil}}, 401, "401"},
		"a foreign token":    {call{path: chatV1, body: hello, header: http.Header{"Authorization": {"Bearer nobody"}}}, 401, "401"},
		"the vault's token":  {call{path: chatV1, body: hello, header: http.Header{"Authorization": {"Bearer " + vault}}}, 401, "401"},
		"a foreign key":      {call{path: chatV1, body: hello, header: http.Header{"Authorization": nil, "Api-Key": {"nobody"}}}, 401, "401"},
		"no such deployment": {call{path: "/openai/deployments/none/chat/completions?api-version=1", body: hello}, 404, "DeploymentNotFound"},
		"no such model":      {call{path: chatV1, body: `{"model":"none","messages":[]}`}, 404, "DeploymentNotFound"},
		"no api-version":     {call{path: "/openai/deployments/gpt-4o/chat/completions", body: hello}, 404, "404"},
		"deployment in v1":   {call{path: "/openai/v1/deployments/gpt-4o/chat/completions", body: hello}, 404, "404"},
		"no such path":       {call{path: "/openai/v1/threads", body: hello}, 404, "404"},
		"no path":            {call{path: "/", body: hello}, 404, "404"},
		"GET":                {call{path: chatV1, method: http.MethodGet}, 405, "405"},
		"no JSON":            {call{path: chatV1, body: "hello"}, 400, "BadRequest"},
		"no messages":        {call{path: chatV1, body: `{"model":"gpt-4o"}`}, 400, "BadRequest"},
		"no input":           {call{path: "/openai/v1/responses", body: `{"model":"gpt-4o","input":7}`}, 400, "BadRequest"},
		"tokens":             {call{path: "/openai/v1/embeddings", body: `{"model":"gpt-4o","input":[1,2]}`}, 400, "BadRequest"},
		"token prompt":       {call{path: "/openai/v1/completions", body: `{"model":"gpt-4o","prompt":[1,2]}`}, 400, "BadRequest"},
		"models by POST":     {call{path: "/openai/v1/models"}, 405, "405"},
		"no such model name": {call{path: "/openai/v1/models/none", method: http.MethodGet}, 404, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.call.azure = azure
			got := test.call.do(t)
			testkit.Equal(t, got.status, test.status)
			testkit.Equal(t, errorOf(t, got.body).Code, test.code)
		})
	}
}

type serviceError struct {
	Code, Message string
	Innererror    struct {
		Code   string
		Result map[string]struct{ Filtered bool } `json:"content_filter_result"`
	}
}

func errorOf(t *testing.T, body []byte) serviceError {
	t.Helper()
	return unmarshal[struct{ Error serviceError }](t, body).Error
}

func TestKeys(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	ask := func(key string) int {
		return call{azure: azure, path: chatV1, body: hello, header: http.Header{"Authorization": nil, "Api-Key": {key}}}.do(t).status
	}
	old := azure.Secret(clienttest.DefaultSecret)
	testkit.Equal(t, ask(old), 200)
	fresh := azure.Rotate(clienttest.DefaultSecret)
	testkit.Equal(t, ask(old), 401)
	testkit.Equal(t, ask(fresh), 200)
	testkit.Equal(t, call{azure: azure, path: chatV1, body: hello, header: http.Header{"Authorization": {"Bearer " + fresh}}}.do(t).status, 200)
	testkit.Equal(t, azure.Secret("none"), "")
}

func TestTokens(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Audiences: []string{"api://gateway"}})
	ask := func(token string) int {
		return call{azure: azure, path: chatV1, body: hello, header: http.Header{"Authorization": {"Bearer " + token}}}.do(t).status
	}
	for _, resource := range []string{"https://cognitiveservices.azure.com", "https://cognitiveservices.azure.com/", "https://ai.azure.com", "api://gateway"} {
		testkit.Equal(t, ask(azure.Token(resource)), 200)
	}
	token := azure.Token("https://ai.azure.com")
	azure.RevokeTokens()
	testkit.Equal(t, ask(token), 401)

	shortLived := clienttest.New(t, clienttest.Config{TokenLife: 1})
	testkit.Equal(t, call{azure: shortLived, path: chatV1, body: hello}.do(t).status, 401)
}
