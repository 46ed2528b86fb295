package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// form is a multipart body and its media type. A value in brackets is a file: [name]content.
func form(t *testing.T, fields ...string) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		name, value := fields[i], fields[i+1]
		if file, content, ok := strings.Cut(strings.TrimPrefix(value, "["), "]"); ok && value[0] == '[' {
			part, err := w.CreateFormFile(name, file)
			testkit.NoError(t, err)
			_, err = io.WriteString(part, content)
			testkit.NoError(t, err)
			continue
		}
		testkit.NoError(t, w.WriteField(name, value))
	}
	testkit.NoError(t, w.Close())
	return w.FormDataContentType(), b.String()
}

// postForm makes a call with a form and returns the answer and what was sent.
func postForm(t *testing.T, s *stand, path string, reply clienttest.Reply, fields ...string) (answer, sent string, err error) {
	t.Helper()
	s.azure.Forget()
	s.azure.Script(clienttest.Model, reply)
	contentType, body := form(t, fields...)
	req := s.request(t.Context(), t, path, body)
	req.Header.Set("Content-Type", contentType)
	_, answer, err = do(s.client.HTTPClient(), req)
	if bodies := s.azure.Journal().Bodies(clienttest.Model); len(bodies) > 0 {
		sent = string(bodies[0])
	}
	testkit.DeepEqual(t, planted().Find([]byte(sent)), []string(nil))
	return answer, sent, err
}

func jsonReply(body string) clienttest.Reply {
	return clienttest.Reply{Body: body, Header: http.Header{"Content-Type": {"application/json"}}}
}

// inspected lets media pass.
func inspected(cfg *client.Config) {
	cfg.Waivers = append(cfg.Waivers, unsafeallow.UninspectedMedia(reason, time.Now().Add(time.Hour)))
}

// The text fields of a form leave redacted, and its answer, JSON or plain, is restored and
// searched. Sound needs its waiver.
func TestTranscription(t *testing.T) {
	t.Parallel()
	mail, iban := values()["email"], values()["iban"]
	fields := []string{"model", "whisper", "prompt", "The speaker is " + mail, "file", "[a.mp3]ID3\x00\xff\xfe"}
	const path = "/openai/v1/audio/transcriptions"
	s := newStand(t, clienttest.Config{})
	_, sent, err := postForm(t, s, path, jsonReply(`{}`), fields...)
	refused(t, err, event.BodyMedia)
	testkit.Equal(t, sent, "")

	s = newStand(t, clienttest.Config{}, inspected)
	_, sent, err = postForm(t, s, path, jsonReply(`{"text":"hello"}`), fields...)
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(sent, "ID3\x00\xff\xfe"), "the file is as it was")
	token := placeholderIn(t, sent)
	testkit.Equal(t, string(s.audit.last(t).Operation), "audio.transcriptions")
	testkit.Equal(t, s.audit.last(t).Deployment.String(), "whisper")

	answer, _, err := postForm(t, s, path, jsonReply(`{"text":"I am `+token+`, pay to `+iban+`.","words":[{"word":"`+token+`","start":0,"end":1}]}`), fields...)
	testkit.NoError(t, err)
	testkit.Equal(t, strings.Count(answer, mail), 2)
	testkit.True(t, !strings.Contains(answer, iban), answer)

	plain := clienttest.Reply{Body: "1\n00:00:00,000 --> 00:00:04,000\nI am " + token + ", pay to " + iban + "\n", Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}}
	answer, _, err = postForm(t, s, path, plain, append(fields, "response_format", "srt")...)
	testkit.NoError(t, err)
	testkit.True(t, strings.HasPrefix(answer, "1\n00:00:00,000 --> 00:00:04,000\nI am "+mail+", pay to ") && !strings.Contains(answer, iban), answer)

	stream := events(`data: {"type":"transcript.text.delta","delta":"I am ` + token[:9] + `"}` + "\n\n" + `data: {"type":"transcript.text.delta","delta":"` + token[9:] + `."}` + "\n\n" +
		`data: {"type":"transcript.text.done","text":"I am ` + token + `."}` + "\n\n")
	answer, _, err = postForm(t, s, path, stream, append(fields, "stream", "true")...)
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(answer, `"text":"I am `+mail+`."`), answer)
	delta := collect(t, answer, func(chunk map[string]any) string { d, _ := chunk["delta"].(string); return d })
	testkit.Equal(t, delta, "I am "+mail+".")
}

