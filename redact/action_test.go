package redact_test

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func TestDefaultActions(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	for name, test := range map[string]struct {
		text   string
		refuse bool
	}{
		"private key":     {pem(3), true},
		"AWS":             {made("AKIA", "Z3MSJV6WDLNA7ZQ5"), true},
		"Entra":           {"secret " + made("abc8", "Q~", strings.Repeat("x1Y", 11), "z") + " it is", true},
		"Azure by name":   {"api_key = " + made("4f1c9ae2", "d7b3086e", "5512cc90", "ab13fe77"), false},
		"bearer":          {"Authorization: Bearer " + strings.Repeat("Zm9vYmFy", 5) + ".7", false},
		"password":        {"password = hunter2hunter", false},
		"personal data":   {letter, false},
		"JSON web token":  {jwt(3), false},
		"nothing":         {"nothing", false},
		"public key":      {"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", false},
		"private, in all": {"a " + pem(1), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := s.Redact(test.text)
			testkit.Equal(t, errors.Is(err, redact.ErrRefused), test.refuse)
		})
	}
	loose := newSession(t, redact.Config{Action: redact.Mask}, "a")
	_, err := loose.Redact(pem(1))
	testkit.ErrorIs(t, err, redact.ErrRefused)
	open := newSession(t, redact.Config{Actions: map[detect.Kind]redact.Action{detect.PrivateKey: redact.Replace}}, "a")
	testkit.Equal(t, open.Restore(redacted(t, open, pem(1))), pem(1))
}

func TestMask(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Action: redact.Mask}, "a")
	for text, want := range map[string]string{
		"card 4111 1111 1111 1111.":          "card **** **** **** 1111.",
		"4111\u00a01111\u00a01111\u00a01111": "****\u00a0****\u00a0****\u00a01111",
		"jane.roe@example.com":               "j***.***@*******.***",
		"+41 44 668 18 00":                   "+** ** *** 18 00",
		"192.0.2.7":                          "********",
		"password = hunter2hunter":           "password = ********",
		"756.9217.0769.85":                   "***.****.**69.85",
	} {
		out := redacted(t, s, text)
		testkit.Equal(t, out, want)
		testkit.Equal(t, s.Restore(out), out)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Action: redact.Hash}, "a")
	out := redacted(t, s, "jane@example.com")
	testkit.True(t, regexp.MustCompile(`^EMAIL_ADDRESS#[0-9a-z]{13}$`).MatchString(out), out)
	testkit.Equal(t, s.Restore(out), out)
	testkit.Equal(t, redacted(t, s, out), out)
	testkit.Equal(t, redacted(t, newSession(t, redact.Config{Action: redact.Hash}, "a"), "jane@example.com"), out)
	testkit.True(t, redacted(t, newSession(t, redact.Config{Action: redact.Hash}, "b"), "jane@example.com") != out, "scopes have nothing in common")
	token := redacted(t, newSession(t, redact.Config{}, "a"), "jane@example.com")
	testkit.True(t, token[len(token)-13:] != out[len(out)-13:], "a hash tells nothing of a placeholder")
	testkit.Equal(t, len(redacted(t, s, "a.much.longer.address@example.com")), len(out))
}

func TestAllow(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Actions: map[detect.Kind]redact.Action{detect.IPAddress: redact.Allow}}, "a")
	testkit.Equal(t, redacted(t, s, "192.0.2.7"), "192.0.2.7")
	testkit.Equal(t, len(s.Counts()), 0)
}

// A surrogate has the form of the value, passes its check, is nobody's, and comes back.
func TestSurrogates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text, want string // a regular expression
		check      func(string) bool
	}{
		{"jane@firm.ch", `^person\.[a-z]{10}@example\.com$`, nil},
		{"4111 1111 1111 1111", `^4000 00\d\d \d{4} \d{4}$`, found(detect.CreditCard)},
		{"378282246310005", `^378282\d{9}$`, found(detect.CreditCard)},
		{"3782-822463-10005", `^3782-82\d{4}-\d{5}$`, found(detect.CreditCard)},
		{"GB82 WEST 1234 5698 7654 32", `^GB\d\d XXXX 0?\d{4} \d{4} \d{4} \d\d$`, found(detect.IBANCode)},
		{"de89370400440532013000", `^de\d\d0000\d{14}$`, found(detect.IBANCode)},
		{"CH93 0076 2011 6238 5295 7", `^CH\d\d 0000 \d{4} \d{4} \d{4} \d$`, found(detect.IBANCode)},
		{"+1 (415) 555-2671", `^\+1 \([2-9]{3}\) 555-01\d\d$`, nil},
		{"(415) 555-2671", `^\([2-9]{3}\) 555-01\d\d$`, nil},
		{"+44 20 7946 1234", `^\+44 \d\d \d{4} \d{4}$`, nil},
		{"+33 1 23 45 67 89", `^\+33 \d( \d\d){4}$`, nil},
		{"+49 30 123456", `^\+49\d+$`, nil},
		{"+41 44 668 18 00", `^PHONE_NUMBER_`, nil}, // none is kept for fiction
		{"10.1.2.3", `^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$`, isAddress},
		{"fe80::1:2:3", `^2001:db8:`, isAddress},
		{"536-22-1234", `^9\d\d-0[1-9]-\d{4}$`, nil},
		{"756.9217.0769.85", `^756\.0000\.\d{4}\.\d\d$`, found(detect.CHAHV)},
	} {
		t.Run(test.text, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
			out := redacted(t, s, test.text)
			testkit.True(t, regexp.MustCompile(test.want).MatchString(out), test.text+" -> "+out)
			testkit.True(t, test.check == nil || test.check(out), out+" passes the check")
			testkit.Equal(t, redacted(t, newSession(t, redact.Config{Action: redact.Surrogate}, "a"), test.text), out)
			testkit.True(t, redacted(t, newSession(t, redact.Config{Action: redact.Surrogate}, "b"), test.text) != out, "scopes differ")
			testkit.Equal(t, s.Restore("it is "+out+"."), "it is "+test.text+".")
			testkit.Equal(t, s.Restore(out), test.text)
		})
	}
}

