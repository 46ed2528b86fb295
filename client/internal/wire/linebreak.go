package wire

import (
	"encoding/binary"
	"math/bits"
)

// lineBreak returns the index of the next CR or LF from i on, or len(b). It looks at eight
// bytes in one step, and so is linear for every mix of the two, which two searches for one
// byte each are not.
func lineBreak(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		lf, cr := x^('\n'*ones), x^('\r'*ones)
		if found := ((lf-ones)&^lf | (cr-ones)&^cr) & highBits; found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for i < len(b) && b[i] != '\n' && b[i] != '\r' {
		i++
	}
	return i
}