// The lines of a batch file leave redacted, each by the rules of its route, and the output
// is restored when it is fetched, by way of the ids of file and batch.
func TestBatch(t *testing.T) {
	t.Parallel()
	mail := values()["email"]
	s := stored{newStand(t, clienttest.Config{})}
	line := func(id, text string) string {
		return `{"custom_id":"` + id + `","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":` + quote(text) + `}]}}` + "\n"
	}
	content := line("1", "I am "+mail) + line("2", letter())
	_, sent, err := postForm(t, s.stand, "/openai/v1/files", jsonReply(`{"id":"file-1","object":"file","filename":"a.jsonl","purpose":"batch"}`),
		"purpose", "batch", "file", "[a.jsonl]"+content)
	testkit.NoError(t, err)
	token := placeholderIn(t, sent)
	testkit.Equal(t, s.audit.last(t).Tokens.Known, false)

	call := func(method, path, body, reply string) string {
		t.Helper()
		s.azure.Script(clienttest.Model, jsonReply(reply))
		req := s.request(t.Context(), t, path, body)
		req.Method = method
		if body == "" {
			req.Body, req.GetBody, req.ContentLength = nil, nil, 0
			delete(req.Header, "Content-Type")
		}
		_, answer, err := do(s.client.HTTPClient(), req)
		testkit.NoError(t, err)
		return answer
	}
	call(http.MethodPost, "/openai/v1/batches", `{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}`, `{"id":"batch_1","object":"batch","status":"validating","input_file_id":"file-1"}`)
	call(http.MethodGet, "/openai/v1/batches/batch_1", "", `{"id":"batch_1","object":"batch","status":"completed","input_file_id":"file-1","output_file_id":"file-2"}`)
	output := call(http.MethodGet, "/openai/v1/files/file-2/content", "", `{"id":"r1","custom_id":"1","response":{"status_code":200,"body":{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello `+token+`"},"finish_reason":"stop"}]}},"error":null}`+"\n")
	var row struct {
		Response struct {
			Body struct {
				Choices []struct{ Message struct{ Content string } }
			}
		}
	}
	testkit.NoError(t, json.Unmarshal([]byte(output), &row))
	testkit.Equal(t, row.Response.Body.Choices[0].Message.Content, "Hello "+mail)

	for name, content := range map[string]string{
		"no JSON":         "hello\n",
		"another route":   `{"custom_id":"1","method":"POST","url":"/v1/videos","body":{}}` + "\n",
		"a token array":   `{"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"input":[1,2,3]}}` + "\n",
		"a name twice":    `{"custom_id":"1","method":"POST","url":"/v1/embeddings","body":{"input":"a","input":"b"}}` + "\n",
		"half a line":     `{"custom_id":"1","meth` + "\n",
		"text after it":   line("1", "x") + "rest",
		"a model as text": strings.Replace(line("1", "x"), "gpt-4o", "ask jane", 1),
		"another method":  strings.Replace(line("1", "x"), "POST", "GET", 1),
	} {
		_, sent, err := postForm(t, s.stand, "/openai/v1/files", jsonReply(`{}`), "purpose", "batch", "file", "[a.jsonl]"+content)
		testkit.True(t, err != nil && sent == "", name+" is refused")
	}
}

