package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
)

// A trial is one sending of the letter.
type trial struct {
	letter   letter
	left     []byte // the body that arrived at the fake
	journal  clienttest.Journal
	back     []byte // the answer as the service sent it
	received string
	pieces   []string // of a stream, as the application received them
}

// send asks the model to repeat the letter, as an application would.
func (s *stand) send(ctx context.Context, letter letter, streamed bool) (*trial, error) {
	s.azure.Forget()
	s.tap.take()
	ctx = policy.WithCaller(ctx, policy.Caller{Tenant: "contoso", User: "jane", App: "quickstart"})
	params := openai.ChatCompletionNewParams{
		Model: deployment,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.SystemMessage("You answer letters. Repeat what you were told."),
			openai.UserMessage(letter.text),
		},
	}
	t := &trial{letter: letter}
	var err error
	if streamed {
		t.pieces, err = s.stream(ctx, params)
		t.received = strings.Join(t.pieces, "")
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

func (s *stand) stream(ctx context.Context, params openai.ChatCompletionNewParams) (pieces []string, err error) {
	stream := s.ai.Chat.Completions.NewStreaming(ctx, params)
	defer stream.Close()
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			if choice.Delta.Content != "" {
				pieces = append(pieces, choice.Delta.Content)
			}
		}
	}
	return pieces, stream.Err()
}

// placeholder is what stands for a value outside of the process.
var placeholder = regexp.MustCompile(`[A-Z][A-Z_]+_[0-9a-hjkmnp-tv-z]{13}`)

// show prints the letter at its four stations. The last two repeat the first two, so only
// their lines with a value are printed.
func (t *trial) show(s *screen) {
	left, back := lastText(t.left), answerText(t.back)
	s.caption("What the application sent:")
	s.marked(t.letter.text, t.letter.values, red)
	s.caption("What left the process, from the journal of the fake Azure:")
	s.marked(left, placeholder.FindAllString(left, -1), yellow)
	s.caption("What came back:")
	s.excerpt(back, placeholder.FindAllString(back, -1), yellow)
	s.caption("What the application received:")
	s.excerpt(t.received, t.letter.values, green)
}

// showStream prints the pieces around the first placeholder, and the text that the
// application put together.
func (t *trial) showStream(s *screen) {
	back := pieces(t.back)
	from, to := around(back, placeholder.FindStringIndex(strings.Join(back, "")))
	s.caption("What came back around the first placeholder, event by event:")
	s.line("%s", s.quoted(back[from:to], yellow))
	// Both answers are the same up to the first value.
	from, to = around(t.pieces, valueIndex(t.received, t.letter.values))
	s.caption("What the application received there:")
	s.line("%s", s.quoted(t.pieces[from:to], green))
	s.caption("What the application put together:")
	s.excerpt(t.received, t.letter.values, green)
}

// valueIndex is where the first of the values stands in text, or nil.
func valueIndex(text string, values []string) []int {
	var first []int
	for _, value := range values {
		if i := strings.Index(text, value); i >= 0 && (first == nil || i < first[0]) {
			first = []int{i, i + len(value)}
		}
	}
	return first
}

// around returns which pieces hold the part of their text, with one more at each end. For
// no part it is the first few.
func around(pieces []string, part []int) (from, to int) {
	if part == nil {
		return 0, min(len(pieces), 8)
	}
	end := 0
	for i, piece := range pieces {
		if end += len(piece); end <= part[0] {
			from = i
		}
		if to = i + 1; end > part[1] {
			break
		}
	}
	return from, to
}

// verdict is an error if a value left, or did not come back.
func (t *trial) verdict(s *screen) error {
	everything := everythingIn(t.journal)
	var broken []error
	for i, value := range t.letter.values {
		if everything.holds(value) {
			broken = append(broken, fmt.Errorf("value %d of %d has left the process", i+1, len(t.letter.values)))
		}
		if strings.Count(t.received, value) < strings.Count(t.letter.text, value) {
			broken = append(broken, fmt.Errorf("value %d of %d did not come back", i+1, len(t.letter.values)))
		}
	}
	if len(t.left) == 0 || !strings.HasSuffix(t.received, t.letter.text) {
		broken = append(broken, errors.New("the answer does not repeat the text as it was"))
	}
	s.line("")
	if err := errors.Join(broken...); err != nil {
		s.line("%s", s.paint(red, "The promise is broken."))
		return err
	}
	s.line("%s", s.paint(green, fmt.Sprintf("%d values in the letter, 0 of them in the journal, all of them in the answer.", len(t.letter.values))))
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

// pieces are the texts of a stream, one for each event that has any.
func pieces(stream []byte) []string {
	var texts []string
	for line := range bytes.Lines(stream) {
		var chunk struct {
			Choices []struct{ Delta struct{ Content string } }
		}
		data, ok := bytes.CutPrefix(line, []byte("data: "))
		if ok && json.Unmarshal(data, &chunk) == nil && len(chunk.Choices) > 0 && chunk.Choices[0].Delta.Content != "" {
			texts = append(texts, chunk.Choices[0].Delta.Content)
		}
	}
	return texts
}
