package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names of people have no form of their own. They are taken for names after a title or in
// a salutation, below a closing, or behind a label; the scores say how little that is.
const (
	titled   = 0.5
	signed   = 0.4
	labelled = 0.3
)

// fullName returns the end of up to n capitalised words at i, with particles and initials
// between; the first is capitalised. It is 0 if there is none.
func (s *scan) fullName(i, n int) int {
	t := s.text
	end := nameEnd(t, i)
	if end == 0 {
		return 0
	}
	for n--; n > 0 && at(t, end, ' '); n-- {
		next := end + 1
		if last := nameEnd(t, next); last > 0 {
			if isStopName(t[next:last]) {
				break
			}
			end = last
			continue
		}
		word := wordEnd(t, next)
		switch t[next:word] {
		case "von", "van", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "ten", "ter", "zu", "zur", "bin", "al", "y", "e":
			if last := nameEnd(t, word+1); at(t, word, ' ') && last > 0 {
				end = last
				continue
			}
			if strings.HasPrefix(t[word:], " der ") || strings.HasPrefix(t[word:], " den ") || strings.HasPrefix(t[word:], " la ") {
				if last := nameEnd(t, wordEnd(t, word+1)+1); last > 0 {
					end = last
					continue
				}
			}
		}
		break
	}
	return end
}

// nameEnd returns the end of the capitalised word or the initial at i, or 0. A hyphen or an
// apostrophe may join it to another.
func nameEnd(t string, i int) int {
	if !isCapital(t, i) {
		return 0
	}
	end := i
	for end < len(t) {
		b := t[end]
		switch {
		case class[b]&letter != 0:
			end++
		case b >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(t[end:])
			if !unicode.IsLetter(r) && r != '’' {
				return endOfName(t, i, end)
			}
			end += n
		case (b == '-' || b == '\'') && end+1 < len(t) && (class[t[end+1]]&letter != 0 || t[end+1] >= utf8.RuneSelf):
			if b == '\'' && (at(t, end+1, 's') || at(t, end+1, 't')) && !is(t, end+2, letter) {
				return endOfName(t, i, end)
			}
			end++
		default:
			return endOfName(t, i, end)
		}
	}
	return endOfName(t, i, end)
}

// endOfName tells a name from an initial, whose dot belongs to it, from an acronym and from a
// word with a capital inside.
func endOfName(t string, i, end int) int {
	if end-i == 1 {
		if at(t, end, '.') {
			return end + 1
		}
		return 0
	}
	if is(t, end, digit) || at(t, end, '_') || at(t, end, '(') {
		return 0
	}
	return end
}

// isCapital reports whether a capital letter stands at i.
func isCapital(t string, i int) bool {
	if i >= len(t) || i < 0 {
		return false
	}
	if t[i] < utf8.RuneSelf {
		return 'A' <= t[i] && t[i] <= 'Z'
	}
	r, _ := utf8.DecodeRuneInString(t[i:])
	return unicode.IsUpper(r)
}

// isStopName reports whether a capitalised word is none of a name, though it stands where
// one would.
func isStopName(word string) bool {
	var buf [longestWord]byte
	if len(word) > len(buf) {
		return false
	}
	n := plain(buf[:], word)
	return n > 0 && stopNames[string(buf[:n])]
}

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		m[word] = true
	}
	return m
}

// isFirstName reports whether a word is a common first name.
func isFirstName(word string) bool {
	var buf [longestWord]byte
	if len(word) > len(buf) {
		return false
	}
	n := plain(buf[:], word)
	return n > 0 && firstNames[string(buf[:n])]
}
