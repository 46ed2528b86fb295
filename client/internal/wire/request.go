package wire

import (
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Request is what one pass over a body told. It refers to the body by offsets only.
type Request struct {
	// Model is what the body names, or empty.
	Model string
	// Stream reports that the answer shall be events, IncludeUsage that they shall end
	// with the usage.
	Stream, IncludeUsage bool
	// MaxOutput is the largest number of tokens per choice that the body allows, or zero
	// if it does not say.
	MaxOutput int
	// Choices is how many answers the body asks for, at least one; of n and best_of the
	// larger.
	Choices int
	// Logprobs reports that the answer shall hold its tokens one by one.
	Logprobs bool
	// Store reports that the service keeps the answer: by the body, or by the default
	// of the API, which is true for Responses.
	Store bool
	// Stateful reports that the call continues or leaves behind state at the service:
	// previous_response_id, conversation, background, and every call to stored objects.
	Stateful bool
	// Tuning is what else the body asks of the model.
	Tuning Tuning
	// Models are the different models or deployments that the lines of a file name for a
	// batch. Of such a file, Choices and MaxOutput are the largest of a line, and Logprobs
	// and Store are true if they are of one line.
	Models []string
	// Texts are the body's texts in the order of the body.
	Texts []Text
	// TextBytes is the length of all texts but Media and Sealed, as they stand in the body.
	TextBytes int
	// Refs are the ids of stored objects whose texts the answer may hold, in the order of the
	// body: previous_response_id, conversation, assistant_id, files and vector stores. There
	// are at most 8; what does not look like an id is left out.
	Refs []string
	// Splinters are the edits that take log probabilities out, in the order of the body.
	// They cover every Text of that kind.
	Splinters []Edit

	frame                  formFrame
	usagePlace, storePlace placing
}

// parsed keeps what a parse needs in one piece of memory.
type parsed struct {
	Request

	walker walker
	names  [24]nameHash
}

// ParseRequest reads the body of a call in one pass.
//
// The body must be one JSON object that every parser reads alike (see the package
// comment). The fault is an *Error whose code begins with Body, or is RouteUnsupported if
// the body asks for events that the route table has no reader for. It allocates the
// Request, the model's name, and Texts.
func ParseRequest(r Route, body []byte, l Limits) (*Request, error) {
	s := requestShape(r.Operation)
	switch {
	case (r.Body == NoBody || r.Body == OptionalJSON) && len(body) == 0:
		return &Request{Choices: 1, Stream: r.Stream, Stateful: r.Operation >= FileCreate}, nil
	case r.Body == NoBody, r.Body == FormBody, s == nil:
		return nil, &Error{Code: event.BodyInvalid}
	case len(body) > l.Bytes():
		return nil, &Error{Code: event.BodyTooLarge, Offset: l.Bytes()}
	}
	p := &parsed{}
	w := &p.walker
	w.b, w.request, w.maxDepth, w.names = body, true, l.Depth(), p.names[:0]
	w.texts = make([]Text, 0, min(8+len(body)/256, 64))
	if !w.document(s) {
		fault := w.fault
		return nil, &fault
	}
	if !r.Streams && w.stream || w.wantsEvents {
		return nil, &Error{Code: event.RouteUnsupported}
	}
	p.fill(w, r)
	w.b = nil
	return &p.Request, nil
}

func requestShape(op Operation) *shape {
	switch op {
	case Chat:
		return chatRequest
	case Completions:
		return completionsRequest
	case Responses, InputTokens, Compact:
		return responsesRequest
	case Embeddings:
		return embeddingsRequest
	case Moderations:
		return moderationsRequest
	case Images:
		return imagesRequest
	case Speech:
		return speechRequest
	default:
	}
	return documentOf(op).request
}

// document reads the whole of w.b, which must be one object.
func (w *walker) document(s *shape) bool { return w.documentAt(0, s) }

// documentAt reads w.b from i on, which must be one object.
func (w *walker) documentAt(i int, s *shape) bool {
	if i = w.space(i); i < len(w.b) && w.b[i] != '{' {
		w.fail(event.BodyInvalid, i)
		return false
	}
	return w.walkAt(i, rule{shape: s})
}

func (q *Request) fill(w *walker, r Route) {
	q.Model = string(w.bytes(w.model))
	q.Stream, q.IncludeUsage = w.stream || r.Stream, w.includeUsage
	q.MaxOutput, q.Choices = w.maxOutput, max(1, w.n, w.bestOf)
	q.Tuning = w.tuning
	q.Logprobs, q.Stateful = w.logprobs, w.stateful || r.Operation >= FileCreate
	q.Store = w.store || !w.storeSet && r.Operation == Responses
	q.Texts, q.TextBytes = w.texts, w.textBytes
	q.Refs, q.Splinters = w.references(), w.splinters
	top := w.space(0)
	if q.Stream && !q.IncludeUsage && (r.Operation == Chat || r.Operation == Completions) {
		q.usagePlace = w.placeUsage(top)
	}
	if !w.storeSet && (r.Operation == Chat || r.Operation == Responses) {
		q.storePlace = w.place(top, w.storeFlag)
	}
}

// A placing says where the edit that sets one member goes. The zero placing is no edit.
type placing struct {
	start, end int
	due        bool
	insert     bool // a new member, before others if more
	more       bool
	inner      bool // within stream_options
}

// placeUsage finds where stream_options.include_usage goes.
func (w *walker) placeUsage(top int) placing {
	options := w.streamOptions
	if options.end > 0 && w.b[options.start] == '{' {
		p := w.place(options.start, w.usageFlag)
		p.inner = true
		return p
	}
	return w.place(top, options)
}

// place finds where a member of the object at open goes, whose value is at old if it has
// one.
func (w *walker) place(open int, old span) placing {
	if old.end > 0 {
		return placing{start: old.start, end: old.end, due: true}
	}
	return placing{start: open + 1, end: open + 1, due: true, insert: true, more: w.b[w.space(open+1)] != '}'}
}

func (p placing) edit(name, value string) (Edit, bool) {
	if !p.due {
		return Edit{}, false
	}
	if p.insert {
		value = name + value
	}
	if p.more {
		value += ","
	}
	return Edit{Start: p.start, End: p.end, Text: value}, true
}

// UsageEdit is the edit of the body that makes a stream end with its usage. There is none
// if the body asks for it already, wants no events, or is of an API that always tells.
func (q *Request) UsageEdit() (Edit, bool) {
	if q.usagePlace.inner {
		return q.usagePlace.edit(`"include_usage":`, "true")
	}
	return q.usagePlace.edit(`"stream_options":`, `{"include_usage":true}`)
}

// StoreEdit is the edit of the body that tells the service not to keep the answer. There
// is none if the body itself says whether to.
func (q *Request) StoreEdit() (Edit, bool) { return q.storePlace.edit(`"store":`, "false") }

// IncludeUsage returns body, from which q was read, with [Request.UsageEdit] made and all
// other bytes kept. Where no edit is due it returns body itself.
func IncludeUsage(body []byte, q *Request) []byte {
	e, ok := q.UsageEdit()
	if !ok {
		return body
	}
	return Splice(make([]byte, 0, len(body)+len(e.Text)), body, []Edit{e})
}

// Leaves appends the texts of a JSON document about which nothing is known, such as the
// arguments of a tool, to dst: strings, names, and numbers of 8 or more digits. The
// document may be any value. Its offsets are those of body, its Role is NoRole. The fault
// is an *Error with a Body code.
func Leaves(dst []Text, body []byte, l Limits) ([]Text, error) {
	if len(body) > l.Bytes() {
		return dst, &Error{Code: event.BodyTooLarge, Offset: l.Bytes()}
	}
	w := walker{scanner: scanner{b: body}, request: true, maxDepth: l.Depth(), texts: dst}
	if !w.walk(rule{}) {
		fault := w.fault
		return dst, &fault
	}
	return w.texts, nil
}
