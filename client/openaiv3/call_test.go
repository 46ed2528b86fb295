package openaiv3_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A kind is one kind of call, which asks the model to repeat a text and returns what the
// application reads.
type kind struct {
	name string
	path string // on the wire, below the prefix of the style
	root bool   // with deployments, the path is that of the account
	call func(context.Context, openai.Client, string) (string, error)
	mute bool // the answer repeats nothing
}

func kinds() []kind {
	return []kind{
		{name: "chat", path: "chat/completions", call: chat},
		{name: "chat streamed", path: "chat/completions", call: chatStreamed},
		{name: "responses", path: "responses", root: true, call: respond},
		{name: "responses streamed", path: "responses", root: true, call: respondStreamed},
		{name: "completions", path: "completions", call: complete},
		{name: "embeddings", path: "embeddings", call: embed, mute: true},
		{name: "models", path: "models", root: true, call: listModels, mute: true},
	}
}

func chat(ctx context.Context, ai openai.Client, text string) (string, error) {
	answer, err := ai.Chat.Completions.New(ctx, question(text))
	if err != nil {
		return "", err
	}
	return answer.Choices[0].Message.Content, nil
}

func chatStreamed(ctx context.Context, ai openai.Client, text string) (string, error) {
	stream := ai.Chat.Completions.NewStreaming(ctx, question(text))
	defer stream.Close()
	var got strings.Builder
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			got.WriteString(choice.Delta.Content)
		}
	}
	return got.String(), stream.Err()
}

func responseTo(text string) responses.ResponseNewParams {
	return responses.ResponseNewParams{Model: deployment, Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(text)}}
}

func respond(ctx context.Context, ai openai.Client, text string) (string, error) {
	answer, err := ai.Responses.New(ctx, responseTo(text))
	if err != nil {
		return "", err
	}
	return answer.OutputText(), nil
}

// respondStreamed reads the stream through the SDK's union of events, and checks that the
// text says the same in every event that has it.
func respondStreamed(ctx context.Context, ai openai.Client, text string) (string, error) {
	stream := ai.Responses.NewStreaming(ctx, responseTo(text))
	defer stream.Close()
	var pieces strings.Builder
	done, completed := "", ""
	for stream.Next() {
		switch ev := stream.Current().AsAny().(type) {
		case responses.ResponseTextDeltaEvent:
			pieces.WriteString(ev.Delta)
		case responses.ResponseTextDoneEvent:
			done = ev.Text
		case responses.ResponseCompletedEvent:
			completed = ev.Response.OutputText()
		}
	}
	if err := stream.Err(); err != nil {
		return "", err
	}
	if got := pieces.String(); got != done || got != completed {
		return "", fmt.Errorf("the events disagree: %q, %q, %q", got, done, completed)
	}
	return done, nil
}

func complete(ctx context.Context, ai openai.Client, text string) (string, error) {
	answer, err := ai.Completions.New(ctx, openai.CompletionNewParams{
		Model: deployment, Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String(text)},
	})
	if err != nil {
		return "", err
	}
	return answer.Choices[0].Text, nil
}

func embed(ctx context.Context, ai openai.Client, text string) (string, error) {
	answer, err := ai.Embeddings.New(ctx, openai.EmbeddingNewParams{
		Model: "text-embedding-3-small", Input: openai.EmbeddingNewParamsInputUnion{OfString: openai.String(text)},
	})
	if err == nil && (len(answer.Data) != 1 || len(answer.Data[0].Embedding) == 0) {
		err = errors.New("no embedding")
	}
	return "", err
}

func listModels(ctx context.Context, ai openai.Client, _ string) (string, error) {
	page, err := ai.Models.List(ctx)
	if err == nil && len(page.Data) == 0 {
		err = errors.New("no models")
	}
	return "", err
}

const (
	person = "jane.muster@example.com"
	letter = "My address is " + person + ", and my card is 4111 1111 1111 1111.\n\tLine two: \"ü\"."
)

// checkCall makes one call and checks both its ends.
func checkCall(t *testing.T, p *place, k kind, api client.API) {
	t.Helper()
	p.azure.Forget()
	got, err := k.call(t.Context(), p.ai, letter)
	testkit.NoError(t, err)
	if !k.mute {
		testkit.Equal(t, strings.TrimPrefix(got, "You wrote: "), letter)
	}
	journal := p.azure.Journal()
	calls := journal.On(clienttest.Model)
	testkit.Equal(t, len(calls), 1)
	testkit.Equal(t, calls[0].Path, wirePath(k, api))
	testkit.True(t, !journal.Contains(person), "the address stays here")
	testkit.True(t, !journal.Contains("4111 1111"), "the card number stays here")
	testkit.True(t, strings.HasPrefix(calls[0].Header.Get("Authorization"), "Bearer "), "the call carries a token")
	for name := range calls[0].Header {
		testkit.True(t, !strings.HasPrefix(name, "X-Stainless"), "no header tells of the machine")
	}
}

func wirePath(k kind, api client.API) string {
	switch {
	case api == client.V1:
		return "/openai/v1/" + k.path
	case k.root:
		return "/openai/" + k.path
	case k.name == "embeddings":
		return "/openai/deployments/text-embedding-3-small/" + k.path
	default:
		return "/openai/deployments/" + deployment + "/" + k.path
	}
}

// A call of every kind works in both styles of paths: what the person wrote is not on the
// wire, and back in the answer.
func TestCalls(t *testing.T) {
	t.Parallel()
	for api, style := range []string{client.V1: "v1", client.Deployments: "deployments"} {
		p := open(t, clienttest.Config{}, func(cfg *client.Config) { cfg.API = client.API(api) })
		for _, k := range kinds() {
			t.Run(style+"/"+k.name, func(t *testing.T) { checkCall(t, p, k, client.API(api)) })
		}
	}
}

// The same over HTTP/1.1, which some gateways speak.
func TestCallsHTTP1(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{HTTP1: true})
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) { checkCall(t, p, k, client.V1) })
	}
	testkit.Equal(t, p.azure.Journal().On(clienttest.Model)[0].Proto, "HTTP/1.1")
}
