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
	if !s.ageAfter(end) && !s.hasYears(i, end) && (!s.ageBefore(i) || at(t, end, ' ') && at(t, end+1, '*') && at(t, end+2, ' ')) {
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

// hasYears reports whether the number t[i:end] is that of the years that somebody has, as
// Italian, Spanish, French and German put it: ha 45 anni, il a 45 ans, ist 45 Jahre; or
// Ada Rossi, 45 anni, lives there. Years are more often a span of time than an age.
func (s *scan) hasYears(i, end int) bool {
	t := s.text
	if !at(t, end, ' ') || i < 3 || t[i-1] != ' ' {
		return false
	}
	last := wordEnd(t, end+1)
	verbs := ""
	switch t[end+1 : last] {
	case "anni":
		verbs = " ha ho hai aveva avevo compie compirà "
	case "años":
		verbs = " tiene tengo tienes tenía cumple cumplió cumplí "
	case "ans":
		verbs = " a ai as avait avais ayant aura "
	case "Jahre":
		verbs = " ist bin bist wird werde wurde "
	default:
		return false
	}
	ends := last == len(t) || strings.IndexByte(".,;:!?)\n\r", t[last]) >= 0
	if t[i-2] == ',' {
		return ends && (is(t, i-3, letter) || t[i-3] >= 0x80)
	}
	start := i - 1
	for start > 0 && i-start < 12 && isWord(t[start-1]) {
		start--
	}
	word := t[start : i-1]
	if start == i-1 || !strings.Contains(verbs, " "+word+" ") {
		return false
	}
	return ends || t[end+1] != 'J' || hasAny(t[last:], " und", " oder", " jung")
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
