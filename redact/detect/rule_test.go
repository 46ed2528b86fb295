package detect_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func TestTerms(t *testing.T) {
	t.Parallel()
	rule, err := detect.Terms(detect.Organization, "Acme", "Müller & Söhne AG", "Acme Holding", "東京電力")
	testkit.NoError(t, err)
	s := detect.Scanner{Rules: []*detect.Rule{rule}}
	for text, want := range map[string][]string{
		"at ACME, and Acme Holding.":            {"ORGANIZATION ACME", "ORGANIZATION Acme Holding"},
		"acme_holding acme-holding":             {"ORGANIZATION acme_holding", "ORGANIZATION acme-holding"},
		"MÜLLER & SÖHNE ag, Muller Sohne AG":    {"ORGANIZATION MÜLLER & SÖHNE ag", "ORGANIZATION Muller Sohne AG"},
		"acmeholding Acmes pacme Holding Söhne": nil,
		"彼は東京電力で働く":                             {"ORGANIZATION 東京電力"},
		"Ａｃｍｅ\u00a0Ｈｏｌｄｉｎｇ":                     {"ORGANIZATION Ａｃｍｅ\u00a0Ｈｏｌｄｉｎｇ"},
		"ORGANIZATION_7k2m9q4w1x3bc":            nil,
		"write to jane@acme.com":                {"EMAIL_ADDRESS jane@acme.com"},
	} {
		testkit.DeepEqual(t, found(text, s.Find(nil, text, detect.All())), want)
	}
	testkit.Equal(t, len(s.Find(nil, "Acme", detect.Secrets())), 0)
	testkit.Equal(t, len((&detect.Scanner{Rules: []*detect.Rule{{}}}).Find(nil, "Acme", detect.All())), 0)
}

func TestRegexp(t *testing.T) {
	t.Parallel()
	rule, err := detect.Regexp("PROJECT_CODE", "PX-", `\bPX-(\d{4}[a-z])\b`)
	testkit.NoError(t, err)
	testkit.Equal(t, rule.Kind(), "PROJECT_CODE")
	s := detect.Scanner{Rules: []*detect.Rule{rule}}
	for text, want := range map[string][]string{
		"see PX-1234a and PX-9999z\nPX-5678b": {"PROJECT_CODE 1234a", "PROJECT_CODE 9999z", "PROJECT_CODE 5678b"},
		"px-1234a PX-12345":                   nil,
		"PX-\n1234a":                          nil,
		"PROJECT_CODE_7k2m9q4w1x3bc PX-1234a": {"PROJECT_CODE 1234a"},
	} {
		testkit.DeepEqual(t, found(text, s.Find(nil, text, detect.Of())), want)
	}
}

// What is wrong with a rule is told without what is in it.
func TestRuleErrors(t *testing.T) {
	t.Parallel()
	faults := map[string]func() (*detect.Rule, error){
		"Kind":    func() (*detect.Rule, error) { return detect.Terms("lower", "word") },
		"Words":   func() (*detect.Rule, error) { return detect.Terms("MINE") },
		"Literal": func() (*detect.Rule, error) { return detect.Regexp("MINE", "", "canary") },
		"Pattern": func() (*detect.Rule, error) { return detect.Regexp("MINE", "x", "(canary") },
	}
	for field, fault := range faults {
		_, err := fault()
		testkit.ErrorIs(t, err, detect.ErrRule)
		var rule *detect.RuleError
		testkit.True(t, errors.As(err, &rule) && rule.Field == field, field)
		testkit.True(t, !strings.Contains(err.Error(), "canary"), "no payload in the text")
	}
	for _, f := range []func() (*detect.Rule, error){
		func() (*detect.Rule, error) { return detect.Terms("MINE", "--") },
		func() (*detect.Rule, error) { return detect.Regexp("_MINE", "x", "x") },
		func() (*detect.Rule, error) { return detect.Regexp("MINE", "x", "x*") },
		func() (*detect.Rule, error) { return detect.Regexp("MINE", "x", strings.Repeat("x", 2000)) },
		func() (*detect.Rule, error) { return detect.Terms(detect.Kind(strings.Repeat("M", 41)), "x") },
	} {
		_, err := f()
		testkit.ErrorIs(t, err, detect.ErrRule)
	}
}

func ExampleTerms() {
	projects, err := detect.Terms("PROJECT", "Blue Heron", "Kestrel")
	if err != nil {
		fmt.Println(err)
		return
	}
	s := detect.Scanner{Rules: []*detect.Rule{projects}}
	text := "Does blue heron ship before KESTREL?"
	for _, found := range s.Find(nil, text, detect.All()) {
		fmt.Println(found.Kind, text[found.Start:found.End])
	}
	// Output:
	// PROJECT blue heron
	// PROJECT KESTREL
}

func ExampleRegexp() {
	ticket, err := detect.Regexp("TICKET", "HD-", `HD-\d{5}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := detect.Scanner{Rules: []*detect.Rule{ticket}}
	text := "as in HD-20417"
	for _, found := range s.Find(nil, text, detect.All()) {
		fmt.Println(found.Kind, text[found.Start:found.End])
	}
	// Output:
	// TICKET HD-20417
}

// Many findings of rules among many others take time in proportion.
func TestRulesLinear(t *testing.T) { //nolint:paralleltest // measures time
	rule, err := detect.Terms("MINE", "acme")
	testkit.NoError(t, err)
	s := detect.Scanner{Rules: []*detect.Rule{rule}}
	text := strings.Repeat("acme a@b.co ", 50_000)
	start := time.Now()
	testkit.Equal(t, len(s.Find(nil, text, detect.All())), 100_000)
	testkit.True(t, time.Since(start) < 5*time.Second, "100,000 findings in less than five seconds")
}
