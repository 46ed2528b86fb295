package detect_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A sample makes values of one kind from the rule of its standard, which is written here
// a second time and in another way than in the detector.
type sample struct {
	// form is how the value is usually written: # is a digit, @ a letter, * either, y m d
	// two digits of a date, Y four of a year, anything else itself.
	form    string
	word    string              // a word that may stand before it
	alone   bool                // as written in form, it needs no word
	bare    bool                // without separators, it needs none
	valid   func(v string) bool // of the letters and digits; nil: the form is all
	reverse bool                // no invalid neighbour is made by changing a digit
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

// dot is the sum of the values of the signs of v by weights; a letter counts from 10.
func dot(v string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * num(v[i])
	}
	return sum
}

func num(c byte) int { return strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c) }

func luhnOK(v string) bool { return luhnDigit(v[:len(v)-1]) == v[len(v)-1:] }

func mod(v string, n int64) int {
	i, _ := new(big.Int).SetString(v, 10)
	return int(i.Mod(i, big.NewInt(n)).Int64())
}

// isoMod11and10 is ISO 7064, MOD 11,10 by its recursive definition.
func isoMod11and10(v string) bool {
	p := 10
	for i := range len(v) - 1 {
		s := (num(v[i])+p-1)%10 + 1
		p = 2 * s % 11
	}
	return (p+num(v[len(v)-1]))%10 == 1
}

