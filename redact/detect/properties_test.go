package detect_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func digits(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.IntN(10))
	}
	return string(b)
}

// finds reports whether value is found as a whole.
func finds(value string, kind detect.Kind) bool {
	spans := detect.Find(nil, "x: "+value+" y", detect.Of(kind))
	return len(spans) == 1 && spans[0] == detect.Span{Start: 3, End: 3 + len(value), Kind: kind, Score: 1}
}

// luhnDigit, ean13Digit and ibanCheck compute what the detectors verify, in another way.
func luhnDigit(number string) string {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return fmt.Sprint((10 - sum%10) % 10)
}

func ean13Digit(number string) string {
	sum := 0
	for i := range 12 {
		sum += int(number[i]-'0') * []int{1, 3}[i%2]
	}
	return fmt.Sprint((10 - sum%10) % 10)
}

func ibanCheck(country, bban string) string {
	var expanded strings.Builder
	for _, c := range bban + country + "00" {
		if 'A' <= c && c <= 'Z' {
			fmt.Fprint(&expanded, c-'A'+10)
		} else {
			expanded.WriteRune(c)
		}
	}
	rest := 0
	for _, c := range expanded.String() {
		rest = (rest*10 + int(c-'0')) % 97
	}
	return fmt.Sprintf("%02d", 98-rest)
}

// brands are beginnings of card numbers and their lengths.
var brands = map[string][]int{
	"4": {13, 16, 19}, "51": {16}, "55": {16}, "2221": {16}, "2720": {16}, "34": {15}, "37": {15}, "6011": {16, 19}, "65": {16},
	"300": {14}, "36": {14}, "38": {14, 16}, "3528": {16}, "2131": {15}, "1800": {15}, "62": {16, 17, 18, 19}, "50": {12, 13, 16, 19},
	"58": {12}, "63": {12, 14}, "2200": {16, 19},
}

func TestEveryCard(t *testing.T) {
	t.Parallel()
	r := random(1)
	for prefix, lengths := range brands {
		for _, n := range lengths {
			for range 50 {
				number := prefix + digits(r, n-len(prefix)-1)
				number += luhnDigit(number)
				testkit.True(t, finds(number, detect.CreditCard), number+" is found")
				for _, spaced := range groupings(number) {
					testkit.True(t, finds(spaced, detect.CreditCard), spaced+" is found")
				}
				changed := change(r, number)
				testkit.Equal(t, len(detect.Find(nil, changed, detect.Of(detect.CreditCard))), 0)
			}
		}
	}
}

// groupings are the ways in which the number is written on a card.
func groupings(number string) []string {
	var out []string
	for _, sep := range []string{" ", "-", "\u00a0", "\u2011"} {
		var parts []string
		for rest := number; rest != ""; {
			n := min(4, len(rest))
			parts = append(parts, rest[:n])
			rest = rest[n:]
		}
		out = append(out, strings.Join(parts, sep))
		if len(number) == 15 || len(number) == 14 {
			out = append(out, number[:4]+sep+number[4:10]+sep+number[10:])
		}
	}
	return out
}

// change gives one digit another value.
func change(r *rand.Rand, number string) string {
	b := []byte(number)
	i := r.IntN(len(b))
	b[i] = '0' + (b[i]-'0'+byte(1+r.IntN(9)))%10
	return string(b)
}

