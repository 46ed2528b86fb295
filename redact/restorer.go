package redact

// A Restorer restores one text that comes in pieces, such as one choice of a streamed
// answer. The zero Restorer is not usable; use [Session.Restorer], one for each text. It
// is not safe for concurrent use, but several of one session may work at once. It needs
// no closing.
type Restorer struct {
	session *Session
	target  Target
	held    []byte
	prev    byte // what stood before held
}

// Restorer starts on a text that a person reads.
func (s *Session) Restorer() *Restorer { return s.RestorerFor(Target{}) }

// RestorerFunc starts on a text in which a value has to be written in a special way. It is
// RestorerFor with that alone.
func (s *Session) RestorerFunc(embed func(value string) string) *Restorer {
	return s.RestorerFor(Target{Embed: embed})
}

// RestorerFor starts on a text that goes to t.
func (s *Session) RestorerFor(t Target) *Restorer { return &Restorer{session: s, target: t} }

// Push takes the next piece and returns what is certain of the text by now.
//
// It holds back only an end that is the beginning of a placeholder of the session, in one
// of the spellings that are restored, or a surrogate after which nothing has come yet. It
// does not allocate unless it restores or has held something back.
func (r *Restorer) Push(piece string) string {
	if len(r.held) > 0 {
		r.held = append(r.held, piece...)
		piece = string(r.held)
	}
	out, rest := r.session.advance(piece, r.prev, false, &r.target)
	if rest > 0 {
		r.prev = piece[rest-1]
	}
	r.held = append(r.held[:0], piece[rest:]...)
	return out
}

// Flush ends the text and returns what was held back. What never became a placeholder
// stays as it is: it stands for nothing. The Restorer may then start on another text.
func (r *Restorer) Flush() string {
	if len(r.held) == 0 {
		r.prev = 0
		return ""
	}
	out, _ := r.session.advance(string(r.held), r.prev, true, &r.target)
	r.held, r.prev = r.held[:0], 0
	return out
}

// Held reports whether something is held back.
func (r *Restorer) Held() bool { return len(r.held) > 0 }
