package clienttest

import (
	"encoding/json"
	"net/http"
	"time"
)

// An utterance is what the model says: a text, a refusal or calls.
type utterance struct {
	text    string
	refusal string
	calls   []ToolCall
	finish  string
}

// utter makes the answer to a text, or takes it from the script.
func (a *Azure) utter(v *visit, asked string) utterance {
	u := utterance{refusal: v.reply.Refusal, calls: v.reply.ToolCalls, finish: v.reply.Finish}
	if u.finish == "" {
		u.finish = "stop"
		if len(u.calls) > 0 {
			u.finish = "tool_calls"
		}
	}
	if u.refusal == "" && len(u.calls) == 0 {
		if u.text = v.reply.Text; u.text == "" {
			u.text = a.cfg.Answer(asked)
		}
	}
	return u
}

// tokens estimates the size of an answer.
func (u utterance) tokens() int {
	n := tokensIn(u.text) + tokensIn(u.refusal)
	for _, c := range u.calls {
		n += tokensIn(c.Name + c.Arguments)
	}
	return n
}

// A chat is one answer of chat completions.
type chat struct {
	ask     *question
	said    utterance
	id      string
	created int64
	calls   []string // the ids of the calls
	asked   int      // tokens of the prompt
}

// serveChat answers POST chat/completions
// (learn.microsoft.com, "Azure OpenAI REST API reference").
func (a *Azure) serveChat(v *visit, ask *question) {
	asked, ok := ask.chatText()
	if !ok {
		v.answer(badRequest("[] is too short - 'messages'"))
		return
	}
	c := &chat{ask: ask, said: a.utter(v, asked), id: "chatcmpl-" + randomText(), created: time.Now().Unix(), asked: len(ask.Messages)*4 + tokensIn(asked)}
	for range c.said.calls {
		c.calls = append(c.calls, "call_"+randomText())
	}
	if ask.Stream {
		a.streamChat(v, c)
		return
	}
	choices := []object{}
	for i := range ask.choices() {
		choices = append(choices, c.choice(i))
	}
	v.json(http.StatusOK, object{
		"id": c.id, "object": "chat.completion", "created": c.created, "model": ask.Model, "system_fingerprint": "fp_ee1d74bde0",
		"choices": choices, "usage": c.usage(),
		"prompt_filter_results": promptFilters(),
	})
}

func (c *chat) choice(index int) object {
	message := object{"role": "assistant", "content": nil, "refusal": nil, "annotations": []object{}}
	if c.said.text != "" {
		message["content"] = c.said.text
	}
	if c.said.refusal != "" {
		message["refusal"] = c.said.refusal
	}
	if len(c.said.calls) > 0 {
		var calls []object
		for i, call := range c.said.calls {
			calls = append(calls, object{"id": c.calls[i], "type": "function", "function": object{"name": call.Name, "arguments": call.Arguments}})
		}
		message["tool_calls"] = calls
	}
	return object{"index": index, "message": message, "finish_reason": c.said.finish, "logprobs": nil, "content_filter_results": answerFilter()}
}

// streamChat sends the same in pieces, with the choices in turn.
func (a *Azure) streamChat(v *visit, c *chat) {
	s := v.events()
	// Azure judges the prompt first, in a chunk that is empty in all else.
	s.json("", object{"id": "", "object": "", "created": 0, "model": "", "choices": []object{}, "prompt_filter_results": promptFilters()})
	c.each(s, object{"role": "assistant", "content": "", "refusal": nil}, nil)
	c.pieces(s, a.cut(v, c.said.text), func(h hole) object { return object{"content": h} })
	c.pieces(s, a.cut(v, c.said.refusal), func(h hole) object { return object{"refusal": h} })
	for i, call := range c.said.calls {
		c.each(s, object{"tool_calls": []object{{"index": i, "id": c.calls[i], "type": "function", "function": object{"name": call.Name, "arguments": ""}}}}, nil)
		c.pieces(s, a.cut(v, call.Arguments), func(h hole) object {
			return object{"tool_calls": []object{{"index": i, "function": object{"arguments": h}}}}
		})
	}
	c.each(s, object{}, c.said.finish)
	if c.ask.StreamOptions.IncludeUsage {
		s.json("", c.chunk([]object{}, c.usage()))
	}
	s.done()
}

// each sends one delta of every choice.
func (c *chat) each(s *stream, delta object, finish any) {
	for i := range c.ask.choices() {
		s.json("", c.delta(i, delta, finish))
	}
}

// pieces sends a text in pieces, each of them for every choice.
func (c *chat) pieces(s *stream, pieces []string, delta func(hole) object) {
	if len(pieces) == 0 {
		return
	}
	var choices []template
	for i := range c.ask.choices() {
		choices = append(choices, s.v.template(c.delta(i, delta("PIECE"), nil), "PIECE"))
	}
	for _, piece := range pieces {
		quoted := s.v.quote(piece)
		for _, choice := range choices {
			s.fill("", choice, quoted)
		}
	}
}

// delta is an event with a part of one choice. A part with text is judged by the filter.
func (c *chat) delta(index int, delta object, finish any) object {
	filter := json.RawMessage("{}")
	if _, ok := delta["content"].(hole); ok {
		filter = answerFilter()
	}
	return c.chunk([]object{{"index": index, "delta": delta, "finish_reason": finish, "logprobs": nil, "content_filter_results": filter}}, nil)
}

// chunk is one event. With usage wanted, every chunk has the field, mostly null.
func (c *chat) chunk(choices []object, usage any) object {
	chunk := object{"id": c.id, "object": "chat.completion.chunk", "created": c.created, "model": c.ask.Model, "system_fingerprint": "fp_ee1d74bde0", "choices": choices, "obfuscation": randomText()[:8]}
	if c.ask.StreamOptions.IncludeUsage {
		chunk["usage"] = usage
	}
	return chunk
}

func (c *chat) usage() object {
	out := c.said.tokens() * c.ask.choices()
	return object{
		"prompt_tokens": c.asked, "completion_tokens": out, "total_tokens": c.asked + out,
		"prompt_tokens_details":     object{"cached_tokens": 0, "audio_tokens": 0},
		"completion_tokens_details": object{"reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0},
	}
}

func promptFilters() []object {
	return []object{{"prompt_index": 0, "content_filter_results": promptFilter()}}
}
