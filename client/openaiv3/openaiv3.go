// Package openaiv3 joins sallyport to the official SDK, github.com/openai/openai-go/v3.
//
// It is the only package of the library that imports the SDK, so that programs which use
// another one never compile it.
package openaiv3

import (
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"github.com/sallyport-go/sallyport/client"
)

// New returns the SDK's client, with every call going through c. It is used like any
// other: the model of a call is the name of an Azure deployment.
//
// No environment variable is read, which openai.NewClient does: OPENAI_BASE_URL would move
// the endpoint, OPENAI_CUSTOM_HEADERS add headers, OPENAI_API_KEY a second credential. The
// SDK neither authenticates nor retries; both happen inside c, below the redaction. A
// refusal is found with errors.As(err, &refusal) for a *policy.RefusalError.
//
// Only services whose routes c knows are there. The others, such as Realtime or Files,
// fail with the SDK's "base url is not set" before anything is sent.
//
// The SDK's client is safe for concurrent use and needs no closing; c does. Options given
// to a single call are judged by their effect on the wire only, except
// option.WithHTTPClient: it replaces c for that call, which then has neither protection
// nor credential.
func New(c *client.Client) openai.Client {
	opts := []option.RequestOption{
		option.WithHTTPClient(c.HTTPClient()),
		option.WithBaseURL(c.BaseURL()),
		option.WithMaxRetries(0),
	}
	return openai.Client{
		Options:     opts,
		Chat:        openai.NewChatService(opts...),
		Completions: openai.NewCompletionService(opts...),
		Responses:   responses.NewResponseService(opts...),
		Embeddings:  openai.NewEmbeddingService(opts...),
		Images:      openai.NewImageService(opts...),
		Audio:       openai.NewAudioService(opts...),
		Moderations: openai.NewModerationService(opts...),
		Models:      openai.NewModelService(opts...),
	}
}
