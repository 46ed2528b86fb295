package telemetry_test

import (
	"os"
	"regexp"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.41.0"
	"go.opentelemetry.io/otel/semconv/v1.41.0/genaiconv"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// TestNamesAreOfTheConvention compares the names in the golden files with the generated
// package of the conventions v1.41: nothing with a prefix of theirs is made up here.
func TestNamesAreOfTheConvention(t *testing.T) {
	t.Parallel()
	known := map[string]bool{
		genaiconv.ClientOperationDuration{}.Name(): true, genaiconv.ClientTokenUsage{}.Name(): true,
		genaiconv.ClientOperationTimeToFirstChunk{}.Name(): true, genaiconv.ClientOperationTimePerOutputChunk{}.Name(): true,
	}
	for _, key := range []attribute.Key{
		semconv.GenAIOperationNameKey, semconv.GenAIProviderNameKey, semconv.GenAIRequestModelKey, semconv.GenAIRequestStreamKey,
		semconv.GenAIRequestChoiceCountKey, semconv.GenAIRequestMaxTokensKey, semconv.GenAIResponseModelKey, semconv.GenAIResponseIDKey,
		semconv.GenAIResponseFinishReasonsKey, semconv.GenAIResponseTimeToFirstChunkKey, semconv.GenAIUsageInputTokensKey,
		semconv.GenAIUsageOutputTokensKey, semconv.GenAIUsageCacheReadInputTokensKey, semconv.GenAIUsageReasoningOutputTokensKey,
		semconv.GenAITokenTypeKey, semconv.OpenAIAPITypeKey, semconv.ServerAddressKey, semconv.ServerPortKey, semconv.ErrorTypeKey,
		semconv.HTTPResponseStatusCodeKey, semconv.HTTPRequestResendCountKey, semconv.EnduserPseudoIDKey,
		semconv.AzureResourceProviderNamespaceKey, semconv.AzureServiceRequestIDKey,
		semconv.GenAIRequestTemperatureKey, semconv.GenAIRequestTopPKey, semconv.GenAIRequestFrequencyPenaltyKey, semconv.GenAIRequestPresencePenaltyKey,
		semconv.GenAIRequestSeedKey, semconv.GenAIOutputTypeKey, semconv.GenAIRequestEncodingFormatsKey, semconv.GenAIEmbeddingsDimensionCountKey,
		semconv.OpenAIRequestServiceTierKey, semconv.OpenAIResponseServiceTierKey, semconv.OpenAIResponseSystemFingerprintKey,
	} {
		known[string(key)] = true
	}
	name := regexp.MustCompile(`(?m)(?:^    |^metric | )([a-z_]+\.[a-z_.]+)=`)
	for _, path := range []string{"testdata/call.golden", "testdata/operations.v1.41.golden"} {
		data, err := os.ReadFile(path)
		testkit.NoError(t, err)
		for _, match := range name.FindAllSubmatch(data, -1) {
			got := string(match[1])
			own := regexp.MustCompile(`^sallyport\.`).MatchString(got)
			testkit.True(t, own || known[got], got+" is of the conventions, or our own")
		}
	}
	testkit.Equal(t, genaiconv.ClientOperationDuration{}.Unit(), "s")
	testkit.Equal(t, genaiconv.ClientTokenUsage{}.Unit(), "{token}")
	testkit.Equal(t, semconv.SchemaURL, "https://opentelemetry.io/schemas/1.41.0")
}
