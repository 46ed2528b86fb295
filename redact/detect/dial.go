package detect

// dialled are the digits of a telephone number in groups.
type dialled struct {
	start  int
	n      int // groups
	digits [maxPhone]byte
	count  [maxPhone]uint8 // digits up to and including each group
	length [maxPhone]uint8 // of the text from start to the end of each group
	sep    [maxPhone]byte  // what stands before each group but the first
	more   bool            // further digits follow
	line   int             // the group that begins a line; 0: none
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
		if sep == '\t' && (!at(text, d.start-1, '+') || d.count[0] > 3 || d.n > 1 && d.sep[1] != '\t') {
			return d // the next column
		}
		if next == 0 && d.line == 0 && d.n < maxGroups && at(text, d.start-1, '+') {
			if next = wrap(text, end); next > end && is(text, next, digit) {
				d.line = d.n
			} else {
				next = 0
			}
		}
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

// unwrap leaves out what stands on the next line.
func (d *dialled) unwrap() {
	if d.line > 0 {
		d.n = d.line
	}
}

// dialSeparator returns the place of the next digit after at most three marks at i, and
// the first mark, or ')' if that is among them. The national prefix (0) is no digit.
func dialSeparator(text string, i int) (next int, sep byte) {
	for j := i; j < i+3 && j < len(text); j++ {
		switch c := text[j]; c {
		case ' ', '-', '.', '/', '(', ')', '\t':
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

// country returns the length of the country code that n digits begin with, and how many
// digits may follow it: the list of ITU-T E.164 assigned country codes (2016-11-15), with
// the lengths of the national plans where they are fixed, as libphonenumber 9.0.43 has them; at
// most 15 in all. The length is 0 for a code that is not assigned.
func country(digits []byte, n int) (code, low, high int) {
	if n < 7 {
		return 0, 0, 0
	}
	one, two := int(digits[0]), int(digits[0])*10+int(digits[1])
	switch two {
	case 33, 34:
		return 2, 9, 9
	case 45, 47:
		return 2, 8, 8
	case 31:
		if digits[2] == 9 && digits[3] == 7 { // machines
			return 2, 9, 11
		}
		return 2, 9, 9
	case 41:
		if digits[2] == 8 && digits[3] == 6 { // mailboxes
			return 2, 12, 12
		}
		return 2, 9, 9
	case 61:
		if digits[2] == 1 { // services
			return 2, 6, 10
		}
		return 2, 9, 9
	case 44:
		return 2, 7, 10
	case 48:
		return 2, 7, 9
	case 82:
		return 2, 8, 11
	case 52, 90, 91:
		return 2, 10, 11
	case 32, 51, 56, 57, 60, 64, 65, 66, 84:
		return 2, 8, 10
	case 20, 27, 30, 36, 40, 46, 54, 55, 58, 63, 81, 92, 93, 94, 95, 98:
		return 2, 6, 11
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
