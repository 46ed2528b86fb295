package detect

import "math"

// wordlike reports whether text looks as if people had made it: most pairs of its letters
// are pairs that words have. Random letters have them in one case of four.
func wordlike(text string) bool {
	pairs, common := 0, 0
	for i := 1; i < len(text); i++ {
		a, b := lower(text[i-1])-'a', lower(text[i])-'a'
		if a > 25 || b > 25 || i > 1 && camel(text, i) {
			continue
		}
		pairs++
		common += int(commonPairs[a] >> b & 1)
	}
	return common*5 >= pairs*3
}

// scattered reports whether letters in both cases and digits follow each other as in no name in a
// program: in one place of five, and in three at least. With few letters side by side, their
// pairs say little.
func scattered(text string) bool {
	n := changes(text)
	return n >= 3 && n*5 >= len(text)
}

// changes counts where a letter follows one in the other case, or a digit, or a digit a letter,
// as in no word and no name in a program, where a capital begins a word. It is 0 for a name in
// parts.
func changes(text string) (n int) {
	for i := 1; i < len(text); i++ {
		a, b := class[text[i-1]]&alnum, class[text[i]]&alnum
		switch {
		case a == 0 || b == 0:
			if text[i] == '.' || text[i] == '_' || text[i] == '-' {
				return 0
			}
		case a != b:
			n++
		case a == digit:
		case text[i-1] >= 'a' && text[i] < 'a':
			if !is(text, i+1, letter) || text[i+1] < 'a' {
				n++ // the capital begins no word
			}
		case text[i-1] < 'a' && text[i] >= 'a':
			if is(text, i-2, letter) && text[i-2] < 'a' {
				n++ // nor is it alone
			}
		}
	}
	return n
}

// commonPairs are the pairs of letters that make up most of English words and names in
// programs: bit b of row a is the pair ab.
var commonPairs = func() (rows [26]uint32) {
	const pairs = "thheaninerreesonatntndtiedisitenortearealteosehavhiionarmeliradeceelioleswetonsecmoprlotohaill" +
		"seitvelaroncasunetacicassonounoshnoemlinestaierattrutallitisursamaompeusuleckeatesppinabobeysclalfirstdiee" +
		"pacoaisuplutmplyusowwoghgeavkebeowfooofobuctlovipiigspcrfehtgrrtmikituduquapwhocusldwaayiddorspuexnerdey" +
		"rnmserneywipturdoputtoblbrtscbagglrvoltoffadolikeyauthtokenoautclientsecretpasswordxmlhttpjwtbytesrc" +
		"poolcachehandlerfunctypeenumgetsetnewmapuserconfigparsevalueidexampletestmockdummyfakesamplechangeme"
	for i := 1; i < len(pairs); i++ {
		rows[pairs[i-1]-'a'] |= 1 << (pairs[i] - 'a')
	}
	return rows
}()

// varied reports whether the signs of text are spread as evenly as chance would spread
// them, or nearly so. What chance can reach grows with the length and with the alphabet: no
// text of 11 signs reaches 3.5 bits, and none of decimal digits ever does.
func varied(text string) bool {
	var count [256]uint8
	var digits, lowers, uppers, others bool
	for i := range len(text) {
		c := text[i]
		count[c]++
		switch {
		case class[c]&digit != 0:
			digits = true
		case 'a' <= c && c <= 'z':
			lowers = true
		case 'A' <= c && c <= 'Z':
			uppers = true
		default:
			others = true
		}
	}
	alphabet := 0
	for _, part := range [...]struct {
		used bool
		n    int
	}{{digits, 10}, {lowers, 26}, {uppers, 26}, {others, 4}} {
		if part.used {
			alphabet += part.n
		}
	}
	n, sum := len(text), 0.0
	for i := range len(text) {
		if c := count[text[i]]; c > 0 {
			count[text[i]] = 0
			sum += logs[min(int(c), maxValue)]
		}
	}
	bits := math.Log2(float64(n)) - sum/float64(n)
	return bits >= 0.62*math.Log2(float64(min(n, alphabet)))
}

// logs are n times the binary logarithm of n.
var logs = func() (table [maxValue + 1]float64) {
	for n := 1; n < len(table); n++ {
		table[n] = float64(n) * math.Log2(float64(n))
	}
	return table
}()
