package detect

// entra looks for a client secret of Microsoft Entra at i, its fourth character:
// three characters, 7 or 8, Q~, and 31 to 34 more of [A-Za-z0-9_.~-] (Microsoft Security
// Utilities, 2025-11-12).
func (s *scan) entra(i int) int {
	t := s.text
	if !at(t, i+1, 'Q') || !at(t, i+2, '~') || t[i] != '7' && t[i] != '8' || i < 3 {
		return 0
	}
	start, end := i, i+3
	for start > 0 && i-start < 4 && isEntra(t[start-1]) {
		start--
	}
	for end < len(t) && end < i+38 && isEntra(t[end]) {
		end++
	}
	for end > i && t[end-1] == '.' {
		end-- // of the sentence
	}
	if i-start == 4 && t[start] == '_' {
		start++
		end = unglued(t, start, end)
	}
	if n := end - i - 3; i-start != 3 || n < 31 || n > 34 {
		return 0
	}
	s.add(entraID, start, end, certain)
	return end
}

func isEntra(b byte) bool { return isToken(b) || b == '.' || b == '~' }
