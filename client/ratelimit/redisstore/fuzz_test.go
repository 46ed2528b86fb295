package redisstore_test

import (
	"encoding/binary"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// FuzzRead: what is believed of a reply is a grant with all levels, or a wait that names a
// bucket of the call.
func FuzzRead(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0}, 1, false)
	f.Add(make([]byte, 24), 1, false)
	f.Add(append([]byte{1, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 24)...), 1, true)
	f.Fuzz(func(t *testing.T, raw []byte, charges int, word bool) {
		if charges < 1 || charges > 8 {
			return
		}
		var reply []any
		for ; len(raw) >= 8; raw = raw[8:] {
			reply = append(reply, int64(binary.LittleEndian.Uint64(raw)))
		}
		if word {
			reply = append(reply, "0")
		}
		numbers, err := redisstore.Read(reply, charges)
		if err != nil {
			return
		}
		testkit.True(t, !word, "only numbers")
		if numbers[0] == 0 {
			testkit.Equal(t, len(numbers), 1+2*charges)
			return
		}
		testkit.True(t, numbers[0] > 0 && numbers[1] >= 0 && numbers[1] < int64(charges) && (numbers[2] == 0 || numbers[2] == 1), "a wait for a bucket of the call")
	})
}
