package detect

import "strings"

// street looks for an address with a house number at the digits at i, by a word for a
// street: 12 Main Street, 10 rue de Rivoli before which the number stands, Bahnhofstrasse 12,
// Via Roma 10 after which it does. A town with or without its postcode that follows belongs
// to it.
func (s *scan) street(i int) int {
	t := s.text
	end := run(t, i, digit)
	if end-i > 5 || i > 0 && (t[i-1] == '.' || t[i-1] == '$' || t[i-1] == '#') {
		return 0
	}
	if is(t, end, letter) && !is(t, end+1, alnum) {
		end++ // 221B
	}
	if is(t, end, alnum) {
		return 0
	}
	start := i
	if last := s.streetAfter(end); last > 0 {
		end = last
	} else if first := s.streetBefore(i); first < i {
		start = first
	} else {
		return 0
	}
	end = s.town(end)
	s.add(streetID, start, end, nearby)
	return end
}

// streetAfter returns the end of the name of a street after a house number and a space at
// i, or 0.
func (s *scan) streetAfter(i int) int {
	t := s.text
	if at(t, i, ',') {
		i++
	}
	if !at(t, i, ' ') {
		return 0
	}
	i++
	first := wordEnd(t, i)
	if isOneOf(streetWords, t[i:first], frenchStreet) {
		return s.names(first, 6)
	}
	for n := 0; n < 4; n++ {
		end := nameEnd(t, i)
		if end == 0 {
			return 0
		}
		if n > 0 && isOneOf(streetWords, t[i:end], englishStreet) {
			if at(t, end, '.') {
				end++
			}
			return end
		}
		if !at(t, end, ' ') {
			return 0
		}
		i = end + 1
	}
	return 0
}

// names returns the end of up to n capitalised words and the small words between them that
// follow at i, which is a space; 0 if there is none.
func (s *scan) names(i, n int) int {
	t, last := s.text, 0
	for ; n > 0 && at(t, i, ' '); n-- {
		if end := nameEnd(t, i+1); end > 0 {
			i, last = end, end
			continue
		}
		end := wordEnd(t, i+1)
		switch t[i+1 : end] {
		case "de", "du", "des", "la", "le", "les", "del", "della", "dei", "di", "da", "l", "d", "von", "der", "den", "dem", "of":
		default:
			return last
		}
		if at(t, end, '\'') {
			if next := nameEnd(t, end+1); next > 0 {
				i, last = next, next
				continue
			}
		}
		i = end
	}
	return last
}

// streetBefore returns the start of the name of a street before the house number at i, or
// i: a word that ends in one for streets, or a word for streets up to four words before.
func (s *scan) streetBefore(i int) int {
	t, at0 := s.text, i
	low := max(0, i-60)
	if i--; i < low || t[i] != ' ' {
		return at0
	}
	if i > low && t[i-1] == ',' {
		i--
	}
	for n := 0; n < 5; n++ {
		if i > low && t[i-1] == '.' {
			i--
		}
		start := i
		for start > low && (isWord(t[start-1]) || t[start-1] == '-' && start > low+1 && isWord(t[start-2])) {
			start--
		}
		if start == i {
			return at0
		}
		word := t[start:i]
		capital := isCapital(t, start)
		if n == 0 && capital && streetEnding(word) {
			return start
		}
		if capital && n > 0 && isOneOf(streetWords, word, southernStreet) {
			return start
		}
		if start == low || t[start-1] != ' ' || !capital && len(word) > 5 {
			return at0
		}
		i = start - 1
	}
	return at0
}

// town returns the end of a town after an address that ends at i: a comma, a postcode or
// not, and capitalised words.
func (s *scan) town(i int) int {
	t, end := s.text, i
	for range 3 {
		j := i
		switch {
		case at(t, j, ',') && (at(t, j+1, ' ') || at(t, j+1, '\n')):
			j += 2
		case at(t, j, '\n'), at(t, j, ' '):
			j++
		default:
			return end
		}
		digits := run(t, j, digit)
		if n := digits - j; n >= 4 && n <= 6 && !is(t, digits, letter) {
			if at(t, digits, '-') && digitsAt(t, digits+1, 4) {
				digits += 5
			}
			end, i = digits, digits
			if last := s.names(i, 3); last > 0 {
				return last
			}
			continue
		}
		if !at(t, i, ',') && !at(t, end, ' ') {
			return end
		}
		if at(t, i, ',') {
			if last := s.names(j-1, 3); last > 0 && at(t, j-1, ' ') && !s.houseNumber(last) {
				end, i = last, last
				continue
			}
		}
		if upper := run(t, j, letter); upper-j == 2 && upperOnly(t[j:upper]) && at(t, upper, ' ') && digitsAt(t, upper+1, 5) {
			i = upper
			continue
		}
		return end
	}
	return end
}

// houseNumber reports whether a house number follows at i: what stands before it is another
// street.
func (s *scan) houseNumber(i int) bool {
	if at(s.text, i, ',') {
		i++
	}
	end := run(s.text, min(i+1, len(s.text)), digit)
	return at(s.text, i, ' ') && end > i+1 && end-i <= 4
}

// The languages of words for streets, by where they stand.
const (
	englishStreet  = 1 << iota // after the name
	frenchStreet               // between number and name
	southernStreet             // before the name, with the number at the end
)

var streetWords = func() map[string]uint8 {
	m := map[string]uint8{}
	add := func(sort uint8, words string) {
		for word := range strings.FieldsSeq(words) {
			m[word] |= sort
		}
	}
	add(englishStreet, "street st avenue ave road rd lane ln drive dr boulevard blvd court ct way place pl square sq terrace crescent highway hwy parkway close row")
	add(frenchStreet, "rue avenue boulevard place chemin allee quai impasse route cours ruelle passage bd av")
	add(southernStreet, "via viale piazza corso largo vicolo piazzale calle avenida plaza paseo camino carrera avda rua praca travessa")
	return m
}()

// isOneOf reports whether a word, without case and accents, is of a sort in the table.
func isOneOf(table map[string]uint8, word string, sort uint8) bool {
	var buf [longestWord]byte
	if len(word) > len(buf) {
		return false
	}
	n := plain(buf[:], word)
	return n > 0 && table[string(buf[:n])]&sort != 0
}

// streetEnding reports whether a word ends in one for streets, in German, Dutch, Swedish,
// Norwegian or Danish.
func streetEnding(word string) bool {
	var buf [longestWord]byte
	if len(word) < 6 || len(word) > len(buf) {
		return len(word) == 3 && strings.EqualFold(word, "str")
	}
	n := plain(buf[:], word)
	if n < 0 {
		return false
	}
	name := string(buf[:n])
	for _, ending := range [...]string{"strasse", "stra", "str", "gasse", "weg", "platz", "allee", "damm", "ufer", "steig", "straat", "laan", "gatan", "vej", "gade", "veien"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}
