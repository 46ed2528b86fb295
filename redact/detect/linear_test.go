package detect_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// strict is for a quiet machine: go test -run Linear ./redact/detect -args -strict.
var strict = flag.Bool("strict", false, "hold the time for ten times the text to 12 times, not 40")

// hostile are texts that make a careless scanner quadratic.
var hostile = map[string]string{
	"digits": "1", "spaced digits": "1 ", "groups": "4111 ", "dashes": "-", "at": "@", "mails": "a@", "dots": "a.b@c.", "labels": "a@b.c.d",
	"colons": ":", "hex colons": "a:", "equals": "=", "assignments": "token=", "quoted": `token:"`, "colon names": "token:", "snake names": "a_b-",
	"sas": "sig=" + strings.Repeat("a", 45) + "&", "pem": "-----BEGIN PRIVATE KEY-----", "pem text": "-----BEGIN PRIVATE KEY-----\nabc ",
	"jwt": "eyJ1.", "jwt segments": "1eyJ.", "sk": "sk-1", "iban": "DE89 ", "plus": "+1 ", "zeros": "00 ", "paren": "(415) ",
	"userinfo": "a://b:c", "phone": "tel 1234567 ", "nbsp": "1\u00a0", "zero width": "1\u200b", "cyrillic": "aа1", "token": "a1_", "mail letters": "ä@",
	"quotes": `"@`, "bearer": "bearer 1 ", "authorization": "authorization: b ", "base64": "a1/+", "hex": "a1", "uuid": "a1b2c3d4-", "marks": "1̈",
	"percent": "%41", "percent mails": "%41@", "entity": "&#64;", "unicode": `\u0041`, "escapes": "%41&#64;", "title": "Mr ", "titles": "Mr A ",
	"dear": "Dear A", "label": "Name: A", "names": "Anna ", "street": "1 Main ", "streets": "Via Roma 1 ", "encoded": "YUBiLmNvIDEg", "encoded runs": "YUBiLmNvIDEgYUBiLmNv ",
	"mrz": "P<1", "closing": "Kind regards,\n", "hexadecimal": "0x1 ", "vendor": "hf_1", "pkcs12": "MII1AQIBAzCC", "letters": "AB 12 34 56 ",
	"dob": "born 1 ", "month": "12 March ", "mac": "00:1b:", "mac dashes": "00-1b-", "passport": "passport 1 ", "card list": "4111111111111111 ",
	"slack": "hooks.slack.com/services/", "dotted": "SG.a1", "iban glued": "DE89370400440532013000", "base64 slashes": "aaaaaaaaaaaaaaa1/",
	"bic": "BIC ", "aws": "aws a1a1a1a1a1a1a1a1a1 ", "url": "http://a1", "secret value": "secret=a1b2c3d4 ",
	"placeholder": "EMAIL_ADDRESS_7k2m9q4w1x3bc ",
}

