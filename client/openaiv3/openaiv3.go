// Package openaiv3 joins sallyport to the official SDK, github.com/openai/openai-go/v3.
//
// It is the only package of the library that imports the SDK, so that programs which use
// another one never compile it.
package openaiv3

import (
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/conversations"
	"github.com/openai/openai-go/v3/live"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/realtime"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/webhooks"

	"github.com/sallyport-go/sallyport/client"
)

// New returns the SDK's client, with every call going through c. It is used like any
// other: the model of a call is the name of an Azure deployment.
//
// No environment variable is read, which openai.NewClient does: OPENAI_BASE_URL would move
// the endpoint, OPENAI_CUSTOM_HEADERS add headers, OPENAI_API_KEY a second credential. The
// SDK neither authenticates nor retries; both happen inside c, below the redaction. A
// refusal is found with errors.As(err, &refusal) for a *policy.RefusalError. Only when the
// context of a call is over does the SDK return the bare error of the context instead.
//
// Every service is there, also those whose routes c refuses, such as Files or Realtime: a
// service left out would send a call that has option.WithBaseURL through
// [net/http.DefaultClient] (openai-go v3.96.0, internal/requestconfig).
//
// The text of an error event within a stream is the service's own and may quote the prompt,
// and the SDK's error for it, *ssestream.StreamError, prints it. Log the code of a call, not
// the error of a stream.
//
// The SDK's client is safe for concurrent use and needs no closing; c does. Options given
// to a single call are judged by their effect on the wire only, except those that replace
// the transport, above all option.WithHTTPClient: such a call bypasses c, and has neither
// protection nor credential.
func New(c *client.Client) openai.Client {
	opts := []option.RequestOption{
		option.WithHTTPClient(c.HTTPClient()),
		option.WithBaseURL(c.BaseURL()),
		option.WithMaxRetries(0),
	}
	return openai.Client{
		Options:                 opts,
		Admin:                   openai.NewAdminService(opts...),
		Audio:                   openai.NewAudioService(opts...),
		Batches:                 openai.NewBatchService(opts...),
		Beta:                    openai.NewBetaService(opts...),
		Chat:                    openai.NewChatService(opts...),
		Completions:             openai.NewCompletionService(opts...),
		Containers:              openai.NewContainerService(opts...),
		ContentProvenanceChecks: openai.NewContentProvenanceCheckService(opts...),
		Conversations:           conversations.NewConversationService(opts...),
		Decisions:               openai.NewDecisionService(opts...),
		Embeddings:              openai.NewEmbeddingService(opts...),
		Files:                   openai.NewFileService(opts...),
		FineTuning:              openai.NewFineTuningService(opts...),
		Graders:                 openai.NewGraderService(opts...),
		Images:                  openai.NewImageService(opts...),
		Live:                    live.NewLiveService(opts...),
		Models:                  openai.NewModelService(opts...),
		Moderations:             openai.NewModerationService(opts...),
		Realtime:                realtime.NewRealtimeService(opts...),
		Responses:               responses.NewResponseService(opts...),
		Safety:                  openai.NewSafetyService(opts...),
		Skills:                  openai.NewSkillService(opts...),
		Uploads:                 openai.NewUploadService(opts...),
		VectorStores:            openai.NewVectorStoreService(opts...),
		//lint:ignore SA1019 a service that is left out would go past the client
		Videos:   openai.NewVideoService(opts...), //nolint:staticcheck // as above
		Webhooks: webhooks.NewWebhookService(opts...),
	}
}
