package hostile

import (
	"encoding/json"
	"strings"
)

// Benign answers as the service does, streamed or not, with the text "Good day.".
func Benign(c *Conn, r *Request) { Say("Good day.")(c, r) }

// Say answers a chat as the service does, streamed or not, or a stream of Responses, with a
// text.
func Say(text string) Script {
	return func(c *Conn, r *Request) {
		if r.responses() {
			c.Answer(r, 200, "text/event-stream", ResponsesDelta(text)+ResponsesDone)
			return
		}
		if r.Streamed() {
			c.Answer(r, 200, "text/event-stream", Stream(text))
			return
		}
		c.Answer(r, 200, "application/json", Completion(text))
	}
}

// Completion is the whole answer to a chat.
func Completion(text string) string {
	return `{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":` +
		quote(text) + `}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}`
}

// Delta is the event of a chat stream that brings a text.
func Delta(text string) string {
	return `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":` + quote(text) + `}}]}` + "\n\n"
}

// Finish and Done are the events that end a chat stream.
const (
	Finish = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n"
	Done   = "data: [DONE]\n\n"
)

// Stream is a whole chat stream, an event for each word of the text.
func Stream(text string) string {
	var b strings.Builder
	for word := range strings.SplitAfterSeq(text, " ") {
		b.WriteString(Delta(word))
	}
	return b.String() + Finish + Done
}

// ResponsesDelta is the event of a Responses stream that brings a text.
func ResponsesDelta(text string) string {
	return "event: response.output_text.delta\n" + `data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"sequence_number":1,"delta":` + quote(text) + `}` + "\n\n"
}

// ResponsesDone is the event that ends a Responses stream.
const ResponsesDone = "event: response.completed\n" + `data: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1","object":"response","created_at":1,"model":"gpt-4o","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}` + "\n\n"

func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(b)
}
