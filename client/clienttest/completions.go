package clienttest

import (
	"encoding/json"
	"net/http"
	"time"
)

// serveCompletions answers POST completions, the API before chats: one answer for each
// prompt.
func (a *Azure) serveCompletions(v *visit, ask *question) {
	prompts, ok := texts(ask.Prompt)
	if !ok {
		v.answer(badRequest("'prompt' is not a string or an array of strings"))
		return
	}
	var said []string
	asked, out := 0, 0
	finish := "stop"
	for _, prompt := range prompts {
		u := a.utter(v, prompt)
		said = append(said, u.text)
		finish = u.finish
		asked += tokensIn(prompt)
		out += u.tokens()
	}
	base := func() object {
		return object{"id": "cmpl-1", "object": "text_completion", "created": time.Now().Unix(), "model": ask.Model}
	}
	usage := object{"prompt_tokens": asked, "completion_tokens": out, "total_tokens": asked + out}
	if ask.Stream {
		a.streamCompletions(v, ask, said, finish, base, usage)
		return
	}
	choices := []object{}
	for i, text := range said {
		choices = append(choices, textChoice(i, text, finish, answerFilter()))
	}
	answer := base()
	answer["choices"], answer["usage"], answer["prompt_filter_results"] = choices, usage, promptFilters()
	v.json(http.StatusOK, answer)
}

func (a *Azure) streamCompletions(v *visit, ask *question, said []string, finish string, base func() object, usage object) {
	s := v.events()
	s.json("", object{"id": "", "object": "", "created": 0, "model": "", "choices": []object{}, "prompt_filter_results": promptFilters()})
	for i, text := range said {
		chunk := base()
		chunk["choices"] = []object{textChoice(i, hole("PIECE"), nil, answerFilter())}
		event := v.template(chunk, "PIECE")
		for _, piece := range a.cut(v, text) {
			s.fill("", event, v.quote(piece))
		}
		chunk = base()
		chunk["choices"] = []object{textChoice(i, "", finish, json.RawMessage("{}"))}
		s.json("", chunk)
	}
	if ask.StreamOptions.IncludeUsage {
		chunk := base()
		chunk["choices"], chunk["usage"] = []object{}, usage
		s.json("", chunk)
	}
	s.done()
}

func textChoice(index int, text, finish any, filter json.RawMessage) object {
	return object{"index": index, "text": text, "finish_reason": finish, "logprobs": nil, "content_filter_results": filter}
}
