package wire

// A threadRule is one row of the table of events of a run.
type threadRule struct {
	shape *shape
	ends  threadEnding
	fails bool
}

// A threadEnding says which lanes an event of a run brings to their end.
type threadEnding uint8

const (
	endsNone   threadEnding = iota
	endsObject              // those of the message or the step that the event is about
	endsRun                 // all, and the stream
)

// threadEvents are the events of runs (openai-go v3.96.0, AssistantStreamEventUnion). The
// name of the event says which it is; its data is the object alone. A stream with any other
// is refused.
var threadEvents = map[string]threadRule{
	"thread.created": {shape: threadShape},

	"thread.run.created":         {shape: runShape},
	"thread.run.queued":          {shape: runShape},
	"thread.run.in_progress":     {shape: runShape},
	"thread.run.cancelling":      {shape: runShape},
	"thread.run.requires_action": {shape: runShape, ends: endsRun},
	"thread.run.completed":       {shape: runShape, ends: endsRun},
	"thread.run.incomplete":      {shape: runShape, ends: endsRun},
	"thread.run.failed":          {shape: runShape, ends: endsRun, fails: true},
	"thread.run.cancelled":       {shape: runShape, ends: endsRun},
	"thread.run.expired":         {shape: runShape, ends: endsRun},

	"thread.run.step.created":     {shape: stepShape},
	"thread.run.step.in_progress": {shape: stepShape},
	"thread.run.step.delta":       {shape: stepDelta},
	"thread.run.step.completed":   {shape: stepShape, ends: endsObject},
	"thread.run.step.failed":      {shape: stepShape, ends: endsObject},
	"thread.run.step.cancelled":   {shape: stepShape, ends: endsObject},
	"thread.run.step.expired":     {shape: stepShape, ends: endsObject},

	"thread.message.created":     {shape: threadMessage},
	"thread.message.in_progress": {shape: threadMessage},
	"thread.message.delta":       {shape: messageDelta},
	"thread.message.completed":   {shape: threadMessage, ends: endsObject},
	"thread.message.incomplete":  {shape: threadMessage, ends: endsObject},

	"error": {shape: threadError, ends: endsRun, fails: true},
}

// threadRuleOf is the rule for the event of that name. A gateway's error has none.
func threadRuleOf(name []byte) (threadRule, bool) {
	if len(name) == 0 {
		return threadRule{shape: threadError, ends: endsRun}, true
	}
	r, ok := threadEvents[string(name)]
	return r, ok
}

// thread applies an event of a run.
func (s *Stream) thread(r threadRule) bool {
	w, c := &s.walker, &s.chunk
	if r.shape == threadError && !r.fails && !w.errorSeen {
		return false
	}
	ident := s.idents.number(w.bytes(w.id))
	for i := range c.Texts {
		t := &c.Texts[i]
		if !t.Piece {
			continue
		}
		if ident == 0 {
			return false
		}
		t.Lane.ident = ident
	}
	if !s.enter() {
		return false
	}
	s.threadRepeats(r, ident)
	c.Error = c.Error || r.fails
	switch {
	case r.ends == endsRun || c.Error:
		c.Terminal, s.terminal = true, true
		s.flush(func(Lane) bool { return true })
	case r.ends == endsObject:
		s.flush(func(l Lane) bool { return l.ident == ident })
	}
	return true
}

// threadRepeats decides which texts of the event have been said before: what the request
// said of the thread or the run always, what came in pieces only if it did in this stream.
func (s *Stream) threadRepeats(r threadRule, ident uint32) {
	w, c := &s.walker, &s.chunk
	echoes := r.shape == runShape || r.shape == threadShape
	for i := range c.Texts {
		t := &c.Texts[i]
		switch {
		case t.Piece:
			t.Again = false
		case w.whole(t):
			t.Again = s.said.any()
		case !echoes:
			t.Again = t.Again && r.ends == endsObject && s.said.has(int32(ident))
		}
	}
	if c.Content {
		s.said.add(int32(ident))
	}
}