// samples are all kinds that a rule describes.
var samples = map[detect.Kind]sample{
	detect.CHAHV: {form: "756.####.####.##", alone: true, bare: true, valid: func(v string) bool { return ean13Digit(v) == v[12:] }},
	detect.CHUID: {form: "CHE-###.###.###", alone: true, bare: true, valid: func(v string) bool {
		return (dot(v[3:], 5, 4, 3, 2, 7, 6, 5, 4)+num(v[11]))%11 == 0
	}},
	detect.USNPI:          {form: "1#########", word: "NPI", valid: func(v string) bool { return luhnOK("80840" + v) }},
	detect.MedicalLicense: {form: "@@#######", word: "DEA", valid: func(v string) bool { return (dot(v[2:], 1, 2, 1, 2, 1, 2)-num(v[8]))%10 == 0 }},
	detect.USMBI:          {form: "1EG4-TE5-MK##", alone: true, bare: true},
	detect.USSSN:          {form: "53#-22-1###", word: "SSN", alone: true, valid: func(v string) bool { return true }, reverse: true},
	detect.USITIN:         {form: "9##-7#-####", word: "ITIN", alone: true, valid: func(v string) bool { return v[4] != '9' }, reverse: true},
	detect.CASIN:          {form: "5## ### ###", word: "SIN", valid: luhnOK},
	detect.MXCURP: {form: "GODEymdHDFRRN0#", alone: true, bare: true, valid: func(v string) bool {
		sum := 0
		for i := range 17 {
			sum += (18 - i) * strings.Index("0123456789ABCDEFGHIJKLMN_OPQRSTUVWXYZ", v[i:i+1])
		}
		return (sum+num(v[17]))%10 == 0
	}},
	detect.BRCPF: {form: "5##.###.###-##", word: "CPF", alone: true, valid: func(v string) bool {
		return dot(v, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == num(v[9]) && dot(v, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)*10%11%10 == num(v[10])
	}},
	detect.BRCNPJ: {form: "1*.#*#.###/0*01-##", word: "CNPJ", alone: true, valid: func(v string) bool {
		ascii := func(n int, weights ...int) int {
			sum := 0
			for i := range n {
				sum += int(v[i]-48) * weights[i]
			}
			if sum%11 < 2 {
				return 0
			}
			return 11 - sum%11
		}
		return ascii(12, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) == num(v[12]) && ascii(13, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) == num(v[13])
	}},
	detect.FRNIR: {form: "1 ## m 7# ### ### ##", alone: true, bare: true, valid: func(v string) bool {
		return (mod(v[:13], 97)+num(v[13])*10+num(v[14]))%97 == 0 && v[13:] != "00" && v[13:] <= "97"
	}},
	detect.NLBSN: {form: "1########", word: "BSN", valid: func(v string) bool { return (dot(v, 9, 8, 7, 6, 5, 4, 3, 2)-num(v[8]))%11 == 0 }},
	detect.BENN: {form: "8#.m.d-###.##", alone: true, bare: true, valid: func(v string) bool {
		key := num(v[9])*10 + num(v[10])
		return key > 0 && key <= 97 && ((mod(v[:9], 97)+key)%97 == 0 || (mod("2"+v[:9], 97)+key)%97 == 0)
	}},
	detect.PTNIF: {form: "2## ### ###", word: "NIF", valid: func(v string) bool {
		check := 11 - dot(v, 9, 8, 7, 6, 5, 4, 3, 2)%11
		return num(v[8]) == check || check > 9 && v[8] == '0'
	}},
	detect.PTCC: {form: "1####### # Z@#", alone: true, bare: true, valid: func(v string) bool {
		sum := 0
		for i := range 12 {
			n := num(v[i]) * (2 - i%2)
			if i%2 == 0 && n > 9 {
				n -= 9
			}
			sum += n
		}
		return sum%10 == 0
	}},
	detect.ESNIF: {form: "########-@", alone: true, bare: true, valid: func(v string) bool { return "TRWAGMYFPDXBNJZSQVHLCKE"[mod(v[:8], 23)] == v[8] }},
	detect.ESNIE: {form: "Y-#######-@", alone: true, bare: true, valid: func(v string) bool { return "TRWAGMYFPDXBNJZSQVHLCKE"[mod("1"+v[1:8], 23)] == v[8] }},
	detect.ITFiscalCode: {form: "RSS MRA 8#T10 A56#@", alone: true, bare: true, valid: func(v string) bool {
		order := []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}
		sum := 0
		for i := range 15 {
			n := num(v[i])
			if n >= 10 {
				n -= 10
			}
			if i%2 == 0 {
				n = order[n]
			}
			sum += n
		}
		return sum%26 == num(v[15])-10
	}},
	detect.ITVATCode: {form: "0######01##", word: "partita IVA", valid: luhnOK},
	detect.DETaxID: {form: "8# 09# 742 7##", word: "Steuer-ID", valid: func(v string) bool {
		repeated := 0
		for _, c := range "0123456789" {
			n := strings.Count(v[:10], string(c))
			if n > 3 {
				return false
			}
			if n > 1 {
				repeated++
			}
		}
		return repeated == 1 && isoMod11and10(v)
	}},
	detect.DEVATID: {form: "DE1########", alone: true, bare: true, valid: func(v string) bool { return isoMod11and10(v[2:]) }},
	detect.DESocialSecurity: {form: "15 dm7# C ###", alone: true, bare: true, valid: func(v string) bool {
		digits := v[:8] + fmt.Sprintf("%02d", v[8]-'A'+1) + v[9:11]
		sum := 0
		for i, w := range []int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1} {
			n := num(digits[i]) * w
			sum += n/10 + n%10
		}
		return sum%10 == num(v[11])
	}},
	detect.DEHealthInsurance: {form: "M#########", word: "Versichertennummer", valid: func(v string) bool {
		digits := fmt.Sprintf("%02d", v[0]-'A'+1) + v[1:9]
		sum := 0
		for i := range 10 {
			n := num(digits[i]) * (1 + i%2)
			sum += n/10 + n%10
		}
		return sum%10 == num(v[9])
	}},
	detect.UKNHS:  {form: "9## ### ####", word: "NHS number", valid: func(v string) bool { return dot(v, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }},
	detect.UKNINO: {form: "AB ## ## ## C", alone: true, bare: true},
	detect.IEPPS: {form: "1######@A", alone: true, bare: true, valid: func(v string) bool {
		return v[7] >= 'A' && (dot(v, 8, 7, 6, 5, 4, 3, 2)+9)%23 == strings.IndexByte("WABCDEFGHIJKLMNOPQRSTUV", v[7])
	}},
	detect.ATSVNR: {form: "1### dm##", word: "SVNR", valid: func(v string) bool { return dot(v, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == num(v[3]) }},
	detect.PLPESEL: {form: "4#md#####", word: "PESEL", valid: func(v string) bool {
		return (10-dot(v, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3)%10)%10 == num(v[10])
	}},
	detect.SEPersonnummer: {form: "6#md-####", word: "personnummer", alone: true, valid: luhnOK},
	detect.NOFNR: {form: "dm9# #####", word: "fødselsnummer", valid: func(v string) bool {
		return dot(v, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1)%11 == 0 && dot(v, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0
	}},
	detect.FIPersonalID: {form: "dm5#-3##*", word: "henkilötunnus", alone: true, valid: func(v string) bool {
		return "0123456789ABCDEFHJKLMNPRSTUVWXY"[mod(v[:9], 31)] == v[9]
	}},
	detect.DKCPR: {form: "dm##-####", word: "CPR-nr.", reverse: true},
	detect.TRNationalID: {form: "1##########", word: "TC Kimlik No", valid: func(v string) bool {
		return ((dot(v, 7, -1, 7, -1, 7, -1, 7, -1, 7)-num(v[9]))%10+10)%10 == 0 && (dot(v, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)-num(v[10]))%10 == 0
	}},
	detect.ZAID: {form: "8#md####08#", word: "ID number", valid: luhnOK},
	detect.ILID: {form: "3########", word: "teudat zehut", valid: luhnOK},
	detect.IMEI: {form: "35-######-######-#", word: "IMEI", valid: luhnOK},
	detect.INAadhaar: {form: "5### #### ####", word: "Aadhaar", valid: func(v string) bool {
		// The tables of Verhoeff as they are usually printed.
		d := []string{"0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"}
		p := []string{"0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"}
		c := 0
		for i := range 12 {
			c = num(d[c][num(p[i%8][num(v[11-i])])])
		}
		return c == 0
	}},
	detect.INPAN: {form: "ABCPE####F", word: "PAN", reverse: true},
	detect.INGSTIN: {form: "27AAPFU####F1Z*", alone: true, bare: true, valid: func(v string) bool {
		sum := 0
		for i := range 15 {
			n := num(v[14-i]) * (1 + i%2)
			sum += n/36 + n%36
		}
		return sum%36 == 0
	}},
	detect.SGNRIC: {form: "S#######@", alone: true, bare: true, valid: func(v string) bool { return "JZIHGFEDCBA"[dot(v[1:], 2, 7, 6, 5, 4, 3, 2)%11] == v[8] }},
	detect.CNID: {form: "11010519ymd00#*", alone: true, bare: true, valid: func(v string) bool {
		sum := 0
		for i := range 17 {
			sum += num(v[i]) * (1 << (17 - i) % 11)
		}
		return strings.IndexByte("10X98765432", v[17]) == sum%11
	}},
	detect.JPMyNumber: {form: "#### #### ####", word: "個人番号", valid: func(v string) bool {
		rest := dot(v, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
		return rest <= 1 && v[11] == '0' || rest > 1 && 11-rest == num(v[11])
	}},
	detect.KRRRN: {form: "9#md-1######", word: "주민등록번호", alone: true, reverse: true},
	detect.THTNIN: {form: "1-####-#####-##-#", word: "ID card of a citizen", alone: true, valid: func(v string) bool {
		return (11-dot(v, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == num(v[12])
	}},
	detect.AUTFN:      {form: "1## ### ###", word: "TFN", valid: func(v string) bool { return dot(v, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 }},
	detect.AUABN:      {form: "5# ### ### ###", word: "ABN", valid: func(v string) bool { return (dot(v, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0 }},
	detect.AUACN:      {form: "0## ### ###", word: "ACN", valid: func(v string) bool { return (10-dot(v, 8, 7, 6, 5, 4, 3, 2, 1)%10)%10 == num(v[8]) }},
	detect.AUMedicare: {form: "2### ##### #", word: "Medicare", valid: func(v string) bool { return dot(v, 1, 3, 7, 9, 1, 3, 7, 9)%10 == num(v[8]) }, reverse: true},
	detect.ABARouting: {form: "02#######", word: "routing number", valid: func(v string) bool {
		return (3*(num(v[0])+num(v[3])+num(v[6]))+7*(num(v[1])+num(v[4])+num(v[7]))+num(v[2])+num(v[5])+num(v[8]))%10 == 0
	}},
	detect.VIN: {form: "1M8GDM9*XKP04####", alone: true, bare: true, valid: func(v string) bool {
		sum := 0
		for i, w := range []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2} {
			n := strings.IndexByte("0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ", v[i])
			if n < 0 {
				return false
			}
			sum += n % 10 * w
		}
		return "0123456789X"[sum%11] == v[8]
	}},
}

// make returns a valid value as it is usually written.
func (s sample) make(r *rand.Rand) string {
	for {
		v := s.fill(r)
		if s.valid == nil || s.valid(strip(v)) {
			return v
		}
	}
}

// wrong returns a value that its check refuses.
func (s sample) wrong(r *rand.Rand) string {
	for {
		v := []byte(s.make(r))
		i := r.IntN(len(v))
		if !isDigit(rune(v[i])) || !strings.ContainsRune("#*", rune(s.fillMask(i))) {
			continue
		}
		v[i] = '0' + (v[i]-'0'+byte(1+r.IntN(9)))%10
		if !s.valid(strip(string(v))) {
			return string(v)
		}
	}
}

// fillMask returns the sign of form that made place i.
func (s sample) fillMask(i int) byte {
	n := 0
	for k := range len(s.form) {
		width := 1
		switch s.form[k] {
		case 'y', 'm', 'd':
			width = 2
		}
		if i < n+width {
			return s.form[k]
		}
		n += width
	}
	return ' '
}

func (s sample) fill(r *rand.Rand) string {
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
	var b strings.Builder
	for _, c := range s.form {
		switch c {
		case '#':
			b.WriteByte(byte('0' + r.IntN(10)))
		case '@':
			b.WriteByte(letters[r.IntN(len(letters))])
		case '*':
			b.WriteByte((letters + "0123456789")[r.IntN(len(letters)+10)])
		case 'y':
			fmt.Fprintf(&b, "%02d", 40+r.IntN(60))
		case 'm':
			fmt.Fprintf(&b, "%02d", 1+r.IntN(12))
		case 'd':
			fmt.Fprintf(&b, "%02d", 1+r.IntN(28))
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// strip leaves letters and digits.
func strip(v string) string {
	return strings.Map(func(c rune) rune {
		if isDigit(c) || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' {
			return c
		}
		return -1
	}, v)
}
