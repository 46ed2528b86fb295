package event_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const other = event.OtherToken

func TestTokens(t *testing.T) {
	t.Parallel()
	token := func(s string) event.Token { return event.NewToken(s) }
	listed := func(s string) event.Token { return event.NewToken(s, "gpt-4o", "embed") }
	model := func(s string) event.Token { return event.NewModel(s) }
	house := func(s string) event.Token { return event.NewModel(s, "Phi-4-contoso") }
	for _, test := range []struct {
		name     string
		of       func(string) event.Token
		in, want string
	}{
		{"token", token, "gpt-4o_EU.1:a", "gpt-4o_EU.1:a"},
		{"token of 64", token, strings.Repeat("x", 64), strings.Repeat("x", 64)},
		{"token of 65", token, strings.Repeat("x", 65), other},
		{"token absent", token, "", ""},
		{"token with space", token, "Max Muster", other},
		{"token with at", token, "max@example.com", other},
		{"token with newline", token, "a\n", other},
		{"token not ASCII", token, "müller", other},
		{"listed", listed, "embed", "embed"},
		{"not listed", listed, "canary-deployment-0123", other},

		{"host", event.NewHost, "Contoso.openai.azure.com", "contoso.openai.azure.com"},
		{"host address", event.NewHost, "10.0.0.4", "10.0.0.4"},
		{"host address 6", event.NewHost, "fd00:0::1", "fd00::1"},
		{"host zone", event.NewHost, "fe80::1%eth0", other},
		{"host with port", event.NewHost, "contoso:443", other},
		{"host with path", event.NewHost, "contoso/x?key=1", other},
		{"host too long", event.NewHost, strings.Repeat("a", 254), other},
		{"host begins with dot", event.NewHost, ".contoso", other},
		{"host absent", event.NewHost, "", ""},

		{"region", event.NewRegion, "Sweden Central", "swedencentral"},
		{"region with number", event.NewRegion, "East US 2", "eastus2"},
		{"region with dash", event.NewRegion, "canary-region-1", other},
		{"region of spaces", event.NewRegion, "   ", other},
		{"region too long", event.NewRegion, strings.Repeat("a", 33), other},
		{"region absent", event.NewRegion, "", ""},

		{"request id", event.NewRequestID, "9C858901-8a57-4791-81fe-4c455b099bc9", "9C858901-8a57-4791-81fe-4c455b099bc9"},
		{"request id without dashes", event.NewRequestID, "9c8589018a57479181fe4c455b099bc9", other},
		{"request id misplaced dash", event.NewRequestID, "9c858901-8a57-4791-81fe-4c455b099b-9", other},
		{"request id not hex", event.NewRequestID, "9c858901-8a57-4791-81fe-4c455b099bxx", other},
		{"request id absent", event.NewRequestID, "", ""},

		{"response id", event.NewResponseID, "chatcmpl-9Zxy", "chatcmpl-9Zxy"},
		{"response id of Responses", event.NewResponseID, "resp_0a1b2c", "resp_0a1b2c"},
		{"response id without prefix", event.NewResponseID, "canary-response-1", other},
		{"response id with a word", event.NewResponseID, "chatcmpl-max@example.com", other},
		{"response id of a prefix", event.NewResponseID, "chatcmpl-", other},
		{"response id too long", event.NewResponseID, "resp_" + strings.Repeat("a", 80), other},
		{"response id absent", event.NewResponseID, "", ""},

		{"model", model, "gpt-4o-mini-2024-07-18", "gpt-4o-mini-2024-07-18"},
		{"model 35", model, "gpt-35-turbo-16k-0613", "gpt-35-turbo-16k-0613"},
		{"model with point", model, "gpt-4.1-nano", "gpt-4.1-nano"},
		{"model o", model, "o4-mini-deep-research-2025-06-26", "o4-mini-deep-research-2025-06-26"},
		{"model embedding", model, "text-embedding-3-large", "text-embedding-3-large"},
		{"model 5", model, "gpt-5.1-codex-max", "gpt-5.1-codex-max"},
		{"model of the house", house, "Phi-4-contoso", "Phi-4-contoso"},
		{"model like a name", model, "gpt-4o-max-muster", other},
		{"model like a canary", model, "canary-model-0123456789abcdef", other},
		{"model like a card", model, "gpt-4111-1111-1111-1111", other},
		{"model of a capital", model, "GPT-4", other},
		{"model empty part", model, "gpt--4", other},
		{"model of a sentence", model, "the answer is 42", other},
		{"model absent", model, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := test.of(test.in)
			testkit.Equal(t, got.String(), test.want)
			testkit.Equal(t, got.IsZero(), test.want == "")
		})
	}
}

func TestClosedLists(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, event.FinishOf("content_filter"), event.Finish("content_filter"))
	testkit.Equal(t, event.FinishOf(""), event.Finish(""))
	testkit.Equal(t, event.FinishOf("canary-finish-0123"), event.Finish(other))
	testkit.Equal(t, event.OperationOf("responses"), event.Responses)
	testkit.Equal(t, event.OperationOf("canary"), event.Unrouted)
	for _, text := range constants(t, "operation.go", "Operation") {
		testkit.Equal(t, event.OperationOf(text), event.Operation(text))
	}
}

// FuzzToken checks that no constructor lets anything through but short, harmless ASCII,
// and that what passes once passes again unchanged.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{"", "gpt-4o", "max@example.com", "East US", "chatcmpl-1", "::1", "a\x00b", "9c858901-8a57-4791-81fe-4c455b099bc9"} {
		f.Add(seed)
	}
	harmless := regexp.MustCompile(`^[A-Za-z0-9._:-]{0,253}$`)
	f.Fuzz(func(t *testing.T, s string) {
		for name, of := range map[string]func(string) event.Token{
			"token":    func(s string) event.Token { return event.NewToken(s) },
			"model":    func(s string) event.Token { return event.NewModel(s) },
			"host":     event.NewHost,
			"region":   event.NewRegion,
			"request":  event.NewRequestID,
			"response": event.NewResponseID,
		} {
			got := of(s).String()
			if !harmless.MatchString(got) {
				t.Errorf("%s lets %q through", name, got)
			}
			if again := of(got).String(); again != got {
				t.Errorf("%s turns %q into %q", name, got, again)
			}
			if (got == "") != (s == "") {
				t.Errorf("%s hides that %q was there", name, s)
			}
		}
	})
}

func BenchmarkNewModel(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = event.NewModel("gpt-4.1-mini-2025-04-14")
	}
}
