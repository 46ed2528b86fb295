package main

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Redacting and restoring is the identity.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	var phones strings.Builder
	for i := range 80 {
		phones.WriteString("+1 415 555 " + string(rune('2'+i/10)) + "6" + string(rune('0'+i%10)) + "1\n")
	}
	looks := "EMAIL_ADDRESS_7k2m9q4w1x3bc xPERSON_7K2M9Q4W1X3BC PLACEHOLDER_7k2m9q4w1x3bcd"
	for name, text := range map[string]string{
		"empty":      "",
		"values":     person + " " + iban + "\r\n" + privateKey + "\n" + awsKey + " Dear Mrs Müller,",
		"look-alike": looks + looks + person + looks,
		"not UTF-8":  "\xff" + person + "\xff\xfe <x\xc3@example.com> \xe2\x80 password=h\xffnter2xyz\n",
		"phones":     phones.String(),
		"large":      strings.Repeat("Write to "+person+" and "+awsKey+".\n"+looks+"\n", 8000),
	} {
		for _, action := range []string{"replace", "surrogate"} {
			t.Run(name+" "+action, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "map")
				redacted := try(t, text, "-action", action, "-map", path)
				testkit.Equal(t, redacted.status, statusOK)
				testkit.True(t, !strings.Contains(redacted.stdout, person), "nothing is left")
				info, err := os.Stat(path)
				testkit.NoError(t, err)
				testkit.Equal(t, info.Mode(), 0o600)
				restored := try(t, redacted.stdout, "-restore", path)
				testkit.Equal(t, restored.status, statusOK)
				testkit.True(t, restored.stdout == text, "it is what it was")
				testkit.Equal(t, try(t, text, "-map", path).status, statusFailed)
			})
		}
	}
}

// The map of many documents is one.
func TestRoundTripOfLines(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "map")
	in := strings.Repeat(`{"id":1,"text":"`+person+`"}`+"\n", 2) + `{"id":2,"text":"` + iban + `"}` + "\n"
	redacted := try(t, in, "-jsonl", "-map", path)
	got := try(t, redacted.stdout, "-restore", path)
	testkit.Equal(t, strings.Count(got.stdout, `"redacted":"`+person+`"`), 2)
	testkit.Equal(t, strings.Count(got.stdout, `"redacted":"`+iban+`"`), 1)
	lines, err := os.ReadFile(path)
	testkit.NoError(t, err)
	testkit.Equal(t, bytes.Count(lines, []byte("\n")), 2)
}

// What models make of a placeholder is known again, and what only looks like one is not.
func TestRestore(t *testing.T) {
	t.Parallel()
	path := file(t, `{"placeholder":"US_SSN_7k2m9q4w1x3bc","value":"US_SSN_7k2m9q4w1x3bc US_SSN"}`+"\n"+
		`{"placeholder":"AGE_0000000000000","bytes":"/w=="}`+"\n"+`{"placeholder":"pat@example.com","value":"`+person+`"}`)
	value := "US_SSN_7k2m9q4w1x3bc US_SSN"
	for in, want := range map[string]string{
		"US_SSN_7k2m9q4w1x3bc":      value,
		"xUS_SSN_7k2m9q4w1x3bcx":    "x" + value + "x",
		"Us_sSn_7K2m9q4w1x3BC's":    value + "'s",
		"xUs_sSn_7K2m9q4w1x3BC":     "xUs_sSn_7K2m9q4w1x3BC",
		`**US\_SSN\\_7k2m9q4w1x3bc`: "**" + value,
		`US\\\_SSN_7k2m9q4w1x3bc`:   `US\\\_SSN_7k2m9q4w1x3bc`,
		"US_SSN_7k2m9q4w1x3b":       "US_SSN_7k2m9q4w1x3b",
		"UK_SSN_7k2m9q4w1x3bc":      "UK_SSN_7k2m9q4w1x3bc",
		"SSN_7k2m9q4w1x3bc":         "SSN_7k2m9q4w1x3bc",
		"AGE_0000000000000":         "\xff",
		"<pat@example.com>":         "<" + person + ">",
		"xpat@example.com":          "xpat@example.com",
		"pat@example.comx":          "pat@example.comx",
		"Pat@example.com":           "Pat@example.com",
	} {
		for _, before := range []string{"", "\n", strings.Repeat(".", 64<<10) + " ", strings.Repeat("-\n", 32<<10+20)} {
			got := try(t, before+in, "-restore", path)
			testkit.Equal(t, got.status, statusOK)
			testkit.True(t, got.stdout == before+want, "restored: "+in)
		}
	}
	// At every place that a piece can end at.
	for n := 0; n < 300; n += 7 {
		before := strings.Repeat(".", 64<<10-100+n)
		got := try(t, before+"US_SSN_7k2m9q4w1x3bc pat@example.com"+before, "-restore", path)
		testkit.True(t, got.stdout == before+value+" "+person+before, "wherever it stands")
	}
}

// A map file that is no longer what was written is not used.
func TestBadMap(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not JSON": "x", "empty line": "\n", "no value": `{"placeholder":"x"}`, "no placeholder": `{"value":"x"}`,
		"both":       `{"placeholder":"x","value":"y","bytes":"eQ=="}`,
		"two":        `{"placeholder":"x","value":"y"}` + "\n" + `{"placeholder":"x","value":"z"}`,
		"two digits": `{"placeholder":"AGE_0000000000000","value":"y"}` + "\n" + `{"placeholder":"AGE_0000000000000","value":"z"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := try(t, "x", "-restore", file(t, text))
			testkit.Equal(t, got.status, statusFailed)
			testkit.Equal(t, got.stdout, "")
			testkit.True(t, strings.HasPrefix(got.stderr, "redact: the map file is not usable: line "), got.stderr)
		})
	}
	testkit.Equal(t, try(t, "x", "-restore", "/nonexistent").status, statusFailed)
}

// For every text, what was redacted in pieces is restored to it, and holds no value any
// more that the whole holds.
func FuzzRoundTrip(f *testing.F) {
	for _, seed := range []string{"", person, iban + "\xff", privateKey, "EMAIL_ADDRESS_7k2m9q4w1x3bc", "Dear Mrs M\u00adiller,\r\n" + awsKey, "a\nb", "data:;base64,amFuZUBleGFtcGxlLmNvbQ=="} {
		f.Add(seed, false)
		f.Add(seed+"\n"+seed, true)
	}
	f.Fuzz(func(t *testing.T, text string, surrogate bool) {
		args := []string{}
		if surrogate {
			args = []string{"-action", "surrogate"}
		}
		opts, err := parse(args)
		testkit.NoError(t, err)
		filter, err := opts.filter()
		testkit.NoError(t, err)
		var file, redacted, restored bytes.Buffer
		filter.saved = &saved{out: bufio.NewWriter(&file), seen: map[string]bool{}}
		testkit.NoError(t, filter.text(strings.NewReader(text), &redacted, window{behind: 32, piece: 64, ahead: 64, longest: 1 << 20}))
		values, err := readMap(&file)
		testkit.NoError(t, err)
		out := bufio.NewWriter(&restored)
		testkit.NoError(t, values.restore(&redacted, out))
		testkit.NoError(t, out.Flush())
		testkit.True(t, restored.String() == text, "it is what it was")
	})
}
