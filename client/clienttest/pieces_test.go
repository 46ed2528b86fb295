package clienttest_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Whatever the cut, the pieces are the text, and no character is in two of them.
func FuzzPieces(f *testing.F) {
	f.Add("You wrote: <EMAIL_1> é \U0001f600", 1, 7, uint64(1))
	f.Add("", 0, -1, uint64(0))
	f.Add("00\x82\xac\x82\xac0", 2, -14, uint64(16))
	f.Add("\u20ac\u20ac\u20ac", 2, 2, uint64(9))
	f.Fuzz(func(t *testing.T, text string, least, most int, seed uint64) {
		least, most = min(least, 1000), min(most, 1000)
		cut := clienttest.Pieces(least, most, seed)
		pieces := cut(text)
		testkit.Equal(t, strings.Join(pieces, ""), text)
		testkit.DeepEqual(t, cut(text), pieces)
		for i, piece := range pieces {
			testkit.True(t, piece != "", "no piece is empty")
			if !utf8.ValidString(text) {
				continue
			}
			testkit.True(t, utf8.ValidString(piece), "no character is cut")
			if least > 0 && i < len(pieces)-1 {
				testkit.True(t, len(piece) >= least && len(piece) <= max(least, most)+utf8.UTFMax-1, "the length is as asked for")
			}
		}
	})
}

// Any cut of a stream gives the text of the plain answer.
func TestAnyCutGivesTheSameText(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	const said = `Dear <PERSON_1>, "€5" to [IBAN_2] – \o/ ` + "\U0001f600\U0001f1e8\U0001f1ed"
	cuts := []func(string) []string{
		func(text string) []string { return []string{text} },
		func(text string) []string { return strings.Split(text, "") },
		func(string) []string { return []string{said[:6], "", said[6:]} },
	}
	for seed := range uint64(8) {
		cuts = append(cuts, clienttest.Pieces(1, 1+int(seed), seed))
	}
	for _, cut := range cuts {
		azure.Script(clienttest.Model, clienttest.Reply{Text: said, Cut: cut, Times: 2})
		chat, response := "", ""
		for _, c := range streamed(t, azure) {
			if c.Delta.Content != nil {
				chat += *c.Delta.Content
			}
		}
		for _, e := range responseStream(t, azure) {
			response += e.Delta
		}
		testkit.Equal(t, chat, said)
		testkit.Equal(t, response, said)
	}
}

// Any text comes back as it went, plain and streamed.
func FuzzEcho(f *testing.F) {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(azure.Close)
	f.Add("jane@example.com")
	f.Add("\u2028 </script> \x00 \u00e9")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "?")
		content, err := json.Marshal(text)
		testkit.NoError(t, err)
		body := `{"model":"gpt-4o","messages":[{"role":"user","content":` + string(content) + `}]}`
		got := call{azure: azure, path: chatV1, body: body}.do(t)
		testkit.Equal(t, *unmarshal[chatAnswer](t, got.body).Choices[0].Message.Content, clienttest.Echo(text))
		got = call{azure: azure, path: chatV1, body: strings.Replace(body, "{", `{"stream":true,`, 1)}.do(t)
		joined := ""
		for _, e := range parse(t, got.body) {
			if e.data != "[DONE]" {
				for _, c := range unmarshal[chatAnswer](t, []byte(e.data)).Choices {
					if c.Delta.Content != nil {
						joined += *c.Delta.Content
					}
				}
			}
		}
		testkit.Equal(t, joined, clienttest.Echo(text))
	})
}
