package clienttest

import (
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
)

// isEmbedding tells the models that give vectors from those that talk.
func isEmbedding(model string) bool { return strings.Contains(model, "embedding") }

// dimensions is the length of a vector of text-embedding-3-small.
const dimensions = 1536

// serveEmbeddings answers POST embeddings. Equal texts have equal vectors, others have
// others; beyond that they mean nothing.
func (a *Azure) serveEmbeddings(v *visit, ask *question) {
	inputs, ok := texts(ask.Input)
	if !ok {
		v.answer(badRequest("'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."))
		return
	}
	size := dimensions
	if 0 < ask.Dimensions && ask.Dimensions < size {
		size = ask.Dimensions
	}
	data := []object{}
	asked := 0
	for i, text := range inputs {
		asked += tokensIn(text)
		var embedding any = vector(text, size)
		if ask.EncodingFormat == "base64" {
			embedding = packed(vector(text, size))
		}
		data = append(data, object{"object": "embedding", "index": i, "embedding": embedding})
	}
	v.json(http.StatusOK, object{"object": "list", "model": ask.Model, "data": data, "usage": object{"prompt_tokens": asked, "total_tokens": asked}})
}

// vector returns numbers of length one that depend on the text alone.
func vector(text string, size int) []float32 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(text)) // never fails, see package hash
	random := rand.New(rand.NewPCG(hash.Sum64(), 0))
	numbers := make([]float32, size)
	sum := 0.0
	for i := range numbers {
		n := random.NormFloat64()
		numbers[i] = float32(n)
		sum += n * n
	}
	for i := range numbers {
		numbers[i] /= float32(math.Sqrt(sum))
	}
	return numbers
}

// packed is the other encoding: little-endian floats in base64.
func packed(numbers []float32) string {
	var b []byte
	for _, n := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(n))
	}
	return base64.StdEncoding.EncodeToString(b)
}
