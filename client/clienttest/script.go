package clienttest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Reply changes how one request is answered. The zero Reply changes nothing.
//
// With a Status or a Body it is the whole answer, whatever the request and its
// credentials. Without, the service answers as usual and the other fields say what is
// special about it.
type Reply struct {
	// When chooses the request; nil takes the next. It must not call the Azure.
	When func(Exchange) bool
	// Times is how often the reply is given; zero is once. See [Forever].
	Times int
	// Delay passes before anything is sent.
	Delay time.Duration

	// Status and Body are the whole answer; a zero Status is 200.
	Status int
	Body   string
	// Header replaces or adds header fields, also of a usual answer. A nil value removes
	// the field.
	Header http.Header

	// Text is what the model says in place of Config.Answer.
	Text string
	// Refusal is what the model says in place of any text.
	Refusal string
	// ToolCalls are what the model wants to be called, in place of any text.
	ToolCalls []ToolCall
	// Finish is the finish_reason, in the words of chat completions; "" is "stop" or
	// "tool_calls".
	Finish string
	// Cut divides the text in place of Config.Cut.
	Cut func(string) []string
	// Escaped writes every character of a JSON string that is not a letter or digit as a
	// \u escape, which is legal everywhere and usual nowhere.
	Escaped bool
	// Gzip compresses the body, whether or not the client asked for it.
	Gzip bool

	// Fault breaks the answer after After events of a stream, counted from the first, or
	// see [BeforeLast]; in an answer that is no stream, half way through the body.
	Fault Fault
	After int
}

// Forever is for Reply.Times: the reply is given until [Azure.Unscript].
const Forever = -1

// BeforeLast is for Reply.After: all events come but the one that says that these are all.
const BeforeLast = -1

// A ToolCall is a function that the model wants to be called.
type ToolCall struct {
	Name      string
	Arguments string // a JSON object
}

// A Fault is a way in which an answer breaks.
type Fault uint8

// The faults.
const (
	NoFault    Fault = iota
	CutOff           // the answer stops without an end: HTTP/1.1 FIN, HTTP/2 RST_STREAM
	Reset            // TCP RST, for all streams of the connection
	Stall            // nothing more comes until the client leaves
	EarlyEnd         // the answer ends well-formed as far as HTTP goes, and half said
	Garbage          // something that is no JSON, after which the answer goes on
	ErrorEvent       // an error of the service within the stream, which then ends
)

// String names the fault in one lower-case word.
func (f Fault) String() string {
	names := [...]string{"none", "cut-off", "reset", "stall", "early-end", "garbage", "error-event"}
	if int(f) < len(names) {
		return names[f]
	}
	return "unknown"
}

// Script plans the answers to the next requests of a lane, in order. A request takes the
// first planned reply whose When fits it; without one it is answered as usual.
func (a *Azure) Script(lane Lane, replies ...Reply) {
	a.script.mu.Lock()
	defer a.script.mu.Unlock()
	if a.script.planned == nil {
		a.script.planned = map[Lane][]Reply{}
	}
	for _, r := range replies {
		if r.Times == 0 {
			r.Times = 1
		}
		a.script.planned[lane] = append(a.script.planned[lane], r)
	}
}

// Unscript forgets the replies that are still planned for a lane, and says how many.
func (a *Azure) Unscript(lane Lane) int {
	a.script.mu.Lock()
	defer a.script.mu.Unlock()
	n := len(a.script.planned[lane])
	delete(a.script.planned, lane)
	return n
}

// script is the memory of what is planned.
type script struct {
	mu      sync.Mutex
	planned map[Lane][]Reply
}

// take returns the reply to e.
func (s *script) take(e Exchange) Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	planned := s.planned[e.Lane]
	for i := range planned {
		if planned[i].When != nil && !planned[i].When(e) {
			continue
		}
		reply := planned[i]
		if planned[i].Times > 0 {
			planned[i].Times--
		}
		if planned[i].Times == 0 {
			s.planned[e.Lane] = slices.Delete(planned, i, i+1)
		}
		return reply
	}
	return Reply{}
}
