package detect

// awsKeyLen is the length of an access key id: a prefix of four and sixteen more.
const awsKeyLen = 20

// aws looks for an access key id at i: the prefixes of long-term, temporary, bearer and
// context-specific keys (AWS IAM User Guide, "Unique identifiers", 2026).
func (s *scan) aws(i, tokenEnd int) int {
	t := s.text
	if tokenEnd-i < awsKeyLen || !hasAny(t[i:], "AKIA", "ASIA", "ABIA", "ACCA") {
		return i
	}
	end := i + awsKeyLen
	for j := i; j < end; j++ {
		if c := t[j]; class[c]&digit == 0 && (c < 'A' || 'Z' < c) {
			return i
		}
	}
	if is(t, end, alnum) {
		return i
	}
	s.add(awsID, i, end, certain)
	return end
}

// awsSecretLen is the length of a secret access key, which has no form of its own.
const awsSecretLen = 40

// awsSecret looks for a secret access key around a token: 40 characters of base64 beside
// a word that speaks of AWS. Those that are assigned to a name are found by the name.
func (s *scan) awsSecret(token piece) int {
	t := s.text
	start := runBack(t, token.start, b64, max(0, token.start-awsSecretLen))
	if token.end-start > awsSecretLen {
		return 0
	}
	end := token.end
	for end < len(t) && end-start <= awsSecretLen && class[t[end]]&b64 != 0 {
		end++
	}
	if end-start != awsSecretLen || at(t, end, '=') || !mixed(t[start:end]) || s.topicBefore(start)&awsTopic == 0 {
		return 0
	}
	s.add(awsID, start, end, nearby)
	return end
}
