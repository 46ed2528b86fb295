package clienttest

import (
	"net/http"
	"strconv"
	"time"
)

// A response is one answer of the Responses API: an object that a stream shows growing.
type response struct {
	ask     *question
	said    utterance
	id      string
	created int64
	asked   int
	items   []object // the output so far
	stream  *stream  // nil: no stream
	seq     int
}

// serveResponses answers POST responses
// (learn.microsoft.com, "Azure OpenAI Responses API").
func (a *Azure) serveResponses(v *visit, ask *question) {
	asked, ok := ask.inputText()
	if !ok {
		v.answer(badRequest("'input' is not a string or an array of items"))
		return
	}
	r := &response{ask: ask, said: a.utter(v, asked), id: "resp_" + randomText(), created: time.Now().Unix(), asked: tokensIn(asked) + tokensIn(textOf(ask.Instructions)), items: []object{}}
	if ask.Stream {
		a.streamResponse(v, r)
		return
	}
	for i := range max(len(r.said.calls), 1) {
		r.items = append(r.items, r.item(i, "completed"))
	}
	v.json(http.StatusOK, r.object(r.status()))
}

// status is how the answer ends. What chat completions call the finish reason length or
// content_filter is an incomplete response here.
func (r *response) status() string {
	if r.said.finish == "length" || r.said.finish == "content_filter" {
		return "incomplete"
	}
	return "completed"
}

// object is the whole response. It repeats much of the request.
func (r *response) object(status string) object {
	all := object{
		"id": r.id, "object": "response", "created_at": r.created, "status": status, "background": false,
		"model": r.ask.Model, "output": r.items, "error": nil, "incomplete_details": nil,
		"instructions": orNull(r.ask.Instructions), "metadata": orElse(r.ask.Metadata, object{}),
		"tools": orElse(r.ask.Tools, []object{}), "tool_choice": orElse(r.ask.ToolChoice, "auto"),
		"text": orElse(r.ask.TextFormat, object{"format": object{"type": "text"}}), "user": orNull(r.ask.User),
		"previous_response_id": orNull(r.ask.Previous), "store": r.ask.Store == nil || *r.ask.Store,
		"parallel_tool_calls": true, "temperature": 1.0, "top_p": 1.0, "truncation": "disabled",
		"max_output_tokens": nil, "reasoning": object{"effort": nil, "summary": nil}, "service_tier": "default",
		"usage": nil,
		"content_filters": []object{{"blocked": false, "source_type": "prompt", "content_filter_raw": []object{}, "content_filter_results": promptFilter(),
			"content_filter_offsets": object{"start_offset": 0, "end_offset": r.asked, "check_offset": 0}}},
	}
	if status == "incomplete" {
		reason := r.said.finish
		if reason == "length" {
			reason = "max_output_tokens"
		}
		all["incomplete_details"] = object{"reason": reason}
	}
	if status != "in_progress" {
		out := r.said.tokens()
		all["usage"] = object{"input_tokens": r.asked, "output_tokens": out, "total_tokens": r.asked + out,
			"input_tokens_details": object{"cached_tokens": 0}, "output_tokens_details": object{"reasoning_tokens": 0}}
	}
	return all
}

// item is an element of the output: a message, or the i-th call.
func (r *response) item(i int, status string) object {
	if len(r.said.calls) > 0 {
		call := r.said.calls[i]
		arguments := call.Arguments
		if status == "in_progress" {
			arguments = ""
		}
		return object{"id": r.itemID("fc", i), "type": "function_call", "status": status, "call_id": r.itemID("call", i), "name": call.Name, "arguments": arguments}
	}
	content := []object{}
	if status != "in_progress" {
		content = append(content, r.part(true))
	}
	return object{"id": r.itemID("msg", i), "type": "message", "status": status, "role": "assistant", "content": content}
}

// itemID is the same each time, as the parts of a stream refer to one another by it.
func (r *response) itemID(kind string, i int) string {
	return kind + "_" + r.id[len("resp_"):] + string(rune('a'+i%26))
}

// part is the only content of a message, empty at first.
func (r *response) part(full bool) object {
	if r.said.refusal != "" {
		return object{"type": "refusal", "refusal": when(full, r.said.refusal)}
	}
	return object{"type": "output_text", "text": when(full, r.said.text), "annotations": []object{}, "logprobs": []object{}}
}

func when(full bool, text string) string {
	if full {
		return text
	}
	return ""
}

// streamResponse sends the same as a sequence of events.
func (a *Azure) streamResponse(v *visit, r *response) {
	r.stream = v.events()
	r.event("response.created", object{"response": r.object("in_progress")})
	r.event("response.in_progress", object{"response": r.object("in_progress")})
	if len(r.said.calls) == 0 {
		a.streamMessage(v, r)
	}
	for i := range r.said.calls {
		a.streamCall(v, r, i)
	}
	r.stream.last = true
	r.event("response."+r.status(), object{"response": r.object(r.status())})
	r.stream.end()
}

// streamMessage sends the text, or the refusal, of a message.
func (a *Azure) streamMessage(v *visit, r *response) {
	kind, field, text := "response.output_text", "text", r.said.text
	if r.said.refusal != "" {
		kind, field, text = "response.refusal", "refusal", r.said.refusal
	}
	id := r.itemID("msg", 0)
	place := func(more object) object {
		more["item_id"], more["output_index"], more["content_index"] = id, 0, 0
		return more
	}
	r.event("response.output_item.added", object{"output_index": 0, "item": r.item(0, "in_progress")})
	r.event("response.content_part.added", place(object{"part": r.part(false)}))
	r.pieces(kind+".delta", place(object{"logprobs": []object{}}), a.cut(v, text))
	r.event(kind+".done", place(object{field: text, "logprobs": []object{}}))
	r.event("response.content_part.done", place(object{"part": r.part(true)}))
	r.itemDone(0)
}

// streamCall sends the i-th call.
func (a *Azure) streamCall(v *visit, r *response, i int) {
	call, id := r.said.calls[i], r.itemID("fc", i)
	r.event("response.output_item.added", object{"output_index": i, "item": r.item(i, "in_progress")})
	r.pieces("response.function_call_arguments.delta", object{"item_id": id, "output_index": i}, a.cut(v, call.Arguments))
	r.event("response.function_call_arguments.done", object{"item_id": id, "output_index": i, "name": call.Name, "arguments": call.Arguments})
	r.itemDone(i)
}

func (r *response) itemDone(i int) {
	item := r.item(i, "completed")
	r.items = append(r.items, item)
	r.event("response.output_item.done", object{"output_index": i, "item": item})
}

// event sends one event with its type and number.
func (r *response) event(kind string, fields object) {
	fields["type"], fields["sequence_number"] = kind, r.seq
	r.seq++
	r.stream.json(kind, fields)
}

// pieces sends events that differ in delta and number only.
func (r *response) pieces(kind string, fields object, pieces []string) {
	fields["type"], fields["delta"], fields["sequence_number"], fields["obfuscation"] = kind, hole("PIECE"), hole("NUMBER"), randomText()[:8]
	event := r.stream.v.template(fields, "PIECE", "NUMBER")
	for _, piece := range pieces {
		r.stream.fill(kind, event, r.stream.v.quote(piece), strconv.AppendInt(nil, int64(r.seq), 10))
		r.seq++
	}
}