// forms are lengths and forms of BBANs, written independently of the detector's table.
var forms = map[string]string{
	"AD": "99999999AAAAAAAAAAAA", "AT": "9999999999999999", "BE": "999999999999", "BR": "99999999999999999999999XA",
	"CH": "99999AAAAAAAAAAAA", "CZ": "99999999999999999999", "DE": "999999999999999999", "DK": "99999999999999",
	"ES": "99999999999999999999", "FI": "99999999999999", "FR": "9999999999AAAAAAAAAAA99", "GB": "XXXX99999999999999",
	"IE": "XXXX99999999999999", "IT": "X9999999999AAAAAAAAAAAA", "LI": "99999AAAAAAAAAAAA", "LU": "999AAAAAAAAAAAAA",
	"MT": "XXXX99999AAAAAAAAAAAAAAAAAA", "MU": "XXXX9999999999999999999XXX", "NL": "XXXX9999999999", "NO": "99999999999",
	"PL": "999999999999999999999999", "PT": "999999999999999999999", "SE": "99999999999999999999", "LC": "XXXXAAAAAAAAAAAAAAAAAAAAAAAA",
	"AE": "9999999999999999999", "AL": "99999999AAAAAAAAAAAAAAAA", "AZ": "XXXXAAAAAAAAAAAAAAAAAAAA",
	"BA": "9999999999999999", "BG": "XXXX999999AAAAAAAA", "BH": "XXXXAAAAAAAAAAAAAA",
	"BI": "99999999999999999999999", "BY": "AAAA9999AAAAAAAAAAAAAAAA", "CR": "999999999999999999",
	"CY": "99999999AAAAAAAAAAAAAAAA", "DJ": "99999999999999999999999", "DO": "AAAA99999999999999999999",
	"EE": "9999999999999999", "EG": "9999999999999999999999999", "FK": "XX999999999999",
	"FO": "99999999999999", "GE": "XX9999999999999999", "GI": "XXXXAAAAAAAAAAAAAAA",
	"GL": "99999999999999", "GR": "9999999AAAAAAAAAAAAAAAA", "GT": "AAAAAAAAAAAAAAAAAAAAAAAA",
	"HN": "XXXX99999999999999999999", "HR": "99999999999999999", "HU": "999999999999999999999999",
	"IL": "9999999999999999999", "IQ": "XXXX999999999999999", "IS": "9999999999999999999999",
	"JO": "XXXX9999AAAAAAAAAAAAAAAAAA", "KW": "XXXXAAAAAAAAAAAAAAAAAAAAAA", "KZ": "999AAAAAAAAAAAAA",
	"LB": "9999AAAAAAAAAAAAAAAAAAAA", "LT": "9999999999999999", "LV": "XXXXAAAAAAAAAAAAA",
	"LY": "999999999999999999999", "MC": "9999999999AAAAAAAAAAA99", "MD": "AAAAAAAAAAAAAAAAAAAA",
	"ME": "999999999999999999", "MK": "999AAAAAAAAAA99", "MN": "9999999999999999",
	"MR": "99999999999999999999999", "NI": "XXXX99999999999999999999", "OM": "999AAAAAAAAAAAAAAAA",
	"PK": "XXXXAAAAAAAAAAAAAAAA", "PS": "XXXXAAAAAAAAAAAAAAAAAAAAA", "QA": "XXXXAAAAAAAAAAAAAAAAAAAAA",
	"RO": "XXXXAAAAAAAAAAAAAAAA", "RS": "999999999999999999", "SC": "XXXX99999999999999999999XXX",
	"SD": "99999999999999", "SI": "999999999999999", "SK": "99999999999999999999",
	"SM": "X9999999999AAAAAAAAAAAA", "SO": "9999999999999999999", "ST": "999999999999999999999",
	"SV": "XXXX99999999999999999999", "TL": "9999999999999999999", "TN": "99999999999999999999",
	"VA": "999999999999999999", "VG": "XXXX9999999999999999", "XK": "9999999999999999",
	"YE": "XXXX9999AAAAAAAAAAAAAAAAAA",
	"AO": "999999999999999999999", "BF": "AA9999999999999999999999", "BJ": "AA9999999999999999999999", "CF": "99999999999999999999999",
	"CG": "99999999999999999999999", "CI": "XX9999999999999999999999", "CM": "99999999999999999999999", "CV": "999999999999999999999",
	"DZ": "9999999999999999999999", "GA": "99999999999999999999999", "GQ": "99999999999999999999999", "GW": "AA9999999999999999999",
	"IR": "9999999999999999999999", "KM": "99999999999999999999999", "MA": "999999999999999999999999", "MG": "99999999999999999999999",
	"ML": "AA9999999999999999999999", "MZ": "999999999999999999999", "NE": "XX9999999999999999999999", "SN": "XX9999999999999999999999",
	"TD": "99999999999999999999999", "TG": "XX9999999999999999999999",
	"SA": "99AAAAAAAAAAAAAAAAAA", "TR": "999999AAAAAAAAAAAAAAAA", "UA": "999999AAAAAAAAAAAAAAAAAAA", "RU": "99999999999999AAAAAAAAAAAAAAA",
}

