package detect

import "strings"

// age looks for the age of a person at the digits at i: up to 125 after a word such as
// "age" with at most one small word between, or before "years old" and its like.
func (s *scan) age(i int) int {
	t := s.text
	end := run(t, i, digit)
	if end-i > 3 || t[i] == '0' || !within(t[i:end], 1, 125) || is(t, end, letter) && !at(t, end, 'y') ||
		at(t, end, '%') || (at(t, end, '.') || at(t, end, '-')) && is(t, end+1, digit) {
		return 0
	}
	if !s.ageAfter(end) && (!s.ageBefore(i) || at(t, end, ' ') && at(t, end+1, '*') && at(t, end+2, ' ')) {
		return 0
	}
	s.add(ageID, i, end, nearby)
	return end
}

// ageAfter reports whether the words after an age follow at i.
func (s *scan) ageAfter(i int) bool {
	if !at(s.text, i, ' ') && !at(s.text, i, '-') && !at(s.text, i, 'y') {
		return false
	}
	rest := s.text[i:min(len(s.text), i+20)]
	rest = strings.TrimLeft(rest, " -")
	if len(rest) == 0 || strings.IndexByte("yJja", rest[0]) < 0 {
		return false
	}
	return hasAny(rest, "years old", "year-old", "years-old", "year old", "yo ", "yo,", "yo.", "y/o", "yrs old", "Jahre alt", "jährig", "Jährig",
		"ans d'âge", "años de edad", "anni di età", "anni d'età", "years of age")
}

// ageBefore reports whether a word for age stands before i.
func (s *scan) ageBefore(i int) bool {
	t := s.text
	for range 2 {
		for n := 0; n < 4 && i > 0 && strings.IndexByte(" :=\"'_-", t[i-1]) >= 0; n++ {
			i--
		}
		start := i
		for start > 0 && i-start < 12 && isWord(t[start-1]) && !(start < i && camel(t, start)) {
			start--
		}
		if start == 0 && i == 0 && s.field != "" {
			return s.topicBefore(0)&ageTopic != 0
		}
		word := t[start:i]
		if topicOf(word)&ageTopic != 0 {
			return true
		}
		switch word {
		case "is", "of", "was", "ist", "war", "von", "est", "de", "di", "a", "es", "now":
		default:
			return false
		}
		i = start
	}
	return false
}
