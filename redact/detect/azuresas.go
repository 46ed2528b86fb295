package detect

import "strings"

// maxQuery is how far around sig= its companions are looked for.
const maxQuery = 512

// signature looks for the signature of a shared access signature in value text[start:]:
// sig= of 43 or more base64 characters, percent-encoded or not, in a query that also has
// one of sv, sr, se, sp or skn (Azure Storage, "Create a service SAS", 2025; Service Bus,
// "Access control with shared access signatures", 2025). The signature alone is hidden.
func (s *scan) signature(name, start int) int {
	t := s.text
	if start < s.signedTo {
		return start // in a run that was judged
	}
	end := start
	for end < len(t) && (class[t[end]]&b64 != 0 || t[end] == '%' || t[end] == '=') {
		end++
	}
	s.signedTo = end
	if end-start < 43 {
		return start
	}
	low, high := max(0, name-maxQuery), min(len(t), end+maxQuery)
	for low < name {
		i := strings.IndexAny(t[low:name], " \n\t\"")
		if i < 0 {
			break
		}
		low += i + 1
	}
	if i := strings.IndexAny(t[end:high], " \n\t\""); i >= 0 {
		high = end + i
	}
	if !companion(t[low:name]) && !companion(t[end:high]) {
		return start
	}
	s.add(sasID, start, end, certain)
	return end
}

func companion(query string) bool {
	for _, name := range [...]string{"sv=", "sr=", "se=", "sp=", "skn="} {
		if i := strings.Index(query, name); i == 0 || i > 0 && class[query[i-1]]&alnum == 0 {
			return true
		}
	}
	return false
}
