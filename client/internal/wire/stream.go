package wire

import (
	"bytes"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Chunk is what one event of a stream told. It is good until the next Parse. The ID and
// Model of its Answer are the last ones that the stream told, its Refs all of them.
type Chunk struct {
	Answer
	// Flush lists every lane that ends with this event. If the event has a Piece of the
	// lane, that piece is its last; if not, what is held back must go out before the event.
	Flush []Lane
	// Done reports that the event is [DONE] and not JSON.
	Done bool
	// Terminal reports that the answer ends with this event.
	Terminal bool
	// Error reports that the event says that the answer has failed.
	Error bool
	// Content reports that the event has a Piece: the model has begun to answer.
	Content bool
	// UsageOnly reports that the event has no choices and is there for its usage.
	UsageOnly bool
}

// A Stream reads the events of one answer. It is made by [NewStream] and is for one
// goroutine at a time. It holds no resources.
type Stream struct {
	dialect dialect
	resumed bool // events before this stream's first may have said what it repeats
	walker  walker
	idents  interner
	chunk   Chunk
	open    []Lane
	said    items

	expected int
	choices  [maxChoices]choiceState
	calls    [maxChoices]int32 // one more than the latest tool call of each
	begun    int               // choices that were seen
	ended    int               // choices with a finish reason
	done     bool
	terminal bool
}

// A dialect is how the events of an answer are written.
type dialect uint8

const (
	silent    dialect = iota // no events at all
	chats                    // chat and completions
	responses                // Responses
	threads                  // runs of assistants
	transcripts
	images
	speech
)

func dialectOf(op Operation) dialect {
	switch op {
	case Chat, Completions:
		return chats
	case Responses, ResponsesGet:
		return responses
	case ThreadCreateAndRun, RunCreate, RunSubmit:
		return threads
	case Transcriptions:
		return transcripts
	case Images, ImageEdits:
		return images
	case Speech:
		return speech
	default:
		return silent
	}
}

// events is the table of the events whose type stands in the data.
func (d dialect) events() map[string]eventRule {
	switch d {
	case responses:
		return responseEvents
	case transcripts:
		return transcriptEvents
	case images:
		return imageEvents
	case speech:
		return speechEvents
	default:
		return nil
	}
}

type choiceState uint8

const (
	unseen choiceState = iota
	running
	finished
)

// maxLanes bounds the texts that may be open at the same time.
const maxLanes = 1024

// NewStream returns a Stream for the answer to a call of route r. A route that has no
// streams refuses every event.
func NewStream(r Route, l Limits) *Stream {
	s := &Stream{expected: 1}
	if r.Streams {
		s.dialect, s.resumed = dialectOf(r.Operation), r.Operation == ResponsesGet
	}
	s.walker.idents, s.walker.maxDepth = &s.idents, l.Depth()
	return s
}

// Expect says how many choices the call asked for. Without it, a stream that ends before a
// choice was first heard of may pass for complete.
func (s *Stream) Expect(choices int) { s.expected = max(1, choices) }

// Complete reports whether the answer is whole, by the terminal rule: [DONE] or a finish
// reason for every choice; of Responses, its completed, incomplete or failed event; of a run,
// [DONE] or an event after which it does not go on by itself; of a transcript or speech, its
// done event, and of images as many completed events as the call asked for; of all, an error.
// A stream that ends otherwise was cut.
func (s *Stream) Complete() bool {
	return s.terminal || s.dialect == chats && s.ended >= s.expected && s.ended == s.begun
}

// Open lists the lanes that have not ended. It is good until the next Parse.
func (s *Stream) Open() []Lane { return s.open }

// Parse reads an event. The offsets of the Chunk's Texts are into e.Data. An event without
// data tells nothing. What is neither [DONE] nor JSON of the API, and an event type that
// the table does not have, is an *Error with the code StreamInvalid.
func (s *Stream) Parse(e *Event) (*Chunk, error) {
	c := &s.chunk
	*c = Chunk{Answer: Answer{ID: c.ID, Model: c.Model, Tier: c.Tier, Fingerprint: c.Fingerprint, Refs: c.Refs}, Flush: c.Flush[:0]}
	switch {
	case !isEventName(e.Name):
		return nil, &Error{Code: event.StreamInvalid}
	case len(bytes.TrimSpace(e.Data)) == 0:
		return c, nil
	case s.dialect == silent, s.done:
		return nil, &Error{Code: event.StreamInvalid}
	case string(bytes.TrimSpace(e.Data)) == "[DONE]":
		s.done = true
		// Where each event has its type, [DONE] is none of them, only what some proxies append.
		s.terminal = s.terminal || s.dialect == chats || s.dialect == threads
		c.Done, c.Terminal = true, s.terminal
		s.flush(func(Lane) bool { return true })
		return c, nil
	}
	w := &s.walker
	w.reset(e.Data)
	top, rule, ok := choicesAnswer, threadRule{}, true
	switch s.dialect {
	case responses:
		top = eventShape
	case threads:
		rule, ok = threadRuleOf(e.Name)
		top = rule.shape
	case transcripts, images, speech:
		top = mediaEvent
	case silent, chats:
	}
	if !ok {
		return nil, &Error{Code: event.StreamInvalid}
	}
	if !w.document(top) {
		return nil, inAnswer(&w.fault, event.StreamInvalid)
	}
	c.fill(w)
	c.Error = w.errorSeen
	if w.badIndex || !s.apply(e.Name, rule) {
		return nil, &Error{Code: event.StreamInvalid}
	}
	return c, nil
}

// apply works out what the event that was walked means to the stream.
func (s *Stream) apply(name []byte, r threadRule) bool {
	switch s.dialect {
	case chats:
		return s.chat()
	case responses, transcripts, images, speech:
		return s.event(name)
	case threads:
		return s.thread(r)
	case silent:
	}
	return false
}

// isEventName reports whether name is one that an API could have: it is forwarded unread.
func isEventName(name []byte) bool { return len(name) == 0 || isEnum(name) }

// chat applies a chunk of chat or completions.
func (s *Stream) chat() bool {
	w, c := &s.walker, &s.chunk
	if !s.enter() {
		return false
	}
	for _, c := range w.called {
		s.turn(c)
	}
	for _, i := range w.begun {
		s.see(i)
	}
	for _, i := range w.ended {
		s.see(i)
		if s.choices[i] != finished {
			s.choices[i] = finished
			s.ended++
		}
		s.flush(func(l Lane) bool { return l.major == i+1 })
	}
	c.UsageOnly = w.emptyChoices && w.usage.Known && !w.filterList && !c.Error
	if c.Error {
		c.Terminal = true
		s.terminal = true
		s.flush(func(Lane) bool { return true })
	}
	return true
}

func (s *Stream) see(choice int32) {
	if s.choices[choice] == unseen {
		s.choices[choice] = running
		s.begun++
	}
}

// enter opens the lanes of the pieces in the chunk.
func (s *Stream) enter() bool {
	for i := range s.chunk.Texts {
		t := &s.chunk.Texts[i]
		if !t.Piece {
			continue
		}
		s.chunk.Content = true
		if !s.enterLane(t.Lane) {
			return false
		}
	}
	return true
}

func (s *Stream) enterLane(lane Lane) bool {
	for _, known := range s.open {
		if known == lane {
			return true
		}
	}
	if len(s.open) >= maxLanes {
		return false
	}
	s.open = append(s.open, lane)
	return true
}

// flush moves the open lanes that end from s.open to the chunk.
func (s *Stream) flush(ends func(Lane) bool) {
	kept := s.open[:0]
	for _, lane := range s.open {
		if ends(lane) {
			s.chunk.Flush = append(s.chunk.Flush, lane)
		} else {
			kept = append(kept, lane)
		}
	}
	s.open = kept
}
