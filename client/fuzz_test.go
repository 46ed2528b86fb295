package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// FuzzBodyUnchanged: a body in which nothing is found leaves byte for byte as it came, and
// one in which something is found leaves as JSON without it.
func FuzzBodyUnchanged(f *testing.F) {
	for _, seed := range []string{
		`{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}]}`,
		" {\t\"model\" :\n \"gpt-4o\" , \"messages\":\r\n[ ] } ",
		`{"model":"gpt-4o","messages":[],"seed":123456789012345678901234567890,"temperature":1.00E+2,"a":-0,"b":1e-7}`,
		`{"model":"gpt-4o","messages":[{"role":"user","content":"\u0048\/\b\f\n\r\t\\\"\ud83d\ude00 é"}],"\u0061":null}`,
		`{"model":"gpt-4o","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{ \"a\" : [1, 2.0 ] }"}}]}]}`,
		`{"model":"gpt-4o","messages":[],"metadata":{"a":"EMAIL_ADDRESS_0123456789abc"}}`,
		`{"model":"gpt-4o","messages":[{"role":"user","content":"` + "jane" + `@example.com"}]}`,
		`{"model":"gpt-4o","messages":[],"stream":true}`,
		`{"model":"gpt-4o"`, ``, `[]`, `{"model":"\ud83d"}`,
	} {
		f.Add([]byte(seed))
	}
	c := unmetered(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		sent, err := sentBy(t, c, "chat/completions", string(body))
		switch {
		case err != nil:
			testkit.True(t, sent == nil, "nothing is sent of what is refused")
			return
		case !json.Valid(sent):
			t.Fatalf("no JSON left: %q", sent)
		case bytes.Equal(sent, body):
			return
		}
		// What has changed must have had a reason: a finding, or the usage of a stream.
		if len(findings(t, body)) == 0 && !strings.Contains(string(sent), "include_usage") {
			t.Errorf("changed without a reason:\n%q\n%q", body, sent)
		}
	})
}

// findings are the values and look-alikes in all strings, names and numbers of a body.
func findings(t testing.TB, body []byte) []string {
	t.Helper()
	var found []string
	look := func(text string) {
		for _, span := range detect.Find(nil, text, detect.All()) {
			found = append(found, text[span.Start:span.End])
		}
		if strings.Contains(text, "_") {
			found = append(found, text) // perhaps a look-alike
		}
		var inside any
		if json.Unmarshal([]byte(text), &inside) == nil {
			found = append(found, text) // JSON in a string has its own rules
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return found
		}
		switch v := token.(type) {
		case string:
			look(v)
		case json.Number:
			look(v.String())
		}
	}
}

// FuzzRoundTrip: for any text and any cut of the stream, what comes back is what was said.
func FuzzRoundTrip(f *testing.F) {
	f.Add(letter(), uint64(1))
	f.Add("EMAIL_ADDRESS_ EMAIL_ADDRESS_0123456789abc "+values()["email"], uint64(2))
	f.Add("\x00\u2028\\u0041 \\\\\" "+values()["iban"]+"_"+values()["ip"], uint64(3))
	c := unmetered(f, restoring)
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !utf8.ValidString(text) {
			t.Skip("JSON has no other texts")
		}
		random := rand.New(rand.NewPCG(seed, 1))
		got, err := parrot(t, c, text, random)
		if err != nil {
			return // a refusal is no leak
		}
		testkit.Equal(t, got, text)
	})
}

// TestRoundTrip is the same over random texts of values, look-alikes and placeholders of the
// very session, with every piece a single byte in every third.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	c := unmetered(t, restoring)
	parts := []string{" ", "_", "EMAIL", "EMAIL_ADDRESS_", "é😀", "\\u0040", "\"", "\n", "0123456789abc", "IBAN_CODE_0123456789abc", "PLACEHOLDER_zzzzzzzzzzzzz", "see ", ". "}
	for _, value := range values() {
		parts = append(parts, value, " "+value+" ")
	}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 2))
		var text strings.Builder
		for range 1 + random.IntN(20) {
			text.WriteString(parts[random.IntN(len(parts))])
		}
		got, err := parrot(t, c, text.String(), random)
		testkit.NoError(t, err)
		if got != text.String() {
			t.Fatalf("seed %d: not what was said:\n%q\n%q", seed, got, text.String())
		}
	}
}

// parrot streams back, in random pieces and now and then in escapes, what the pipeline sent.
func parrot(t testing.TB, c *client.Client, text string, random *rand.Rand) (string, error) {
	t.Helper()
	most := 1 + random.IntN(3)*random.IntN(30)
	rt := c.Over(roundTripper(func(req *http.Request) (*http.Response, error) {
		sent, err := io.ReadAll(req.Body)
		testkit.NoError(t, err)
		var body bytes.Buffer
		for _, piece := range clienttest.Pieces(1, most, random.Uint64())(contentOf(t, sent)) {
			contents := inner(piece)
			if random.IntN(4) == 0 {
				contents = escaped(piece)
			}
			fmt.Fprintf(&body, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}\n\n", contents)
		}
		body.WriteString("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(&body), Request: req}, nil
	}))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.BaseURL()+"chat/completions", strings.NewReader(ask(text, streamed)))
	testkit.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return "", err
	}
	answer, err := io.ReadAll(resp.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	return said(t, string(answer)), nil
}
