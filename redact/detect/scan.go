package detect

import (
	"slices"
	"strings"
)

// A scan is one pass over one text.
type scan struct {
	text  string
	kinds Set
	out   []Span
	base  int // out[:base] are the caller's

	token   piece // the last run of letters, digits, _ and - that was looked at
	word    piece // the last run of letters and digits that was looked at
	claimed piece // the last digits that look like those of a card or an IBAN, but for the check
	noPhone int   // no phone number starts before it
	around  surrounding
	field   string // the name of the field that text is the value of
	rules   []*Rule
	extra   []Span // what the rules found, a buffer

	inner     bool // text is what something in another one decodes to
	decoded   int  // bytes so far
	signedTo  int  // what stands before it was judged as a signature
	judgedTo  int  // what stands before it is a part of a value that was judged
	decodedTo int  // what stands before it is decoded
	escapedTo int  // the same for escapes
	urlTo     int  // what stands before it was read as a URL
}

// A piece is text[start:end].
type piece struct{ start, end int }

func (p piece) len() int { return p.end - p.start }

// The triggers: the only bytes at which anything is looked for. They are rare in plain
// text, and every kind of value has one of them.
const (
	noTrigger = iota
	digitTrigger
	mailTrigger   // @
	equalsTrigger // =
	colonTrigger  // :
	dashTrigger   // -
	capitalTrigger
	escapeTrigger // % & \
	lineTrigger   // _
	plusTrigger   // +
)

var triggers = func() (table [256]uint8) {
	for b := '0'; b <= '9'; b++ {
		table[b] = digitTrigger
	}
	for _, row := range cueCapitals {
		table[row] = capitalTrigger
	}
	table['%'], table['&'], table['\\'] = escapeTrigger, escapeTrigger, escapeTrigger
	table['_'], table['+'] = lineTrigger, plusTrigger
	table['@'], table['='], table[':'], table['-'] = mailTrigger, equalsTrigger, colonTrigger, dashTrigger
	return table
}()

func (s *scan) run() {
	t := s.text
	if s.field != "" && !s.inner {
		s.ofField()
	}
	for i := 0; i < len(t); {
		for i+8 <= len(t) && triggers[t[i]]|triggers[t[i+1]]|triggers[t[i+2]]|triggers[t[i+3]]|
			triggers[t[i+4]]|triggers[t[i+5]]|triggers[t[i+6]]|triggers[t[i+7]] == 0 {
			i += 8
		}
		if i == len(t) {
			break
		}
		switch triggers[t[i]] {
		case digitTrigger:
			i = s.digit(i)
		case mailTrigger:
			i = s.mail(i)
		case equalsTrigger:
			i = s.equals(i)
		case colonTrigger:
			i = s.colon(i)
		case dashTrigger:
			i = s.dash(i)
		case lineTrigger:
			i = s.letterKey(i)
		case plusTrigger:
			i = s.registryKey(i)
		case escapeTrigger:
			i = s.escape(i)
		case capitalTrigger:
			i = s.capital(i)
		default:
			i++
		}
	}
	if len(s.rules) > 0 {
		s.runRules()
	}
}

// digit looks at the digits at i and returns where to go on, like the other methods that
// take a trigger.
func (s *scan) digit(i int) int {
	if i >= s.token.end {
		if end := s.newToken(i); end > i {
			return end
		}
	}
	if i >= s.word.end {
		s.word = piece{runBack(s.text, i, alnum, s.word.end), run(s.text, i, alnum)}
		if end := s.claimWord(i); end > i {
			return end
		}
		if s.word.start < i {
			if end := max(s.identify(), s.crypto(s.word), s.mrz(s.word)); end > i {
				return end
			}
		}
	}
	if end := s.entra(run(s.text, i, digit) - 1); end > i {
		return end
	}
	if end := s.iban(i); end > i {
		return end
	}
	if i == s.word.start {
		return s.number(i)
	}
	if i-s.word.start <= maxToken && run(s.text, s.word.start, letter) == i {
		if end := max(s.dottedMAC(s.word.start), s.refer()); end > i {
			return end
		}
	}
	g := parseGroups(s.text, i)
	if g.total() >= 9 && g.size(0) == 3 && topicOf(s.text[s.word.start:i])&ssnTopic != 0 {
		if end := s.ssn(&g); end > i {
			return end // ssn536-22-1234
		}
	}
	if g.total() >= 12 {
		if end := s.card(&g); end > i {
			return end
		}
	}
	return run(s.text, i, digit)
}

// number looks at digits that no letter stands before.
func (s *scan) number(i int) int {
	if at(s.text, i-1, '(') {
		if end := s.udi(i); end > i {
			return end
		}
	}
	if end := s.claimNumber(i); end > i {
		return end
	}
	if end := s.ipv4(i); end > i {
		return end
	}
	if at(s.text, i+6, '+') {
		if end := s.centenarian(i); end > i {
			return end
		}
	}
	if end := max(s.identify(), s.crypto(s.word), s.mrz(s.word), s.dottedMAC(i)); end > i {
		return end
	}
	if g := parseGroups(s.text, i); g.total() >= 9 {
		if end := s.card(&g); end > i {
			return end
		}
		if end := s.ssn(&g); end > i {
			return end
		}
	}
	if end := max(s.age(i), s.besideCard(i), s.street(i), s.refer()); end > i {
		return end
	}
	return max(s.phone(i), run(s.text, i, digit))
}

func (s *scan) colon(i int) int {
	if end := s.mac(i); end > i {
		return end
	}
	if end := s.ipv6(i); end > i {
		return end
	}
	s.url(i)
	s.label(i)
	return s.assignment(i)
}

func (s *scan) equals(i int) int {
	s.label(i)
	return s.assignment(i)
}

func (s *scan) dash(i int) int {
	if end := s.mac(i); end > i {
		return end
	}
	if !at(s.text, i+1, '-') {
		return s.letterKey(i)
	}
	if is(s.text, i+2, letter) {
		return s.option(i)
	}
	return s.privateKey(i)
}

// add takes a finding. Where findings meet, one span covers them all, so that nothing of
// the weaker one is left, and its kind is that of the strongest: a checked one, then the
// longest, then the leftmost, then the surest.
func (s *scan) add(k id, start, end int, score float32) {
	if s.kinds.has(k) {
		s.put(Span{start, end, registry[k].kind, score})
	}
}

func (s *scan) put(span Span) {
	start, end := span.Start, span.End
	if s.withinPlaceholder(start, end) {
		return
	}
	to := len(s.out)
	for to > s.base && s.out[to-1].Start >= end {
		to--
	}
	from := to
	for from > s.base && s.out[from-1].End > start {
		from--
		span = merge(s.out[from], span)
	}
	s.out = slices.Replace(s.out, from, to, span)
}

func merge(a, b Span) Span {
	best := a
	if (b.Score == checked) != (a.Score == checked) {
		if b.Score == checked {
			best = b
		}
	} else if more := (b.End - b.Start) - (a.End - a.Start); more > 0 || more == 0 && (b.Start < a.Start || b.Score > a.Score) {
		best = b
	}
	best.Start, best.End = min(a.Start, b.Start), max(a.End, b.End)
	return best
}

// The scores.
const (
	checked = 1   // a checksum holds
	certain = 0.9 // nothing else looks like it
	likely  = 0.7 // the shape fits
	nearby  = 0.5 // the shape may fit and a word near by says so
)

func hasAny(text string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(text, p) })
}
