package redact

// Occupy gives the digits of a placeholder to another value.
func (s *Session) Occupy(digits string) { s.values[digits] = value{Placeholder, "other"} }
