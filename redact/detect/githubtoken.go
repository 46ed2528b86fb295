package detect

import "strings"

// gitHub looks for a token of GitHub at i: ghp_, gho_, ghu_, ghs_ and ghr_ with 36 or more
// characters, github_pat_ with 22 or more. Since 2026-04 ghs_ may be followed by an
// application id and a JWT.
func (s *scan) gitHub(i, tokenEnd int) int {
	t := s.text
	var end int
	switch {
	case strings.HasPrefix(t[i:], "github_pat_"):
		end = run(t, i+len("github_pat_"), b64)
		if end-i < len("github_pat_")+22 {
			return i
		}
	case strings.HasPrefix(t[i:], "gh") && tokenEnd-i > 4 && t[i+3] == '_' && strings.IndexByte("pousr", t[i+2]) >= 0:
		if end = run(t, i+4, alnum); t[i+2] == 's' {
			for end < len(t) && (isToken(t[end]) || t[end] == '.' && end+1 < len(t) && isToken(t[end+1])) {
				end++
			}
		}
		if end-i < 40 {
			return i
		}
	default:
		return i
	}
	s.add(ghID, i, end, certain)
	return end
}
