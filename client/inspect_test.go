package client_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// What is read from the environment of a process needs a process of its own: the tests
// start this program again to run TestInspectChild alone.
const (
	childRole = "SALLYPORT_CHILD"
	childMark = "the child says: "
)

// heard is what a child says.
type heard struct {
	Code    event.Code // of client.New, or of Check
	Faults  []string   // paths of the configuration's
	Found   []string   // setting and severity, of the report
	Names   []string   // of the evidence
	Audited []string   // setting and outcome, of the audit log
	Text    string     // the report for people
}

// child runs a role in an environment in which nothing else is set.
func child(t *testing.T, role string, env ...string) heard {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestInspectChild$", "-test.v")
	cmd.Env = append([]string{childRole + "=" + role, "TMPDIR=" + t.TempDir()}, env...)
	out, err := cmd.CombinedOutput()
	testkit.NoError(t, err)
	_, line, ok := strings.Cut(string(out), childMark)
	testkit.True(t, ok, string(out))
	line, _, _ = strings.Cut(line, "\n")
	var h heard
	testkit.NoError(t, json.Unmarshal([]byte(line), &h))
	return h
}

func TestInspectChild(t *testing.T) {
	var h heard
	switch os.Getenv(childRole) {
	case "":
		t.Skip("runs within the tests of the process")
	case "production":
		_, err := client.New(inProduction())
		h = heardOf(err)
	case "weakened later":
		c, err := client.New(inProduction())
		testkit.NoError(t, err)
		defer c.Close()
		t.Setenv("GODEBUG", "tlsrsakex=1")
		report, err := c.Check(t.Context())
		h = heardOf(err)
		h.Names = report.Endpoint.Environment
	case "development":
		s := newStand(t, clienttest.Config{})
		report, err := s.client.Check(t.Context())
		h = heardOf(err)
		h.Names, h.Text = report.Endpoint.Environment, report.String()
		for _, w := range report.Environment {
			h.Found = append(h.Found, w.Setting+" "+w.Severity.String())
		}
		for _, e := range s.audit.named(event.PostureFinding) {
			h.Audited = append(h.Audited, e.Policy.String()+" "+e.Outcome.String())
		}
	}
	text, err := json.Marshal(h)
	testkit.NoError(t, err)
	fmt.Println(childMark + string(text))
}

// inProduction is a configuration for production whose resolver does not answer.
func inProduction() client.Config {
	return client.Config{Endpoint: "https://contoso.openai.azure.com", Credential: token("x"), Audit: &recorder{}, Network: client.Network{DNS: "127.0.0.1:9"}}
}

func heardOf(err error) (h heard) {
	h.Code = policy.CodeOf(err)
	var faults *client.ConfigError
	if errors.As(err, &faults) {
		for _, f := range faults.Faults {
			h.Faults = append(h.Faults, f.Path)
		}
	}
	return h
}

// The rows ENV of the battery, through a whole client: production does not start, all others
// are told.
func TestInspect(t *testing.T) {
	t.Parallel()
	for setting, refused := range map[string]bool{
		"GODEBUG=tlsrsakex=1": true, "GODEBUG=http2debug=1": true, "GODEBUG=x509negativeserial=1": true, "GODEBUG=tlsmlkem=0": true,
		"GODEBUG=netdns=cgo": false, "GODEBUG=urlstrictcolons=0": false, "SSL_CERT_FILE=/etc/ssl/cert.pem": false, "HTTPS_PROXY=http://127.0.0.1:9": false,
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			name, value, _ := strings.Cut(setting, "=")
			if knob, _, ok := strings.Cut(value, "="); ok {
				name += ":" + knob
			}
			production := child(t, "production", setting)
			if refused {
				testkit.DeepEqual(t, production, heard{Code: event.ConfigInvalid, Faults: []string{"environment: " + name}})
			} else {
				testkit.DeepEqual(t, production, heard{})
			}
			told := child(t, "development", setting)
			severity, outcome := "refuse", "failure"
			if !refused {
				severity, outcome = "warn", "success"
				if !strings.HasPrefix(setting, "GODEBUG") {
					severity = "note" // the client has roots of its own, and no proxy
				}
			}
			testkit.Equal(t, told.Code, "")
			testkit.DeepEqual(t, told.Found, []string{name + " " + severity})
			testkit.DeepEqual(t, told.Names, []string{name})
			testkit.DeepEqual(t, told.Audited, []string{name + " " + outcome})
			testkit.True(t, strings.Contains(told.Text, "\nenvironment "+name+" ("), told.Text)
			testkit.True(t, !strings.Contains(fmt.Sprint(told), "127.0.0.1:9"), "no value is told")
		})
	}
	t.Run("nothing", func(t *testing.T) {
		t.Parallel()
		testkit.DeepEqual(t, child(t, "production"), heard{})
		told := child(t, "development")
		testkit.Equal(t, len(told.Found)+len(told.Names)+len(told.Audited), 0)
	})
	t.Run("weakened later", func(t *testing.T) {
		t.Parallel()
		testkit.DeepEqual(t, child(t, "weakened later"), heard{Code: event.ConfigInvalid, Faults: []string{"environment: GODEBUG:tlsrsakex"}, Names: []string{"GODEBUG:tlsrsakex"}})
	})
}
