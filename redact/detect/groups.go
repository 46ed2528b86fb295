package detect

// groups are digits in groups: 4111 1111 1111 1111.
type groups struct {
	start  int
	n      int              // groups
	digits [maxDigits]byte  // values, not characters
	count  [maxDigits]uint8 // digits up to and including each group
	length [maxDigits]uint8 // of the text from start to the end of each group
	sep    byte             // what stands between the first groups; 0 for a line break
	second byte             // what stands between the next ones
	wide   int              // the first group before which more than one character stands on its line; 0: none
	points int              // the first group before which a full stop stands beside other separators; 0: none
}

// maxDigits is the length of the longest number that is looked for: ISO/IEC 7812.
const maxDigits = 19

// parseGroups reads groups of digits at i with single separators between them, of which
// one may be a line break: with more it is a column of numbers. Groups that would make
// more than maxDigits digits are left out, and so is all that follows a group of one or two.
func parseGroups(text string, i int) (g groups) {
	g.start = i
	total, wrapped := 0, false
	for {
		end := run(text, i, digit)
		if end == i || total+end-i > maxDigits {
			return g
		}
		for ; i < end; i++ {
			g.digits[total] = text[i] - '0'
			total++
		}
		g.count[g.n], g.length[g.n] = uint8(total), uint8(end-g.start)
		g.n++
		if g.n == 1 && total < 3 {
			return g // no number that is looked for begins like that
		}
		next, sep := separator(text, end)
		if next == 0 || sep == 0 && wrapped {
			return g
		}
		wrapped = wrapped || sep == 0
		if g.points == 0 && g.n > 1 && sep != g.sep && sep != 0 && g.sep != 0 && (sep == '.' || g.sep == '.') {
			g.points = g.n
		}
		if g.wide == 0 && sep != 0 && next > end+1 && is(text, next, digit) {
			g.wide = g.n
		}
		switch g.n {
		case 1:
			g.sep = sep
		case 2:
			g.second = sep
		}
		i = next
	}
}

// separator returns what stands at i and the place after it; 0 for sep is a line break,
// 0 for next no separator. A mark may have a space on either side.
func separator(text string, i int) (next int, sep byte) {
	if i >= len(text) {
		return 0, 0
	}
	switch c := text[i]; c {
	case ' ', '-', '.', '/', '_', '\t':
		if is(text, i+1, alnum) {
			break // as nearly always
		}
		if c == '\t' {
			c = ' '
		}
		if next := wrap(text, i+1); next > i+1 {
			return next, 0
		}
		if c == ' ' && at(text, i+1, '-') && is(text, i+2, digit) {
			return 0, 0 // a minus
		}
		if c == ' ' && (at(text, i+1, '-') || at(text, i+1, '.') || at(text, i+1, '/')) {
			i++
			c = text[i]
		}
		if at(text, i+1, ' ') {
			i++
		}
		return i + 1, c
	case '\n', '\r', '\\':
		if next := wrap(text, i); next > i {
			return next, 0
		}
		return 0, 0
	default:
		return 0, 0
	}
	if text[i] == '\t' {
		return i + 1, ' '
	}
	return i + 1, text[i]
}

// wrap returns the end of the line break at i, literal ones included, and of what may
// stand before the text of the next line: an indent, marks of a quoted mail. It is i if there
// is none.
func wrap(text string, i int) int {
	start, broken := i, false
	for i < len(text) {
		k := i
		if text[k] == '\\' {
			k++
		}
		if at(text, k, '\r') {
			i = k + 1
			continue
		}
		if at(text, k, '\n') && !broken {
			i, broken = k+1, true
			continue
		}
		break
	}
	if !broken {
		return start
	}
	for n := 0; n < maxIndent && (at(text, i, ' ') || at(text, i, '\t') || at(text, i, '>')); n++ {
		i++
	}
	return i
}

// maxIndent is the length of the longest indent of a wrapped value.
const maxIndent = 8

// size returns the number of digits of group k.
func (g *groups) size(k int) int {
	if k == 0 {
		return int(g.count[0])
	}
	return int(g.count[k] - g.count[k-1])
}

// end returns where group k ends in the text.
func (g *groups) end(k int) int { return g.start + int(g.length[k]) }

// total returns the number of digits.
func (g *groups) total() int {
	if g.n == 0 {
		return 0
	}
	return int(g.count[g.n-1])
}

// are reports whether the first groups have these sizes.
func (g *groups) are(sizes ...int) bool {
	if g.n < len(sizes) {
		return false
	}
	for k, size := range sizes {
		if g.size(k) != size {
			return false
		}
	}
	return true
}

// value returns the digits from one to another as a number.
func (g *groups) value(from, to int) int {
	n := 0
	for _, d := range g.digits[from:to] {
		n = n*10 + int(d)
	}
	return n
}
