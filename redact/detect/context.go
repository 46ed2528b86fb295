package detect

import "strings"

// How far words are looked for, on one line. Values between do not count as words but as
// bytes.
const (
	wordsBefore, bytesBefore = 6, 64
	wordsAfter, bytesAfter   = 2, 32
)

// A surrounding is what the words around a place say. It is read when it is asked for,
// and only once.
type surrounding struct {
	start  int
	place  int    // where the word begins
	before topics // of the nearest word before that speaks of numbers at all
	weak   topics // of a word that counts only if there is no other
	found  int    // how many findings there were
	read   bool
}

// context reports whether a word near text[start:end] speaks of a topic: the nearest word
// before that speaks of numbers at all, or one of the two after. A finding or a
// placeholder before counts as a word for its kind, so that the second number of a list
// is found like the first, and is found again when the first has been replaced.
func (s *scan) context(start, end int, want topics) bool {
	before := s.topicBefore(start)
	if before&want != 0 || before&^weakTopics != 0 {
		return before&want != 0
	}
	return s.topicAfter(end)&want != 0
}

// topicBefore returns the topics of the nearest word before i that has one. A weak word
// counts only if there is no other: it is the "number" of "phone number".
func (s *scan) topicBefore(i int) topics {
	if !s.stillAround(i) {
		s.around = surrounding{start: i, found: len(s.out), read: true}
		s.around.look(s, i)
	}
	if s.around.before != 0 {
		return s.around.before
	}
	return s.around.weak
}

// stillAround reports whether the words before i are those that were read last: nothing but
// digits and marks stands between, and the word that was found is near enough.
func (s *scan) stillAround(i int) bool {
	a := &s.around
	if !a.read || a.found != len(s.out) || i < a.start || i-a.start > bytesBefore {
		return false
	}
	if i == a.start {
		return true
	}
	if a.before|a.weak != 0 && (a.before == 0 || a.place < i-bytesBefore) {
		return false
	}
	for _, b := range []byte(s.text[a.start:i]) {
		if isWord(b) || b == '\n' {
			return false
		}
	}
	a.start = i
	return true
}

func (a *surrounding) look(s *scan, i int) {
	limit := max(0, i-bytesBefore)
	last := len(s.out) - 1
	if last >= s.base && s.out[last].End <= i && s.out[last].End >= limit {
		limit = s.out[last].End
	}
	i, left := a.back(s, s.text, i, limit, wordsBefore)
	switch {
	case a.before != 0 || left == 0 || i > limit:
	case last >= s.base && s.out[last].End == limit:
		a.before = s.out[last].Kind.topic()
	case limit == 0 && s.field != "":
		a.back(s, s.field, len(s.field), max(0, len(s.field)-bytesBefore), left)
	}
}

// back looks at the words of text from i back to limit. It returns where it stopped, and
// how many words it may still look at.
func (a *surrounding) back(s *scan, text string, i, limit, left int) (int, int) {
	i = a.labelAbove(text, i, limit)
	for ; left > 0; left-- {
		for i > limit && !isWord(text[i-1]) && text[i-1] != '\n' {
			if class[text[i-1]]&digit != 0 {
				if kind, ok := s.placeholderBefore(text[:i]); ok {
					a.before = kind.topic()
					return i, left
				}
			}
			i--
		}
		if i == limit {
			return i, left
		}
		if text[i-1] == '\n' {
			return i, 0
		}
		if kind, ok := s.placeholderBefore(text[:i]); ok {
			a.before = kind.topic()
			return i, left
		}
		start := i - 1
		for start > limit && isWord(text[start-1]) && !camel(text, start) {
			start--
		}
		found := topicOf(text[start:i]) | phraseTopic(text, start, i, limit)
		if found&^weakTopics != 0 {
			a.before, a.place = found, start
			return i, left
		}
		a.weak |= found
		i = start
	}
	return i, left
}

// phraseTopic returns the topics of the word text[start:end] together with what stands before
// it: another word, or the rest of one in camel case, such as the Id of IdNr.
func phraseTopic(text string, start, end, limit int) topics {
	first := start
	if start > limit && isWord(text[start-1]) {
		for first > limit && isWord(text[first-1]) {
			first--
		}
		return topicOf(text[first:end])
	}
	if n := end - start; n != 2 && n != 4 && n != 6 || strings.IndexByte("ncpi", lower(text[start])) < 0 || start-1 <= limit || strings.IndexByte(" -_", text[start-1]) < 0 {
		return 0
	}
	var buf [16]byte
	for first--; first > limit && isWord(text[first-1]); first-- {
	}
	if end-first > len(buf) {
		return 0
	}
	for i := range end - first {
		buf[i] = lower(text[first+i])
	}
	buf[start-1-first] = ' '
	return phrases[string(buf[:end-first])]
}

// labelAbove returns the end of the line before the one that begins before i, if that line
// ends in a colon and is a label: nothing but marks stands between.
func (a *surrounding) labelAbove(text string, i, limit int) int {
	k := i
	for k > limit && i-k < maxIndent && strings.IndexByte(" \t-*>(+\\", text[k-1]) >= 0 {
		k--
	}
	if k == limit || text[k-1] != '\n' {
		return i
	}
	for k > limit && strings.IndexByte(" \n\r\\", text[k-1]) >= 0 {
		k--
	}
	if k > limit && text[k-1] == ':' {
		return k
	}
	return i
}

// topicAfter returns the topics of the next words after i.
func (s *scan) topicAfter(i int) (found topics) {
	t := s.text
	limit := min(len(t), i+bytesAfter)
	for range wordsAfter {
		for i < limit && !isWord(t[i]) && t[i] != '\n' {
			i++
		}
		end := i
		for end < limit && isWord(t[end]) {
			end++
		}
		if end == i {
			break
		}
		found |= topicOf(t[i:end])
		i = end
	}
	return found
}

// isWord reports whether b is a part of a word: an ASCII letter or a piece of any other.
func isWord(b byte) bool { return class[b]&letter != 0 || b >= 0x80 }

// camel reports whether a word begins at i within a run of letters: phoneNumber, but not
// iPhone.
func camel(t string, i int) bool {
	return 'A' <= t[i] && t[i] <= 'Z' && 'a' <= t[i-1] && t[i-1] <= 'z' && is(t, i-2, letter)
}

// topic returns what a value of the kind says about a number after it.
func (k Kind) topic() topics {
	if i, ok := k.id(); ok && registry[i].topic != 0 {
		return registry[i].topic
	}
	return otherTopic
}
