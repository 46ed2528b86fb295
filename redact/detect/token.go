package detect

// newToken looks for keys and tokens in the run around i, all of which have a digit.
func (s *scan) newToken(i int) int {
	start, end := i, i
	for start > s.token.end && isToken(s.text[start-1]) {
		start--
	}
	for end < len(s.text) && isToken(s.text[end]) {
		end++
	}
	s.token = piece{start, end}
	if s.token.len() >= minToken {
		if end := s.keys(s.token); end > i {
			return end
		}
	} else if at(s.text, start-1, '/') && (s.text[start] == 'T' || s.text[start] == 'B') {
		if end := s.webhook(s.token); end > i {
			return end
		}
	}
	if end := s.bearer(s.token); end > i {
		return end
	}
	if at(s.text, start-1, '|') || at(s.text, start-1, ' ') && at(s.text, start-2, '|') {
		if end := s.cell(s.token); end > i {
			return end
		}
	}
	if s.token.len() < minToken {
		return i
	}
	return s.encoded(s.token)
}

func isToken(b byte) bool { return class[b]&alnum != 0 || b == '_' || b == '-' }

// minToken is the length of the shortest run that can hold a key.
const minToken = 16

// keys looks at every start of a word in a token, and then at what stands before it. It
// returns the end of the last key, or 0.
func (s *scan) keys(token piece) int {
	end := s.behind(token)
	for i := max(token.start, end); i < token.end; i++ {
		if i > token.start && class[s.text[i-1]]&alnum != 0 {
			continue
		}
		if e := s.keyAt(i, token.end); e > i {
			end, i = e, e-1
		}
	}
	if end == 0 {
		end = s.awsSecret(token)
	}
	return end
}

// keyAt looks for a key with a known beginning at i. The beginnings are told apart by
// their first byte.
func (s *scan) keyAt(i, end int) int {
	switch s.text[i] {
	case 'e':
		if e := s.jwt(i); e > i {
			return e
		}
	case 's':
		if e := s.openAI(i, end); e > i {
			return e
		}
	case 'g':
		if e := s.gitHub(i, end); e > i {
			return e
		}
	case 'A':
		if e := s.aws(i, end); e > i {
			return e
		}
	case 'M':
		if e := s.pkcs12(i); e > i {
			return e
		}
	}
	if e := s.azureWord(i, end); e > i {
		return e
	}
	return s.vendor(i, end)
}

// letterKey looks for a key in which there is no digit, by chance, behind the _ or - at i that
// ends its prefix: glpat-, sk_live_. One with a digit is found by that.
func (s *scan) letterKey(i int) int {
	t := s.text
	if i < s.token.end || i+minToken >= len(t) || class[t[i+minToken]]&(letter|tokenMark) == 0 {
		return i + 1
	}
	start := i
	for start > s.token.end && i-start < maxPrefix && class[t[start-1]]&(letter|tokenMark) != 0 {
		start--
	}
	keys := vendorsByFirst[t[start]&0x7F]
	if is(t, start-1, alnum) || len(keys) == 0 && t[start] != 's' && t[start] != 'g' {
		return i + 1
	}
	end := i + 1
	for end < len(t) && end < i+maxOpenAI && class[t[end]]&(letter|tokenMark) != 0 {
		end++
	}
	if is(t, end, digit) || end-start <= minToken {
		return i + 1
	}
	return max(i+1, s.keyAt(start, end))
}

// maxPrefix is the length of the longest prefix of a key.
const maxPrefix = 12
