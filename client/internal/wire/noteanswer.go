package wire

func (w *walker) noteAnswer(m mark, first byte, v span) {
	switch m {
	case markID:
		w.id = w.contents(first, v)
	case markKeep:
		w.refer(&w.refs, first, v)
	case markFinish:
		if first == '"' {
			w.finish = append(w.finish, finishReason(w.bytes(inner(v))))
			w.scope.finished = true
		}
	case markStatus:
		if first == '"' {
			switch status := finishReason(w.bytes(inner(v))); status {
			case "completed", "failed", "cancelled":
				w.finish = append(w.finish, status)
			}
		}
	case markInput, markOutput, markCached, markReasoning:
		w.noteUsage(m, first, v)
	case markTokens:
		w.noteTokens(first, v)
	case markError:
		w.errorSeen = true
	case markErrorCode:
		w.errorCode = w.contents(first, v)
	case markInnerCode:
		w.innerCode = w.contents(first, v)
	case markErrorType:
		w.errorType = w.contents(first, v)
	case markMessage:
		w.privatePath = w.privatePath || first == '"' && leftPrivatePath(w.bytes(inner(v)))
	case markChoiceList:
		w.choiceList, w.emptyChoices = first == '{' || w.choiceList, first == '[' && !w.choiceList
	case markFilterList:
		w.filterList = w.filterList || first == '{'
	}
}

// noteTokens takes note of log probabilities: of an object, a list, or an element of one. An
// empty list stands in every answer.
func (w *walker) noteTokens(first byte, v span) {
	if first != '{' && (first != '[' || w.b[w.space(v.start+1)] == ']') {
		return
	}
	if first == '{' && !w.request {
		w.logprobs = true
	}
	n := len(w.splinters)
	for n > 0 && w.splinters[n-1].Start >= v.start {
		n-- // an element of this very list
	}
	empty := "null"
	if first == '[' {
		empty = "[]"
	}
	w.splinters = append(w.splinters[:n], Edit{Start: v.start, End: v.end, Text: empty})
}

func (w *walker) noteUsage(m mark, first byte, v span) {
	n, ok := w.count(first, v)
	if !ok {
		return
	}
	switch m {
	case markInput:
		w.usage.Input, w.usage.Known = n, true
	case markOutput:
		w.usage.Output, w.usage.Known = n, true
	case markCached:
		w.usage.Cached = n
	case markReasoning:
		w.usage.Reasoning = n
	}
}
