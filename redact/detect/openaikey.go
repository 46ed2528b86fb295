package detect

import "strings"

// openAI looks for a key of OpenAI, or of another vendor that took over its form, at i:
// sk-proj-, sk-svcacct-, sk-admin- with 20 or more characters, sk- with the mark T3BlbkFJ,
// or sk- with 32 or more letters of both cases and digits. Keys of Anthropic, sk-ant-, are
// among vendorKeys.
func (s *scan) openAI(i, tokenEnd int) int {
	t := s.text
	if !strings.HasPrefix(t[i:], "sk-") || strings.HasPrefix(t[i:], "sk-ant-") {
		return i
	}
	body := t[i+3 : min(tokenEnd, i+maxOpenAI)]
	known := hasAny(body, "proj-", "svcacct-", "admin-", "or-v1-") && len(body) >= 25
	if !known && !strings.Contains(body, "T3BlbkFJ") && !(run(body, 0, alnum) >= 32 && mixed(body[:32])) {
		return i
	}
	s.add(oaiID, i, unglued(t, i, tokenEnd), certain)
	return tokenEnd
}

// maxOpenAI is how much of a key is looked at.
const maxOpenAI = 200

// mixed reports whether text has digits and letters of both cases, as random text has.
func mixed(text string) bool {
	var digits, lowers, uppers bool
	for i := range len(text) {
		c := text[i]
		digits = digits || class[c]&digit != 0
		lowers = lowers || 'a' <= c && c <= 'z'
		uppers = uppers || 'A' <= c && c <= 'Z'
	}
	return digits && lowers && uppers
}
