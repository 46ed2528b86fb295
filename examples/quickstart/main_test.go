package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// What of the environment weakens the process of whoever runs the tests is recorded too, and
// would be counted with the records.
func TestMain(m *testing.M) {
	for _, name := range []string{"GODEBUG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"} {
		if err := os.Unsetenv(name); err != nil {
			os.Exit(1)
		}
	}
	testkit.Main(m)
}

// play runs the program and returns what it printed.
func play(t *testing.T, colour bool, stdin string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &screen{out: &out, colour: colour}, args, strings.NewReader(stdin))
	return out.String(), err
}

// section is what stands between two captions or titles.
func section(t *testing.T, out, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(out, from)
	text, _, also := strings.Cut(rest, to)
	testkit.True(t, ok && also, "there is a section "+from)
	return text
}

const (
	sent     = "What the application sent:"
	left     = "What left the process"
	back     = "What came back:"
	received = "What the application received:"
	streamed = "3. The same, streamed"
	there    = "What the application received there:"
	together = "What the application put together:"
	told     = "4. What was told"
)

// checkSections checks that the values are where they belong, and nowhere else.
func checkSections(t *testing.T, out string, values []string) {
	t.Helper()
	inside := []string{section(t, out, sent, left), section(t, out, received, streamed), section(t, out, together, told)}
	outside := []string{
		section(t, out, left, back), section(t, out, back, received), section(t, out, streamed, there),
		out[strings.Index(out, told):], // nothing that was told later holds one
	}
	for _, value := range values {
		for _, text := range inside {
			testkit.True(t, strings.Contains(text, value), value+" is where it belongs")
		}
		for _, text := range outside {
			testkit.True(t, !strings.Contains(text, value), value+" is nowhere else")
		}
	}
}

// checkRefusals checks that every attempt of the table is shown, and refused as it should be.
func checkRefusals(t *testing.T, out string) {
	t.Helper()
	table := out[strings.Index(out, "5. What is refused"):]
	for _, a := range list() {
		row := regexp.MustCompile(`(?m)^ +` + regexp.QuoteMeta(a.name) + ` +refused +` + string(a.want) + `$`)
		testkit.True(t, row.MatchString(table), "there is a row for "+a.name)
	}
	testkit.Equal(t, len(list()), 7)
}

func TestLetter(t *testing.T) {
	out, err := play(t, false, "")
	testkit.NoError(t, err)
	testkit.Equal(t, len(known()), 14)
	checkSections(t, out, known())
	checkRefusals(t, out)
	testkit.True(t, strings.Contains(out, "14 values in the letter, 0 of them in the journal"), "the count is told")
	testkit.True(t, strings.Contains(out, "4 records verified"), "the audit log is verified")
	testkit.True(t, !strings.Contains(out, "\x1b"), "elsewhere than on a terminal there is no colour")
	for line := range strings.Lines(out) {
		testkit.True(t, !strings.HasSuffix(line, " \n"), "no line ends in a blank")
	}
}

// With colour the text is the same but for the colour.
func TestColour(t *testing.T) {
	out, err := play(t, true, "")
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(out, "\x1b[31mjane.muster@example.com\x1b[0m"), "what must not leave is red")
	plain := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(out, "")
	testkit.True(t, !strings.Contains(plain, "\x1b"), "nothing but colour was added")
	checkSections(t, plain, known())
	checkRefusals(t, plain)
}

// Colour is for terminals, and only for those who want it.
func TestIsTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	terminal, err := os.Open(os.DevNull) // a character device, as a terminal is
	testkit.NoError(t, err)
	defer terminal.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	testkit.NoError(t, err)
	defer file.Close()
	testkit.True(t, isTerminal(terminal), "a terminal gets colour")
	testkit.True(t, !isTerminal(file), "a file does not")
	t.Setenv("NO_COLOR", "1")
	testkit.True(t, !isTerminal(terminal), "nor does a terminal with NO_COLOR")
}

// strange is a text that the project has never seen, with all kinds in several spellings.
func strange() (text string, values []string) {
	values = []string{
		"o.brien+news@mail.example.co.uk", "ANNA_SCHMIDT@EXAMPLE.DE",
		"+1-415-555-0132", "0041 44 668 18 00", "+49 (0)30 901820",
		"5500-0000-0000-0004", "378282246310005", "4012888888881881",
		"GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606",
		"198.51.100.23", "2001:DB8:0:0:8:800:200C:417A",
		"536-22-1234",
		"756.1234.5678.97", "7569217076985",
		"ghp_" + strings.Repeat("aB3dE6gH9", 4),
	}
	lines := []string{
		"Ticket 17\tpriority \"high\" \\ <b>&amp;</b> \u00fc \u2028 \U0001f600\r",
		"mail " + values[0] + "; or <" + values[1] + ">, not today@noon",
		"phone: " + values[2] + " / " + values[3] + "\ntel. " + values[4],
		"cards " + values[5] + "," + values[6] + "\tand\t" + values[7],
		"IBAN " + values[8] + "\n\n\n(old: " + values[9] + ")",
		"from " + values[10] + ":443 and [" + values[11] + "]",
		"SSN " + values[12] + ", AHV-Nr. " + values[13] + " / " + values[14],
		"token: " + values[15],
		"order 2024-11-24 4711/0815, version 10.20.30",
	}
	return strings.Join(lines, "\n"), values
}

