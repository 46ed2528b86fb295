package detect

import "strings"

// ipv4 looks for an IPv4 address in dotted decimal at i: RFC 791, and RFC 3986, section
// 3.2.2, but with leading zeros allowed. Four numbers after a word such as "version", or
// before a mark such as -rc1, are a version number.
func (s *scan) ipv4(i int) int {
	end := dotted(s.text, i)
	if end == 0 || is(s.text, end, alnum) || at(s.text, end, '.') && is(s.text, end+1, digit) {
		return i
	}
	if hasAny(s.text[end:], "-rc", "-alpha", "-beta", "-dev", "-SNAPSHOT", "-RELEASE", "+build") || s.versionBefore(i) {
		return end
	}
	s.add(ipID, i, end, certain)
	return end
}

// dotted returns the end of four numbers up to 255 at i, or 0.
func dotted(text string, i int) int {
	for n := range 4 {
		if n > 0 {
			if !at(text, i, '.') {
				return 0
			}
			i++
		}
		end := run(text, i, digit)
		if end == i || end-i > 3 || !within(text[i:end], 0, 255) {
			return 0
		}
		i = end
	}
	return i
}

// versionBefore reports whether the word before i announces a version.
func (s *scan) versionBefore(i int) bool {
	t, j := s.text, i
	for n := 0; n < 5 && j > 0 && strings.IndexByte(` :=/."-`, t[j-1]) >= 0; n++ {
		j--
	}
	start := runBack(t, j, letter, max(0, j-16))
	return topicOf(t[start:j])&versionTopic != 0
}

// ipv6 looks for an IPv6 address whose first colon is at i: RFC 4291, section 2.2. Short
// forms such as [1::2] are more often a slice or a scope in some language, so a
// compressed address needs a digit and three hex digits in all, or is ::1.
func (s *scan) ipv6(i int) int {
	t := s.text
	if !is(t, i+1, hex) && !at(t, i+1, ':') {
		return i
	}
	start := runBack(t, i, hex, max(0, i-5))
	if i-start > 4 || is(t, start-1, alnum) || at(t, start-1, ':') && start > 1 && t[start-2] < 0x80 || at(t, start-1, '.') || at(t, start-1, '_') {
		return i
	}
	a := parse6(t, start)
	if a.end == 0 || is(t, a.end, alnum) || at(t, a.end, ':') || at(t, a.end, '_') {
		return i
	}
	if a.compressed && (!a.decimal || a.digits < 3) && t[start:a.end] != "::1" {
		return i
	}
	s.add(ipID, start, a.end, certain)
	return a.end
}

type address6 struct {
	end        int // 0 if it is none
	digits     int // hex digits
	compressed bool
	decimal    bool // there is a digit from 0 to 9
}

func parse6(t string, i int) (a address6) {
	groups := 0
	if at(t, i, ':') {
		if !at(t, i+1, ':') {
			return address6{}
		}
		a.compressed = true
		i += 2
	}
	for groups < 8 && is(t, i, hex) {
		if end := dotted(t, i); end > 0 && groups > 0 && groups <= 6 || end > 0 && a.compressed {
			groups, a.digits, a.decimal, i = groups+2, a.digits+4, true, end
			break
		}
		end := run(t, i, hex)
		if end-i > 4 {
			return address6{}
		}
		a.decimal = a.decimal || run(t, i, hexLetter) < end
		a.digits += end - i
		groups++
		i = end
		switch {
		case !at(t, i, ':'):
			a.end = i
		case at(t, i+1, ':') && !a.compressed:
			a.compressed = true
			i += 2
			continue
		case groups < 8 && is(t, i+1, hex):
			i++
			continue
		}
		break
	}
	a.end = i
	if groups != 8 && !a.compressed || groups > 7 && a.compressed {
		return address6{}
	}
	return a
}
