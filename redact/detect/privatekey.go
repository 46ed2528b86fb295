package detect

import "strings"

// privateKey looks for a private key in PEM at i: RFC 7468, and its older forms with
// headers and with literal \n for line breaks. A key that is cut short is hidden as far
// as it goes.
func (s *scan) privateKey(i int) int {
	t := s.text
	const begin = "-----BEGIN "
	dashes := i
	for at(t, dashes, '-') {
		dashes++
	}
	label := dashes + len(begin) - 5
	if dashes-i < 5 || !strings.HasPrefix(t[dashes-5:], begin) {
		return dashes
	}
	i = dashes - 5
	end := label
	for end < len(t) && end < label+40 && ('A' <= t[end] && t[end] <= 'Z' || t[end] == ' ' || class[t[end]]&digit != 0) {
		end++
	}
	if !strings.HasSuffix(t[label:end], "PRIVATE KEY") && !strings.HasSuffix(t[label:end], "PRIVATE KEY BLOCK") {
		return end
	}
	end = pemBody(t, end)
	if strings.HasPrefix(t[end:], "-----END ") {
		end += len("-----END ")
		for end < len(t) && t[end] != '-' && t[end] != '\n' && t[end] != '\\' {
			end++
		}
		for n := 0; n < 5 && at(t, end, '-'); n++ {
			end++
		}
	}
	s.add(pemID, i, end, certain)
	return end
}

// pemBody returns the end of headers and base64 from the dashes at i on: the place of the
// next five dashes, or of the first byte that cannot be a part of them.
func pemBody(t string, i int) int {
	for n := 0; n < 5 && at(t, i, '-'); n++ {
		i++
	}
	end := i
	for i < len(t) {
		switch c := t[i]; {
		case c == '-':
			if strings.HasPrefix(t[i:], "-----") {
				return i
			}
			i++ // of a header: DEK-Info
			continue
		case class[c]&(b64|digit) != 0, c == '=':
			i++
			end = i
			continue
		case c == ' ', c == '\n', c == '\r', c == '\t', c == '\\', c == '"', c == ':', c == ',', c == '.', c == '(', c == ')':
			i++
			continue
		}
		return end
	}
	return end
}

// pkcs12 looks for a key store in base64 at i: RFC 7292, section 4, whose version 3 stands
// at a place that the length before it moves by one byte at most.
func (s *scan) pkcs12(i int) int {
	t := s.text
	if len(t)-i < 12 || t[i+1] != 'I' || t[i+2] < 'I' || 'L' < t[i+2] || t[i+6:i+12] != "IBAzCC" ||
		strings.IndexByte("AQgw", t[i+5]) < 0 {
		return i
	}
	end := i
	for k := i; k < len(t) && (class[t[k]]&b64 != 0 || t[k] == '=' || t[k] == '\n' || t[k] == '\r' || t[k] == '\\'); k++ {
		if t[k] > ' ' && t[k] != '\\' {
			end = k + 1
		}
	}
	s.add(pemID, i, end, certain)
	return end
}
