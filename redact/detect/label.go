package detect

import "strings"

// label looks for a name or a BIC as the value of the operator at i: "Surname: Doe".
func (s *scan) label(i int) {
	t, end := s.text, i
	value := i + 1
	for n := 0; n < 4 && value < len(t) && strings.IndexByte(" \t*\"'", t[value]) >= 0; n++ {
		value++
	}
	if !isCapital(t, value) {
		return
	}
	for n := 0; n < 3 && end > 0 && strings.IndexByte(" \"'*", t[end-1]) >= 0; n++ {
		end--
	}
	start := end
	for start > 0 && end-start < 20 && isWord(t[start-1]) {
		start--
	}
	if end-start < 2 {
		return
	}
	first := start
	for k := end - 1; k > start; k-- {
		if camel(t, k) {
			first = k
			break
		}
	}
	s.labelled(t[first:end], t[start:end], s.labelBefore(start), i+1)
}

// labelBefore returns the word before i and a space, a dash or an underscore: first_name.
func (s *scan) labelBefore(i int) string {
	t := s.text
	if i < 2 || t[i-1] != ' ' && t[i-1] != '_' && t[i-1] != '-' {
		return ""
	}
	start := i - 1
	for start > 0 && i-start < 14 && isWord(t[start-1]) {
		start--
	}
	return t[start : i-1]
}

// labelled looks for the value at i of a label whose last word is word, the whole of which
// is whole, and before which another may stand.
func (s *scan) labelled(word, whole, before string, i int) {
	t := s.text
	found := topicOf(word)
	if len(whole) > len(word) {
		found |= topicOf(whole)
	}
	if found&(nameTopic|fullNameTopic|bicTopic|recordTopic) == 0 {
		if personLabel(word) == 0 {
			return
		}
	}
	for n := 0; n < 3 && i < len(t) && strings.IndexByte(" \t*", t[i]) >= 0; n++ {
		i++
	}
	quoted := false
	if at(t, i, '"') || at(t, i, '\'') {
		quoted = true
		i++
	}
	if found&bicTopic != 0 {
		if end := bicEnd(t, i); end > 0 {
			s.add(bicID, i, end, likely)
		}
		return
	}
	end := s.fullName(i, 4)
	if end == 0 || isStopName(t[i:nameEnd(t, i)]) || end < len(t) && strings.IndexByte("\n\r,;\"'<(|.)&\\", t[end]) < 0 || quoted && at(t, end, ',') {
		return
	}
	sure := found&fullNameTopic != 0 || found&nameTopic != 0 && personLabel(before) == 2
	if !sure && (nameEnd(t, i) == end || !isFirstName(t[i:nameEnd(t, i)])) {
		return
	}
	s.add(personID, i, end, labelled)
}

// personLabel returns 2 for a word that makes "name" that of a person, and 1 or 2 for one
// behind which a name may stand.
func personLabel(word string) int {
	var buf [longestWord]byte
	if len(word) > 16 || len(word) == 0 {
		return 0
	}
	n := plain(buf[:], word)
	if n < 0 {
		return 0
	}
	switch string(buf[:n]) {
	case "first", "last", "full", "given", "family", "middle", "maiden", "birth", "legal", "preferred", "patient", "customer", "client",
		"employee", "holder", "contact", "applicant", "sender", "recipient", "beneficiary", "guardian", "father", "mother", "insured":
		return 2
	case "attn", "author", "manager", "from", "to", "cc", "kunde", "kundin", "absender", "empfanger", "von", "mitarbeiter", "expediteur",
		"destinataire", "mittente", "destinatario", "cliente", "paciente", "paziente", "signed", "owner", "reviewer", "assignee":
		return 1
	}
	return 0
}
