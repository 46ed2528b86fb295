package testkit

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A CanarySet is a set of values that must never be seen where they do not belong.
//
// A test plants one of each kind in prompt, answer, key, token, header and query, then
// shows [CanarySet.Find] everything that the library said. It is safe for concurrent use.
type CanarySet struct {
	mu    sync.Mutex
	texts map[string]string
	forms []form
}

// A form is one way in which a canary can show itself.
type form struct {
	kind   string
	name   string
	needle []byte
	fold   bool // the needle is lower-case and the data may be either
}

// Canaries returns an empty set.
func Canaries() *CanarySet { return &CanarySet{texts: map[string]string{}} }

// Text returns the canary of a kind, such as "prompt" or "token", and makes it on the
// first call: canary-KIND- and 32 random hex digits. Being made at run time it is in no
// file, and being random a hit is never a coincidence.
func (s *CanarySet) Text(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.texts[kind]
	if !ok {
		var random [16]byte
		_, _ = rand.Read(random[:]) // never fails, see crypto/rand
		digits := hex.EncodeToString(random[:])
		text = "canary-" + kind + "-" + digits
		s.add(kind, text)
		// A text that was cut short somewhere is still a leak.
		s.needle(kind, "part", []byte(digits[:16]), true)
		s.needle(kind, "part", []byte(digits[16:]), true)
	}
	return text
}

// Add makes text, such as an e-mail address, the canary of a kind in place of a random
// one. A text below 6 bytes is found by chance and so is not added.
func (s *CanarySet) Add(kind, text string) {
	if len(text) < 6 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(kind, text)
}

func (s *CanarySet) add(kind, text string) {
	s.texts[kind] = text
	s.needle(kind, "plain", []byte(strings.ToLower(text)), true)
	s.needle(kind, "hex", []byte(hex.EncodeToString([]byte(text))), true)
	s.base64("base64", kind, []byte(text))
	sum := sha256.Sum256([]byte(text))
	s.needle(kind, "SHA-256", []byte(hex.EncodeToString(sum[:])), true)
	s.needle(kind, "SHA-256", sum[:], false)
	s.base64("SHA-256", kind, sum[:])
}

// base64 adds the characters that stand for data in any longer base64 text. What comes
// before shifts data by 0, 1 or 2 bytes; the characters that data shares with its
// neighbours are left out.
func (s *CanarySet) base64(name, kind string, data []byte) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			text := encoding.EncodeToString(append(make([]byte, shift), data...))
			first, end := (shift*8+5)/6, (shift+len(data))*8/6
			s.needle(kind, name, []byte(text[first:end]), false)
		}
	}
}

func (s *CanarySet) needle(kind, name string, needle []byte, fold bool) {
	s.forms = append(s.forms, form{kind, name, needle, fold})
}

// Find returns the canaries that data holds, each as "KIND as FORM", in order and
// without repetition; nil if there are none. The forms are the plain text in any case, a
// half of it, hex, base64 at any offset, and its SHA-256, which can be looked up. Each is
// found under up to three layers of URL and JSON escapes too.
func (s *CanarySet) Find(data []byte) []string {
	s.mu.Lock()
	forms := slices.Clone(s.forms)
	s.mu.Unlock()
	var found []string
	for layer, escaped := range layers(data) {
		lower := bytes.ToLower(escaped)
		for _, f := range forms {
			hay := escaped
			if f.fold {
				hay = lower
			}
			if !bytes.Contains(hay, f.needle) {
				continue
			}
			name := f.kind + " as " + f.name
			if layer > 0 && !slices.Contains(found, name) {
				name += ", escaped"
			}
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found
}

// layers returns data and what it says after each of three rounds of unescaping.
func layers(data []byte) [][]byte {
	all := [][]byte{data}
	for range 3 {
		last := all[len(all)-1]
		next := unescape(last)
		if bytes.Equal(next, last) {
			break
		}
		all = append(all, next)
	}
	return all
}

// unescape replaces %XX (RFC 3986, section 2.1) and the escapes of JSON strings (RFC
// 8259, section 7), wherever they stand. Anything else stays.
func unescape(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for len(data) > 0 {
		text, n := escape(data)
		out = append(out, text...)
		data = data[n:]
	}
	return out
}

// escape returns what the start of data stands for and how many bytes it has.
func escape(data []byte) (text string, n int) {
	if data[0] == '%' && len(data) >= 3 {
		if b, err := strconv.ParseUint(string(data[1:3]), 16, 8); err == nil {
			return string([]byte{byte(b)}), 3
		}
	}
	if data[0] == '\\' && len(data) >= 2 {
		switch data[1] {
		case '"', '\\', '/':
			return string(data[1:2]), 2
		case 'n':
			return "\n", 2
		case 'r':
			return "\r", 2
		case 't':
			return "\t", 2
		case 'u':
			if len(data) >= 6 {
				if r, err := strconv.ParseUint(string(data[2:6]), 16, 16); err == nil {
					return string(rune(r)), 6
				}
			}
		}
	}
	return string(data[:1]), 1
}