func TestEveryIBAN(t *testing.T) {
	t.Parallel()
	r := random(2)
	const letters, both = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for country, form := range forms {
		for range 50 {
			bban := strings.Map(func(c rune) rune {
				switch c {
				case 'X':
					return rune(letters[r.IntN(26)])
				case 'A':
					return rune(both[r.IntN(36)])
				}
				return rune('0' + r.IntN(10))
			}, form)
			number := country + ibanCheck(country, bban) + bban
			spaced := strings.TrimSpace(strings.Join(split(number, 4), " "))
			for _, text := range []string{number, spaced, strings.ToLower(number), strings.ToLower(spaced), strings.ReplaceAll(spaced, " ", "\u202f")} {
				testkit.True(t, finds(text, detect.IBANCode), text+" is found")
			}
			wrong := country + change(r, number[2:4]) + bban
			for _, s := range detect.Find(nil, wrong, detect.Of(detect.IBANCode)) {
				testkit.True(t, s.Start > 0, wrong+" is not found") // chance may put another one inside
			}
		}
	}
}

func split(text string, n int) (parts []string) {
	for ; len(text) > n; text = text[n:] {
		parts = append(parts, text[:n])
	}
	return append(parts, text)
}

func TestEveryAHV(t *testing.T) {
	t.Parallel()
	r := random(3)
	for range 500 {
		n := "756" + digits(r, 9)
		n += ean13Digit(n)
		for _, sep := range []string{"", ".", " ", "-", "\u2011"} {
			text := strings.Join([]string{n[:3], n[3:7], n[7:11], n[11:]}, sep)
			testkit.True(t, finds(text, detect.CHAHV), text+" is found")
		}
		wrong := n[:3] + change(r, n[3:])
		testkit.Equal(t, len(detect.Find(nil, wrong, detect.Of(detect.CHAHV))), 0)
	}
}

// machineLog is n bytes of the kind of text in which numbers mean nothing to a person.
func machineLog(n int) string {
	r := random(4)
	hex := func(n int) string { return fmt.Sprintf("%0*x", n, r.Uint64())[:n] }
	var b strings.Builder
	for b.Len() < n {
		fmt.Fprintf(&b, "2026-11-%02dT%02d:%02d:%02d.%03dZ INFO trace=%s%s span=%s id=%s-%s-4%s-a%s-%s%s order=%s epoch=%d ms=%d took=%.6f v%d.%d.%d size=%d [%d-%d]\n",
			1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000), hex(16), hex(16), hex(16), hex(8), hex(4), hex(3), hex(3), hex(8), hex(4),
			digits(r, 10), 1600000000+r.IntN(2e8), 1600000000000+r.Int64N(2e11), r.Float64(), r.IntN(9), r.IntN(99), r.IntN(99), r.IntN(1e7), r.IntN(1e4), r.IntN(1e4))
	}
	return b.String()
}

func TestMachineLog(t *testing.T) {
	t.Parallel()
	text := machineLog(400 << 10)
	spans := detect.Find(nil, text, detect.All())
	t.Logf("%d false findings: %q", len(spans), found(text, spans[:min(len(spans), 9)]))
	if len(spans) > 5 {
		t.Errorf("%d false findings, such as %q", len(spans), found(text, spans[:5]))
	}
}

func TestClean(t *testing.T) { //nolint:paralleltest // counts allocations
	text := english(4<<10, 0) + machineLog(4 << 10)[:1000]
	testkit.Allocs(t, 0, func() { detect.Find(nil, text, detect.All()) })
	var s detect.Scanner
	folded := strings.Repeat("It’s “fine” — he said – and went\u00a0on. ", 20)
	s.Find(nil, folded, detect.All())
	testkit.Allocs(t, 1, func() { s.Find(nil, folded, detect.All()) })
}
