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
