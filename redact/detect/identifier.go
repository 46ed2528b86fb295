package detect

import "strings"

// An identifier is a kind of number or code of fixed length.
type identifier struct {
	kind     id
	standing standing
	// forms are the ways to write it, with a slash between: 9 is a digit, A a letter, X
	// either, a space a place for one separator. Without any separator is always right;
	// with some of those of a form only if it has letters.
	forms  string
	topics topics                    // the words that may stand by it
	check  func(s signs, n int) bool // of the first n signs
	loose  bool                      // the check proves little
}

// A standing is what an identifier needs to be taken for one.
type standing uint8

const (
	byContext standing = iota // a word
	ifGrouped                 // its separators, or a word
	alone                     // nothing, or a word if its letters are in lower case
)

// identifiers lists what [scan.identify] knows; the first of a length that fits wins.
var identifiers = [...]*identifier{
	&ahv, &uid, &npi, &dea, &sin, &curp, &cpf, &cnpj, &nir, &bsn, &benn, &ptnif, &ptcc, &esnif, &esnie,
	&itcf, &itiva, &detax, &devat, &rvnr, &kvnr, &nhs, &nino, &pps, &atsvnr, &plpesel, &sepnr, &nofnr,
	&fihetu, &fihetuLetter, &dkcpr, &trtckn, &zaid, &ilid, &imei, &aadhaar, &inpan, &gstin, &nric, &cnid, &jpmynumber,
	&krrrn, &thtnin, &autfn, &auabn, &auacn, &aumedicare, &aba, &mbi, &vin, &vinByName,
}

// maxSigns and minSigns are the lengths of the longest and the shortest identifier.
const maxSigns, minSigns = 18, 8

// signs are letters, in upper case, and digits. They are passed by value: an array that a
// function value were given by reference would have to be allocated.
type signs [maxSigns]byte

// A reading is the letters and digits at a place of the text, without the single separators
// between them.
type reading struct {
	start   int
	n       int
	sign    signs
	end     [maxSigns]int
	letters uint32 // places of letters
	gaps    uint32 // places before which a separator stands
	wide    uint32 // those before which more than one character stands
	lower   uint32 // places of letters in lower case
	open    bool   // a further sign follows directly
}

// A form is one form of an identifier.
type form struct {
	*identifier
	letters, either, gaps uint32
}

// formsByLength are the forms of all identifiers by their number of signs.
var formsByLength = func() (table [maxSigns + 1][]form) {
	for _, id := range identifiers {
		for text := range strings.SplitSeq(id.forms, "/") {
			n, f := 0, form{identifier: id}
			for _, c := range text {
				switch c {
				case ' ':
					f.gaps |= 1 << n
					continue
				case 'A':
					f.letters |= 1 << n
				case 'X':
					f.either |= 1 << n
				}
				n++
			}
			table[n] = append(table[n], f)
		}
	}
	return table
}()

// read reads the signs at start. One line break may be among the separators: with more it
// is a column.
func (c *reading) read(t string, start int) {
	c.start = start
	wrapped := false
	for i := start; ; {
		b := t[i]
		switch {
		case class[b]&digit != 0:
		case class[b]&letter != 0:
			c.letters |= 1 << c.n
			if b >= 'a' {
				b -= 'a' - 'A'
				c.lower |= 1 << c.n
			}
		}
		c.sign[c.n] = b
		i++
		c.end[c.n] = i
		c.n++
		if is(t, i, alnum) {
			if c.open = c.n == maxSigns; c.open {
				return
			}
			continue
		}
		next, sep := separator(t, i)
		if next == 0 || !is(t, next, alnum) || t[next] >= 'a' || sep == 0 && wrapped {
			return
		}
		wrapped = wrapped || sep == 0
		c.gaps |= 1 << c.n
		if sep != 0 && next > i+1 {
			c.wide |= 1 << c.n
		}
		if c.n == maxSigns || c.n == 4 && c.gaps == 0b11110 {
			return // digits one by one
		}
		i = next
	}
}

// identify looks for an identifier that starts with the word at s.word, or with one to three
// words of capitals before it: AB 12 34 56 C, RSS MRA 85T10 A562S, AB.CDE.FGH/6JKL-01.
func (s *scan) identify() int {
	starts, n := [4]int{s.word.start}, 1
	for n < len(starts) {
		before := s.capitalsBefore(starts[n-1])
		if before == starts[n-1] {
			break
		}
		starts[n] = before
		n++
	}
	for n > 0 {
		n--
		if end := s.identifyAt(starts[n]); end > 0 {
			return end
		}
	}
	return 0
}

