package wire

import "github.com/sallyport-go/sallyport/telemetry/event"

// Usage is what the service counted, in tokens, in either dialect.
type Usage struct {
	// Known reports that the answer told it.
	Known bool
	// Input and Output are what was read and written; Cached is a part of Input and
	// Reasoning a part of Output.
	Input, Output, Cached, Reasoning int
}

// An Answer is what one pass over an answer told: a good one, or {"error":{...}}. It refers
// to the body by offsets only.
//
// ErrorCode, InnerCode and ErrorType are the service's words, given only if they look like
// constants. They are for choosing an event.Code; they belong in no log.
type Answer struct {
	ID, Model string
	// FinishReasons are documented ones, or "other", one per choice that has ended. Of
	// Responses it is the status, or the reason why it is incomplete.
	FinishReasons []string
	Usage         Usage
	// Tier is a documented service tier or "other", and Fingerprint what the service calls its
	// system, if it looks like an id.
	Tier, Fingerprint string
	// Texts are the body's texts in the order of the body.
	Texts []Text
	// TextBytes is the length of all texts but Media and Sealed, as they stand in the body.
	TextBytes int
	// Logprobs reports that the answer holds its tokens one by one.
	Logprobs bool
	// Splinters are the edits that take the log probabilities out, in the order of the body,
	// and leave what an SDK decodes: null for an object, an empty list for a list. They
	// cover every Text of that kind.
	Splinters []Edit
	// Offsets are the numbers that count in the texts, in the order of the body.
	Offsets []Offset
	// Refs are the ids under which what the call replaced must be found again: the answer's
	// own, those of its conversation or thread and of what was made beside it. There are at
	// most 8. In a stream they are those of all events so far.
	Refs []string
	// ErrorCode, InnerCode and ErrorType are error.code, error.innererror.code and
	// error.type.
	ErrorCode, InnerCode, ErrorType string
	// PrivatePath reports that the service refuses because the call came over a public
	// path. It is a security event.
	PrivatePath bool
}

// parsedAnswer keeps what a parse needs in one piece of memory.
type parsedAnswer struct {
	Answer

	walker walker
	names  [24]nameHash
	refs   [maxRefs]string
}

// ParseAnswer reads the JSON answer to a call in one pass, by the same strict rules as
// [ParseRequest]. The fault is an *Error with the code ResponseInvalid or ResponseTooLarge.
func ParseAnswer(r Route, body []byte, l Limits) (*Answer, error) {
	if len(body) > l.Bytes() {
		return nil, &Error{Code: event.ResponseTooLarge, Offset: l.Bytes()}
	}
	p := &parsedAnswer{}
	w := &p.walker
	w.b, w.maxDepth, w.names = body, l.Depth(), p.names[:0]
	w.texts = make([]Text, 0, 8)
	if !w.document(answerShape(r.Operation)) {
		return nil, inAnswer(&w.fault, event.ResponseInvalid)
	}
	p.Refs = p.refs[:0]
	p.fill(w)
	if documentOf(r.Operation).list {
		p.ID, p.Model, p.FinishReasons, p.Usage, p.Refs = "", "", nil, Usage{}, nil
	}
	w.b = nil
	return &p.Answer, nil
}

func answerShape(op Operation) *shape {
	switch op {
	case Chat, Completions:
		return choicesAnswer
	case Responses, InputTokens, Compact:
		return responseShape
	case Embeddings:
		return embeddingsAnswer
	case Moderations:
		return moderationsAnswer
	case Images:
		return imagesAnswer
	case Models:
		return modelsAnswer
	case Model:
		return modelShape
	default:
	}
	if s := documentOf(op).answer; s != nil {
		return s
	}
	return errorAnswer
}

// fill takes over what w found. Strings that have not changed are kept, so that the events
// of a stream do not allocate.
func (a *Answer) fill(w *walker) {
	a.ID = w.constant(a.ID, w.id, isAnyID)
	a.Model = w.constant(a.Model, w.model, isModel)
	a.FinishReasons, a.Usage = w.finish, w.usage
	a.Fingerprint = w.constant(a.Fingerprint, w.fingerprint, isID)
	if w.tuning.Tier != "" {
		a.Tier = w.tuning.Tier
	}
	a.Texts, a.TextBytes = w.texts, w.textBytes
	a.Logprobs, a.Splinters, a.Offsets, a.PrivatePath = w.logprobs, w.splinters, w.offsets, w.privatePath
	a.Refs = w.keeps(a.Refs, a.ID)
	a.ErrorCode = w.constant("", w.errorCode, isErrorCode)
	a.InnerCode = w.constant("", w.innerCode, isErrorCode)
	a.ErrorType = w.constant("", w.errorType, isCode)
}

// constant is the text at v if it looks like one of the API's constants, else old.
func (w *walker) constant(old string, v span, fits func([]byte) bool) string {
	if v == (span{}) {
		return old
	}
	b := w.bytes(v)
	if !fits(b) || old == string(b) {
		return old
	}
	return string(b)
}

// isErrorCode reports whether b is a constant, or a status such as "429".
func isErrorCode(b []byte) bool { return isCode(b) || len(b) == 3 && only(b, digitByte) }

// isAnyID reports whether b has the alphabet of ids, whoever made it.
func isAnyID(b []byte) bool { return len(b) != 0 && len(b) <= maxID && only(b, pathByte) }
