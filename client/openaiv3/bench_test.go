package openaiv3_test

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
)

// events is how many pieces of text a stream of the benchmarks has.
const events = 200

// A race is the same SDK twice over the same fake: once bare, and once with all stages.
// The fake runs in the same process, so its own work is in both figures.
type race struct{ bare, guarded openai.Client }

func start(b testing.TB) *race {
	b.Helper()
	p := open(b, clienttest.Config{
		Unrecorded: true,
		Answer:     func(string) string { return strings.Repeat("word ", events) },
		Cut:        func(text string) []string { return strings.SplitAfter(strings.TrimSuffix(text, " "), " ") },
	}, generous, func(cfg *client.Config) {
		log, err := audit.Chained(io.Discard, audit.Config{Key: []byte(strings.Repeat("k", 32))})
		testkit.NoError(b, err)
		cfg.Audit = log
	})
	bare := openai.NewClient(
		option.WithBaseURL(p.client.BaseURL()), option.WithHTTPClient(p.azure.Client()), option.WithMaxRetries(0),
		option.WithAPIKey(p.azure.Token("https://cognitiveservices.azure.com")),
	)
	return &race{bare: bare, guarded: p.ai}
}

// prompts are texts without findings, of about the given size.
func prompts() []struct{ name, text string } {
	const sentence = "The quick brown fox jumps over the lazy dog, and so on. "
	return []struct{ name, text string }{
		{"500B", strings.Repeat(sentence, 500/len(sentence))},
		{"20KB", strings.Repeat(sentence, 20_000/len(sentence))},
	}
}

func one(b testing.TB, ai openai.Client, params openai.ChatCompletionNewParams) {
	answer, err := ai.Chat.Completions.New(b.Context(), params)
	if err != nil || len(answer.Choices) != 1 {
		b.Fatal("the call failed: ", err)
	}
}

func oneStream(b testing.TB, ai openai.Client, params openai.ChatCompletionNewParams) {
	stream := ai.Chat.Completions.NewStreaming(b.Context(), params)
	n := 0
	for stream.Next() {
		n++
	}
	if err := stream.Err(); err != nil || n < events {
		b.Fatal("the stream failed: ", n, err)
	}
}

// What sallyport may allocate over the bare SDK, for a call and for an event of a stream. The
// aim for a call is 60.
const (
	callBudget  = 100
	eventBudget = 3
)

// It is not for parallel tests: allocations are counted for the whole process.
func TestAllocations(t *testing.T) {
	testkit.Allocs(t, 0, func() {}) // skips under the race detector, before the slow part
	r := start(t)
	params := question(prompts()[0].text)
	for _, tt := range []struct {
		name   string
		budget float64
		call   func(testing.TB, openai.Client, openai.ChatCompletionNewParams)
	}{
		{"call", callBudget, one},
		{"stream", callBudget + events*eventBudget, oneStream},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bare := testing.AllocsPerRun(100, func() { tt.call(t, r.bare, params) })
			testkit.Allocs(t, bare+tt.budget, func() { tt.call(t, r.guarded, params) })
		})
	}
}

// BenchmarkCall is a whole call, bare and through every stage.
func BenchmarkCall(b *testing.B) {
	r := start(b)
	for _, prompt := range prompts() {
		params := question(prompt.text)
		b.Run("bare/"+prompt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				one(b, r.bare, params)
			}
		})
		b.Run("sallyport/"+prompt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				one(b, r.guarded, params)
			}
		})
	}
}

// BenchmarkStream is a whole stream of 200 pieces, bare and through every stage.
func BenchmarkStream(b *testing.B) {
	r := start(b)
	params := question("Say it in pieces.")
	run := func(ai openai.Client) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				oneStream(b, ai, params)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N*events), "ns/event")
		}
	}
	b.Run("bare/200", run(r.bare))
	b.Run("sallyport/200", run(r.guarded))
}

// BenchmarkOverhead makes both calls in turn, so that a busy machine slows both alike, and
// reports what sallyport adds: time and allocations for a call, or for an event of a stream.
func BenchmarkOverhead(b *testing.B) {
	r := start(b)
	for _, prompt := range prompts() {
		params := question(prompt.text)
		b.Run("call/"+prompt.name, func(b *testing.B) {
			compare(b, 1, func() { one(b, r.bare, params) }, func() { one(b, r.guarded, params) })
		})
	}
	params := question("Say it in pieces.")
	b.Run("stream/200", func(b *testing.B) {
		compare(b, events, func() { oneStream(b, r.bare, params) }, func() { oneStream(b, r.guarded, params) })
	})
}

// compare runs both in blocks of ten and reports the difference in a unit.
func compare(b *testing.B, units float64, bare, guarded func()) {
	const block = 10
	var times [2]time.Duration
	var allocs [2]uint64
	n := 0.0
	for b.Loop() {
		for i, f := range []func(){bare, guarded} {
			before := mallocs()
			begin := time.Now()
			for range block {
				f()
			}
			times[i] += time.Since(begin)
			allocs[i] += mallocs() - before
		}
		n += block * units
	}
	b.ReportMetric(0, "ns/op") // of both together, which means nothing
	b.ReportMetric(float64(times[0].Nanoseconds())/n/1e3, "µs-bare")
	b.ReportMetric(float64(times[1].Nanoseconds()-times[0].Nanoseconds())/n/1e3, "µs-over")
	b.ReportMetric(float64(times[1])/float64(times[0]), "ratio")
	b.ReportMetric(float64(allocs[0])/n, "allocs-bare")
	b.ReportMetric((float64(allocs[1])-float64(allocs[0]))/n, "allocs-over")
}

func mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}
