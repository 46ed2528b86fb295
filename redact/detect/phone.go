package detect

// phone looks for a telephone number at i.
//
// International numbers (ITU-T E.164) stand alone after +, and after 00 if they are
// separated. So do the forms (415) 555-2671 and 415-555-2671 of the North American
// Numbering Plan (or with dots), and the usual groups of Swiss and French numbers. Anything else needs
// a word near by; digits without separators need one that says "phone".
func (s *scan) phone(i int) int {
	if i < s.noPhone {
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
	if d.digits[0] == 0 && d.digits[1] == 0 && d.total() > 9 {
		if end := s.international(i, i, &d, 2); end > i {
			return end
		}
	}
	start, end := d.nanp(s, i)
	if end == 0 {
		end = max(d.zero(s, i, 3, 3, 2, 2), d.zero(s, i, 2, 2, 2, 2, 2)) // Swiss, French
	}
	if end == 0 {
		return s.national(i, &d)
	}
	s.add(phoneID, start, end, likely)
	return end
}

// maxPhone is the number of digits of the longest number: E.164, section 6.1, and 00.
const maxPhone = 17

// maxGroups is the number of groups of the longest number that people write.
const maxGroups = 9

// maxNational is the number of digits of the longest number without country code.
const maxNational = 13

// dialled are the digits of a telephone number in groups.
type dialled struct {
	start  int
	n      int // groups
	digits [maxPhone]byte
	count  [maxPhone]uint8 // digits up to and including each group
	length [maxPhone]uint8 // of the text from start to the end of each group
	sep    [maxPhone]byte  // what stands before each group but the first
	more   bool            // further digits follow
}

func (d *dialled) total() int { return int(d.count[d.n-1]) }

// end returns where group k ends in the text.
func (d *dialled) end(k int) int { return d.start + int(d.length[k]) }

func (d *dialled) size(k int) int {
	if k == 0 {
		return int(d.count[0])
	}
	return int(d.count[k] - d.count[k-1])
}

// dial reads groups of digits at i.
func dial(text string, i int) (d dialled) {
	d.start = i
	total := 0
	for {
		end := run(text, i, digit)
		if total+end-i > maxPhone || d.n == maxGroups {
			d.more = true
			return d
		}
		for ; i < end; i++ {
			d.digits[total] = text[i] - '0'
			total++
		}
		d.count[d.n], d.length[d.n] = uint8(total), uint8(end-d.start)
		d.n++
		next, sep := dialSeparator(text, end)
		if next == 0 {
			return d
		}
		if d.n == 5 && total == 5 {
			d.n = 0 // digits one by one
			return d
		}
		if d.n < maxGroups {
			d.sep[d.n] = sep
		}
		i = next
	}
}

// dialSeparator returns the place of the next digit after at most three marks at i, and
// the first mark, or ')' if that is among them. The national prefix (0) is no digit.
func dialSeparator(text string, i int) (next int, sep byte) {
	for j := i; j < i+3 && j < len(text); j++ {
		switch c := text[j]; c {
		case ' ', '-', '.', '/', '(', ')':
			if c == '.' && j > i || c == ' ' && j > i && text[j-1] == '.' {
				return 0, 0
			}
			if sep == 0 || c == ')' {
				sep = c
			}
			if c == '(' && at(text, j+1, '0') && at(text, j+2, ')') {
				if next := skipMarks(text, j+3); is(text, next, digit) {
					return next, ')'
				}
				return 0, 0
			}
		default:
			return 0, 0
		}
		if is(text, j+1, digit) {
			return j + 1, sep
		}
	}
	return 0, 0
}

func skipMarks(text string, i int) int {
	for n := 0; n < 2 && (at(text, i, ' ') || at(text, i, '-') || at(text, i, '/')); n++ {
		i++
	}
	return i
}

// international looks for a country code after skip digits.
func (s *scan) international(i, start int, d *dialled, skip int) int {
	if start < i && (is(s.text, start-1, alnum) || at(s.text, start-1, '+') || at(s.text, start-1, ')')) {
		return i // a sum
	}
	code, low, high := country(d.digits[skip:], d.total()-skip)
	if code == 0 {
		return i
	}
	for k := d.n - 1; k >= 0; k-- {
		n := int(d.count[k]) - skip - code
		if n > high {
			continue
		}
		if n < low || skip > 0 && (is(s.text, d.end(k), letter) || k == 0 && !s.context(i, d.end(k), phoneTopic)) {
			return i
		}
		if d.digits[skip] == 1 && !nanpNumber(d.digits[skip+1:]) {
			return i
		}
		s.add(phoneID, start, d.end(k), certain)
		return d.end(k)
	}
	return i
}

// country returns the length of the country code that n digits begin with, and how many
// digits may follow it: the list of ITU-T E.164 assigned country codes (2016-11-15), with
// the lengths of the national plans where they are fixed; at most 15 in all. The length
// is 0 for a code that is not assigned.
func country(digits []byte, n int) (code, low, high int) {
	if n < 7 {
		return 0, 0, 0
	}
	one, two := int(digits[0]), int(digits[0])*10+int(digits[1])
	switch two {
	case 33, 34, 31, 48, 61:
		return 2, 9, 9
	case 41:
		return 2, 9, 9
	case 44:
		return 2, 9, 10
	case 45, 47:
		return 2, 8, 8
	case 52, 82, 90, 91:
		return 2, 10, 11
	case 32, 51, 56, 57, 60, 63, 64, 65, 66, 84:
		return 2, 8, 10
	case 46, 81, 55, 54, 58, 98, 92, 93, 94, 95, 20, 27, 30, 36, 40:
		return 2, 7, 11
	case 39, 43, 49, 53, 62, 86:
		return 2, 6, 13
	}
	switch one {
	case 1, 7:
		return 1, 10, 10
	case 0:
		return 0, 0, 0
	}
	switch two {
	case 21, 22, 23, 24, 25, 26, 29, 35, 37, 38, 42, 50, 59, 67, 68, 69, 80, 85, 87, 88, 96, 97, 99:
		return 3, 5, 12
	}
	return 0, 0, 0
}

// nanpNumber reports whether ten digits are a North American number: NXX-NXX-XXXX, no
// N11 in front, N from 2 to 9.
func nanpNumber(d []byte) bool {
	return len(d) >= 10 && d[0] >= 2 && d[1] != 9 && (d[1] != 1 || d[2] != 1) && d[3] >= 2
}

// nanp finds (415) 555-2671, 415-555-2671, 415.555.2671, and each after a 1. The end is 0 if it does
// not.
func (d *dialled) nanp(s *scan, i int) (start, end int) {
	start = i
	k := 0
	if d.digits[0] == 1 && d.size(0) == 1 {
		k = 1
	}
	if d.n < k+3 || d.size(k) != 3 || d.size(k+1) != 3 || d.size(k+2) != 4 || !nanpNumber(d.digits[k:]) {
		return i, 0
	}
	end = d.end(k + 2)
	if is(s.text, end, alnum) && !(at(s.text, end, 'x') && is(s.text, end+1, digit)) || at(s.text, end, '-') && is(s.text, end+1, digit) {
		return i, 0
	}
	switch {
	case d.sep[k+1] == ')':
		if k == 0 && at(s.text, i-1, '(') {
			start--
		}
		return start, end
	case (d.sep[k+1] == '-' || d.sep[k+1] == '.') && d.sep[k+2] == d.sep[k+1] && !s.inRow(i, end, d.sep[k+1]):
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
		if d.size(k) != size || k > 0 && d.sep[k] != d.sep[1] {
			return 0
		}
	}
	end := d.end(len(sizes) - 1)
	if is(s.text, end, alnum) || s.inRow(i, end, d.sep[1]) || at(s.text, i-1, ':') && is(s.text, i-2, digit) {
		return 0
	}
	return end
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
	if n < 7 || n > maxNational || n < 2*(last+1) || is(s.text, end, letter) || d.amount() {
		return i
	}
	if found := s.topicBefore(start); found&phoneTopic == 0 {
		weak := found == contactTopic && d.n > 1 && (d.n > 2 || d.sep[1] != '.')
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

// amount reports whether the groups are those of a sum or a count, 12999.00 or 1.234.567,
// or of milliseconds since 1970.
func (d *dialled) amount() bool {
	if d.n == 1 && d.total() == 13 && d.digits[0] == 1 {
		return true
	}
	if d.n == 2 && d.sep[1] == '.' && d.size(1) <= 2 {
		return true
	}
	if d.n < 3 || d.sep[1] != '.' || d.digits[0] == 0 || d.size(0) > 3 {
		return false
	}
	for k := 1; k < d.n; k++ {
		if d.size(k) != 3 || d.sep[k] != d.sep[1] {
			return false
		}
	}
	return true
}
