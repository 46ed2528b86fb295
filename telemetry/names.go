package telemetry

import "go.opentelemetry.io/otel/attribute"

// scope is the instrumentation scope of every span and metric.
const scope = "github.com/sallyport-go/sallyport/telemetry"

// Keys of the semantic conventions, gen-ai, openai and azure. The later semconv packages of
// OpenTelemetry for Go have no gen_ai keys, so they stand here.
const (
	keyOperation      = attribute.Key("gen_ai.operation.name")
	keyProvider       = attribute.Key("gen_ai.provider.name")
	keyRequestModel   = attribute.Key("gen_ai.request.model")
	keyRequestStream  = attribute.Key("gen_ai.request.stream")
	keyChoices        = attribute.Key("gen_ai.request.choice.count")
	keyMaxTokens      = attribute.Key("gen_ai.request.max_tokens")
	keyTemperature    = attribute.Key("gen_ai.request.temperature")
	keyTopP           = attribute.Key("gen_ai.request.top_p")
	keyFrequency      = attribute.Key("gen_ai.request.frequency_penalty")
	keyPresence       = attribute.Key("gen_ai.request.presence_penalty")
	keySeed           = attribute.Key("gen_ai.request.seed")
	keyOutput         = attribute.Key("gen_ai.output.type")
	keyEncodings      = attribute.Key("gen_ai.request.encoding_formats")
	keyDimensions     = attribute.Key("gen_ai.embeddings.dimension.count")
	keyRequestTier    = attribute.Key("openai.request.service_tier")
	keyResponseTier   = attribute.Key("openai.response.service_tier")
	keyFingerprint    = attribute.Key("openai.response.system_fingerprint")
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

// Keys that genai-main alone has.
const (
	keyEffort   = attribute.Key("gen_ai.request.reasoning.level")
	keyPrevious = attribute.Key("gen_ai.request.previous_response.id")
	keyModality = attribute.Key("gen_ai.token.modality")
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
	keyStops      = attribute.Key("sallyport.request.stop_sequences")
	keyCost       = attribute.Key("sallyport.cost")
	keyCurrency   = attribute.Key("sallyport.cost.currency")
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

// Names of spans.
const (
	attemptName = "sallyport.attempt"
	policyName  = "sallyport.policy"
)

// namespace is the resource provider that Azure OpenAI belongs to.
const namespace = "Microsoft.CognitiveServices"
