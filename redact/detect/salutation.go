package detect

import "strings"

// titled looks for a name after a title that ends at i: Dr. med. Jane Doe.
func (s *scan) titled(i int) int {
	t := s.text
	start := s.afterTitle(i)
	if start == 0 || upperOnly(t[i-2:i]) && start+2 < len(t) && !upperOnly(t[start:start+2]) || at(t, i, '.') && at(t, i-1, 's') && at(t, i-2, 's') {
		return 0 // MX Record, Miss.
	}
	end := s.fullName(start, 4)
	if end == 0 || isStopName(t[start:nameEnd(t, start)]) {
		return 0
	}
	s.add(personID, start, end, titled)
	return end
}

// afterTitle returns the place after the dot and the space of a title and further titles.
func (s *scan) afterTitle(i int) int {
	t := s.text
	for range 4 {
		if at(t, i, '.') {
			i++
		}
		if !at(t, i, ' ') {
			return 0
		}
		for i++; at(t, i, ' '); i++ {
		}
		end := wordEnd(t, i)
		switch t[i:end] {
		case "Dr", "Prof", "Herr", "Herrn", "Frau", "med", "rer", "nat", "phil", "iur", "jur", "dent", "Mr", "Mrs", "Ms", "Sr", "Sra", "Don", "Doña", "Dott", "Ing":
			i = end
			continue
		}
		return i
	}
	return 0
}

// greeted looks for a name after the word of a salutation text[first:i].
func (s *scan) greeted(first, i int, mark bool) int {
	t := s.text
	if !at(t, i, ' ') {
		return 0
	}
	start := i + 1
	word := t[start:wordEnd(t, start)]
	var buf [longestWord]byte
	if len(word) <= len(buf) {
		if n := plain(buf[:], word); n > 0 && cues[string(buf[:n])] == titleCue {
			return 0 // the title will be looked at
		}
	}
	end := s.fullName(start, 3)
	if end == 0 || isStopName(word) || is(t, end, digit) {
		return 0
	}
	if b := byte('\n'); mark || wordEnd(t, start) == end {
		if end < len(t) {
			b = t[end]
		}
		if strings.IndexByte(",!\n\r:.", b) < 0 && (mark || b != ' ' || !at(t, end+1, '-')) {
			return 0
		}
	}
	s.add(personID, start, end, titled)
	return end
}

// closed looks for a name on the line after a closing text[first:i], of which further words
// may follow.
func (s *scan) closed(first, i int) int {
	t := s.text
	last := first
	for n := 0; n < 4; n++ {
		if !at(t, i, ' ') || wordEnd(t, i+1) == i+1 {
			break
		}
		last, i = i+1, wordEnd(t, i+1)
	}
	var buf [longestWord]byte
	if i-last > len(buf) {
		return 0
	}
	if n := plain(buf[:], t[last:i]); n < 0 || !closingWords[string(buf[:n])] {
		return 0
	}
	for n := 0; n < 3 && i < len(t) && (t[i] == ' ' || t[i] == ',' || t[i] == '.' || t[i] == '!'); n++ {
		i++
	}
	lines := 0
	for ; lines < 6 && i < len(t) && (t[i] == '\n' || t[i] == '\r' || t[i] == ' '); i++ {
		if t[i] == '\n' {
			lines++
		}
	}
	if lines == 0 {
		return 0
	}
	start := i
	for n := 0; n < 2; n++ {
		if hasAny(t[start:], "Dr. ", "Prof. ") {
			start = strings.IndexByte(t[start:], ' ') + start + 1
		}
	}
	end := s.fullName(start, 4)
	if end == 0 || isStopName(t[start:nameEnd(t, start)]) || end < len(t) && strings.IndexByte("\n\r,", t[end]) < 0 {
		return 0
	}
	s.add(personID, start, end, signed)
	return end
}

// introduced looks for a name after "My name is" and its like, whose first word ends at i.
func (s *scan) introduced(i int) int {
	t := s.text
	for _, phrase := range [...]string{" name is ", " Name ist ", " heiße ", " heisse ", " m'appelle ", " chiamo ", " llamo ", " nombre es ", " bin "} {
		if strings.HasPrefix(t[i:], phrase) {
			start := i + len(phrase)
			end := s.fullName(start, 4)
			if end == 0 || isStopName(t[start:nameEnd(t, start)]) {
				return 0
			}
			s.add(personID, start, end, titled)
			return end
		}
	}
	return 0
}

// bicAfter looks for a BIC after the word for it, which ends at i.
func (s *scan) bicAfter(i int) int {
	t := s.text
	for n := 0; n < 12 && i < len(t) && (t[i] == ' ' || t[i] == ':' || t[i] == '/' || t[i] == '-' || t[i] == '='); n++ {
		i++
		for _, word := range [...]string{"code", "Code", "CODE", "BIC", "SWIFT", "is", "ist"} {
			if strings.HasPrefix(t[i:], word) && !is(t, i+len(word), alnum) {
				i += len(word)
			}
		}
	}
	if is(t, i-1, alnum) {
		return 0
	}
	end := bicEnd(t, i)
	if end == 0 {
		end = smallBICEnd(t, i)
	}
	if end > 0 {
		s.add(bicID, i, end, likely)
	}
	return end
}
