package battery

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ChatPath is where chats are asked.
const ChatPath = "/openai/v1/chat/completions"

// Chat makes the call: a chat whose prompt is the canary.
func (b *Bench) Chat() error { return b.Do(b.Request(ChatPath, b.Prompt(false))) }

// Stream makes the call as a stream.
func (b *Bench) Stream() error { return b.Do(b.Request(ChatPath, b.Prompt(true))) }

// Prompt is the body of a chat.
func (b *Bench) Prompt(streamed bool) string {
	return `{"model":"gpt-4o","messages":[{"role":"user","content":"` + b.Canaries.Text("prompt") + `"}],"stream":` + strconv.FormatBool(streamed) + `}`
}

// Request is a POST of JSON to a path of the endpoint.
func (b *Bench) Request(path, body string) *http.Request {
	return b.request(context.Background(), path, body)
}

func (b *Bench) request(ctx context.Context, path, body string) *http.Request {
	b.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.Config.Endpoint+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}

// Do sends req through the client and reads the answer to its end, into b.Text.
func (b *Bench) Do(req *http.Request) error {
	if b.Client == nil {
		return errors.New("battery: no client was made")
	}
	resp, err := b.Client.HTTPClient().Do(req)
	if err != nil {
		return err
	}
	b.Status = resp.StatusCode
	text, err := io.ReadAll(resp.Body)
	b.Text = string(text)
	err = errors.Join(err, resp.Body.Close())
	if err == nil && resp.StatusCode >= http.StatusBadRequest {
		return answered(resp.StatusCode)
	}
	return err
}

// Answered is the error of a call that the service has answered with an error.
func Answered(status int) error { return answered(status) }

type answered int

func (e answered) Error() string { return "battery: the service answered " + strconv.Itoa(int(e)) }

// Said is what the model says in an answer to a chat or of Responses, which may be a part
// of a stream. An answer that is not of whole events is an error.
func Said(answer string) (string, error) {
	var text strings.Builder
	for line := range strings.Lines(answer) {
		data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		var event struct {
			Delta   string
			Choices []struct{ Delta struct{ Content string } }
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return "", err
		}
		text.WriteString(event.Delta)
		for _, choice := range event.Choices {
			text.WriteString(choice.Delta.Content)
		}
	}
	if answer != "" && !strings.HasSuffix(answer, "\n\n") && !strings.HasSuffix(answer, "}") {
		return "", errors.New("battery: the last event is not whole")
	}
	return text.String(), nil
}

// Plain is an ordinary client that trusts the server and finds it by its name: all else is
// as net/http has it.
func (b *Bench) Plain() *http.Client {
	return &http.Client{Timeout: plainTime, Transport: &http.Transport{
		DialContext: b.Azure.Dial, TLSClientConfig: &tls.Config{RootCAs: b.ca.Pool(), MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		MaxConnsPerHost: b.PlainConns,
	}}
}

// plainTime is when an ordinary client is stopped that does not stop by itself.
const plainTime = 600 * time.Millisecond

// PlainChat and PlainStream are for Row.Plain.
func PlainChat(b *Bench) string { return b.plain(false) }

// PlainStream asks for a stream.
func PlainStream(b *Bench) string { return b.plain(true) }

func (b *Bench) plain(streamed bool) string {
	return PlainDo(b, b.Request(ChatPath, b.Prompt(streamed)))
}

// StatusOf is the status that an error knows of, or zero.
func StatusOf(err error) int {
	var known interface{ StatusCode() int }
	var service answered
	switch {
	case errors.As(err, &known):
		return known.StatusCode()
	case errors.As(err, &service):
		return int(service)
	}
	return 0
}

// PlainDo sends a request as an application without protection does, with its credential.
func PlainDo(b *Bench, req *http.Request) string {
	c := b.Plain()
	defer c.CloseIdleConnections()
	start := time.Now()
	req.Header.Set("Authorization", "Bearer "+b.Canaries.Text("token"))
	req.Header.Set("Api-Key", b.Canaries.Text("key"))
	resp, err := c.Do(req) //nolint:gosec // it is what an application without protection does
	if err != nil {
		return b.outcome("refuses: "+brief(err), start)
	}
	var size counter
	_, err = io.Copy(&size, resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		return b.outcome(fmt.Sprintf("%d, %d bytes, then %s", resp.StatusCode, size, brief(err)), start)
	}
	return b.outcome(fmt.Sprintf("accepts: %d, %d bytes, no error", resp.StatusCode, size), start)
}

// outcome adds what is worth a remark.
func (b *Bench) outcome(text string, start time.Time) string {
	if n := b.prompts(); n > 1 {
		text += fmt.Sprintf(", %d sends", n)
	}
	for _, s := range b.strangers {
		if found := b.Canaries.Find(s.Received()); len(found) > 0 {
			text += ", the stranger got " + strings.Join(found, ", ")
		}
	}
	if took := time.Since(start); took > time.Second {
		text += fmt.Sprintf(", %.1f s", took.Seconds())
	}
	return text
}

// brief is the end of an error's text, which says most.
func brief(err error) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '.'
		}
		return r
	}, err.Error())
	if i := strings.LastIndex(text, `": `); i >= 0 {
		text = text[i+3:]
	}
	return text[:min(len(text), 60)]
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// prompts is how many requests with the prompt the endpoint got.
func (b *Bench) prompts() int {
	n, prompt := 0, []byte(b.Canaries.Text("prompt"))
	for _, r := range b.Server.Requests() {
		if bytes.Contains(r.Body, prompt) {
			n++
		}
	}
	return n
}
