package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A trial is one sending of the text.
type trial struct {
	streamed bool
	sent     string
	left     []byte // the body that arrived at the fake
	journal  clienttest.Journal
	back     []byte // the answer as the service sent it
	received string
}

// valuesIn lists what must not leave, each once.
func valuesIn(text string) []string {
	var values []string
	for _, span := range detect.Find(nil, text, detect.All()) {
		if value := text[span.Start:span.End]; !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}

// send asks the model to repeat the text, as an application would.
func (s *stand) send(ctx context.Context, letter string, streamed bool) (*trial, error) {
	s.azure.Forget()
	s.tap.take()
	ctx = policy.WithCaller(ctx, policy.Caller{Tenant: "contoso", User: "jane", App: "quickstart"})
	params := openai.ChatCompletionNewParams{
		Model: deployment,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage("You answer letters. Repeat what you were told."),
			openai.UserMessage(letter),
		},
	}
	t := &trial{streamed: streamed, sent: letter}
	var err error
	if streamed {
		t.received, err = s.stream(ctx, params)
	} else {
		t.received, err = s.plain(ctx, params)
	}
	if err != nil {
		return nil, fmt.Errorf("the call failed: %w", err)
	}
	t.journal, t.back = s.azure.Journal(), s.tap.take()
	if bodies := t.journal.Bodies(clienttest.Model); len(bodies) > 0 {
		t.left = bodies[0]
	}
	return t, nil
}

func (s *stand) plain(ctx context.Context, params openai.ChatCompletionNewParams) (string, error) {
	answer, err := s.ai.Chat.Completions.New(ctx, params)
	if err != nil {
		return "", err
	}
	if len(answer.Choices) == 0 {
		return "", errors.New("an answer without choices")
	}
	return answer.Choices[0].Message.Content, nil
}

func (s *stand) stream(ctx context.Context, params openai.ChatCompletionNewParams) (string, error) {
	stream := s.ai.Chat.Completions.NewStreaming(ctx, params)
	defer stream.Close()
	var text strings.Builder
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			text.WriteString(choice.Delta.Content)
		}
	}
	return text.String(), stream.Err()
}

var placeholder = regexp.MustCompile(`[A-Z][A-Z_]+_[0-9a-hjkmnp-tv-z]{13}`)

func (t *trial) show(s *screen, values []string) {
	if t.streamed {
		s.title("3. The same, streamed")
		s.line("%s", s.paint(faint, "What came back, the first events:"))
		s.text(firstEvents(t.back, 6))
		s.line("%s", s.paint(faint, "What the application received, put together:"))
		s.marked(t.received, values, green)
		return
	}
	s.title("2. A letter, its way and its answer")
	s.line("%s", s.paint(faint, "What the application sent:"))
	s.marked(t.sent, values, red)
	s.line("")
	s.line("%s", s.paint(faint, "What left the process, from the journal of the fake Azure:"))
	prompt := lastText(t.left)
	s.marked(prompt, placeholder.FindAllString(prompt, -1), yellow)
	s.line("")
	s.line("%s", s.paint(faint, "What came back:"))
	back := answerText(t.back)
	s.marked(back, placeholder.FindAllString(back, -1), yellow)
	s.line("")
	s.line("%s", s.paint(faint, "What the application received:"))
	s.marked(t.received, values, green)
}

// verdict is an error if a value left, or did not come back.
func (t *trial) verdict(s *screen, letter string, values []string) error {
	wire := t.journal.Bytes()
	for i, value := range values {
		quoted, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if bytes.Contains(wire, []byte(value)) || bytes.Contains(wire, bytes.Trim(quoted, `"`)) {
			return fmt.Errorf("value %d of %d has left the process", i+1, len(values))
		}
		if strings.Count(t.received, value) < strings.Count(letter, value) {
			return fmt.Errorf("value %d of %d did not come back", i+1, len(values))
		}
	}
	if !strings.HasSuffix(t.received, letter) {
		return errors.New("the answer does not repeat the text as it was")
	}
	s.line("")
	s.line("%s", s.paint(green, fmt.Sprintf("%d values found, 0 of them in the journal, all of them in the answer.", len(values))))
	return nil
}

// lastText is the text of the last message of a chat body.
func lastText(body []byte) string {
	var chat struct{ Messages []struct{ Content string } }
	if err := json.Unmarshal(body, &chat); err != nil || len(chat.Messages) == 0 {
		return string(body)
	}
	return chat.Messages[len(chat.Messages)-1].Content
}

// answerText is the text of the first choice of an answer.
func answerText(body []byte) string {
	var answer struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Choices) == 0 {
		return string(body)
	}
	return answer.Choices[0].Message.Content
}

// firstEvents are the first n data lines of a stream that carry text.
func firstEvents(stream []byte, n int) string {
	var lines []string
	scanner := bufio.NewScanner(bytes.NewReader(stream))
	for scanner.Scan() && len(lines) < n {
		var chunk struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		data, ok := bytes.CutPrefix(scanner.Bytes(), []byte("data: "))
		if !ok || json.Unmarshal(data, &chunk) != nil || len(chunk.Choices) == 0 || chunk.Choices[0].Delta.Content == "" {
			continue
		}
		lines = append(lines, fmt.Sprintf("%q", chunk.Choices[0].Delta.Content))
	}
	return strings.Join(lines, "\n")
}
