package detect

import "strings"

// A cue is a word at which a name, or a BIC, may stand.
type cue uint8

const (
	noCue      cue = iota
	titleCue       // Mr, Frau: a name follows
	greetCue       // Dear: a title or a name follows
	helloCue       // Hello: the same, and then a mark or the end of the line
	closingCue     // Regards: the name is on the next line
	introCue       // the first word of "My name is"
	bicCue         // BIC, SWIFT
	bearerCue      // Bearer
)

var cues = func() map[string]cue {
	m := map[string]cue{}
	for c, words := range map[cue]string{
		titleCue:   "mr mrs ms miss mx dr prof professor herr herrn frau fraulein madame monsieur mademoiselle mme mlle sig signor signora signorina sra senor senora srta dott dottor dottoressa",
		greetCue:   "dear liebe lieber cher chere gentile egregio egregia estimado estimada querido querida caro cara beste",
		helloCue:   "hello hi hey hallo hola ciao bonjour buongiorno salut",
		closingCue: "kind kindest warm warmest many mit viele freundliche herzliche distinti cordiali bien un " + closings + " sincerely yours grusse grussen gruss cordialement salutations saluti saludos atentamente cheers best",
		introCue:   "my mein ich je mi me",
		bicCue:     "bic swift",
	} {
		for word := range strings.FieldsSeq(words) {
			m[word] = c
		}
	}
	m["sr"] = titleCue
	m["bearer"] = bearerCue
	return m
}()

// closings are the words that a closing ends with.
const closings = "regards sincerely yours grusse grussen gruss cordialement salutations saluti saludos saludo atentamente cheers best wishes truly faithfully"

var closingWords = wordSet(closings)

// cuePairs says which pairs of letters, without case, a cue begins with.
var cuePairs = func() (rows [26]uint32) {
	for word := range cues {
		rows[word[0]-'a'] |= 1 << (word[1] - 'a')
	}
	return rows
}()

// cueCapitals are the capitals that cues begin with.
var cueCapitals = func() (capitals []byte) {
	for i, row := range cuePairs {
		if row != 0 {
			capitals = append(capitals, byte('A'+i))
		}
	}
	return capitals
}()

// capital looks at the word at i, which begins with a capital.
func (s *scan) capital(i int) int {
	t := s.text
	if i > 0 && (isWord(t[i-1]) || t[i-1] == '_') || i+1 == len(t) {
		return i + 1
	}
	if t[i] == 'A' && is(t, i+awsKeyLen-1, letter) && !is(t, i-1, alnum) {
		if end := s.aws(i, run(t[:min(len(t), i+awsKeyLen+1)], i, alnum)); end > i {
			return end
		}
	}
	second := lower(t[i+1]) - 'a'
	if second > 25 {
		if t[i+1] != 0xC3 {
			return i + 1
		}
	} else if cuePairs[t[i]-'A']>>second&1 == 0 {
		return i + 1
	}
	end := wordEnd(t, i)
	var buf [longestWord]byte
	if end-i > 16 {
		return end
	}
	n := plain(buf[:], t[i:end])
	if n < 0 {
		return end
	}
	switch cues[string(buf[:n])] {
	case titleCue:
		return max(end, s.titled(end))
	case greetCue:
		return max(end, s.greeted(i, end, false))
	case helloCue:
		return max(end, s.greeted(i, end, true))
	case closingCue:
		return max(end, s.closed(i, end))
	case introCue:
		return max(end, s.introduced(end))
	case bicCue:
		return max(end, s.bicAfter(end))
	case bearerCue:
		return max(end, s.bearerAfter(end))
	}
	return end
}
