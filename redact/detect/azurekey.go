package detect

import "strings"

// azureWord looks for a key with Microsoft's fixed marks in the word at i: keys of 84
// characters with JQQJ9 at 52 ("common annotated security keys" of Azure OpenAI and
// others), and older ones without padding that have a mark near their end, of AI Search
// and of Functions (Microsoft Security Utilities, 2025-11-12). All but the - and _ of the
// latter are letters and digits.
func (s *scan) azureWord(i, tokenEnd int) int {
	t := s.text
	n := tokenEnd - i
	if n < 42 {
		return i
	}
	end := i
	switch {
	case n >= 80 && strings.HasPrefix(t[i+52:], "JQQJ9"):
		if e := run(t, i, alnum); e-i >= 80 && e-i <= 88 {
			end = e
		}
	case n == 52 && t[i+42:i+46] == "AzSe":
		end = tokenEnd
	case n >= 52 && n <= 56 && t[i+44:i+48] == "AzFu":
		end = tokenEnd
	}
	if end == i {
		return i
	}
	for k := 0; k < 2 && at(t, end, '='); k++ {
		end++
	}
	s.add(azureID, i, end, certain)
	return end
}

// registryKey looks for a key of a container registry in which the + at i begins the mark: 42
// characters of base64, +ACR, a letter from A to D, and five more (Microsoft Security
// Utilities, SEC101/176, 2025-11-12). There are + and / among them all, so that the run of
// a token ends within it.
func (s *scan) registryKey(i int) int {
	t := s.text
	start, end := i-42, i+10
	if start < 0 || end > len(t) || t[i:i+4] != "+ACR" || t[i+4] < 'A' || 'D' < t[i+4] {
		return i + 1
	}
	if runBack(t, i, b64, start) > start || run(t[:end], i, b64) < end || is(t, start-1, alnum) || is(t, end, b64) {
		return i + 1
	}
	if strings.ContainsAny(t[start:end], "-_") {
		return i + 1
	}
	s.add(azureID, start, end, certain)
	return end
}

// azureHex looks at a run of 32 hex digits: the keys of Azure OpenAI and other AI services
// until 2024, which have no mark. A word such as "azure" must stand near by.
func (s *scan) azureHex(w piece) {
	if w.len() == 32 && (s.topicBefore(w.start)&azureTopic != 0 || keyPhrase(s.text[:w.start])) {
		s.add(azureID, w.start, w.end, nearby)
	}
}

// keyPhrase reports whether text ends in "API key is", or the like.
func keyPhrase(text string) bool {
	var buf [24]byte
	tail := text[max(0, len(text)-len(buf)):]
	for i := range len(tail) {
		buf[i] = lower(tail[i])
	}
	phrase := strings.TrimRight(string(buf[:len(tail)]), " :=`'\"*")
	for _, verb := range [...]string{" is", " ist", " est", " es", " lautet", " was"} {
		if rest, ok := strings.CutSuffix(phrase, verb); ok {
			phrase = rest
			break
		}
	}
	for _, key := range [...]string{"api key", "api-key", "access key", "secret key", "api-schlüssel", "clé api", "chiave api", "clave api"} {
		if strings.HasSuffix(phrase, key) {
			return true
		}
	}
	return false
}

// An azureMark is a signature in the base64 of a key.
type azureMark struct {
	mark string
	at   int // where the mark stands
	len  int // of the key with its padding
}

var azureMarks = [...]azureMark{
	{"+ASt", 76, 88}, {"ACDb", 76, 88}, {"APIM", 76, 88}, {"+ABa", 76, 88}, {"+AMC", 76, 88},
	{"+ASb", 33, 44}, {"+AEh", 33, 44}, {"+ARm", 33, 44}, {"AIoT", 33, 44}, {"AzCa", 33, 44}, {"AZEG", 33, 44},
}

// azurePadded looks for a marked key that ends in the first = at i.
func (s *scan) azurePadded(i int) {
	t := s.text
	padding := 1
	if at(t, i+1, '=') {
		padding = 2
	}
	for k := range azureMarks {
		m := &azureMarks[k]
		end := i + padding
		start := end - m.len
		if start < 0 || m.len == 88 != (padding == 2) || !strings.HasPrefix(t[start+m.at:], m.mark) {
			continue
		}
		if runBack(t, i, b64, start) == start && !is(t, start-1, alnum) {
			s.add(azureID, start, end, certain)
		}
	}
}
