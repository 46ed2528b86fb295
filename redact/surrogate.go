package redact

import (
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// inventors make up a value of the form of text, from dice, that cannot be anybody's. They
// return "" if they know of none.
var inventors = map[detect.Kind]func(text string, d *dice) string{
	detect.EmailAddress: inventAddress,
	detect.PhoneNumber:  inventPhone,
	detect.CreditCard:   inventCard,
	detect.IBANCode:     inventIBAN,
	detect.IPAddress:    inventIP,
	detect.USSSN:        inventSSN,
	detect.CHAHV:        inventAHV,
	detect.CASIN:        inventSIN,
	detect.IMEI:         inventIMEI,
	detect.MACAddress:   inventMAC,
}

// Fakes returns the kinds that have surrogates, in the order of [detect.Kinds].
func Fakes() []detect.Kind {
	return slices.DeleteFunc(detect.Kinds(), func(k detect.Kind) bool { return inventors[k] == nil })
}

// invent returns the surrogate of a value, or "". Spellings of one value get the same
// letters and digits. A try above 0 gives others.
func (s *Session) invent(kind detect.Kind, text string, try byte) string {
	inventor := inventors[kind]
	if inventor == nil {
		return ""
	}
	d := dice{seed: s.seed("SURROGATE "+kind, try, strings.ToLower(canonical(text)))}
	fake := inventor(text, &d)
	if fake == text {
		return ""
	}
	return fake
}

// canonical is what matters of a number: its ASCII letters and digits.
func canonical(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && !apart(byte(r)) {
			return r
		}
		return -1
	}, text)
}

// dice are numbers that follow from a seed.
type dice struct {
	seed  [sha256.Size]byte
	block [sha256.Size]byte
	used  uint32
}

// roll returns a number below n, which is at most 2^16.
func (d *dice) roll(n int) int {
	at := d.used % (sha256.Size / 4) * 4
	if at == 0 {
		d.block = sha256.Sum256(binary.BigEndian.AppendUint32(d.seed[:], d.used))
	}
	d.used++
	return int(binary.BigEndian.Uint32(d.block[at:]) % uint32(n))
}

// digits returns n digits.
func (d *dice) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(d.roll(10))
	}
	return string(b)
}

// fill writes chars in the place of the letters and digits of text, one for one. It
// returns "" if their numbers differ, or if text has others than those of ASCII.
func fill(text, chars string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < 0x80 && !apart(byte(r)):
			if chars == "" {
				return ""
			}
			b.WriteByte(chars[0])
			chars = chars[1:]
		case r >= 0x80 && covered(r):
			return ""
		default:
			b.WriteRune(r)
		}
	}
	if chars != "" {
		return ""
	}
	return b.String()
}

// inventAddress is in a domain that RFC 2606, section 3, keeps for examples.
func inventAddress(_ string, d *dice) string {
	const letters = "abcdefghjkmnpqrstvwxyz"
	b := []byte("person.")
	for range 10 {
		b = append(b, letters[d.roll(len(letters))])
	}
	return string(b) + "@example.com"
}

// inventCard begins as the test numbers of the brands do that payment processors publish.
func inventCard(text string, d *dice) string {
	old := canonical(text)
	var prefix string
	switch len(old) {
	case 13, 16, 19:
		prefix = "400000"
	case 14:
		prefix = "305693"
	case 15:
		prefix = "378282"
	case 12, 17, 18:
		prefix = "630400"
	default:
		return ""
	}
	number := prefix + d.digits(len(old)-len(prefix)-1)
	return fill(text, number+string(luhnDigit(number)))
}

// luhnDigit is the check digit of ISO/IEC 7812-1, annex B.
func luhnDigit(number string) byte {
	sum := 0
	for i := range len(number) {
		n := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return '0' + byte((10-sum%10)%10)
}

// inventIBAN keeps the country and the form. The bank is 0000 or XXXX, which no registry
// of banks has; the check digits are those of ISO 7064 MOD 97-10.
func inventIBAN(text string, d *dice) string {
	old := canonical(text)
	if len(old) < 15 {
		return ""
	}
	b := []byte(strings.ToUpper(old))
	for i := 4; i < len(b); i++ {
		letter := b[i] > '9'
		switch {
		case letter && i < 8:
			b[i] = 'X'
		case letter:
			b[i] = 'A' + byte(d.roll(26))
		case i < 8:
			b[i] = '0'
		default:
			b[i] = '0' + byte(d.roll(10))
		}
	}
	check := 98 - mod97(string(b[4:])+string(b[:2])+"00")
	b[2], b[3] = '0'+byte(check/10), '0'+byte(check%10)
	for i := range b {
		if 'a' <= old[i] && old[i] <= 'z' {
			b[i] += 'a' - 'A'
		}
	}
	return fill(text, string(b))
}

func mod97(text string) int {
	sum := 0
	for i := range len(text) {
		if c := int(text[i]); c <= '9' {
			sum = (sum*10 + c - '0') % 97
		} else {
			sum = (sum*100 + c - 'A' + 10) % 97
		}
	}
	return sum
}

// inventIP is of the networks for documentation: RFC 5737 and RFC 3849.
func inventIP(text string, d *dice) string {
	address, err := netip.ParseAddr(text)
	if err != nil || address.Zone() != "" {
		return ""
	}
	if address.Is4() {
		nets := [...][3]byte{{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}
		net := nets[d.roll(len(nets))]
		return netip.AddrFrom4([4]byte{net[0], net[1], net[2], byte(1 + d.roll(254))}).String()
	}
	b := [16]byte{0x20, 0x01, 0x0d, 0xb8}
	for i := 4; i < len(b); i++ {
		b[i] = byte(d.roll(256))
	}
	return netip.AddrFrom16(b).String()
}

// inventSSN has an area above 899, where no social security number is, and a group that no
// taxpayer number of that area has: SSA, "Randomization", 2011-06-25; IRS, publication 1915.
func inventSSN(text string, d *dice) string {
	return fill(text, "9"+d.digits(2)+"0"+string('1'+byte(d.roll(9)))+d.digits(4))
}

// inventAHV has the country, a first group of zeros, and the check digit of EAN-13.
func inventAHV(text string, d *dice) string {
	number := "7560000" + d.digits(5)
	sum := 0
	for i := range len(number) {
		sum += int(number[i]-'0') * (1 + i%2*2)
	}
	return fill(text, number+string('0'+byte((10-sum%10)%10)))
}

// inventSIN begins with a digit that Canada does not give out.
func inventSIN(text string, d *dice) string {
	number := "0" + d.digits(7)
	return fill(text, number+string(luhnDigit(number)))
}

// inventIMEI has the reporting body of test devices: 3GPP TS 23.003, section 6.2, and GSMA
// TS.06.
func inventIMEI(text string, d *dice) string {
	number := "00" + d.digits(12)
	return fill(text, number+string(luhnDigit(number)))
}

// inventMAC is of the block for documentation: RFC 9542, section 2.1.2.
func inventMAC(text string, d *dice) string {
	const hex = "0123456789abcdef"
	return fill(text, "00005e0053"+string(hex[d.roll(16)])+string(hex[d.roll(16)]))
}
