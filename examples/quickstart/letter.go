package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A letter is a text to send, and what of it must not leave.
type letter struct {
	text   string
	values []string
}

//go:embed letter.txt
var sample string

// The secrets of the sample are made up on the spot, so that no scanner of source code
// mistakes them for real ones.
func fill(text string) string {
	token := "Zm9v" + "YmFy" + "kLw2Vx7NpRe3" + "Tz9Q" + ".7fA"
	key := "4f1c9ae2" + "07b35d86" + "e9a1c4f2" + "58d0637b"
	return strings.NewReplacer("{{token}}", token, "{{key}}", key).Replace(text)
}

// known are the values of the sample, listed by hand: a detector that misses one of them is
// found out.
func known() []string {
	return []string{
		"Jane Muster", "jane.muster@example.com", "Support+Desk@Example.org",
		"+41 44 668 18 00", "(415) 555-2671",
		"4111 1111 1111 1111", "CH93 0076 2011 6238 5295 7", "DE89370400440532013000",
		"756.9217.0769.85", "219-09-9999",
		"203.0.113.77", "2001:db8::8a2e:370:7334",
		fill("{{token}}"), fill("{{key}}"),
	}
}

// read returns the sample, or the text that args name. Of a text that nobody knows, the
// values are those that the detectors find.
func read(args []string, stdin io.Reader) (letter, error) {
	if len(args) > 1 {
		return letter{}, fmt.Errorf("want one FILE, have %d arguments", len(args))
	}
	if len(args) == 0 {
		text := fill(sample)
		return letter{text, with(known(), text)}, nil
	}
	var data []byte
	var err error
	if args[0] == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(args[0]) //nolint:gosec // the user names the file
	}
	switch {
	case err != nil:
		return letter{}, err
	case !utf8.Valid(data):
		return letter{}, errors.New("the text is not UTF-8")
	case strings.TrimSpace(string(data)) == "":
		return letter{}, errors.New("there is no text to send")
	}
	return letter{string(data), with(nil, string(data))}, nil
}

// with adds to values what the detectors find in text, each once.
func with(values []string, text string) []string {
	for _, span := range detect.Find(nil, text, detect.All()) {
		if value := text[span.Start:span.End]; !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return values
}
