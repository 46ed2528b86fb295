package detect

import "strings"

// card looks for the number of a payment card: ISO/IEC 7812-1, with the Luhn check of
// its annex B. Digits stand alone or in regular groups: of four to six but a shorter
// last one, or 4-6-5 and 4-6-4. Letters may touch it, digits not. Prefixes and lengths of
// the brands come from reference lists of 2026 and not from the register; a number with
// another prefix needs a word such as "card" near by.
//
// Digits in the groups that are printed on cards, of which one is wrong, are claimed: no part
// of them is another number, unless a word says so.
func (s *scan) card(g *groups) int {
	failed := 0
	for k := g.n - 1; k >= 0; k-- {
		n := int(g.count[k])
		if n < 12 {
			break
		}
		if !g.regular(k + 1) {
			continue
		}
		if !luhn(g.digits[:n]) {
			if s.claimed.end <= g.start && g.printed(k+1) && brand(g.digits[:n]) {
				failed = k
			}
			continue
		}
		if (failed > 0 || g.start < s.claimed.end) && n < 14 || s.claimed.start < g.start && g.end(k) <= s.claimed.end {
			continue // a part of one with a wrong digit
		}
		if g.wide > 0 && k >= g.wide && (n < 15 || !narrow(g.digits[:n]) || k < g.n-1 || s.column(g.start)) {
			continue
		}
		if g.points > 0 && k >= g.points || k == 0 && s.among64(g.start, g.end(0)) {
			continue
		}
		if s.inCode(g.start) && !(n >= 15 && narrow(g.digits[:n])) {
			continue
		}
		switch {
		case brand(g.digits[:n]):
			s.add(cardID, g.start, g.end(k), checked)
			return g.end(k)
		case k == 0 && s.context(g.start, g.end(k), cardTopic):
			s.add(cardID, g.start, g.end(k), checked)
			return g.end(k)
		}
	}
	if failed > 0 && !at(s.text, g.start-1, '+') {
		s.claimed = piece{g.start, g.end(failed)}
	}
	return g.start
}

// printed reports whether the first n groups are those that are printed on cards: fours and
// perhaps a shorter one, or 4-6-5 and 4-6-4, with the same separator.
func (g *groups) printed(n int) bool {
	return g.size(0) == 4 && n > 2 && (g.sep == ' ' || g.sep == '-') && g.second == g.sep && g.count[n-1] >= 14 && (n > 3 || g.size(1) == 6)
}

// among64 reports whether an unbroken number stands beside another of about the length of 64
// bits that is no card, as in a table of a program, or is the hash in the version of a module
// of Go: v0.0.0-20200305110556-506484158171.
func (s *scan) among64(start, end int) bool {
	t := s.text
	if end-start == 12 && at(t, start-1, '-') {
		return start >= 16 && run(t[:start], start-15, digit) == start-1 && at(t, start-16, '-')
	}
	if end-start < 17 {
		return false
	}
	if at(t, start-1, '-') {
		start--
	}
	last := start
	for last > 0 && start-last < maxIndent && strings.IndexByte(" ,\n\t", t[last-1]) >= 0 {
		last--
	}
	first := runBack(t, last, digit, max(0, last-21))
	next := end
	for next < len(t) && next-end < maxIndent && strings.IndexByte(" ,\n\t-", t[next]) >= 0 {
		next++
	}
	return last < start && number64(t[first:last]) || next > end && number64(t[next:run(t[:min(len(t), next+21)], next, digit)])
}

// number64 reports whether digits are a number of about the length of 64 bits and no card.
func number64(digits string) bool {
	var d [maxDigits]byte
	if len(digits) < 17 || len(digits) > 20 {
		return false
	}
	if len(digits) == 20 {
		return true
	}
	for i := range len(digits) {
		d[i] = digits[i] - '0'
	}
	return !brand(d[:len(digits)]) || !luhn(d[:len(digits)])
}

// column reports whether digits and more than one space stand before i, as in a table.
func (s *scan) column(i int) bool {
	return at(s.text, i-1, ' ') && at(s.text, i-2, ' ') && is(s.text, i-3, digit)
}

// regular reports whether the first n groups are those of a card.
func (g *groups) regular(n int) bool {
	if n == 1 {
		return true
	}
	if n == 3 && g.size(0) == 4 && g.size(1) == 6 {
		return g.size(2) == 5 || g.size(2) == 4
	}
	size := g.size(0)
	for k := 1; k < n-1; k++ {
		if g.size(k) != size {
			return false
		}
	}
	return 4 <= size && size <= 6 && g.size(n-1) <= size
}

// inCode reports whether the digits at i stand in a word of letters and digits mixed, or of
// hex digits, in which one number in ten passes the check.
func (s *scan) inCode(i int) bool {
	w := s.word
	if i <= w.start || i >= w.end {
		return false
	}
	if w.len() > maxWord {
		return true
	}
	return run(s.text, w.start, letter) < i || w.len() >= 16 && run(s.text, w.start, hex) == w.end
}

// maxWord is the length of the longest word that a card is looked for in with letters before.
const maxWord = 128

// narrow reports whether a brand with few beginnings issues numbers of this length.
func narrow(digits []byte) bool {
	return brand(digits) && digits[0] != 6 && (digits[0] != 5 || 1 <= digits[1] && digits[1] <= 5)
}

// brand reports whether a brand issues numbers of this length and beginning.
func brand(digits []byte) bool {
	n := len(digits)
	d1 := int(digits[0])
	d2 := d1*10 + int(digits[1])
	d3 := d2*10 + int(digits[2])
	d4 := d3*10 + int(digits[3])
	long := 16 <= n
	switch {
	case d1 == 4: // Visa
		return n == 13 || n == 16 || n == 19
	case 51 <= d2 && d2 <= 55, 2221 <= d4 && d4 <= 2720: // Mastercard; 51 to 55 may be Maestro too
		return n == 16
	case d2 == 34, d2 == 37: // American Express
		return n == 15
	case 300 <= d3 && d3 <= 305, d3 == 309, d2 == 36, d2 == 38, d2 == 39: // Diners Club
		return 14 <= n
	case d2 == 35: // JCB
		return long
	case d4 == 2131, d4 == 1800: // JCB
		return n == 15
	case 2200 <= d4 && d4 <= 2204: // Mir
		return long
	case d1 == 6, d2 == 50, 56 <= d2 && d2 <= 58: // Maestro; Discover, UnionPay and RuPay are in 6
		return true
	}
	return false
}