// A file of text leaves redacted and comes back as it was; one that is no text does not pass.
func TestFiles(t *testing.T) {
	t.Parallel()
	mail := values()["email"]
	s := stored{newStand(t, clienttest.Config{})}
	text := "Dear " + mail + ",\r\nsee below.\r\n"
	_, sent, err := postForm(t, s.stand, "/openai/v1/files", jsonReply(`{"id":"file-7","object":"file","filename":"x"}`), "purpose", "assistants", "file", "[from "+mail+" to me.txt]"+text)
	testkit.NoError(t, err)
	testkit.Equal(t, strings.Count(sent, placeholderIn(t, sent)), 2)
	get := func(reply clienttest.Reply) (string, error) {
		s.azure.Script(clienttest.Model, reply)
		req := s.request(t.Context(), t, "/openai/v1/files/file-7/content", "")
		req.Method, req.Body, req.GetBody, req.ContentLength = http.MethodGet, nil, nil, 0
		delete(req.Header, "Content-Type")
		_, answer, err := do(s.client.HTTPClient(), req)
		return answer, err
	}
	kept := strings.ReplaceAll(text, mail, placeholderIn(t, sent))
	answer, err := get(clienttest.Reply{Body: kept, Header: http.Header{"Content-Type": {"application/octet-stream"}}})
	testkit.NoError(t, err)
	testkit.Equal(t, answer, text)
	_, err = get(clienttest.Reply{Body: "\x00\x01\xff", Header: http.Header{"Content-Type": {"application/octet-stream"}}})
	refused(t, err, event.BodyMedia)
	_, sent, err = postForm(t, s.stand, "/openai/v1/files", jsonReply(`{}`), "purpose", "assistants", "file", "[a.pdf]%PDF\x00\xff")
	refused(t, err, event.BodyMedia)
	testkit.Equal(t, sent, "")
}

// What two readers of forms could read in two ways is refused.
func TestFormsThatDiffer(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, inspected)
	contentType, body := form(t, "model", "whisper", "prompt", "hello", "file", "[a.mp3]ID3")
	boundary := strings.TrimPrefix(contentType, "multipart/form-data; boundary=")
	for name, test := range map[string]struct{ contentType, body string }{
		"JSON":               {"application/json", body},
		"no boundary":        {"multipart/form-data", body},
		"another boundary":   {"multipart/form-data; boundary=x", body},
		"another parameter":  {contentType + "; charset=utf-7", body},
		"a preamble":         {contentType, "hello\r\n" + body},
		"an epilogue":        {contentType, body + "hello"},
		"bare line feeds":    {contentType, strings.ReplaceAll(body, "\r\n", "\n")},
		"no end":             {contentType, strings.TrimSuffix(body, "--\r\n")},
		"a field twice":      {contentType, strings.Replace(body, "--"+boundary+"--", "--"+boundary+"\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n--"+boundary+"--", 1)},
		"an encoding":        {contentType, strings.Replace(body, "\r\n\r\nhello", "\r\nContent-Transfer-Encoding: base64\r\n\r\nhello", 1)},
		"an unknown header":  {contentType, strings.Replace(body, "\r\n\r\nhello", "\r\nX-Prompt: jane\r\n\r\nhello", 1)},
		"another media type": {strings.Replace(contentType, "form-data", "mixed", 1), body},
	} {
		req := s.request(t.Context(), t, "/openai/v1/audio/transcriptions", test.body)
		req.Header.Set("Content-Type", test.contentType)
		_, _, err := do(s.client.HTTPClient(), req)
		testkit.True(t, err != nil, name+" is refused")
		testkit.Equal(t, s.audit.last(t).Outcome, event.Failure)
	}
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
}

// A picture in a stream is one line, longer than any text may be.
func TestPicturesInStreams(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	picture := strings.Repeat("AAAA", 1<<20)
	s.azure.Script(clienttest.Model, events(`data: {"type":"image_generation.completed","b64_json":"`+picture+`"}`+"\n\n"))
	_, answer, err := s.post(t, "/openai/v1/images/generations", `{"model":"gpt-image-1","prompt":"a cat","stream":true}`)
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(answer, picture), "it comes through whole")
}
