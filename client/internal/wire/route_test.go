package wire_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestMatchDescribed(t *testing.T) {
	t.Parallel()
	const v1, dep = wire.V1, wire.Deployments
	for _, tt := range []struct {
		method, url string
		want        wire.Route
	}{
		{"POST", "/openai/v1/chat/completions", wire.Route{Operation: wire.Chat, Style: v1, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/v1/chat/completions?api-version=preview", wire.Route{Operation: wire.Chat, Style: v1, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/v1/completions", wire.Route{Operation: wire.Completions, Style: v1, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/v1/responses", wire.Route{Operation: wire.Responses, Style: v1, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/v1/responses/input_tokens", wire.Route{Operation: wire.InputTokens, Style: v1, Body: wire.JSONBody}},
		{"POST", "/openai/v1/responses/compact", wire.Route{Operation: wire.Compact, Style: v1, Body: wire.JSONBody}},
		{"POST", "/openai/v1/embeddings", wire.Route{Operation: wire.Embeddings, Style: v1, Body: wire.JSONBody}},
		{"POST", "/openai/v1/moderations", wire.Route{Operation: wire.Moderations, Style: v1, Body: wire.JSONBody}},
		{"POST", "/openai/v1/images/generations", wire.Route{Operation: wire.Images, Style: v1, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/v1/audio/speech", wire.Route{Operation: wire.Speech, Style: v1, Body: wire.JSONBody, Streams: true, BinaryAnswer: true}},
		{"GET", "/openai/v1/models?limit=20&after=gpt-4o&order=asc", wire.Route{Operation: wire.Models, Style: v1}},
		{"", "/openai/v1/models/gpt-4o", wire.Route{Operation: wire.Model, Style: v1}},
		{"POST", "/openai/deployments/gpt-4o.eu/chat/completions?api-version=2024-10-21", wire.Route{Operation: wire.Chat, Style: dep, Deployment: "gpt-4o.eu", Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/deployments/v1/completions", wire.Route{Operation: wire.Completions, Style: dep, Deployment: "v1", Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/deployments/a/embeddings", wire.Route{Operation: wire.Embeddings, Style: dep, Deployment: "a", Body: wire.JSONBody}},
		{"POST", "/openai/deployments/a/images/generations", wire.Route{Operation: wire.Images, Style: dep, Deployment: "a", Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/deployments/a/audio/speech", wire.Route{Operation: wire.Speech, Style: dep, Deployment: "a", Body: wire.JSONBody, Streams: true, BinaryAnswer: true}},
		{"POST", "/openai/responses?api-version=2025-04-01-preview", wire.Route{Operation: wire.Responses, Style: dep, Body: wire.JSONBody, Streams: true}},
		{"POST", "/openai/moderations", wire.Route{Operation: wire.Moderations, Style: dep, Body: wire.JSONBody}},
		{"GET", "/openai/models?api-version=2024-10-21", wire.Route{Operation: wire.Models, Style: dep}},
	} {
		t.Run(tt.method+tt.url, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse("https://contoso.openai.azure.com" + tt.url)
			testkit.NoError(t, err)
			got, err := wire.Match(tt.method, u)
			testkit.NoError(t, err)
			testkit.Equal(t, got, tt.want)
			testkit.True(t, got.Operation.String() != "unknown", "the operation has a name")
		})
	}
}

func TestMatchRefused(t *testing.T) {
	t.Parallel()
	const v1 = "/openai/v1/"
	for _, tt := range []struct {
		code  event.Code
		calls []string
	}{
		{event.RouteUnsupported, []string{
			"DELETE /openai/models/gpt-4o", "POST " + v1 + "conversations/conv_1/items/msg_1", "PATCH " + v1 + "assistants/asst_1",
			"GET " + v1 + "threads", "GET " + v1 + "threads/thread_1/runs/run_1/steps/step_1/files", "PUT " + v1 + "vector_stores/vs_1",
			"GET " + v1 + "threads/thread_1/runs/" + strings.Repeat("r", 257) + "/steps",
			"PUT " + v1 + "files", "POST " + v1 + "files/file-1", "GET " + v1 + "uploads/u",
			"DELETE " + v1 + "batches/b", "GET " + v1 + "fine_tuning/checkpoints/c/permissions", "DELETE " + v1 + "fine_tuning/jobs/j",
			"GET " + v1 + "realtime", "POST " + v1 + "realtime/client_secrets",
		}},
		{event.RouteUnknown, []string{
			"GET /", "GET /openai", "GET /openai/", "GET /openai/v1", "GET " + v1, "POST /v1/chat/completions",
			"PUT " + v1 + "chat/completions", "post " + v1 + "chat/completions", "HEAD " + v1 + "models", "CONNECT " + v1 + "models",
			"POST " + v1 + "chat/completions/", "POST " + v1 + "/chat/completions", "POST /openai//v1/chat/completions",
			"POST " + v1 + "chat/completions;x", "POST /OPENAI/v1/chat/completions", "POST " + v1 + "Chat/completions",
			"POST " + v1 + "../v1/chat/completions", "POST " + v1 + "%2e%2e/v1/chat/completions", "POST " + v1 + "./chat/completions",
			"POST " + v1 + "chat%2Fcompletions", "POST " + v1 + "%63hat/completions", "POST " + v1 + "chat/completions%00",
			"POST /openai/deployments//chat/completions",
			"POST /openai/deployments/a/../b/chat/completions", "POST /openai/deployments/a%2f..%2fb/chat/completions",
			"POST /openai/deployments/a%20b/chat/completions", "POST /openai/deployments/" + strings.Repeat("a", 65) + "/chat/completions",
			"POST /openai/deployments/a/responses", "GET /openai/deployments/a/models", "POST /openai/chat/completions", "GET /openai/deployments",
			"POST " + v1 + "chat/completions?beta=true", "POST " + v1 + "chat/completions?", "POST " + v1 + "chat/completions?api-version=",
			"POST " + v1 + "chat/completions?api-version=a&api-version=b", "POST " + v1 + "chat/completions?api-version=a%26b",
			"POST " + v1 + "chat/completions?api-version=4111111111111111", "POST " + v1 + "chat/completions?api-version=2024-10-21-beta",
			"POST " + v1 + "chat/completions?api-version=1;x=2", "POST " + v1 + "chat/completions?limit=3", "GET " + v1 + "models?limit=1&limit=2",
			"GET " + v1 + "models/gpt-4o?limit=1", "GET " + v1 + "models/a/b", "POST " + v1 + "filesystem", "GET " + v1 + "models/" + strings.Repeat("a", 257),
			"POST " + v1 + "videos", "POST " + v1 + "containers", "POST " + v1 + "agents", "GET " + v1 + "organization/users",
		}},
	} {
		for _, call := range tt.calls {
			t.Run(call, func(t *testing.T) {
				t.Parallel()
				method, path, _ := strings.Cut(call, " ")
				u, err := url.Parse("https://contoso.openai.azure.com" + path)
				testkit.NoError(t, err)
				got, err := wire.Match(method, u)
				wantCode(t, err, tt.code)
				testkit.Equal(t, got, wire.Route{})
			})
		}
	}
	_, err := wire.Match("GET", &url.URL{Opaque: "//x/openai/v1/models", Path: "/openai/v1/models"})
	wantCode(t, err, event.RouteUnknown)
}

func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"/openai/v1/chat/completions", "/openai/deployments/a/embeddings?api-version=1", "/openai/v1/%2e%2e/x", "//", "/openai/v1/models/a?after=b"} {
		f.Add("POST", seed)
		f.Add("GET", seed)
	}
	f.Fuzz(func(t *testing.T, method, target string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		route, err := wire.Match(method, u)
		if err != nil {
			testkit.Equal(t, route, wire.Route{})
			return
		}
		// What matched means the same before and after every way of cleaning it.
		path := u.EscapedPath()
		testkit.Equal(t, path, u.Path)
		testkit.Equal(t, u.JoinPath().Path, u.Path)
		testkit.True(t, !strings.Contains(path, "..") || strings.Contains(strings.ReplaceAll(path, "/..", "/!"), "..") && u.JoinPath().Path == path, "no dot segments")
		testkit.True(t, !strings.ContainsAny(u.Path, "%;+#\\"), "no escapes")
		testkit.True(t, !strings.ContainsAny(strings.NewReplacer("%5B", "", "%5b", "", "%5D", "", "%5d", "", "%2A", "", "%2a", "").Replace(u.RawQuery), "%;+#\\"), "only brackets are escaped")
		testkit.True(t, strings.HasPrefix(path, "/openai/"), "below /openai/")
	})
}