func found(kind detect.Kind) func(string) bool {
	return func(text string) bool {
		spans := detect.Find(nil, text, detect.All())
		return len(spans) == 1 && spans[0].Kind == kind && spans[0].End-spans[0].Start == len(text)
	}
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func TestFakes(t *testing.T) {
	t.Parallel()
	testkit.True(t, slices.Contains(redact.Fakes(), detect.CreditCard), "cards have surrogates")
	testkit.True(t, !slices.Contains(redact.Fakes(), detect.Secret), "secrets have none")
}

// Two spellings of a number have surrogates with the same digits.
func TestSurrogateSpellings(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
	one, two, _ := strings.Cut(redacted(t, s, "4111 1111 1111 1111, 4111111111111111"), ", ")
	testkit.Equal(t, strings.ReplaceAll(one, " ", ""), two)
	testkit.Equal(t, s.Restore(two+", "+one), "4111111111111111, 4111 1111 1111 1111")
}

// Where a surrogate would not be found again, a placeholder stands.
func TestSurrogateAlone(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
	text := "x4111111111111111y 4111111111111111"
	out := redacted(t, s, text)
	testkit.True(t, strings.HasPrefix(out, "xCREDIT_CARD_"), out)
	testkit.Equal(t, s.Restore(out), text)
	fake := out[strings.LastIndex(out, " ")+1:]
	for _, near := range []string{"1" + fake, fake + "1", "x" + fake} {
		testkit.Equal(t, s.Restore(near), near)
	}
}

// A text that holds a surrogate by itself gets it back as it was.
func TestSurrogateShadowed(t *testing.T) {
	t.Parallel()
	fake := redacted(t, newSession(t, redact.Config{Action: redact.Surrogate}, "a"), "10.1.2.3")
	quoted := "version " + fake + " it is"
	testkit.Equal(t, len(detect.Find(nil, quoted, detect.All())), 0)
	for _, text := range []string{quoted + ", 10.1.2.3", "10.1.2.3, " + quoted} {
		s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
		testkit.Equal(t, s.Restore(redacted(t, s, text)), text)
		testkit.Equal(t, s.Restore(fake), fake)
	}
	s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
	redacted(t, s, "10.1.2.3")
	testkit.Equal(t, s.Restore(redacted(t, s, quoted)), quoted)
}

// Small ranges run out; then placeholders stand.
func TestSurrogatesRunOut(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
	var text strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&text, "10.0.%d.%d ", i/250, i%250+1)
	}
	out := redacted(t, s, text.String())
	testkit.True(t, strings.Contains(out, "IP_ADDRESS_"), "placeholders")
	testkit.Equal(t, s.Restore(out), text.String())
}

func TestActionFaults(t *testing.T) {
	t.Parallel()
	_, err := redact.New(redact.Config{
		Action:    redact.Allow,
		Actions:   map[detect.Kind]redact.Action{detect.JWT: 99, "X": redact.Mask, detect.Secret: redact.Mask},
		Refuse:    []detect.Kind{detect.Secret},
		Answer:    redact.Replace,
		Answers:   map[detect.Kind]redact.Action{detect.JWT: redact.Surrogate},
		Restore:   redact.Policy{Never: []detect.Kind{"Y"}},
		Detectors: []redact.External{{Name: "A", Timeout: -1, OnFailure: 7}, {Name: "A"}},
		MaxValues: -1,
	})
	testkit.Equal(t, err.Error(), strings.Join([]string{
		"redact: Action: not one of default, replace, mask, hash, surrogate",
		"redact: Actions[JSON_WEB_TOKEN]: not an action for it",
		"redact: Actions[SECRET]: Refuse lists the kind too",
		"redact: Actions: unknown kind",
		"redact: Answer: not one of default, mask, hash, refuse, allow",
		"redact: Answers[JSON_WEB_TOKEN]: not an action for it",
		"redact: Restore.Never[0]: unknown kind",
		"redact: Detectors[0].Name: not 1 to 32 lower-case letters, digits and dashes",
		"redact: Detectors[0].Detector: nil",
		"redact: Detectors[0].Timeout: negative",
		"redact: Detectors[0].OnFailure: neither FailClosed nor FailOpen",
		"redact: Detectors[1].Name: not 1 to 32 lower-case letters, digits and dashes",
		"redact: Detectors[1].Name: used twice",
		"redact: Detectors[1].Detector: nil",
		"redact: MaxValues: negative",
	}, "\n"))
	for a := redact.Default; a <= redact.Allow+1; a++ {
		testkit.True(t, a.String() != "", "it has a name")
	}
}
