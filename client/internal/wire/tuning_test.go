package wire_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestTuning(t *testing.T) {
	t.Parallel()
	set := func(v float64) wire.Setting { return wire.Setting{Value: v, Set: true} }
	for _, test := range []struct {
		name string
		op   wire.Operation
		body string
		want wire.Tuning
	}{
		{"nothing", wire.Chat, `{"model":"m","messages":[]}`, wire.Tuning{}},
		{"chat", wire.Chat, `{"model":"m","temperature":0,"top_p":5e-1,"presence_penalty":-1.25,"frequency_penalty":2,"seed":7,"service_tier":"flex","reasoning_effort":"low","response_format":{"type":"json_schema"}}`,
			wire.Tuning{Temperature: set(0), TopP: set(.5), PresencePenalty: set(-1.25), FrequencyPenalty: set(2), Seed: set(7), Tier: "flex", Effort: "low", JSON: true}},
		{"responses", wire.Responses, `{"model":"m","input":"a","temperature":1,"service_tier":"priority","reasoning":{"effort":"xhigh"},"text":{"format":{"type":"json_object"}},"tools":[{"type":"custom","name":"t","format":{"type":"text"}}]}`,
			wire.Tuning{Temperature: set(1), Tier: "priority", Effort: "xhigh", JSON: true}},
		{"text", wire.Chat, `{"model":"m","response_format":{"type":"text"}}`, wire.Tuning{}},
		{"embeddings", wire.Embeddings, `{"model":"m","input":"a","dimensions":256,"encoding_format":"base64"}`, wire.Tuning{Dimensions: 256, Encoding: "base64"}},
		{"null", wire.Chat, `{"model":"m","temperature":null,"service_tier":null,"seed":null}`, wire.Tuning{}},
		{"other types", wire.Chat, `{"model":"m","temperature":"hot","top_p":[1],"seed":{},"service_tier":1,"reasoning_effort":true}`, wire.Tuning{}},
		{"no documented words", wire.Chat, `{"model":"m","service_tier":"canary","reasoning_effort":"canary"}`, wire.Tuning{Tier: "other", Effort: "other"}},
		{"a long number", wire.Chat, `{"model":"m","temperature":0.` + strings.Repeat("1", 40) + `}`, wire.Tuning{}},
		{"what may be a person's", wire.Chat, `{"model":"m","seed":12345678,"top_p":1.2345678}`, wire.Tuning{}},
		{"what is no person's", wire.Chat, `{"model":"m","seed":1234567}`, wire.Tuning{Seed: set(1234567)}},
		{"a huge number", wire.Chat, `{"model":"m","temperature":1e999}`, wire.Tuning{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			q, err := wire.ParseRequest(post(test.op), []byte(test.body), wire.Limits{})
			testkit.NoError(t, err)
			testkit.DeepEqual(t, q.Tuning, test.want)
		})
	}
}

// TestTierOfAnswers checks what an answer says of itself, whole and in the events of a
// stream.
func TestTierOfAnswers(t *testing.T) {
	t.Parallel()
	for op, body := range map[wire.Operation]string{
		wire.Chat:      `{"id":"chatcmpl-1","service_tier":"default","system_fingerprint":"fp_1","choices":[]}`,
		wire.Responses: `{"id":"resp_1","service_tier":"default","status":"completed"}`,
	} {
		a, err := wire.ParseAnswer(post(op), []byte(body), wire.Limits{})
		testkit.NoError(t, err)
		testkit.Equal(t, a.Tier, "default")
	}
	s := wire.NewStream(post(wire.Chat), wire.Limits{})
	for _, data := range []string{`{"id":"chatcmpl-1","service_tier":"scale","system_fingerprint":"fp_1","choices":[]}`, `{"id":"chatcmpl-1","choices":[]}`} {
		c, err := s.Parse(&wire.Event{Data: []byte(data)})
		testkit.NoError(t, err)
		testkit.Equal(t, c.Tier+" "+c.Fingerprint, "scale fp_1")
	}
}
