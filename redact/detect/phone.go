package detect

// phone looks for a telephone number at i.
//
// International numbers (ITU-T E.164) stand alone after +, also with tabs or over two lines, and
// after 00 if they are separated. So do the forms (415) 555-2671, 415-555-2671, 415.555.2671 and
// 415/555-2671 of the North American Numbering Plan, and the usual groups of Swiss and French
// numbers. Anything else needs a word near by; digits without separators need one that says
// "phone".
func (s *scan) phone(i int) int {
	if i < s.noPhone || s.withinClaimed(i) && s.topicBefore(s.claimed.start)&phoneTopic == 0 {
		return i
	}
	d := dial(s.text, i)
	if d.n == 0 || d.n > 1 && d.size(0) == 1 && d.digits[0] == 0 && d.sep[1] == '.' {
		return i // too many digits without a separator, or a decimal
	}
	if at(s.text, i-1, '+') {
		if end := s.international(i, i-1, &d, 0); end > i {
			return end
		}
	}
	if at(s.text, i-1, ' ') && at(s.text, i-2, '+') && d.n > 2 && !s.sum(i-2) {
		if code, _, _ := country(d.digits[:], d.total()); code == d.size(0) {
			if end := s.international(i, i-2, &d, 0); end > i {
				return end
			}
		}
	}
	if d.digits[0] == 0 && d.digits[1] == 0 && d.total() > 9 && d.size(0) > 1 && !d.fours() && !(at(s.text, i-1, ':') && is(s.text, i-2, digit)) {
		if end := s.international(i, i, &d, 2); end > i {
			return end
		}
	}
	d.unwrap()
	start, end := d.nanp(s, i)
	if end == 0 {
		end = max(d.zero(s, i, 3, 3, 2, 2), d.zero(s, i, 2, 2, 2, 2, 2), d.swiss(s, i)) // Swiss, French
	}
	if end == 0 || s.counted(start) {
		return s.national(i, &d)
	}
	s.add(phoneID, start, end, likely)
	return end
}

// sum reports whether the plus at i stands between what may be terms: a digit, a bracket or a
// single letter stands before it.
func (s *scan) sum(i int) bool {
	t := s.text
	if !at(t, i-1, ' ') {
		return false
	}
	return is(t, i-2, digit) || at(t, i-2, ')') || at(t, i-2, ']') || is(t, i-2, letter) && !is(t, i-3, letter)
}

// maxPhone is the number of digits of the longest number: E.164, section 6.1, and 00.
const maxPhone = 17

// maxGroups is the number of groups of the longest number that people write.
const maxGroups = 9

// maxNational is the number of digits of the longest number without country code.
const maxNational = 13

// international looks for a country code after skip digits.
func (s *scan) international(i, start int, d *dialled, skip int) int {
	if start < i && (is(s.text, start-1, alnum) || at(s.text, start-1, '+') || at(s.text, start-1, ')')) {
		return i // a sum
	}
	code, low, high := country(d.digits[skip:], d.total()-skip)
	if code == 0 {
		return i
	}
	if d.digits[skip+code] == 0 && !(d.digits[skip] == 3 && d.digits[skip+1] == 9) {
		high++ // the national prefix, which does not belong there but in Italy
	}
	for k := d.n - 1; k >= 0; k-- {
		n := int(d.count[k]) - skip - code
		if n > high || d.line > 0 && k >= d.line && int(d.count[d.line-1])-skip-code >= min(low+2, high) {
			continue // too much, or another number on the next line
		}
		if n < low || skip > 0 && (is(s.text, d.end(k), letter) || k == 0 && !s.context(i, d.end(k), phoneTopic)) {
			return i
		}
		if d.digits[skip] == 1 && d.digits[skip+1] < 2 {
			return i
		}
		s.add(phoneID, start, d.end(k), certain)
		return d.end(k)
	}
	return i
}

// nanpNumber reports whether ten digits are a North American number: NXX-NXX-XXXX, no
// N11 in front, N from 2 to 9.
func nanpNumber(d []byte) bool {
	return len(d) >= 10 && d[0] >= 2 && d[1] != 9 && (d[1] != 1 || d[2] != 1) && d[3] >= 2
}

// extended reports whether the extension of a number stands at i: x123.
func extended(t string, i int) bool { return at(t, i, 'x') && is(t, i+1, digit) }

// nanp finds (415) 555-2671, 415-555-2671, 415.555.2671, 415/555-2671, and each after a 1. The
// end is 0 if it does not. After an area code in brackets, the number may begin with any digit.
func (d *dialled) nanp(s *scan, i int) (start, end int) {
	start = i
	k := 0
	if d.digits[0] == 1 && d.size(0) == 1 {
		k = 1
	}
	if d.n < k+3 || d.size(k) != 3 || d.size(k+1) != 3 || d.size(k+2) != 4 {
		return i, 0
	}
	if !nanpNumber(d.digits[k:]) && (d.sep[k+1] != ')' || d.sep[k+2] != '-' || d.digits[k] < 2) {
		return i, 0
	}
	end = d.end(k + 2)
	if is(s.text, end, alnum) && !extended(s.text, end) || at(s.text, end, '-') && is(s.text, end+1, digit) {
		return i, 0
	}
	switch {
	case d.sep[k+1] == ')':
		if k == 0 && at(s.text, i-1, '(') {
			start--
		}
		return start, end
	case (d.sep[k+1] == '-' || d.sep[k+1] == '.') && d.sep[k+2] == d.sep[k+1] && !s.inRow(i, end, d.sep[k+1]),
		d.sep[k+1] == '/' && d.sep[k+2] == '-' && !s.inRow(i, end, d.sep[k+1]):
		return start, end
	}
	return i, 0
}

