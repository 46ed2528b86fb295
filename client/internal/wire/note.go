package wire

import (
	"bytes"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A mark names a value that the walk must remember.
type mark uint8

const (
	noMark mark = iota

	// Of requests.
	markModel
	markStream
	markStreamOptions
	markIncludeUsage
	markMaxOutput
	markChoices
	markBestOf
	markLogprobs
	markInclude
	markStore
	markPrevious
	markRef    // an id of a stored object whose texts the answer may hold
	markLesser // the same, of one of many
	markBackground
	markEvents
	markFile   // of a form: the file itself
	markURL    // of a line of a batch
	markMethod // of a line of a batch

	// Of requests, and of answers that say the same of themselves: for the span alone.
	markTemperature
	markTopP
	markFrequency
	markPresence
	markSeed
	markDimensions
	markEncoding
	markEffort
	markFormat
	markTier
	markFingerprint

	// Of answers.
	markID
	markKeep // an id under which what the call replaced must be found again
	markFinish
	markStatus
	markInput
	markOutput
	markCached
	markReasoning
	markTokens
	markError
	markErrorCode
	markInnerCode
	markErrorType
	markMessage
	markChoiceList
	markFilterList

	// Of objects with a scope.
	markRole
	markItemType
	markIndex
	markCounted
	markOffset

	// Of the events of Responses.
	markResponse   // a whole response
	markOutputList // its output
	markEventType
	markEventCode
	markItem
	markOutputIndex
	markContentIndex
	markSummaryIndex
	markCommandIndex
)

// A span is where a value is; the zero span is that of no value.
type span struct{ start, end int }

// facts is what the marks of a document told.
type facts struct {
	model, id   span // contents of strings
	url, method span

	stream, includeUsage     bool
	streamOptions, usageFlag span // whole values
	storeFlag                span
	maxOutput, n, bestOf     int
	logprobs, stateful       bool
	store, storeSet          bool
	wantsEvents              bool

	refs, lesser []span // ids, by markPrevious, markRef and markKeep, and by markLesser
	splinters    []Edit

	tuning      Tuning
	fingerprint span

	usage                           Usage
	finish                          []string
	errorSeen                       bool
	errorCode, innerCode, errorType span
	privatePath                     bool
	choiceList, filterList          bool // a list with elements
	emptyChoices                    bool // a list without
	textBytes                       int

	ended    []int32  // choices with a finish reason in this document
	begun    []int32  // choices without
	called   []called // tool calls
	offsets  []Offset
	counted  int // one more than the text of this object that the offsets in it count in
	badIndex bool

	eventType, eventCode, item        span
	response, outputList              span  // whole values
	output, content, summary, command int32 // one more than the index; 0 is absent
}

// maxCount bounds the numbers that are taken for counts; no service allows more.
const maxCount = 1 << 30

// Caps on what one answer may hold at the same time.
const (
	maxChoices = 128
	maxCalls   = 64
	maxIndex   = 1 << 16 // items, parts and summaries of one response
)

// note remembers the value w.b[start:end], whose first byte, or '0' for a number, is
// first. It reports false once the fault is set.
func (w *walker) note(m mark, first byte, start, end int) bool {
	switch {
	case m < markTemperature:
		return w.noteRequest(m, first, span{start, end})
	case m < markID:
		w.noteTuning(m, first, span{start, end})
	case m < markRole:
		w.noteAnswer(m, first, span{start, end})
	case m == markResponse:
		w.response = span{start, end}
	case m == markOutputList:
		w.outputList = span{start, end}
	case m < markResponse:
		w.noteScope(m, first, span{start, end})
	default:
		w.noteEvent(m, first, span{start, end})
	}
	return true
}

// noteRequest refuses values that another reader could take for something else: what the
// pipeline believes of a call decides about limits and about how its answer is read.
func (w *walker) noteRequest(m mark, first byte, v span) bool {
	if first == 'n' && m != markStreamOptions && m != markIncludeUsage && m != markStore {
		return true
	}
	ok := true
	switch m {
	case markModel:
		w.model, ok = inner(v), first == '"'
	case markStream:
		w.stream, ok = first == 't', first == 't' || first == 'f'
	case markStreamOptions:
		w.streamOptions, ok = v, first == '{' || first == 'n'
	case markIncludeUsage:
		w.usageFlag, w.includeUsage, ok = v, first == 't', first == 't' || first == 'f' || first == 'n'
	case markMaxOutput:
		var n int
		n, ok = w.count(first, v)
		w.maxOutput = max(w.maxOutput, n)
	case markChoices:
		w.n, ok = w.count(first, v)
	case markBestOf:
		w.bestOf, ok = w.count(first, v)
	case markLogprobs:
		n, isCount := w.count(first, v)
		w.logprobs, ok = w.logprobs || first == 't' || n > 0, isCount || first == 't' || first == 'f'
	case markInclude:
		w.logprobs = w.logprobs || first == '"' && bytes.HasSuffix(w.bytes(inner(v)), []byte("logprobs"))
		ok = first == '"' || first == '['
	case markStore:
		w.store, w.storeSet, w.storeFlag = first == 't', first != 'n', v
		ok = first == 't' || first == 'f' || first == 'n'
	case markPrevious:
		w.stateful = true
		w.refer(&w.refs, first, v)
	case markRef:
		w.refer(&w.refs, first, v)
	case markLesser:
		w.refer(&w.lesser, first, v)
	case markBackground:
		w.stateful, ok = w.stateful || first == 't', first == 't' || first == 'f'
	case markEvents:
		w.wantsEvents = first != '"' || !w.noteFormat(inner(v))
	case markURL:
		w.url, ok = inner(v), first == '"'
	case markMethod:
		w.method, ok = inner(v), first == '"'
	}
	if !ok {
		w.fail(event.BodyInvalid, v.start)
	}
	return ok
}

// noteFormat takes note of how speech shall come, and reports whether anybody can read it.
func (w *walker) noteFormat(v span) bool {
	switch string(w.bytes(v)) {
	case "audio":
		return true
	case "sse":
		w.stream = true
		return true
	}
	return false
}

// count reads a number that counts something: digits alone, at most maxCount. Other
// spellings, such as 1e3, are read differently by different parsers.
func (w *walker) count(first byte, v span) (int, bool) {
	if first != '0' {
		return 0, false
	}
	n := 0
	for _, c := range w.b[v.start:v.end] {
		if c < '0' || c > '9' {
			return 0, false
		}
		if n = n*10 + int(c-'0'); n > maxCount {
			return 0, false
		}
	}
	return n, true
}

// inner is the contents of a string literal.
func inner(v span) span { return span{v.start + 1, v.end - 1} }

// contents is the contents of a string literal, a number itself, or nothing.
func (w *walker) contents(first byte, v span) span {
	switch first {
	case '"':
		return inner(v)
	case '0':
		return v
	}
	return span{}
}

// bytes is the text that the contents of a string literal stand for. It is good until the
// next call.
func (w *walker) bytes(v span) []byte {
	b := w.b[v.start:v.end]
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	w.plain = Unquote(w.plain[:0], b)
	return w.plain
}
