package detect

import "strings"

// azureWord looks for a key with Microsoft's fixed marks in the word at i: keys of 84
// characters with JQQJ9 at 52 ("common annotated security keys" of Azure OpenAI and
// others), and older ones that have a mark near their end (Microsoft Security Utilities,
// 2025-11-12).
func (s *scan) azureWord(i, tokenEnd int) int {
	t := s.text
	if tokenEnd-i >= 80 {
		if end := run(t, i, alnum); end-i >= 80 && end-i <= 88 && strings.HasPrefix(t[i+52:], "JQQJ9") {
			for n := 0; n < 2 && at(t, end, '='); n++ {
				end++
			}
			s.add(azureID, i, end, certain)
			return end
		}
	}
	return i
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
	for _, m := range &azureMarks {
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
