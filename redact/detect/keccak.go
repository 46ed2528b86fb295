package detect

import (
	"encoding/binary"
	"math/bits"
)

// keccak256 is Keccak with the padding that Ethereum kept from before FIPS 202, of less
// than one block of text. The standard library has only the padding of SHA-3.
func keccak256(text []byte) (sum [32]byte) {
	const rate = 136
	var block [rate]byte
	copy(block[:rate-1], text)
	block[len(text)], block[rate-1] = 1, 0x80
	var a [25]uint64
	for i := range rate / 8 {
		a[i] = binary.LittleEndian.Uint64(block[8*i:])
	}
	permute(&a)
	for i := range 4 {
		binary.LittleEndian.PutUint64(sum[8*i:], a[i])
	}
	return sum
}

// permute is Keccak-f[1600]: FIPS 202, sections 3.2 and 3.3.
func permute(a *[25]uint64) {
	lfsr := byte(1)
	for range 24 {
		var c [5]uint64
		for x := range 5 {
			c[x] = a[x] ^ a[x+5] ^ a[x+10] ^ a[x+15] ^ a[x+20]
		}
		for x := range 5 { // theta
			d := c[(x+4)%5] ^ bits.RotateLeft64(c[(x+1)%5], 1)
			for y := 0; y < 25; y += 5 {
				a[x+y] ^= d
			}
		}
		x, y, last := 1, 0, a[1]
		for t := range 24 { // rho and pi
			x, y = y, (2*x+3*y)%5
			a[x+5*y], last = bits.RotateLeft64(last, (t+1)*(t+2)/2%64), a[x+5*y]
		}
		for y := 0; y < 25; y += 5 { // chi
			row := [5]uint64(a[y : y+5])
			for x := range 5 {
				a[x+y] = row[x] ^ ^row[(x+1)%5]&row[(x+2)%5]
			}
		}
		for j := range 7 { // iota
			if lfsr&1 != 0 {
				a[0] ^= 1 << (1<<j - 1)
			}
			lfsr = lfsr<<1 ^ lfsr>>7*0x71
		}
	}
}
