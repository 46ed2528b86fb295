package redact

import "strings"

// A Restorer restores one text that comes in pieces, such as one choice of a streamed
// answer. The zero Restorer is not usable; use [Session.Restorer], one for each text. It
// is not safe for concurrent use, but several of one session may work at once. It needs
// no closing.
type Restorer struct {
	session *Session
	embed   func(string) string
	held    string
}

// Restorer starts on a text.
func (s *Session) Restorer() *Restorer { return &Restorer{session: s} }

// RestorerFunc starts on a text in which a value has to be written in a special way, such
// as with the escapes of a JSON string. It calls embed for each value. A nil embed writes
// values as they are.
func (s *Session) RestorerFunc(embed func(value string) string) *Restorer {
	return &Restorer{session: s, embed: embed}
}

// Push takes the next piece and returns what is certain of the text by now.
//
// It holds back only an end that is the beginning of a placeholder of the session. It
// does not allocate unless it restores or holds back.
func (r *Restorer) Push(piece string) string {
	if r.held != "" {
		piece = r.held + piece
		r.held = ""
	}
	if n := r.session.open(piece); n > 0 {
		r.held = strings.Clone(piece[len(piece)-n:]) // the piece may go
		piece = piece[:len(piece)-n]
	}
	return r.session.restore(piece, r.embed)
}

// Flush ends the text and returns what was held back, as it is: what never became a
// placeholder stands for nothing. The Restorer may then start on another text.
func (r *Restorer) Flush() string {
	held := r.held
	r.held = ""
	return held
}

// Held reports whether something is held back.
func (r *Restorer) Held() bool { return r.held != "" }
