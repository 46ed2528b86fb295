package detect

import "strings"

// dated makes a finding of the date text[start:end], or not: a date of birth beside a word
// such as "born", any date if DATE_TIME is asked for.
func (s *scan) dated(start, end int) {
	switch {
	case at(s.text, start-1, '*') && !is(s.text, start-2, digit), s.topicBefore(start)&birthTopic != 0:
		s.add(birthID, start, end, nearby)
	case s.kinds.has(dateID):
		s.add(dateID, start, end, likely)
	}
}

// writtenDate returns the end of a date with the name of a month that begins with the day at
// i: 12 March 1980, 12. März 1980, 12 de marzo de 1980. It is 0 if there is none.
func (s *scan) writtenDate(i int) int {
	t := s.text
	end := run(t, i, digit)
	if end-i > 2 || !within(t[i:end], 1, 31) {
		return 0
	}
	if !at(t, end, ' ') {
		for _, suffix := range [...]string{"st", "nd", "rd", "th", ".", "º", "er"} {
			if strings.HasPrefix(t[end:], suffix) {
				end += len(suffix)
				break
			}
		}
	}
	if !at(t, end, ' ') && !at(t, end, '-') {
		return 0
	}
	month := end + 1
	if month >= len(t) || !isWord(t[month]) {
		return 0
	}
	for _, of := range [...]string{"de ", "of ", "di "} {
		if strings.HasPrefix(t[month:], of) {
			month += len(of)
		}
	}
	if end = wordEnd(t, month); !isMonth(t[month:end]) {
		return 0
	}
	for n := 0; n < 2 && (at(t, end, '.') || at(t, end, ',')); n++ {
		end++
	}
	if !at(t, end, ' ') && !at(t, end, '-') {
		return 0
	}
	end++
	for _, of := range [...]string{"de ", "del ", "of "} {
		if strings.HasPrefix(t[end:], of) {
			end += len(of)
		}
	}
	if !digitsAt(t, end, 4) || !year(t[end:end+4]) {
		return 0
	}
	return end + 4
}

// monthBefore returns the start of a month before the day at i and the end of the year
// after it: March 12, 1980. The end is 0 if there is none.
func (s *scan) monthBefore(i int) (start, end int) {
	t := s.text
	if !at(t, i-1, ' ') {
		return 0, 0
	}
	start = i - 1
	if at(t, start-1, '.') {
		start--
	}
	last := start
	for start > 0 && last-start < 12 && isWord(t[start-1]) {
		start--
	}
	if !isMonth(t[start:last]) {
		return 0, 0
	}
	end = run(t, i, digit)
	if end-i > 2 || !within(t[i:end], 1, 31) {
		return 0, 0
	}
	if hasAny(t[end:], "st", "nd", "rd", "th") {
		end += 2
	}
	if at(t, end, ',') {
		end++
	}
	if !at(t, end, ' ') || !digitsAt(t, end+1, 4) || !year(t[end+1:end+5]) {
		return 0, 0
	}
	return start, end + 5
}

// wordEnd returns the end of the word at i.
func wordEnd(t string, i int) int {
	for i < len(t) && isWord(t[i]) {
		i++
	}
	return i
}

// isMonth reports whether a word is the name of a month, in English, German, French,
// Italian or Spanish, whole or cut to three letters.
func isMonth(word string) bool {
	var buf [longestWord]byte
	if len(word) < 3 || len(word) > 12 {
		return false
	}
	n := plain(buf[:], word)
	if n < 3 {
		return false
	}
	return months[string(buf[:n])]
}

var months = func() map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq("jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august " +
		"september october november december januar janner februar marz mai juni juli oktober dezember okt dez janvier fevrier mars " +
		"avril juin juillet aout septembre octobre novembre decembre gennaio febbraio marzo aprile maggio giugno luglio agosto settembre " +
		"ottobre dicembre enero febrero abril mayo junio julio septiembre octubre noviembre diciembre") {
		m[word] = true
	}
	return m
}()
