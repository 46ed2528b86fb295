package clienttest

// A stream is an answer of server-sent events (WHATWG HTML, section 9.2).
type stream struct {
	v    *visit
	out  *output
	sent int
	last bool   // the next event is the one that ends the stream in the API's own way
	over bool   // a fault has ended it; what follows goes nowhere
	buf  []byte // the data of an event
	line []byte // the whole event
	row  int    // events since the last flush
}

// events begins a stream, with its head.
func (v *visit) events() *stream {
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("Cache-Control", "no-cache")
	s := &stream{v: v, out: v.open(200)}
	s.out.flush()
	return s
}

// fill sends an event from a template.
func (s *stream) fill(name string, t template, values ...[]byte) {
	s.buf = t.fill(s.buf[:0], values...)
	s.send(name, s.buf)
}

// json sends an event; an empty name sends its data alone.
func (s *stream) json(name string, value any) { s.send(name, s.v.encode(value)) }

func (s *stream) send(name string, data []byte) {
	if s.over {
		return
	}
	if s.v.reply.Fault != NoFault && (s.sent == s.v.reply.After || s.last && s.v.reply.After == BeforeLast) {
		s.fault()
		if s.over {
			return
		}
	}
	s.sent++
	s.put(name, data)
}

func (s *stream) put(name string, data []byte) {
	event := s.line[:0]
	if name != "" {
		event = append(append(append(event, "event: "...), name...), '\n')
	}
	event = append(append(append(event, "data: "...), data...), "\n\n"...)
	s.line = event
	s.out.write(event)
	if s.row++; s.row >= s.v.together {
		s.out.flush()
		s.row = 0
	}
}

// fault breaks the stream in place of the next event.
func (s *stream) fault() {
	switch s.v.reply.Fault {
	case Garbage:
		s.put("", []byte(`{"choices":[{"delta":{"content":"half`))
	case ErrorEvent:
		s.put("", s.v.encode(errorBody("server_error", "The server had an error processing your request. Sorry about that!", nil)))
		s.out.close()
		s.over = true
	default:
		s.v.fail(s.out)
		s.over = true
	}
}

// done ends a stream of chat completions.
func (s *stream) done() {
	s.last = true
	s.send("", []byte("[DONE]"))
	s.end()
}

// end ends a stream that has sent its last event.
func (s *stream) end() {
	if !s.over {
		s.out.close()
	}
}
