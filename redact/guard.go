package redact

import (
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// The measures of a Guard, in characters that are seen: what a detector reads.
const (
	// quietAfter is how much text without anything hot ends the wait for a value: detectors
	// look no further for the words that tell what a number is.
	quietAfter = 32
	// shortWords is how many short words may stand in a name, "Piazza della Repubblica", and
	// shortWord how long they are.
	shortWords, shortWord = 3, 5
	// maxQuoted is how long a local part in quotes is: RFC 5321, section 4.5.3.1.1.
	maxQuoted = 64
	// contextBefore is how much of what has left is looked at again, for the same reason,
	// and nameBefore is that for names, which begin with the word that tells of them.
	contextBefore, nameBefore = 112, 64
	// maxCalm is how much is held back at most where nothing is found, and margin how much
	// of it stays then.
	maxCalm, margin = 512, 160
	// maxEager and marginEager are the same where rules make every word a part of a value.
	maxEager, marginEager = 192, 96
	// unseenEach is how many bytes that are not seen count as one that is.
	unseenEach = 16
)

// The measures of a Guard in bytes.
const (
	// maxPassed is how much of what has left is kept before it is cut down to the context.
	maxPassed = 2048
	// maxOpen is how much is held back at most of one value. What comes after it is dropped
	// up to the value's end.
	maxOpen = 16 << 10
	// maxRun is how much of a run of letters may be the local part of an address, in a
	// script without spaces.
	maxRun = 63
)

// A Guard restores a text of an answer that comes in pieces, and looks for values in it
// that did not come from the session: personal data and secrets that the model has from
// elsewhere. What is done about them, Config.Answers says. Detectors of Config.Detectors
// are not asked.
//
// It holds back a word until it ends, and words only while they may be a part of a value:
// from a digit or a mark of the kind that values have until 32 characters without any, from a
// name until the next plain word of six letters and more, or the fourth of any length, from a
// quotation mark up to 64; at most 512 characters while nothing is found. In a script without
// spaces, these are the last 63 bytes of letters. If there are
// Config.Rules, up to 192 characters are always held back: any word may begin a term. Of a
// value that goes on, such as a key or a token, 16 KiB are held back; the rest is dropped up to
// its end. In how many pieces a text comes makes no difference to the result.
//
// The zero Guard is not usable; use [Session.Guard], one for each text. It is not safe for
// concurrent use, but several of one session may work at once. It needs no closing.
type Guard struct {
	session  *Session
	target   Target
	restorer *Restorer
	json     jsonState

	cut    []byte // the beginning of a character
	buf    []byte // context, then what is held back
	done   int    // buf[:done] was restored
	left   int    // buf[:left] has left, or leaves at the end of Push
	unseen int    // bytes of buf[left:] beyond one for each character that is seen
	word   word   // that is being read
	zone   bool   // complete words are held back
	script bool   // they are nothing but letters of a script without spaces
	hot    int    // where the last hot one ends; 0: there is none
	name   bool   // a name may go on
	short  int    // short words since the last capital
	quote  int    // where a quotation begins; -1: none has begun
	eager  bool   // every word may be a part of a value
	margin int    // how much stays when a part has to leave
	calm   int    // how much may be held back before a part has to leave

	swallow detect.Kind // what is being dropped; "": nothing
	dropped []byte      // its last bytes

	work work
	out  []byte
	err  error
}

// Guard starts on a text that a person reads.
func (s *Session) Guard() *Guard { return s.GuardFor(Target{}) }

// GuardFor starts on a text that goes to t. A text with an Embed is taken for JSON, and
// stays JSON.
func (s *Session) GuardFor(t Target) *Guard {
	g := &Guard{session: s, target: t, restorer: s.RestorerFor(t), eager: len(s.redactor.rules) > 0}
	g.work.scanner.Rules = s.redactor.rules
	g.reset()
	return g
}

// Push takes the next piece and returns what is certain of the text by now. It fails for
// good with [ErrRefused] when it finds a value whose action for answers is [Refuse].
func (g *Guard) Push(piece string) (string, error) {
	if g.err != nil {
		return "", g.err
	}
	if len(g.cut) > 0 {
		piece = string(g.cut) + piece
		g.cut = g.cut[:0]
	}
	g.out = g.out[:0]
	for i := 0; i < len(piece) && g.err == nil; {
		if n := g.plain(piece[i:]); n > 0 {
			i += n
			continue
		}
		r, n := rune(piece[i]), 1
		if r >= utf8.RuneSelf {
			if !utf8.FullRuneInString(piece[i:]) {
				g.cut = append(g.cut, piece[i:]...)
				break
			}
			r, n = utf8.DecodeRuneInString(piece[i:])
		}
		g.read(r, piece[i:i+n])
		i += n
	}
	return g.result()
}

// Flush ends the text and returns what was held back, restored and guarded like the rest.
// The Guard may then start on another text, unless it has failed.
func (g *Guard) Flush() (string, error) {
	if g.err != nil {
		return "", g.err
	}
	g.out = g.out[:0]
	for i := range g.cut { // what has no end is no character
		g.read(utf8.RuneError, string(g.cut[i:i+1]))
	}
	if len(g.buf) > g.left {
		g.emit(len(g.buf), g.find())
	}
	g.restore()
	g.out = append(g.out, g.restorer.Flush()...)
	out, err := g.result()
	g.reset()
	return out, err
}

// Held reports whether something is held back.
func (g *Guard) Held() bool {
	return len(g.cut) > 0 || len(g.buf) > g.left || g.restorer.Held()
}

// reset starts on another text.
func (g *Guard) reset() {
	g.cut, g.buf, g.dropped = g.cut[:0], g.buf[:0], g.dropped[:0]
	g.done, g.left, g.unseen, g.hot, g.zone, g.script, g.swallow = 0, 0, 0, 0, false, false, ""
	g.word, g.json, g.name, g.short, g.quote = word{}, jsonState{}, false, 0, -1
	g.relax()
}

// relax makes calm what it is at the beginning.
func (g *Guard) relax() {
	g.calm, g.margin = maxCalm, margin
	if g.eager {
		g.calm, g.margin = maxEager, marginEager
	}
}

func (g *Guard) result() (string, error) {
	rest := g.restored()
	if g.err != nil {
		return "", g.err
	}
	if len(g.out) == 0 {
		return rest, nil
	}
	return string(append(g.out, rest...)), nil
}
