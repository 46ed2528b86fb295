package telemetry

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Convention is a version of the GenAI vocabulary. Exactly one is emitted.
type Convention uint8

// The vocabularies.
const (
	// V141 is the conventions v1.41, the last that were released with gen_ai names (2026-05).
	V141 Convention = iota
	// GenAIMain is the main branch of the conventions' GenAI repository, which has no
	// release yet: other metrics for duration and tokens, and some more attributes. Its
	// names may still change; those here are of 2026-10.
	GenAIMain
)

// optIn is the word that asks for the coming conventions.
const optIn = "gen_ai_latest_experimental"

// ConventionOf reads the value of OTEL_SEMCONV_STABILITY_OPT_IN, a list with commas:
// [GenAIMain] if "gen_ai_latest_experimental" is in it, [V141] otherwise. The library does
// not read the variable by itself.
func ConventionOf(stabilityOptIn string) Convention {
	for word := range strings.SplitSeq(stabilityOptIn, ",") {
		if strings.TrimSpace(word) == optIn {
			return GenAIMain
		}
	}
	return V141
}

// String is the name that the registry has for the vocabulary.
func (c Convention) String() string {
	switch c {
	case V141:
		return "v1.41"
	case GenAIMain:
		return "genai-main"
	default:
		return "unknown"
	}
}

// schemaURL names the schema of the spans and metrics.
func (c Convention) schemaURL() string {
	if c == GenAIMain {
		return "https://opentelemetry.io/schemas/gen-ai/1.42.0"
	}
	return "https://opentelemetry.io/schemas/1.41.0"
}

// operationName is the gen_ai.operation.name of a call. The conventions have words for
// some kinds; the others keep ours, as the conventions allow. Calls to assistants and
// their runs keep ours too: the conventions' words for them demand the agent's name.
func (c Convention) operationName(o event.Operation) string {
	switch o = event.OperationOf(string(o)); o {
	case event.Responses:
		return string(event.Chat)
	case event.Completions:
		return "text_completion"
	case event.Images, "images.edits", "images.variations", event.Speech, "audio.transcriptions", "audio.translations":
		return "generate_content"
	case "vector_stores.search":
		return "retrieval"
	case "responses.get", "chat.get":
		if c == GenAIMain {
			return "fetch_response"
		}
	default:
	}
	return string(o)
}

// isInference reports whether a model makes something new of what is sent, in the sense of
// the conventions: embeddings, moderations and what is only stored are other operations.
func isInference(o event.Operation) bool {
	switch o {
	case event.Chat, event.Responses, event.Completions, event.Images, "images.edits", "images.variations",
		event.Speech, "audio.transcriptions", "audio.translations":
		return true
	default:
		return false
	}
}

// outputType is the gen_ai.output.type that the operation itself asks for.
func outputType(o event.Operation) Output {
	switch o {
	case event.Images, "images.edits", "images.variations":
		return OutputImage
	case event.Speech:
		return OutputSpeech
	default:
		return ""
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

// modality is the gen_ai.token.modality of what the service counted. It tells one sum for
// all kinds; that sum is text where nothing but text can be, as long as pictures and sound
// are refused, which is the default.
func modality(o event.Operation, known bool) attribute.KeyValue {
	if known && (o == event.Chat || o == event.Responses || o == event.Completions) {
		return keyModality.String("text")
	}
	return keyModality.String("unknown")
}
