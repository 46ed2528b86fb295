package client_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A dialect is one API: how to ask, and how to read what was answered.
type dialect struct {
	path string
	ask  func(text string) string
	said func(t testing.TB, answer string) string
}

func dialects() map[string]dialect {
	return map[string]dialect{
		"chat": {chat, func(text string) string { return ask(text) }, said},
		"completions": {"/openai/v1/completions", func(text string) string { return `{"model":"gpt-4o","prompt":` + quote(text) + `}` }, func(t testing.TB, answer string) string {
			return collect(t, answer, func(chunk map[string]any) string { return text(chunk, "choices", "text") })
		}},
		"responses": {respo, func(text string) string { return `{"model":"gpt-4o","input":` + quote(text) + `}` }, func(t testing.TB, answer string) string {
			return collect(t, answer, func(chunk map[string]any) string {
				delta, _ := chunk["delta"].(string)
				return text(chunk, "output", "content", "text") + delta
			})
		}},
	}
}

// collect joins what take finds in an answer, or in the events of one.
func collect(t testing.TB, answer string, take func(map[string]any) string) string {
	t.Helper()
	var all strings.Builder
	lines := strings.Split(answer, "\n")
	for _, line := range lines {
		data, isEvent := strings.CutPrefix(line, "data: ")
		if !isEvent && len(lines) > 1 || data == "[DONE]" || data == "" {
			continue
		}
		var chunk map[string]any
		testkit.NoError(t, json.Unmarshal([]byte(data), &chunk))
		all.WriteString(take(chunk))
	}
	return all.String()
}

// text joins the strings at a path; lists on the way are walked.
func text(value any, path ...string) string {
	switch v := value.(type) {
	case string:
		if len(path) == 0 {
			return v
		}
	case map[string]any:
		if len(path) > 0 {
			return text(v[path[0]], path[1:]...)
		}
	case []any:
		var all strings.Builder
		for _, each := range v {
			all.WriteString(text(each, path...))
		}
		return all.String()
	}
	return ""
}

// Promise 1, both ways, over real connections: what the fake Azure receives holds none of
// the eight kinds, and what the application receives holds them all, plain and streamed,
// however the stream is cut and however the service writes its JSON.
func TestEcho(t *testing.T) {
	t.Parallel()
	for _, api := range []client.API{client.V1, client.Deployments} {
		for cut, pieces := range map[string]func(string) []string{"by one": clienttest.Pieces(1, 1, 1), "by a few": clienttest.Pieces(1, 7, 2), "whole": nil} {
			for _, escaped := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v/%s/%v", api, cut, escaped), func(t *testing.T) {
					t.Parallel()
					s := newStand(t, clienttest.Config{EventsPerWrite: 16}, func(cfg *client.Config) { cfg.API = api })
					reply := clienttest.Reply{Times: clienttest.Forever, Cut: pieces, Escaped: escaped}
					if pieces == nil {
						reply.Cut = func(text string) []string { return []string{text} }
					}
					s.azure.Script(clienttest.Model, reply)
					for name, d := range dialects() {
						s.echoes(t, name, d)
					}
				})
			}
		}
	}
}

func (s *stand) echoes(t *testing.T, name string, d dialect) {
	t.Helper()
	for _, more := range []string{"", streamed} {
		body := strings.TrimSuffix(d.ask(letter()), "}") + more + "}"
		status, answer, err := s.post(t, d.path, body)
		testkit.NoError(t, err)
		testkit.Equal(t, status, 200)
		testkit.Equal(t, d.said(t, answer), "You wrote: "+letter())
		record := s.audit.last(t)
		testkit.True(t, record.Tokens.Known && record.Tokens.Output > 0, name+more+": the usage is on record")
		testkit.Equal(t, record.Stream, more != "")
		testkit.True(t, record.Restored >= 8, name+more+": eight values came back")
		if d.path == chat && more != "" {
			testkit.True(t, !strings.Contains(answer, `"prompt_tokens"`), "the usage that nobody asked for is hidden")
		}
		if d.path == respo && more != "" {
			for _, field := range [][]string{{"text"}, {"part", "text"}, {"item", "content", "text"}, {"response", "output", "content", "text"}} {
				whole := collect(t, answer, func(chunk map[string]any) string { return text(chunk, field...) })
				testkit.Equal(t, whole, "You wrote: "+letter())
			}
		}
	}
	testkit.DeepEqual(t, planted().Find(s.azure.Journal().Bytes()), []string(nil))
}

// Embeddings are asked with placeholders, and answer with numbers.
func TestEmbeddings(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	status, answer, err := s.post(t, "/openai/v1/embeddings", `{"model":"text-embedding-3-small","input":[`+quote(letter())+`,"b"]}`)
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.True(t, strings.Contains(answer, `"embedding":`), "an embedding")
	testkit.DeepEqual(t, planted().Find(s.azure.Journal().Bytes()), []string(nil))
}

// The API style is the wire's alone: the application asks on the v1 paths.
func TestDeploymentPaths(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.API = client.Deployments })
	for _, d := range dialects() {
		_, _, err := s.post(t, d.path, d.ask("hello"))
		testkit.NoError(t, err)
	}
	var paths []string
	for _, e := range s.azure.Journal().On(clienttest.Model) {
		paths = append(paths, e.Path+"?"+e.RawQuery)
	}
	for _, want := range []string{"/openai/deployments/gpt-4o/chat/completions", "/openai/deployments/gpt-4o/completions", "/openai/responses"} {
		testkit.True(t, strings.Contains(strings.Join(paths, "\n"), want+"?api-version="+client.DefaultAPIVersion), want)
	}
}
