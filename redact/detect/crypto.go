package detect

import (
	"crypto/sha256"
	"strings"
)

// crypto looks for the address of a wallet in the word w: base58check of Bitcoin, Litecoin
// and Dogecoin (BIP-13), bech32 and bech32m (BIP-173, BIP-350), and Ethereum with the
// checksum of its letter case (EIP-55), or beside a word if they are of one case.
func (s *scan) crypto(w piece) int {
	text := s.text[w.start:w.end]
	n := len(text)
	switch {
	case n == 42 && text[0] == '0' && text[1] == 'x':
		if run(text, 2, hex) != n {
			return 0
		}
		ok, oneCase := ethereum(text[2:])
		switch {
		case ok && !oneCase:
			s.add(cryptoID, w.start, w.end, checked)
		case oneCase && s.context(w.start, w.end, walletTopic):
			s.add(cryptoID, w.start, w.end, nearby)
		default:
			return 0
		}
		return w.end
	case n >= 26 && n <= 35 && strings.IndexByte("13LMDA9", text[0]) >= 0:
		if !base58check(text) {
			return 0
		}
	case n >= 14 && n <= 90 && (hasAny(text, "bc1", "BC1", "tb1", "TB1", "ltc1", "LTC1")):
		if !bech32(text) {
			return 0
		}
	default:
		return 0
	}
	s.add(cryptoID, w.start, w.end, checked)
	return w.end
}

// base58check reports whether text decodes to 21 bytes and the first four of their double
// SHA-256.
func base58check(text string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var out [25]byte
	for i := range len(text) {
		carry := strings.IndexByte(alphabet, text[i])
		if carry < 0 {
			return false
		}
		for k := len(out) - 1; k >= 0; k-- {
			carry += int(out[k]) * 58
			out[k] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	sum := sha256.Sum256(out[:21])
	sum = sha256.Sum256(sum[:])
	return [4]byte(sum[:4]) == [4]byte(out[21:])
}

// bech32 reports whether the checksum of BIP-173 holds for witness version 0, or that of
// BIP-350 for later ones.
func bech32(text string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	var buf [90]byte
	lowers, uppers := false, false
	for i := range len(text) {
		lowers = lowers || 'a' <= text[i] && text[i] <= 'z'
		uppers = uppers || 'A' <= text[i] && text[i] <= 'Z'
		buf[i] = lower(text[i])
	}
	one := strings.IndexByte(text, '1')
	if lowers && uppers {
		return false
	}
	sum := uint32(1)
	for _, c := range buf[:one] {
		sum = polymod(sum, uint32(c>>5))
	}
	sum = polymod(sum, 0)
	for _, c := range buf[:one] {
		sum = polymod(sum, uint32(c&31))
	}
	version := -1
	for _, c := range buf[one+1 : len(text)] {
		v := strings.IndexByte(alphabet, c)
		if v < 0 {
			return false
		}
		if version < 0 {
			version = v
		}
		sum = polymod(sum, uint32(v))
	}
	if version == 0 {
		return sum == 1
	}
	return sum == 0x2bc830a3
}

func polymod(sum, value uint32) uint32 {
	top := sum >> 25
	sum = (sum&0x1ffffff)<<5 ^ value
	for i, g := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
		if top>>i&1 != 0 {
			sum ^= g
		}
	}
	return sum
}

// ethereum reports whether the case of the letters of 40 hex digits is that of EIP-55, and
// whether they are all of one case.
func ethereum(text string) (ok, oneCase bool) {
	var low [40]byte
	lowers, uppers := false, false
	for i := range low {
		low[i] = lower(text[i])
		lowers = lowers || 'a' <= text[i]
		uppers = uppers || 'A' <= text[i] && text[i] <= 'F'
	}
	if !lowers || !uppers {
		return false, true
	}
	sum := keccak256(low[:])
	for i := range low {
		nibble := sum[i/2] >> (4 * (1 - i%2)) & 0xF
		if class[low[i]]&letter != 0 && (nibble >= 8) != (text[i] < 'a') {
			return false, false
		}
	}
	return true, false
}