// keywords are the triggers, and the words that a detector reads on from.
var keywords = []string{
	"sig=", "sig=a%", "key=", "AccountKey=", "api_key=", "password:", `password:"`, "password={a1", "password is ", "| Password | ", "eyJ", "eyJ1.",
	"-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "Bearer ", "Bearer a1", "Authorization: ", `Authorization: bearer "`, "authorization=", "://a:", "https://a1:b@",
	"sk-", "sk-1", "ghp_", "ghp_1", "@", "a@b.", "日@", "+1", "+41 44\n", `1\n`, "2001:", "::1", "1.2.3.", "10.0.0.1", "DE89", "DE89\n> ", "4532  ", "4532 - ",
	"756.", "%41", "&#64;", "\\u0041", `\n`, `\\n`, `\`, "1¹", "SSN:\n", "Phone:\n", "PO ", "電話", "AKIA1", "hooks.slack.com/services/", "MII1", "0x1",
	"+ACRA", "a1+ACR", "--password ", "--password a1 ", "--token", "(01)00844588003288", "(01)00844588003288(21)", "/T01", "SG.a", "my number ", "DE.KVU.ALG/", "350908+0200", "6011 2553 6693 4780 ",
	"DE36 6170 7430 3216 9133 53 ", ", 45 anni", "1 + 41 44 668 18 00 ", "Mr A", "1 Main ", "exp 1", "cvv 1", "card 1", "a1b2c3d4-",
}

// The processor time for ten times the text is at most 12 times as long, if the machine is
// quiet, and a hundred times if a detector is quadratic. The bound is 40 on a busy one, of the
// best of several runs each.
func TestLinear(t *testing.T) { //nolint:paralleltest // measures time
	if testing.Short() {
		t.Skip("measures time")
	}
	units := map[string]string{}
	for name, unit := range hostile {
		units[name] = unit
	}
	for _, word := range keywords {
		units[word] = word
	}
	for name, unit := range units {
		m := meter{find: func(s *detect.Scanner, dst []detect.Span, text string) []detect.Span {
			return s.Find(dst, text, detect.HIPAA())
		}}
		m.linear(t, name, func(n int) string { return strings.Repeat(unit, n/len(unit)) })
		for _, head := range []string{"a", "1", "a_", "=", "\u00ad"} {
			m.linear(t, head+" before "+name, func(n int) string {
				return strings.Repeat(head, n/2/len(head)) + strings.Repeat(unit, n/2/len(unit))
			})
		}
	}
}

// The same for the name of a field, for rules, and for what decodes to something long.
func TestFieldsLinear(t *testing.T) { //nolint:paralleltest // measures time
	if testing.Short() {
		t.Skip("measures time")
	}
	terms, err := detect.Terms("MINE", "a b", "ab", "一")
	testkit.NoError(t, err)
	pattern, err := detect.Regexp("MINE", "x1", `x\d+a*$`)
	testkit.NoError(t, err)
	field := meter{find: func(s *detect.Scanner, dst []detect.Span, text string) []detect.Span {
		return s.FindField(dst, text, text, detect.All())
	}}
	rules := meter{find: func(s *detect.Scanner, dst []detect.Span, text string) []detect.Span {
		return s.Find(dst, text, detect.All())
	}, rules: []*detect.Rule{terms, pattern}}
	for _, unit := range []string{"password", "a_b", "x1", "ab ", "一", "a b ", "x1a\n", "eyJ1", "1", "phone: 1 ", "YUBiLmNvIDEg", "4031", "%34", "\\u0034"} {
		text := func(n int) string { return strings.Repeat(unit, n/len(unit)) }
		field.linear(t, "a field with "+unit, text)
		rules.linear(t, "rules and "+unit, text)
	}
}

// A meter measures a way to look for values.
type meter struct {
	find  func(s *detect.Scanner, dst []detect.Span, text string) []detect.Span
	spans []detect.Span
	rules []*detect.Rule
}

func (m *meter) linear(t *testing.T, name string, text func(n int) string) {
	t.Helper()
	s := detect.Scanner{Rules: m.rules}
	bound, small, large := 40.0, text(20_000), text(200_000)
	if *strict {
		bound = 12
	}
	m.spans = m.find(&s, m.spans[:0], large) // has its buffers from now on
	fast, slow, ratio := time.Hour, time.Hour, 0.0
	for range 30 {
		fast, slow = min(fast, m.time(&s, small, 5)), min(slow, m.time(&s, large, 1))
		if ratio = float64(slow) / float64(max(fast, time.Microsecond)); ratio <= bound {
			break
		}
	}
	testkit.True(t, ratio <= bound, fmt.Sprintf("%q: ten times the text takes %.1f times as long, %v", name, ratio, slow))
}

func (m *meter) time(s *detect.Scanner, text string, runs int) time.Duration {
	start := testkit.CPU()
	for range runs {
		m.spans = m.find(s, m.spans[:0], text)
	}
	return (testkit.CPU() - start) / time.Duration(runs)
}

func BenchmarkHostile(b *testing.B) {
	for name, unit := range hostile {
		text := strings.Repeat(unit, 64<<10/len(unit))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var s detect.Scanner
			var spans []detect.Span
			for b.Loop() {
				spans = s.Find(spans[:0], text, detect.All())
			}
		})
	}
}
