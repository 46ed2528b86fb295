package detect

import "strings"

// mrz looks for the machine-readable zone of a travel document around the digits at i,
// beside which a < stands: two lines of 44 (TD3) or 36 (TD2), or three of 30 (TD1), with
// check digits over number, birth and expiry by weights 7 3 1 (ICAO Doc 9303, parts 3 to
// 6). The lines of names before or after belong to it.
func (s *scan) mrz(w piece) int {
	t := s.text
	if !at(t, w.end, '<') && !at(t, w.start-1, '<') {
		return 0
	}
	start, end := w.start, w.end
	for start > 0 && w.end-start <= 44 && isMRZ(t[start-1]) {
		start--
	}
	for end < len(t) && end-start <= 44 && isMRZ(t[end]) {
		end++
	}
	line := t[start:end]
	switch len(line) {
	case 44, 36:
		if !mrzCheck(line[0:10]) || !mrzCheck(line[13:20]) || !mrzCheck(line[21:28]) {
			return 0
		}
		start = s.mrzLineBefore(start, len(line))
	case 30:
		second := end + lineBreak(t, end)
		third := second + 30 + lineBreak(t, second+30)
		if second == end || len(t) < third+30 || third == second+30 || !mrzCheck(line[5:15]) ||
			!mrzCheck(t[second:second+7]) || !mrzCheck(t[second+8:second+15]) {
			return 0
		}
		end = third
		for end < third+30 && isMRZ(t[end]) {
			end++
		}
	default:
		return 0
	}
	s.add(mrzID, start, end, checked)
	return end
}

// mrzLineBefore returns the start of the line of the given length before the one at i, or i.
func (s *scan) mrzLineBefore(i, n int) int {
	t, last := s.text, i
	if at(t, last-1, '\n') {
		last--
	}
	if at(t, last-1, '\r') {
		last--
	}
	first := last - n
	if last == i || first < 0 || strings.IndexByte("PIACV", t[first]) < 0 || is(t, first-1, alnum) {
		return i
	}
	for k := first; k < last; k++ {
		if !isMRZ(t[k]) {
			return i
		}
	}
	return first
}

func lineBreak(t string, i int) int {
	for _, mark := range [...]string{"\n", "\r\n", "\\\n", "\\\r\\\n"} {
		if i < len(t) && strings.HasPrefix(t[i:], mark) {
			return len(mark)
		}
	}
	return 0
}

func isMRZ(b byte) bool { return b == '<' || class[b]&digit != 0 || 'A' <= b && b <= 'Z' }

// mrzCheck reports whether the last sign is the check digit of the others; < counts 0.
func mrzCheck(text string) bool {
	sum := 0
	for i := range len(text) - 1 {
		if b := text[i]; b != '<' {
			if !isMRZ(b) {
				return false
			}
			sum += value(b) * [...]int{7, 3, 1}[i%3]
		}
	}
	last := text[len(text)-1]
	return class[last]&digit != 0 && sum%10 == value(last)
}
