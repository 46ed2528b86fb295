package redact

// Occupy gives the digits of a placeholder to another value.
func (s *Session) Occupy(digits string) {
	s.learn(&entry{value: value{Placeholder, "other"}}, digits)
}

// Marshal writes what is sealed.
func (s *Session) Marshal() []byte { return s.marshal() }

// Unmarshal reads it into a new session.
func (s *Session) Unmarshal(b []byte) bool { return s.unmarshal(b) }
