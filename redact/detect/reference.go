package detect

// referenceTopics are the words beside which numbers without a form of their own count.
const referenceTopics = passportTopic | licenceTopic | recordTopic | plateTopic | accountTopic | postTopic | zipTopic |
	cvvTopic | expiryTopic | cardTopic | bicTopic | ageTopic

// A reference is text[start:end], a value in which a word near by may believe, and what it
// consists of.
type reference struct {
	start, end      int
	digits, letters int
	spaces          int
	lower           bool
}

// refer looks for a value that only a word near by makes what it is, at the word
// s.word: passport, licence, record, plate, account, postcode, expiry and code of a card.
func (s *scan) refer() int {
	t, start := s.text, s.word.start
	if start < s.noPhone || at(t, start-1, '\\') || (at(t, start-1, '(') || at(t, start-1, '[')) && is(t, start-2, alnum) {
		return 0 // or an argument
	}
	first := start
	for range 2 {
		if before := s.capitalsBefore(first); before < first && topicOf(t[before:first-1]) == 0 {
			first = before
		}
	}
	if first < start {
		if end := s.referAt(first); end > 0 {
			return end
		}
	}
	return s.referAt(start)
}

func (s *scan) referAt(start int) int {
	found := s.topicBefore(start) & referenceTopics
	if s.around.weak&identTopic != 0 {
		found &^= accountTopic // that of a user
	}
	if found == 0 {
		return 0
	}
	whole := s.readToken(start, true)
	tight := s.readToken(start, false)
	form := isPostcode
	if found&zipTopic != 0 {
		form = isZIP
	}
	try := func(k id, want topics, fits func(string, reference) bool) int {
		if found&want == 0 || !s.kinds.has(k) {
			return 0
		}
		for _, v := range [...]reference{whole, tight} {
			if fits(s.text, v) && !at(s.text, v.end, '(') {
				s.add(k, v.start, v.end, nearby)
				return v.end
			}
		}
		return 0
	}
	return max(
		try(expiryID, expiryTopic|cardTopic, isExpiry), try(cvvID, cvvTopic, isCardCode), try(passportID, passportTopic, isPassport),
		try(licenceID, licenceTopic, isLicence), try(recordID, recordTopic, isRecord), try(plateID, plateTopic, isPlate),
		try(postID, postTopic, form), try(accountID, accountTopic, isAccount), try(bicID, bicTopic|accountTopic, isBIC),
	)
}

// maxToken is the length of the longest value that refer looks at.
const maxToken = 24

// readToken reads letters and digits with single marks between them, with or without
// spaces among these. A word in lower case after a space is none of it.
func (s *scan) readToken(start int, spaces bool) (v reference) {
	t := s.text
	v.start = start
	for i := start; i < len(t) && i < start+maxToken; {
		for ; i < len(t) && i < start+maxToken && class[t[i]]&alnum != 0; i++ {
			switch {
			case class[t[i]]&digit != 0:
				v.digits++
			case t[i] >= 'a':
				v.lower = true
				v.letters++
			default:
				v.letters++
			}
		}
		v.end = i
		if i+1 >= len(t) || class[t[i+1]]&alnum == 0 {
			break
		}
		switch t[i] {
		case '-', '/', '.':
		case ' ':
			if !spaces || t[i+1] >= 'a' || s.wordAt(i+1) {
				return v
			}
			v.spaces++
		default:
			return v
		}
		i++
	}
	if is(t, v.end, alnum) {
		v.digits, v.letters = 0, 0 // too long
	}
	return v
}

// wordAt reports whether a word of prose, of four letters and more, begins at i.
func (s *scan) wordAt(i int) bool {
	end := run(s.text, i, letter)
	return end-i > 3 || end > i && is(s.text, i+1, letter) && s.text[i+1] >= 'a'
}

func (v reference) signs() int { return v.digits + v.letters }
func (v reference) len() int   { return v.end - v.start }