// capitalsBefore returns the start of the word of at most six capitals before i and one
// separator, or i. The che of a Swiss number may be in lower case.
func (s *scan) capitalsBefore(i int) int {
	t := s.text
	if i < 2 || !is(t, i-2, letter) || !separates(t[i-1]) {
		return i
	}
	start := runBack(t, i-1, letter, max(0, i-8))
	if i-1-start > 6 || !upperOnly(t[start:i-1]) && t[start:i-1] != "che" || is(t, start-1, alnum) {
		return i
	}
	return start
}

func separates(b byte) bool { return b == ' ' || b == '-' || b == '.' || b == '/' || b == '_' }

func upperOnly(text string) bool {
	for i := range len(text) {
		if text[i] < 'A' || 'Z' < text[i] {
			return false
		}
	}
	return true
}

// identifyAt looks for the longest identifier at start, and returns its end or 0. Among
// those of one length a word near by decides, and then the order of the list.
func (s *scan) identifyAt(start int) int {
	var c reading
	c.read(s.text, start)
	for n := c.n; n >= minSigns; n-- {
		if n < c.n && c.gaps>>n&1 == 0 || n == c.n && c.open {
			continue // in the middle of a word
		}
		var best standingMatch
		for i := range formsByLength[n] {
			if f := &formsByLength[n][i]; s.fits(f, &c, n) {
				if m := s.stands(f, &c, n); m.rank > best.rank {
					best = m
				}
			}
		}
		if best.rank > 0 {
			s.add(best.kind, start, c.end[n-1], best.score)
			return c.end[n-1]
		}
	}
	return 0
}

// fits reports whether the first n signs have a form and fulfil its check.
func (s *scan) fits(f *form, c *reading, n int) bool {
	mask := uint32(1)<<n - 1
	letters, gaps := c.letters&mask, c.gaps&mask
	if letters&^f.either != f.letters || gaps&^f.gaps != 0 || gaps != 0 && letters == 0 && gaps != f.gaps || !s.kinds.has(f.kind) {
		return false
	}
	return !s.partOfRow(c, n, letters) && f.check(c.sign, n)
}

// A standingMatch is what an identifier is, how sure that is, and how well the words fit.
type standingMatch struct {
	kind  id
	score float32
	rank  int
}

// partOfRow reports whether the signs are a part of something longer: digits, and a
// separator other than a space, stand before or after them.
func (s *scan) partOfRow(c *reading, n int, letters uint32) bool {
	t, end := s.text, c.end[n-1]
	row := func(sep, sign int) bool {
		if sep < c.start && s.afterYear(c.start) {
			return false
		}
		return is(t, sign, digit) && (at(t, sep, '-') || at(t, sep, '.') || at(t, sep, '/') && letters == 0)
	}
	return row(c.start-1, c.start-2) || row(end, end+1)
}

// stands returns what an identifier whose check holds is. Its rank is 0 if it needs a word
// that is not there, 1 if it needs none, 2 and 3 if there is a word of many or of this kind.
func (s *scan) stands(f *form, c *reading, n int) (m standingMatch) {
	mask := uint32(1)<<n - 1
	gaps, letters := c.gaps&mask, c.letters&mask
	known := f.standing == alone || f.standing == ifGrouped && gaps == f.gaps
	if c.lower&mask != 0 || c.wide&gaps != 0 && (letters != 0 || !registry[f.kind].checked) {
		known = false
	}
	if s.withinClaimed(c.start) {
		known = false
	}
	m.kind, m.score = f.kind, nearby
	const general = taxTopic | nationalTopic | identTopic
	switch end := c.end[n-1]; {
	case f.topics&^general != 0 && s.context(c.start, end, f.topics&^general):
		m.rank = 3
	case f.topics&general != 0 && s.context(c.start, end, f.topics&general):
		m.rank = 2
	case known:
		m.rank = 1
	}
	switch {
	case registry[f.kind].checked && !f.loose:
		m.score = checked
	case known:
		m.score = likely
	}
	return m
}