func TestUnknownText(t *testing.T) {
	text, values := strange()
	path := filepath.Join(t.TempDir(), "ticket.txt")
	testkit.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	out, err := play(t, false, "", path)
	testkit.NoError(t, err)
	checkSections(t, out, values)
	checkRefusals(t, out)
}

func TestStandardInput(t *testing.T) {
	text, values := strange()
	out, err := play(t, false, text+"\n\n", "-")
	testkit.NoError(t, err)
	checkSections(t, out, values)
}

// A text in which nothing is found makes the same way, unchanged.
func TestTextWithoutValues(t *testing.T) {
	const text = "Nothing to see here.\nReally."
	out, err := play(t, false, text, "-")
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(section(t, out, left, back), "Really."), "it left as it is")
	testkit.True(t, strings.Contains(out, "0 values in the letter"), "the count is told")
}

// A large text is no trouble.
func TestLargeText(t *testing.T) {
	text, _ := strange()
	_, err := play(t, false, strings.Repeat(text+"\n", 100), "-")
	testkit.NoError(t, err)
}

func TestNoText(t *testing.T) {
	for name, args := range map[string][]string{
		"a file that is not there": {filepath.Join(t.TempDir(), "missing.txt")},
		"a folder":                 {t.TempDir()},
		"two files":                {"a.txt", "b.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := play(t, false, "", args...)
			testkit.True(t, err != nil, "there is an error")
			testkit.Equal(t, out, "")
		})
	}
	for name, text := range map[string]string{"empty": "", "blank": " \n\t", "not UTF-8": "a\xffb"} {
		t.Run(name, func(t *testing.T) {
			out, err := play(t, false, text, "-")
			testkit.True(t, err != nil, "there is an error")
			testkit.Equal(t, out, "")
		})
	}
}

// A value that left is found in every encoding that hides nothing, and whatever else is
// wrong is told too: else the exit status would promise too much.
func TestVerdict(t *testing.T) {
	t.Parallel()
	const value = `jane "j" <jane@example.com>`
	text := letter{text: "I am " + value, values: []string{value}}
	good := trial{letter: text, left: []byte("{}"), received: "You wrote: I am " + value}
	for name, change := range map[string]func(*trial){
		"":         func(*trial) {},
		"as it is": func(tr *trial) { tr.journal[0].Body = []byte(value) },
		"in JSON":  func(tr *trial) { tr.journal[0].Body = []byte(`{"a":["jane \"j\" <jane@example.com>"]}`) },
		"escaped": func(tr *trial) {
			tr.journal[0].Body = []byte(`{"a":"\u006aane \"j\" \u003cjane\u0040example.com\u003e"}`)
		},
		"as a name":     func(tr *trial) { tr.journal[0].Body = []byte(`{"jane \"j\" <\u006aane@example.com>":1}`) },
		"in a header":   func(tr *trial) { tr.journal[0].Header = map[string][]string{"X-Note": {value}} },
		"in a query":    func(tr *trial) { tr.journal[0].RawQuery = "q=jane+%22j%22+%3Cjane%40example.com%3E" },
		"in base64":     func(tr *trial) { tr.journal[0].Body = []byte("xxamFuZSAiaiIgPGphbmVAZXhhbXBsZS5jb20+") },
		"in hex":        func(tr *trial) { tr.journal[0].Body = []byte("6a616e6520226a22203c6a616e65406578616d706c652e636f6d3e") },
		"not back":      func(tr *trial) { tr.received = "You wrote: I am EMAIL_ADDRESS_1" },
		"changed":       func(tr *trial) { tr.received += "." },
		"nothing sent":  func(tr *trial) { tr.left = nil },
		"another lane":  func(tr *trial) { tr.journal[0].Lane, tr.journal[0].Body = clienttest.Public, []byte(value) },
		"in the host":   func(tr *trial) { tr.journal[0].Host = value },
		"in the method": func(tr *trial) { tr.journal[0].Method = value },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := good
			tr.journal = clienttest.Journal{{Method: "POST", Path: "/", Host: "h", Body: []byte(`{"a":"EMAIL_ADDRESS_1"}`)}}
			change(&tr)
			err := tr.verdict(&screen{out: &bytes.Buffer{}})
			testkit.Equal(t, err == nil, name == "")
			testkit.True(t, err == nil || !strings.Contains(err.Error(), "jane"), "the error does not tell the value")
		})
	}
}

// An attempt that is not refused as it should be is an error of the program.
func TestAttemptThatIsNotRefused(t *testing.T) {
	s, err := open()
	testkit.NoError(t, err)
	defer s.close()
	var out bytes.Buffer
	s.azure.Script(clienttest.Model, clienttest.Reply{Times: clienttest.Forever}) // takes the redirect's place
	err = s.attempts(t.Context(), &screen{out: &out})
	testkit.True(t, err != nil, "there is an error")
	testkit.True(t, strings.Contains(out.String(), "NOT AS IT SHOULD BE"), "the row says so")
}
