package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	person = "jane.muster@example.com"
	iban   = "DE89 3704 0044 0532 0130 00"
)

// What looks like a secret is put together here, so that no scanner of this file finds it.
var (
	awsKey     = "AKIA" + "QYLPMN5HFIQR7XYA"
	privateKey = "-----BEGIN " + "PRIVATE KEY-----\n" + strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8c\n", 26) + "-----END " + "PRIVATE KEY-----"
)

// An outcome is what a run of the program leaves behind.
type outcome struct {
	status         int
	stdout, stderr string
}

func try(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(args, strings.NewReader(stdin), &stdout, &stderr, false)
	for _, value := range []string{person, iban, awsKey} {
		testkit.True(t, !strings.Contains(stderr.String(), value), "messages do not quote the input")
	}
	return outcome{status, stdout.String(), stderr.String()}
}

// file returns a new file that holds text.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	testkit.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// keyed is a command line with a key, so that placeholders can be in a golden.
func keyed(t *testing.T, args ...string) []string {
	return append([]string{"-key", file(t, strings.Repeat("k", 32))}, args...)
}

// Each action, kind, group and score does to one letter what its golden shows.
func TestText(t *testing.T) {
	t.Parallel()
	letter := "Dear Mrs Miller,\r\n\r\nwrite to " + person + " or call +1 415 555 2671.\r\n" +
		"Pay to " + iban + ", the AHV number is 756.9217.0769.85.\n\nThe key is " + awsKey + ".\xff\nNo end"
	for name, args := range map[string][]string{
		"replace":   nil,
		"mask":      {"-action", "mask"},
		"hash":      {"-action", "hash"},
		"surrogate": {"-action", "surrogate"},
		"allow":     {"-action", "allow"},
		"kinds":     {"-kinds", "EMAIL_ADDRESS, IBAN_CODE"},
		"secrets":   {"-group", "secrets"},
		"swiss":     {"-group", "swiss"},
		"score":     {"-min-score", "0.9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := try(t, letter, keyed(t, args...)...)
			testkit.Equal(t, got.status, statusOK)
			testkit.Equal(t, got.stderr, "")
			testkit.Golden(t, filepath.Join("testdata", name+".golden"), []byte(got.stdout))
			testkit.Equal(t, strings.Count(got.stdout, "\r\n"), 3)
			testkit.True(t, strings.HasSuffix(got.stdout, ".\xff\nNo end"), "bytes that are not text, and the missing line end, stay")
			testkit.Equal(t, try(t, "", append(keyed(t, args...), file(t, letter))...), got)
		})
	}
	testkit.Equal(t, try(t, ""), outcome{})
	testkit.Equal(t, try(t, "\n"), outcome{stdout: "\n"})
	testkit.Equal(t, try(t, "", "/nonexistent").status, statusFailed)
}

// What may be refused by default is replaced, unless that is asked for.
func TestRefused(t *testing.T) {
	t.Parallel()
	text := privateKey + "\n" + awsKey + "\n" + person + "\n"
	for _, tt := range []struct {
		name   string
		args   []string
		status int
		stderr string
	}{
		{"replace", nil, statusOK, ""},
		{"mask", []string{"-action", "mask"}, statusOK, ""},
		{"surrogate", []string{"-action", "surrogate"}, statusOK, ""},
		{"default", []string{"-action", "default"}, statusRefused, "refused: PRIVATE_KEY\n"},
		{"default of others", []string{"-action", "default", "-kinds", "AWS_KEY"}, statusRefused, "refused: AWS_KEY\n"},
		{"default of no secrets", []string{"-action", "default", "-kinds", "EMAIL_ADDRESS"}, statusOK, ""},
		{"refuse", []string{"-action", "refuse", "-kinds", "EMAIL_ADDRESS"}, statusRefused, "refused: EMAIL_ADDRESS\n"},
		{"refuse nothing", []string{"-action", "refuse", "-kinds", "IBAN_CODE"}, statusOK, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := try(t, text, tt.args...)
			testkit.Equal(t, got.status, tt.status)
			testkit.Equal(t, got.stderr, tt.stderr)
			testkit.Equal(t, got.stdout == "", tt.status == statusRefused)
		})
	}
	got := try(t, text, "-min-score", "1").stdout
	testkit.Equal(t, got, text)
	for _, value := range []string{"MIIEvQ", awsKey, person} {
		testkit.True(t, !strings.Contains(try(t, text).stdout, value), "nothing is left")
	}
}

// One value has one placeholder in all runs with a key, and another in each run without.
func TestKey(t *testing.T) {
	t.Parallel()
	first := try(t, person, keyed(t)...).stdout
	testkit.Equal(t, try(t, person, keyed(t)...).stdout, first)
	one, other := try(t, person), try(t, person)
	testkit.True(t, one.stdout != other.stdout, "keys are random")
	testkit.Equal(t, try(t, person, "-key", file(t, strings.Repeat("k", 31))).status, statusUsage)
	testkit.Equal(t, try(t, person, "-key", file(t, strings.Repeat("k", maxKey+1))).status, statusFailed)
}

// A command line that cannot be understood does nothing.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"-nope"}, "-nope"},
		{[]string{"a", "b"}, "FILE"},
		{[]string{"-kinds", "EMAIL"}, `"EMAIL"`},
		{[]string{"-kinds", ""}, "-kinds"},
		{[]string{"-group", "none"}, "-group"},
		{[]string{"-group", "all", "-kinds", "AGE"}, "exclude"},
		{[]string{"-action", "drop"}, "-action"},
		{[]string{"-min-score", "1.1"}, "-min-score"},
		{[]string{"-min-score", "NaN"}, "-min-score"},
		{[]string{"-restore", "x", "-jsonl"}, "-restore"},
		{[]string{"-restore", ""}, "-restore"},
		{[]string{"-map", "x", "-action", "mask"}, "-map"},
	} {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			t.Parallel()
			got := try(t, person, tt.args...)
			testkit.Equal(t, got.status, statusUsage)
			testkit.Equal(t, got.stdout, "")
			testkit.True(t, strings.Contains(got.stderr, tt.says), "the text names it: "+got.stderr)
		})
	}
	_, err := os.Stat("x")
	testkit.ErrorIs(t, err, fs.ErrNotExist)
}

// The help names every flag once.
func TestHelp(t *testing.T) {
	t.Parallel()
	got := try(t, "", "-h")
	testkit.Equal(t, got.status, statusOK)
	testkit.Equal(t, got.stderr, "")
	(&options{}).flags().VisitAll(func(f *flag.Flag) {
		testkit.Equal(t, strings.Count(got.stdout, "\n  -"+f.Name+" "), 1)
	})
}
