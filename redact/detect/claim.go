package detect

// claimWord returns the end of a UUID (RFC 9562), of a number in hexadecimal, or of a run of
// 32 or more hex digits around i. What is in them is no other number.
func (s *scan) claimWord(i int) int {
	w := s.word
	if w.len() > 3 && s.text[w.start] == '0' && s.text[w.start+1] == 'x' && run(s.text, w.start+2, hex) == w.end {
		if end := s.crypto(w); end > i {
			return end
		}
		return w.end // hexadecimal
	}
	if w.len() >= 32 {
		if run(s.text, w.start, hex) == w.end {
			s.azureHex(w)
			return w.end
		}
		return i
	}
	var offsets []int
	switch w.len() {
	case 8:
		offsets = []int{0}
	case 4:
		offsets = []int{9, 14, 19}
	case 12:
		offsets = []int{24}
	}
	for _, back := range offsets {
		if isUUID(s.text, w.start-back) {
			return w.start - back + 36
		}
	}
	return i
}

// withinClaimed reports whether i is within digits that look like those of a card or an IBAN.
func (s *scan) withinClaimed(i int) bool { return s.claimed.start <= i && i < s.claimed.end }

func isUUID(text string, start int) bool {
	if start < 0 || len(text)-start < 36 || is(text, start-1, alnum) || is(text, start+36, alnum) {
		return false
	}
	for i := range 36 {
		switch i {
		case 8, 13, 18, 23:
			if text[start+i] != '-' {
				return false
			}
		default:
			if class[text[start+i]]&hex == 0 {
				return false
			}
		}
	}
	return true
}

// claimNumber returns the end of a date, of the digits after a decimal point, or of a
// version such as 1.2.3, that starts at i. A date may be a finding.
func (s *scan) claimNumber(i int) int {
	t := s.text
	if at(t, i-1, '.') && !s.afterYear(i) && (is(t, i-2, digit) || i == 1 || t[i-2] <= ' ' || t[i-2] == '-' || t[i-2] == ',') {
		return run(t, i, digit)
	}
	if end := s.date(i); end > i {
		s.dated(i, end)
		return end
	}
	if end := run(t, i, digit); end-i > 2 || !at(t, end, ' ') && !at(t, end, '-') && !at(t, end, '.') && !at(t, end, ',') && !is(t, end, letter) {
		return i
	}
	if end := s.writtenDate(i); end > 0 {
		s.dated(i, end)
		return end
	}
	if start, end := s.monthBefore(i); end > 0 {
		s.dated(start, end)
		return end
	}
	return i
}

// afterYear reports whether a year and a full stop stand before the digits at i, which end a
// sentence: no decimal begins with a year and goes on with three digits or more.
func (s *scan) afterYear(i int) bool {
	t := s.text
	return i >= 5 && t[i-1] == '.' && (t[i-5] == '1' && t[i-4] == '9' || t[i-5] == '2' && t[i-4] == '0') && is(t, i-3, digit) && is(t, i-2, digit) &&
		!is(t, i-6, alnum) && !at(t, i-6, '.') && run(t[:min(len(t), i+3)], i, digit) == i+3
}

// date returns the end of a date at i, or i: RFC 3339, with other separators, without
// any, or with the day first.
func (s *scan) date(i int) int {
	t := s.text
	end := run(t, i, digit)
	switch end - i {
	case 8:
		if year(t[i:i+4]) && within(t[i+4:i+6], 1, 12) && within(t[i+6:end], 1, 31) && !at(t, end, '-') && !at(t, end, ' ') && !s.dniAt(i, end) {
			return end
		}
	case 4:
		if year(t[i:end]) && dateSeparator(t, end) && digitsAt(t, end+1, 2) && within(t[end+1:end+3], 1, 12) &&
			at(t, end+3, t[end]) && digitsAt(t, end+4, 2) && within(t[end+4:end+6], 1, 31) {
			return end + 6
		}
	case 1, 2:
		month := end + 1
		if !dateSeparator(t, end) {
			return i
		}
		last := run(t, month, digit)
		if n := last - month; (n == 1 || n == 2) && within(t[i:end], 1, 31) && within(t[month:last], 1, 31) &&
			at(t, last, t[end]) && digitsAt(t, last+1, 4) && year(t[last+1:last+5]) {
			return last + 5
		}
	}
	return i
}

// dniAt reports whether eight digits that may be a date are those of a Spanish DNI: a letter
// ends them, and a word says so.
func (s *scan) dniAt(i, end int) bool {
	return is(s.text, end, letter) && !is(s.text, end+1, alnum) && s.context(i, end+1, esnif.topics)
}

// digitsAt reports whether exactly n digits stand at i.
func digitsAt(text string, i, n int) bool { return i < len(text) && run(text, i, digit)-i == n }

func dateSeparator(text string, i int) bool {
	return at(text, i, '-') || at(text, i, '/') || at(text, i, '.')
}

func year(digits string) bool { return digits[:2] == "19" || digits[:2] == "20" }

// within reports whether digits are a number from low to high.
func within(digits string, low, high int) bool {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return low <= n && n <= high
}
