package detect

// mac looks for a MAC address whose first separator is at i: six pairs of hex digits with
// colons or dashes (IEEE 802-2014, section 8.1), or eight for EUI-64.
func (s *scan) mac(i int) int {
	t, sep := s.text, s.text[i]
	start := i - 2
	if start < 0 || !is(t, start, hex) || !is(t, start+1, hex) || is(t, start-1, alnum) || at(t, start-1, sep) && start > 1 && t[start-2] < 0x80 {
		return i
	}
	end, pairs, digits := start, 0, false
	for is(t, end, hex) && is(t, end+1, hex) && !is(t, end+2, alnum) {
		digits = digits || is(t, end, digit) || is(t, end+1, digit)
		pairs++
		end += 2
		if !at(t, end, sep) {
			break
		}
		end++
	}
	if at(t, end-1, sep) || pairs != 6 && pairs != 8 || !digits || at(t, end, sep) || is(t, end, alnum) {
		return i
	}
	s.add(macID, start, end, certain)
	return end
}

// dottedMAC looks for a MAC address at i in the form of some switches: 001b.4411.3ab7.
func (s *scan) dottedMAC(i int) int {
	t := s.text
	if !at(t, i+4, '.') || !at(t, i+9, '.') || is(t, i+14, alnum) || at(t, i+14, '.') && is(t, i+15, alnum) {
		return i
	}
	letters := false
	for _, group := range [...]int{i, i + 5, i + 10} {
		if run(t, group, hex) != group+4 {
			return i
		}
		letters = letters || run(t, group, digit) != group+4
	}
	if !letters {
		return i
	}
	s.add(macID, i, i+14, certain)
	return i + 14
}
