package detect

// awsKeyLen is the length of an access key id: a prefix of four and sixteen more.
const awsKeyLen = 20

// aws looks for an access key id at i: the prefixes of long-term, temporary, bearer and
// context-specific keys (AWS IAM User Guide, "Unique identifiers", 2026). Secret access
// keys have no form of their own; they are found by their name.
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
