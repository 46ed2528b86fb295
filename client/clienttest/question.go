package clienttest

import (
	"encoding/json"
	"strings"
)

// A question is the body of a request on any operation, as far as the answer depends on
// it.
type question struct {
	Model string `json:"model"`

	Messages []message       `json:"messages"` // chat completions
	Input    json.RawMessage `json:"input"`    // responses, embeddings
	Prompt   json.RawMessage `json:"prompt"`   // completions

	Stream        bool `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	N int `json:"n"`

	EncodingFormat string `json:"encoding_format"` // embeddings
	Dimensions     int    `json:"dimensions"`

	// Responses repeat these.
	Instructions json.RawMessage `json:"instructions"`
	Metadata     json.RawMessage `json:"metadata"`
	Tools        json.RawMessage `json:"tools"`
	ToolChoice   json.RawMessage `json:"tool_choice"`
	TextFormat   json.RawMessage `json:"text"`
	User         json.RawMessage `json:"user"`
	Previous     json.RawMessage `json:"previous_response_id"`
	Store        *bool           `json:"store"`
}

// A message is a turn of a chat, or an item of the input of responses.
type message struct {
	Type    string          `json:"type"`
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
	Output  json.RawMessage `json:"output"` // of a function_call_output
}

// chatText is the last text of the user or of a tool.
func (q *question) chatText() (string, bool) { return lastText(q.Messages) }

// inputText is the same for responses, where a string is a message of the user.
func (q *question) inputText() (string, bool) {
	var text string
	if json.Unmarshal(q.Input, &text) == nil {
		return text, true
	}
	var items []message
	if json.Unmarshal(q.Input, &items) != nil {
		return "", false
	}
	return lastText(items)
}

func lastText(messages []message) (string, bool) {
	for i := len(messages) - 1; i >= 0; i-- {
		m := messages[i]
		switch {
		case m.Type == "function_call_output":
			return textOf(m.Output), true
		case m.Role == "user" || m.Role == "tool" || m.Role == "function":
			return textOf(m.Content), true
		}
	}
	return "", len(messages) > 0
}

// textOf joins the texts of a content, which is a string or a list of parts.
func textOf(content json.RawMessage) string {
	var text string
	if json.Unmarshal(content, &text) == nil {
		return text
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if json.Unmarshal(content, &parts) != nil {
		return ""
	}
	var all []string
	for _, p := range parts {
		all = append(all, p.Text)
	}
	return strings.Join(all, "")
}

// texts are the texts of an embedding's input or a completion's prompt: one or several.
func texts(raw json.RawMessage) ([]string, bool) {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, true
	}
	var many []string
	err := json.Unmarshal(raw, &many)
	return many, err == nil && len(many) > 0
}

// choices is how many answers are wanted.
func (q *question) choices() int { return min(max(q.N, 1), 128) }

// tokensIn estimates tokens as people do: four characters each.
func tokensIn(text string) int { return (len(text) + 3) / 4 }

// orNull keeps a part of a request for the answer.
func orNull(raw json.RawMessage) any {
	if len(raw) == 0 {
		return nil
	}
	return raw
}

func orElse(raw json.RawMessage, value any) any {
	if len(raw) == 0 {
		return value
	}
	return raw
}
