package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func terms(t testing.TB, kind detect.Kind, words ...string) *detect.Rule {
	t.Helper()
	r, err := detect.Terms(kind, words...)
	testkit.NoError(t, err)
	return r
}

func TestRules(t *testing.T) {
	t.Parallel()
	c := redact.Config{
		Rules:   []*detect.Rule{terms(t, "PROJECT", "falcon", "blue moon rising"), terms(t, "STAFF", "smith")},
		Actions: map[detect.Kind]redact.Action{"STAFF": redact.Mask},
		Answers: map[detect.Kind]redact.Action{"STAFF": redact.Allow},
	}
	s := newSession(t, c, "a")
	const text = "about falcon and blue moon rising, by smith"
	out := redacted(t, s, text)
	testkit.True(t, strings.HasPrefix(out, "about PROJECT_") && strings.HasSuffix(out, "by *****"), out)
	testkit.Equal(t, s.Restore(out), strings.ReplaceAll(text, "smith", "*****"))
	testkit.DeepEqual(t, s.Counts(), []redact.Count{{Kind: "PROJECT", N: 2}, {Kind: "STAFF", N: 1}})
	quoted := redacted(t, s, out)
	testkit.Equal(t, s.Restore(quoted), out)

	// In answers, too, in pieces of any length, although no letter of a term is special.
	answer := strings.Repeat("then we talked about it all and ", 9) + "blue moon rising came up " + strings.Repeat("as it was said before ", 9) + "by smith"
	fresh := newSession(t, c, "a")
	want, err := fresh.GuardText(redact.Target{}, answer)
	testkit.NoError(t, err)
	testkit.Equal(t, want, strings.ReplaceAll(answer, "blue moon rising", "**** **** ******"))
	for n := 1; n < 50; n++ {
		testkit.Equal(t, guarded(t, fresh, redact.Target{}, answer, n, n), want)
	}
	g := fresh.Guard()
	head, err := g.Push(answer[:300])
	testkit.NoError(t, err)
	testkit.True(t, len(head) >= 300-192-20, "little is held back")
}

func TestRuleFaults(t *testing.T) {
	t.Parallel()
	_, err := redact.New(redact.Config{Rules: []*detect.Rule{nil, {}, terms(t, redact.Placeholder, "a"), terms(t, "MY_ACCESSKEYNAMES", "a"), terms(t, "FINE", "a")},
		Refuse: []detect.Kind{"FINE", "NOT_FINE"}})
	testkit.Equal(t, err.Error(), strings.Join([]string{
		"redact: Rules[0]: finds nothing", "redact: Rules[1]: finds nothing", "redact: Rules[2]: has the kind of look-alikes",
		"redact: Rules[3]: has a kind that no placeholder can have", "redact: Refuse[1]: unknown kind",
	}, "\n"))
}
