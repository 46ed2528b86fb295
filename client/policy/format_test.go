package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// leaky is an error that holds what must not be told, as a value that fmt would walk into.
type leaky struct{ Prompt string }

func (e leaky) Error() string { return e.Prompt }

func TestRefusalUnderEveryVerb(t *testing.T) {
	t.Parallel()
	err := policy.Refuse("p", event.PolicyDenied, leaky{"the prompt"})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%U", "%e", "%o"} {
		for _, value := range []any{err, []error{err}, struct{ Err error }{err}} {
			text := fmt.Sprintf(verb, value)
			testkit.True(t, !strings.Contains(text, "the prompt"), verb+": "+text)
			testkit.True(t, strings.Contains(text, "policy_denied"), verb+": "+text)
		}
	}
	testkit.Equal(t, fmt.Sprintf("%q", err), `"sallyport: refused by p: policy_denied: a rule denies it"`)
}
