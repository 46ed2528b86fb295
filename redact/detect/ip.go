package detect

import (
	"slices"
	"strings"
)

// ipv4 looks for an IPv4 address in dotted decimal at i: RFC 791, and RFC 3986, section
// 3.2.2, but with leading zeros allowed. Four numbers after a word such as "version", or
// before a mark such as -rc1, are a version number.
func (s *scan) ipv4(i int) int {
	end := dotted(s.text, i)
	if end == 0 || is(s.text, end, alnum) || at(s.text, end, '.') && is(s.text, end+1, digit) {
		return i
	}
	if hasAny(s.text[end:], "-rc", "-alpha", "-beta", "-dev", "-SNAPSHOT", "-RELEASE", "+build", " build", " wheel") {
		return end
	}
	if what := s.versionBefore(i); what == aVersion || !likelyHost(s.text[i:end]) && (what == perhapsVersion || s.packaged(i, end) || s.heading(i, end)) {
		return end
	}
	if s.drawing(i, end) {
		return end
	}
	s.add(ipID, i, end, certain)
	return end
}

// drawing reports whether the numbers at i are coordinates: decimals without spaces between
// them, such as 1.18.23.43, of which others stand beside them or one letter before them.
func (s *scan) drawing(i, end int) bool {
	t := s.text
	if at(t, i-1, '.') {
		return is(t, i-2, letter) && !is(t, i-3, letter)
	}
	if !at(t, i-1, ' ') || !at(t, end, ' ') || likelyHost(t[i:end]) || end+1 == len(t) || class[t[end+1]]&digit == 0 && t[end+1] != '-' && t[end+1] != '.' {
		return false
	}
	k := i - 2
	for k >= 0 && i-k < 24 && (class[t[k]]&digit != 0 || t[k] == '.') {
		k--
	}
	before := t[k+1 : i-1]
	return strings.IndexByte(before, '.') >= 0 && dotted(before, 0) != len(before)
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

// What a word before four numbers says of them.
const (
	noVersion = iota
	perhapsVersion
	aVersion
)

// versionBefore reports whether the word before i announces a version. A product may also
// run at the address that follows its name, and what is patched may be a machine, so that
// only small numbers behind one are taken for a version.
func (s *scan) versionBefore(i int) int {
	t, j := s.text, i
	for n := 0; n < 5 && j > 0 && strings.IndexByte(` :=/."-`, t[j-1]) >= 0; n++ {
		j--
	}
	if strings.HasSuffix(t[:j], "§") {
		return aVersion
	}
	start := runBack(t, j, letter, max(0, j-16))
	switch found := topicOf(t[start:j]); {
	case found&productTopic != 0:
		if strings.HasPrefix(strings.ToLower(t[start:j]), "release") || s.smallNumbers(i) {
			return perhapsVersion
		}
	case found&versionTopic != 0:
		return aVersion
	}
	return noVersion
}

// smallNumbers reports whether the four numbers at i may be those of the version of a product:
// all are below 32, and the first two differ, unlike in 8.8.8.8.
func (s *scan) smallNumbers(i int) bool {
	n := strings.Split(s.text[i:dotted(s.text, i)], ".")
	return n[0] != n[1] && !slices.ContainsFunc(n, func(number string) bool { return !within(number, 0, 31) })
}

// likelyHost reports whether four numbers are hardly ever those of a version: a network of
// its own (RFC 1918, RFC 6598, loopback, link-local) or a first number of 100 and more.
func likelyHost(address string) bool {
	first, _, _ := strings.Cut(address, ".")
	return len(first) == 3 || first == "10"
}

// packaged reports whether the numbers at i are a part of the name of a package or file:
// foo==1.2.3.4, libfoo-1.2.3.4.tar.gz.
func (s *scan) packaged(i, end int) bool {
	t := s.text
	if i >= 3 && t[i-1] == '=' && (t[i-2] == '=' || t[i-2] == '~' || t[i-2] == '>') && is(t, i-3, letter) {
		start := runBack(t, i-2, letter, max(0, i-16))
		switch t[start : i-2] {
		case "ip", "addr", "address", "host", "src", "dst", "server", "client", "peer":
			return false
		}
		return true
	}
	return (at(t, i-1, '-') || at(t, i-1, '_')) && is(t, i-2, alnum) &&
		hasAny(t[end:], ".tar", ".tgz", ".zip", ".jar", ".whl", ".deb", ".rpm", ".exe", ".msi", ".dll", ".nupkg", "-py")
}

// heading reports whether the numbers at i begin a line like the number of a section: all
// small, and a word with a capital after them, or nothing in a line of comment.
func (s *scan) heading(i, end int) bool {
	t, first := s.text, i
	comment := i > 2 && t[i-3:i] == "// "
	for i > 0 && (t[i-1] == '#' || t[i-1] == ' ') {
		i--
	}
	if !comment && i > 0 && t[i-1] != '\n' {
		return false
	}
	n := strings.Split(t[first:end], ".")
	if n[0] == n[1] && (!comment || n[2] == n[3]) {
		return false // 1.1.1.1 and 8.8.4.4 are hosts
	}
	for _, number := range n {
		if !within(number, 1, 31) {
			return false
		}
	}
	if at(t, end, '.') {
		end++
	}
	return comment && at(t, end, '\n') || at(t, end, ' ') && isCapital(t, end+1) && is(t, end+2, letter) && t[end+2] >= 'a'
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
	if i-start > 4 || is(t, start-1, alnum) || at(t, start-1, ':') && start > 1 && t[start-2] < 0x80 && !labelled6(t, start-1) || at(t, start-1, '.') || at(t, start-1, '_') && is(t, start-2, alnum) {
		return i
	}
	a := parse6(t, start)
	if a.end == 0 || is(t, a.end, alnum) || at(t, a.end, ':') && (is(t, a.end+1, hex) || at(t, a.end+1, ':')) || at(t, a.end, '_') && is(t, a.end+1, alnum) {
		return i
	}
	if a.compressed && (!a.decimal || a.digits < 7 && a.longest < 3 || a.digits < 3) && t[start:a.end] != "::1" || a.longest < 2 && a.digits == 8 {
		return i
	}
	s.add(ipID, start, a.end, certain)
	return a.end
}

// labelled6 reports whether the colon at i ends a word that cannot be a group of an address:
// IP:2001:db8::1.
func labelled6(t string, i int) bool {
	start := runBack(t, i, alnum, max(0, i-12))
	return run(t[:i], start, hex) < i && !at(t, start-1, ':')
}

type address6 struct {
	end        int // 0 if it is none
	digits     int // hex digits
	longest    int // of its groups; 4 if a letter is among them
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
			a.longest = 4
			break
		}
		end := run(t, i, hex)
		if end-i > 4 {
			return address6{}
		}
		if a.longest = max(a.longest, end-i); run(t, i, digit) < end {
			a.longest = 4
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
