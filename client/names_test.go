package client_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A number or a word that means nothing alone is a value under the name of its member, in
// tool arguments and in metadata as in running text.
func TestNamesAreContext(t *testing.T) {
	t.Parallel()
	const ssn, phone = "536221234", "4155552671"
	password := "Tr0ub4dor" + "&3xyz"
	for name, more := range map[string]string{
		"metadata": `,"metadata":{"ssn":"` + ssn + `","phone":"` + phone + `","password":"` + password + `"}`,
		"numbers":  `,"metadata":{"ssn":` + ssn + `,"phone":` + phone + `,"p\u0061ssword":"` + password + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			_, _, err := s.post(t, chat, ask("hello", more))
			testkit.NoError(t, err)
			for _, value := range []string{ssn, phone, password} {
				testkit.True(t, !s.azure.Journal().Contains(value), value)
			}
		})
	}
	t.Run("arguments", func(t *testing.T) {
		t.Parallel()
		arguments := `{"ssn":` + ssn + `,"phone":"` + phone + `","password":"` + password + `","count":12345678}`
		sent, err := sentBy(t, unmetered(t), "chat/completions", toolChat(arguments, ""))
		testkit.NoError(t, err)
		left := argumentsOf(t, sent)
		for _, value := range []string{ssn, phone, password} {
			testkit.True(t, !strings.Contains(left, value), left)
		}
		testkit.True(t, strings.Contains(left, `"count":12345678}`), "a number without a meaning stays: "+left)
	})
}

// A private key does not even leave as a placeholder, unless the configuration says so.
func TestPrivateKeysAreRefused(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Redaction = redact.Config{} })
	_, _, err := s.post(t, chat, ask("my key:\n"+pem()))
	refused(t, err, event.PIIBlocked)
	testkit.ErrorIs(t, err, redact.ErrRefused)
	testkit.ErrorIs(t, err, policy.ErrRefused)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
}

// A detector that lets text pass when it fails is a weakening like any other.
func TestOpenDetectorNeedsTheWaiver(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Redaction.Detectors = []redact.External{{Name: "mine", Detector: nothing{}, OnFailure: redact.FailOpen}}
	err := cfg.Validate()
	refused(t, err, event.ConfigInvalid)
	testkit.True(t, strings.Contains(err.Error(), "Redaction.Detectors[0].OnFailure"), err.Error())
	cfg.Waivers = append(cfg.Waivers, unsafeallow.UnredactedPrompts(reason, time.Now().Add(time.Hour)))
	testkit.NoError(t, cfg.Validate())
}

// nothing is a detector that finds nothing.
type nothing struct{}

func (nothing) Detect(_ context.Context, texts []string) ([][]detect.Span, error) {
	return make([][]detect.Span, len(texts)), nil
}
