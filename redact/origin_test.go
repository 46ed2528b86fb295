package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// all redacts texts of one request.
func all(t testing.TB, s *redact.Session, inputs ...redact.Input) []string {
	t.Helper()
	out, err := s.RedactAll(t.Context(), inputs)
	testkit.NoError(t, err)
	return out
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	const system, both = "ops@example.org", "jane@example.com"
	inputs := []redact.Input{
		{Text: "mail " + system + " or " + both, Origin: redact.System},
		{Text: "I am " + both},
	}
	for name, test := range map[string]struct {
		policy redact.Policy
		want   string
	}{
		"default": {redact.Policy{}, "token jane@example.com"},
		"system":  {redact.Policy{System: true}, "ops@example.org jane@example.com"},
		"never":   {redact.Policy{System: true, Never: []detect.Kind{detect.EmailAddress}}, "token token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, redact.Config{Restore: test.policy}, "a")
			out := all(t, s, inputs...)
			one, two, _ := strings.Cut(strings.TrimPrefix(out[0], "mail "), " or ")
			got := s.Restore(one + " " + two)
			got = strings.NewReplacer(one, "token", two, "token").Replace(got)
			testkit.Equal(t, got, test.want)
			testkit.Equal(t, s.Withheld(), strings.Count(test.want, "token"))
			testkit.Equal(t, s.Restored(), 2-strings.Count(test.want, "token"))
			testkit.Equal(t, pieces(s, one+" "+two, 1, 1), s.Restore(one+" "+two))
		})
	}
}

// The order of texts makes no difference to who may see a value.
func TestOriginLater(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	out := all(t, s, redact.Input{Text: "jane@example.com", Origin: redact.System})
	testkit.Equal(t, s.Restore(out[0]), out[0])
	redacted(t, s, "jane@example.com")
	testkit.Equal(t, s.Restore(out[0]), "jane@example.com")
	all(t, s, redact.Input{Text: "jane@example.com", Origin: redact.System})
	testkit.Equal(t, s.Restore(out[0]), "jane@example.com")
}

func TestToolSecrets(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{false, true} {
		s := newSession(t, redact.Config{Restore: redact.Policy{ToolSecrets: allowed}}, "a")
		out := redacted(t, s, "jane@example.com password = hunter2hunter")
		token := out[strings.Index(out, "SECRET_"):]
		tool := redact.Target{Tool: true}
		testkit.Equal(t, s.Restore(out), "jane@example.com password = hunter2hunter")
		testkit.Equal(t, strings.Contains(s.RestoreFor(tool, out), "hunter"), allowed)
		testkit.Equal(t, strings.Contains(s.RestoreFor(tool, out), "jane@example.com"), true)
		r := s.RestorerFor(tool)
		testkit.Equal(t, strings.Contains(r.Push(token)+r.Flush(), "hunter"), allowed)
	}
}

func TestRedactAll(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	out := all(t, s, redact.Input{Text: "jane@example.com"}, redact.Input{}, redact.Input{Text: "none"}, redact.Input{Text: "536221234", Field: "ssn"}, redact.Input{Text: "536221234", Field: "order"})
	testkit.Equal(t, out[1]+out[2], "none")
	testkit.True(t, strings.HasPrefix(out[0], "EMAIL_ADDRESS_"), "it is replaced")
	testkit.True(t, strings.HasPrefix(out[3], "US_SSN_"), "the name of the field counts")
	testkit.Equal(t, out[4], "536221234")

	// One refused text refuses all, and leaves no trace.
	s = newSession(t, redact.Config{}, "a")
	got, err := s.RedactAll(t.Context(), []redact.Input{{Text: "jane@example.com"}, {Text: pem(1)}})
	testkit.ErrorIs(t, err, redact.ErrRefused)
	testkit.Equal(t, len(got)+len(s.Counts()), 0)
}

func TestClean(t *testing.T) {
	t.Parallel()
	for _, action := range []redact.Action{redact.Replace, redact.Surrogate, redact.Mask, redact.Hash} {
		s := newSession(t, redact.Config{Action: action}, "a")
		out := redacted(t, s, "jane@example.com, 4111 1111 1111 1111")
		testkit.True(t, s.Clean(out), out+" is clean")
		testkit.True(t, !s.Clean(out+" and joe@example.org"), "it is not")
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	text := redacted(t, s, "jane@example.com") + " or joe@example.org"
	one, err := s.GuardText(redact.Target{}, text)
	testkit.NoError(t, err)
	two, err := s.GuardText(redact.Target{Again: true}, text)
	testkit.NoError(t, err)
	testkit.Equal(t, one, two)
	testkit.Equal(t, s.Restored(), 1)
	testkit.DeepEqual(t, s.Found(), []redact.Count{{Kind: detect.EmailAddress, N: 1}})
}