// zero returns the end of groups of the given sizes that begin with one 0, have one
// separator, and are no part of a longer row: 044 668 18 00, 01 23 45 67 89. It is 0 if
// they are not.
func (d *dialled) zero(s *scan, i int, sizes ...int) int {
	if d.digits[0] != 0 || d.digits[1] == 0 || d.n < len(sizes) {
		return 0
	}
	for k, size := range sizes {
		if d.size(k) != size || k > 0 && d.sep[k] != d.sep[1] && (d.sep[1] != '/' || k > 2 && d.sep[k] != d.sep[2]) {
			return 0
		}
	}
	end := d.end(len(sizes) - 1)
	if is(s.text, end, alnum) || s.inRow(i, end, d.sep[1]) || at(s.text, i-1, ':') && is(s.text, i-2, digit) {
		return 0
	}
	return end
}

// swiss returns the end of an area code of Switzerland and seven digits, or 0: 044 6681800.
func (d *dialled) swiss(s *scan, i int) int {
	end := d.zero(s, i, 3, 7)
	if end == 0 || d.sep[1] == '.' || d.sep[1] == '-' {
		return 0
	}
	switch d.digits[1]*10 + d.digits[2] {
	case 21, 22, 24, 26, 27, 31, 32, 33, 34, 41, 43, 44, 52, 55, 56, 58, 61, 62, 71, 74, 75, 76, 77, 78, 79, 81, 91:
		return end
	}
	return 0
}

// national looks for a number of any plan with a word near by.
func (s *scan) national(i int, d *dialled) int {
	start, last := i, d.n-1
	if at(s.text, i-1, '(') && d.n > 1 && d.sep[1] == ')' {
		start--
	}
	for k := 1; k < d.n; k++ {
		if d.count[k] > maxNational || d.digits[d.count[k-1]] == 0 && d.size(k) > 2 && d.count[k-1] >= 8 {
			last = k - 1 // what follows is too much, or another number
			break
		}
	}
	n, end := int(d.count[last]), d.end(last)
	if n < 7 || n > maxNational || d.zeros() || n < 2*(last+1) || is(s.text, end, letter) && !extended(s.text, end) || d.amount() || last == 0 && s.argument(start, end, d.digits[0] == 0) {
		return i
	}
	if found := s.topicBefore(start); found&phoneTopic == 0 {
		weak := found&^weakTopics == 0 && (found&contactTopic != 0 && found&identTopic == 0 && d.n > 1 && (d.n > 2 || d.sep[1] != '.') ||
			found&reachTopic != 0 && d.n > 1 && (d.digits[0] == 0 || d.n > 2 && d.size(0) == 3 && d.size(1) == 3 && d.size(2) == 4 && nanpNumber(d.digits[:])))
		if !weak && (found != 0 || s.topicAfter(end)&phoneTopic == 0) {
			if d.more {
				s.noPhone = end
			}
			return i
		}
	}
	s.add(phoneID, start, end, nearby)
	return end
}

// argument reports whether the digits are an argument of a call in a program, or a count of
// what the word after them says; zero means that they begin with one, as no argument does.
func (s *scan) argument(start, end int, zero bool) bool {
	t := s.text
	if at(t, start-1, '(') && is(t, start-2, letter) && !zero {
		return true
	}
	if !at(t, end, ' ') {
		return false
	}
	switch t[end+1 : wordEnd(t, end+1)] {
	case "ns", "us", "ms", "s", "sec", "seconds", "times", "bytes", "B", "kB", "KB", "MB", "items", "rows", "users", "calls", "records":
		return true
	}
	return false
}

// fours reports whether there are only groups of four, as of numbers in hexadecimal.
func (d *dialled) fours() bool {
	for k := range d.n {
		if d.size(k) != 4 {
			return false
		}
	}
	return true
}

// zeros reports whether all digits are 0.
func (d *dialled) zeros() bool {
	for _, c := range d.digits[:d.total()] {
		if c != 0 {
			return false
		}
	}
	return true
}

// amount reports whether the groups are those of a sum or a count, 12999.00 or 1.234.567,
// or of milliseconds since 1970.
func (d *dialled) amount() bool {
	if d.n == 1 && d.total() == 13 && d.digits[0] == 1 {
		return true
	}
	if d.n == 2 && d.sep[1] == '.' && d.size(1) <= 2 {
		return true
	}
	years := 0
	for k := range d.n {
		if d.size(k) == 4 && (d.digits[d.count[k]-4] == 2 && d.digits[d.count[k]-3] == 0 || d.digits[d.count[k]-4] == 1 && d.digits[d.count[k]-3] == 9) {
			years++
		}
	}
	if d.n > 1 && years == d.n {
		return true
	}
	if d.n < 3 || d.sep[1] != '.' && (d.sep[1] != ' ' || d.size(0) > 1) || d.digits[0] == 0 || d.size(0) > 3 {
		return false
	}
	for k := 1; k < d.n; k++ {
		if d.size(k) != 3 || d.sep[k] != d.sep[1] {
			return false
		}
	}
	return true
}
