package telemetry

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// scope is the instrumentation scope of every span and metric.
const scope = "github.com/sallyport-go/sallyport/telemetry"

// schemaURL41 is the schema of the conventions v1.41.
const schemaURL41 = "https://opentelemetry.io/schemas/1.41.0"

// Keys of the semantic conventions v1.41, gen-ai and azure. The later semconv packages of
// OpenTelemetry for Go have no gen_ai keys, so they stand here.
const (
	keyOperation      = attribute.Key("gen_ai.operation.name")
	keyProvider       = attribute.Key("gen_ai.provider.name")
	keyRequestModel   = attribute.Key("gen_ai.request.model")
	keyRequestStream  = attribute.Key("gen_ai.request.stream")
	keyChoices        = attribute.Key("gen_ai.request.choice.count")
	keyMaxTokens      = attribute.Key("gen_ai.request.max_tokens")
	keyResponseModel  = attribute.Key("gen_ai.response.model")
	keyResponseID     = attribute.Key("gen_ai.response.id")
	keyFinish         = attribute.Key("gen_ai.response.finish_reasons")
	keyFirstChunk     = attribute.Key("gen_ai.response.time_to_first_chunk")
	keyInputTokens    = attribute.Key("gen_ai.usage.input_tokens")
	keyOutputTokens   = attribute.Key("gen_ai.usage.output_tokens")
	keyCachedTokens   = attribute.Key("gen_ai.usage.cache_read.input_tokens")
	keyReasonTokens   = attribute.Key("gen_ai.usage.reasoning.output_tokens")
	keyTokenType      = attribute.Key("gen_ai.token.type")
	keyAPIType        = attribute.Key("openai.api.type")
	keyServer         = attribute.Key("server.address")
	keyPort           = attribute.Key("server.port")
	keyError          = attribute.Key("error.type")
	keyStatus         = attribute.Key("http.response.status_code")
	keyResend         = attribute.Key("http.request.resend_count")
	keyPseudoUser     = attribute.Key("enduser.pseudo.id")
	keyNamespace      = attribute.Key("azure.resource_provider.namespace")
	keyServiceRequest = attribute.Key("azure.service.request.id")
)

// Keys of our own.
const (
	keyCallID     = attribute.Key("sallyport.call.id")
	keyTenant     = attribute.Key("sallyport.tenant.hash")
	keyApp        = attribute.Key("sallyport.app.hash")
	keyAttempt    = attribute.Key("sallyport.attempt")
	keyAttempts   = attribute.Key("sallyport.attempts")
	keyWait       = attribute.Key("sallyport.wait_ms")
	keyRedactions = attribute.Key("sallyport.redactions")
	keyRestored   = attribute.Key("sallyport.restored")
	keyFound      = attribute.Key("sallyport.found")
	keyRegion     = attribute.Key("sallyport.region")
	keyPolicy     = attribute.Key("sallyport.policy.id")
	keyKind       = attribute.Key("kind")
	keyEvent      = attribute.Key("event")
	keyOutcome    = attribute.Key("outcome")
)

// Keys of the proof of a connection, as in audit records.
const (
	keyAddress  = attribute.Key("sallyport.network.address_class")
	keyALPN     = attribute.Key("sallyport.network.alpn")
	keyLevel    = attribute.Key("sallyport.network.level")
	keyMode     = attribute.Key("sallyport.network.mode")
	keyPinUse   = attribute.Key("sallyport.network.pin_use")
	keyResolver = attribute.Key("sallyport.network.resolver")
	keyResumed  = attribute.Key("sallyport.network.resumed")
	keyStaple   = attribute.Key("sallyport.network.staple")
	keyGroup    = attribute.Key("sallyport.network.tls_group")
	keySuite    = attribute.Key("sallyport.network.tls_suite")
	keyVersion  = attribute.Key("sallyport.network.tls_version")
	keyZone     = attribute.Key("sallyport.network.zone")
)

// Names of spans and metrics.
const (
	attemptName = "sallyport.attempt"
	policyName  = "sallyport.policy"

	durationName   = "gen_ai.client.operation.duration"
	tokensName     = "gen_ai.client.token.usage"
	firstChunkName = "gen_ai.client.operation.time_to_first_chunk"
	perChunkName   = "gen_ai.client.operation.time_per_output_chunk"
	securityName   = "sallyport.security.events"
	redactionsName = "sallyport.redactions"
)

// namespace is the resource provider that Azure OpenAI belongs to.
const namespace = "Microsoft.CognitiveServices"

// secondBuckets and tokenBuckets are the boundaries that the conventions v1.41 advise.
func secondBuckets() []float64 {
	return []float64{.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
}

func tokenBuckets() []float64 {
	return []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
}

// operationName is the gen_ai.operation.name of a call. The conventions have a word for
// three kinds; the others keep ours.
func operationName(o event.Operation) string {
	switch o = event.OperationOf(string(o)); o {
	case event.Responses:
		return string(event.Chat)
	case event.Completions:
		return "text_completion"
	default:
		return string(o)
	}
}

// apiType is the openai.api.type of a call, or empty.
func apiType(o event.Operation) string {
	switch o {
	case event.Chat:
		return "chat_completions"
	case event.Responses:
		return "responses"
	default:
		return ""
	}
}
