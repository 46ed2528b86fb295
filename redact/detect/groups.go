package detect

// groups are digits in groups: 4111 1111 1111 1111.
type groups struct {
	start  int
	n      int              // groups
	digits [maxDigits]byte  // values, not characters
	count  [maxDigits]uint8 // digits up to and including each group
	length [maxDigits]uint8 // of the text from start to the end of each group
	sep    byte             // what stands between the first groups; 0 for a line break
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
		if g.n == 1 {
			g.sep = sep
		}
		i = next
	}
}

// separator returns what stands at i and the place after it; 0 for sep is a line break,
// 0 for next no separator.
func separator(text string, i int) (next int, sep byte) {
	if i >= len(text) {
		return 0, 0
	}
	switch c := text[i]; c {
	case ' ', '-', '.', '/', '_':
		if at(text, i+1, '\n') {
			return i + 2, 0
		}
		return i + 1, c
	case '\t':
		return i + 1, ' '
	case '\n':
		return i + 1, 0
	case '\r':
		if at(text, i+1, '\n') {
			return i + 2, 0
		}
	}
	return 0, 0
}

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
