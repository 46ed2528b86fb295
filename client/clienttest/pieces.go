package clienttest

import (
	"hash/fnv"
	"math/rand/v2"
	"unicode/utf8"
)

// Pieces returns a function that divides a text into pieces of least to most bytes, and
// a few more where a character would be cut, for Config.Cut. The same seed and text give
// the same pieces. Together they are the text.
//
// A placeholder is thus cut at every point sooner or later. A character is not: the
// service sends whole ones, as JSON has no half.
func Pieces(least, most int, seed uint64) func(string) []string {
	least = max(least, 1)
	most = max(most, least)
	return func(text string) []string {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(text)) // never fails, see package hash
		random := rand.New(rand.NewPCG(seed, hash.Sum64()))
		var pieces []string
		for text != "" {
			n := min(least+random.IntN(most-least+1), len(text))
			for n < len(text) && !utf8.RuneStart(text[n]) {
				n++
			}
			pieces = append(pieces, text[:n])
			text = text[n:]
		}
		return pieces
	}
}

// cut divides the text of a streamed answer.
func (a *Azure) cut(v *visit, text string) []string {
	if v.reply.Cut != nil {
		return v.reply.Cut(text)
	}
	return a.cfg.Cut(text)
}
