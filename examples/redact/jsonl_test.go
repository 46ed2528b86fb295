package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The golden shows the form of the output.
func TestLines(t *testing.T) {
	t.Parallel()
	in := `{"id": "a", "text": "Zürich <` + person + `>\n\"` + iban + `\"", "labels": [1]}` + "\r\n" +
		`{"text": "nothing \u2028 here", "id": 2}` + "\n" + `{"id": -3.5, "text": ""}`
	got := try(t, in, keyed(t, "-jsonl")...)
	testkit.Equal(t, got.status, statusOK)
	testkit.Equal(t, got.stderr, "")
	testkit.Golden(t, "testdata/lines.golden", []byte(got.stdout))

	var first struct {
		Entities []entity `json:"entities"`
	}
	testkit.NoError(t, json.NewDecoder(strings.NewReader(got.stdout)).Decode(&first))
	text := "Zürich <" + person + ">\n\"" + iban + "\""
	testkit.Equal(t, len(first.Entities), 2)
	for i, want := range []string{person, iban} {
		e := first.Entities[i]
		testkit.Equal(t, text[e.Start:e.End], want)
		sum := sha256.Sum256([]byte(want))
		testkit.Equal(t, e.SHA256, hex.EncodeToString(sum[:]))
	}
	testkit.Equal(t, try(t, "", "-jsonl"), outcome{})
}

// What does not score enough is neither listed nor replaced, and what is not replaced is
// listed all the same.
func TestLinesAgree(t *testing.T) {
	t.Parallel()
	in := `{"id": 1, "text": "Dear Mrs Miller, ` + person + `"}` + "\n"
	got := try(t, in, "-jsonl", "-min-score", "0.9")
	testkit.Equal(t, strings.Count(got.stdout, `"type"`), 1)
	testkit.True(t, strings.Contains(got.stdout, "Dear Mrs Miller, EMAIL_ADDRESS_"), "the name stays")
	got = try(t, in, "-jsonl", "-action", "allow")
	testkit.Equal(t, strings.Count(got.stdout, `"type"`), 2)
	testkit.True(t, strings.Contains(got.stdout, person), "all stays")
}

// Bad lines are counted and not quoted, and the others are answered.
func TestBadLines(t *testing.T) {
	t.Parallel()
	good := `{"id": "%d", "text": "` + person + `"}`
	for name, bad := range map[string]string{
		"empty":      "",
		"blank":      " \r",
		"no JSON":    person,
		"cut":        good[:20],
		"two":        good + good,
		"no object":  `["` + person + `"]`,
		"no id":      `{"text": "` + person + `"}`,
		"null id":    `{"id": null, "text": "x"}`,
		"object id":  `{"id": {}, "text": "x"}`,
		"no text":    `{"id": 1}`,
		"null text":  `{"id": 1, "text": null}`,
		"other text": `{"id": 1, "text": 41}`,
		"not UTF-8":  `{"id": 1, "text": "` + "\xff" + `"}`,
		"long":       `{"id": 1, "text": "` + strings.Repeat("x", maxLine) + `"}`,
		"text twice": `{"id": 1, "text": "x", "te\u0078t": "` + person + `"}`,
		"case":       `{"id": 1, "text": "x", "TEXT": "` + person + `"}`,
		"half":       `{"id": 1, "text": "x \ud800"}`,
		"deep":       strings.Repeat("[", 20000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := try(t, fmt.Sprintf(good, 1)+"\n"+bad+"\n"+fmt.Sprintf(good, 3)+"\n", "-jsonl")
			testkit.Equal(t, got.status, statusFailed)
			testkit.True(t, strings.HasPrefix(got.stderr, "redact: line 2: bad line: "), "the number is there: "+got.stderr)
			testkit.Equal(t, strings.Count(got.stderr, "\n"), 1)
			testkit.Equal(t, strings.Count(got.stdout, "\n"), 2)
			testkit.True(t, strings.HasPrefix(got.stdout, `{"id":"1",`) && strings.Contains(got.stdout, "\n"+`{"id":"3",`), "the others are in order")
		})
	}
}

// A refused line is listed without its text, and does not stop the others.
func TestRefusedLines(t *testing.T) {
	t.Parallel()
	in := "bad\n" + `{"id": 1, "text": "` + person + `"}` + "\n" + `{"id": 2, "text": "x"}` + "\n"
	got := try(t, in, "-jsonl", "-action", "refuse")
	testkit.Equal(t, got.status, statusRefused)
	testkit.Equal(t, got.stderr, "redact: line 1: bad line: not JSON\nrefused: line 2: EMAIL_ADDRESS\n")
	lines := strings.SplitAfter(got.stdout, "\n")
	testkit.True(t, strings.Contains(lines[0], `"refused":"EMAIL_ADDRESS"`) && !strings.Contains(lines[0], "redacted"), "no text: "+lines[0])
	testkit.Equal(t, lines[1], `{"id":2,"entities":[],"redacted":"x"}`+"\n")
}

// Whoever writes one line and waits gets its answer.
func TestLinesAnswerAtOnce(t *testing.T) {
	t.Parallel()
	in, ask := io.Pipe()
	answers, out := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run([]string{"-jsonl"}, in, out, io.Discard, false) }()
	reader := bufio.NewReader(answers)
	for i := range 3 {
		fmt.Fprintf(ask, `{"id": %d, "text": "x"}`+"\n", i)
		line, err := reader.ReadString('\n')
		testkit.NoError(t, err)
		testkit.True(t, strings.HasPrefix(line, fmt.Sprintf(`{"id":%d,`, i)), "in order")
	}
	ask.Close()
	testkit.Equal(t, <-ended, statusOK)
}

func TestReadLine(t *testing.T) {
	t.Parallel()
	r := bufio.NewReaderSize(strings.NewReader(strings.Repeat("x", 20)+"\n"+strings.Repeat("y", 21)+"\n\n"+strings.Repeat("z", 32)), 16)
	for _, want := range []string{strings.Repeat("x", 20), "-", "", "-"} {
		line, err := readLine(r, 20)
		if want == "-" {
			testkit.ErrorIs(t, err, errBad)
			continue
		}
		testkit.NoError(t, err)
		testkit.Equal(t, string(line), want)
	}
	_, err := readLine(r, 20)
	testkit.ErrorIs(t, err, io.EOF)
}
