package battery_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The rows ENV and DIAL-01 are about what is read once in a process, so that each runs in a
// process of its own: this one, started again to run TestChild alone.

// childEnv says what the child shall do.
const childEnv = "SALLYPORT_BATTERY_CHILD"

// A childReport is what the child tells.
type childReport struct {
	Code     string   // of client.New, or of the call
	Faults   []string // paths of the configuration's
	Findings []string // names in the audit log
	Sends    int
}

// TestBatteryProcess plays them.
func TestBatteryProcess(t *testing.T) {
	t.Parallel()
	for _, knob := range []string{
		"tlsrsakex=1", "tls3des=1", "tlssha1=1", "tlsmlkem=0", "tlssecpmlkem=0", "rsa1024min=0", "x509negativeserial=1", "x509usepolicies=0",
		"tlsmaxrsasize=16384", "tlsunsafeekm=1", "httplaxcontentlength=1", "fips140ems=0", "http2debug=1", "http2debug=2", "x509usefallbackroots=1",
	} {
		name, _, _ := strings.Cut(knob, "=")
		t.Run("ENV-01/"+knob, func(t *testing.T) {
			t.Parallel()
			production := child(t, "production", "GODEBUG="+knob)
			testkit.Equal(t, production.Code, "config_invalid")
			testkit.DeepEqual(t, production.Faults, []string{"environment: GODEBUG:" + name})
			if knob == "http2debug=1" || knob == "http2debug=2" || knob == "tlsmlkem=0" {
				testkit.DeepEqual(t, child(t, "development", "GODEBUG="+knob).Findings, []string{"GODEBUG:" + name})
			}
		})
	}
	for _, knob := range []string{"urlstrictcolons=0", "urlmaxqueryparams=0", "netdns=cgo"} {
		name, _, _ := strings.Cut(knob, "=")
		t.Run("ENV-01/"+knob, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, child(t, "production", "GODEBUG="+knob).Code, "")
			reached(t, child(t, "development", "GODEBUG="+knob), "GODEBUG:"+name)
		})
	}
	t.Run("ENV-04", func(t *testing.T) {
		t.Parallel()
		empty := filepath.Join(t.TempDir(), "empty.pem")
		testkit.NoError(t, os.WriteFile(empty, nil, 0o600))
		reached(t, child(t, "development", "SSL_CERT_FILE="+empty, "SSL_CERT_DIR="+t.TempDir()), "SSL_CERT_FILE", "SSL_CERT_DIR")
	})
	for id, names := range map[string][]string{
		"DIAL-01": {"HTTPS_PROXY", "https_proxy", "ALL_PROXY"},
		"ENV-05":  {"HTTPS_PROXY", "HTTP_PROXY", "http_proxy", "all_proxy", "NO_PROXY", "no_proxy"},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			proxy, err := hostile.Start(hostile.Config{Addr: netip.MustParseAddrPort("127.0.0.1:0")})
			testkit.NoError(t, err)
			defer proxy.Close()
			var env []string
			for _, name := range names {
				env = append(env, name+"=http://"+proxy.Addr().String())
			}
			reached(t, child(t, "development", env...), names...)
			testkit.Equal(t, proxy.Accepted(), 0)
			testkit.Equal(t, child(t, "plain", env...).Code, "proxied")
		})
	}
	t.Run("control", func(t *testing.T) {
		t.Parallel()
		testkit.Equal(t, child(t, "production").Code, "")
		reached(t, child(t, "development"))
	})
}

// reached wants a call that came through, and the findings.
func reached(t *testing.T, r childReport, names ...string) {
	t.Helper()
	testkit.Equal(t, r.Code, "")
	testkit.Equal(t, r.Sends, 1)
	slices.Sort(names)
	slices.Sort(r.Findings)
	testkit.Equal(t, fmt.Sprint(r.Findings), fmt.Sprint(names))
}

// child runs this program again in an environment that has nothing else that matters.
func child(t *testing.T, what string, env ...string) childReport {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	cmd.Env = append([]string{childEnv + "=" + what, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}, env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the child fails: %v\n%s\n%s", err, out, stderr.String())
	}
	var r childReport
	_, line, _ := strings.Cut(string(out), reportMark)
	line, _, _ = strings.Cut(line, "\n")
	testkit.NoError(t, json.Unmarshal([]byte(line), &r))
	return r
}

const reportMark = "battery child: "

// TestChild is what a child runs.
func TestChild(t *testing.T) {
	what := os.Getenv(childEnv)
	if what == "" {
		t.Skip("runs within TestBatteryProcess")
	}
	var r childReport
	b := battery.NewBench(t)
	defer b.Close()
	switch what {
	case "production":
		b.Config.Profile, b.Config.Waivers = client.Production, nil
		b.Config.Endpoint, b.Config.Network = "https://contoso.openai.azure.com", client.Network{}
		err := b.Open()
		r.Code = string(policy.CodeOf(err))
		var fault *client.ConfigError
		if errors.As(err, &fault) {
			for _, f := range fault.Faults {
				r.Faults = append(r.Faults, f.Path)
			}
		}
	case "development":
		b.Serve("h2", nil)
		err := b.Open()
		if err == nil {
			err = b.Chat()
		}
		r.Code, r.Findings, r.Sends = string(policy.CodeOf(err)), b.Findings(), len(b.Server.Requests())
	case "plain":
		r.Code = plainByProxy(t)
	}
	text, err := json.Marshal(r)
	testkit.NoError(t, err)
	fmt.Println(reportMark + string(text))
}

// plainByProxy says whom net/http would ask.
func plainByProxy(t *testing.T) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://contoso.example/", http.NoBody)
	testkit.NoError(t, err)
	to, err := http.ProxyFromEnvironment(req)
	testkit.NoError(t, err)
	if to == nil {
		return "direct"
	}
	return "proxied"
}
