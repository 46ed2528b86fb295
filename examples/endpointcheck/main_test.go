package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The environment of whoever runs the tests must not show in what they compare.
func TestMain(m *testing.M) {
	for _, name := range []string{"GODEBUG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"} {
		if err := os.Unsetenv(name); err != nil {
			os.Exit(1)
		}
	}
	testkit.Main(m)
}

// A result is what a run of the program leaves behind.
type result struct {
	status         int
	stdout, stderr string
}

// try runs the program on an endpoint that may lie on loopback.
func try(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr, waivers: loopback()}
	status := p.run(ctx, args)
	return result{status, stdout.String(), stderr.String()}
}

func loopback() []client.Waiver {
	return []client.Waiver{unsafeallow.Loopback("a fake Azure for the tests", time.Now().Add(time.Hour))}
}

// flagsTo lead to a fake.
func flagsTo(azure *clienttest.Azure, more ...string) []string {
	return append([]string{"-endpoint", azure.Endpoint(), "-dns", azure.DNS(), "-ca", azure.CAFile(), "-prefix", azure.Prefix().String()}, more...)
}

// serve makes the account answer a request for which nobody has a credential.
func serve(reply clienttest.Reply) func(*clienttest.Azure) {
	reply.Times = clienttest.Forever
	return func(a *clienttest.Azure) { a.Script(clienttest.Model, reply) }
}

func says(record clienttest.Record) func(*clienttest.Azure) {
	return func(a *clienttest.Azure) { a.SetRecord(a.Host(), record) }
}

// bare is a record without a chain, as custom DNS has it.
func bare(a *clienttest.Azure) { says(clienttest.Record{Addrs: []netip.Addr{a.PrivateAddr()}})(a) }

// Every exit status, and what makes it.
func TestStatuses(t *testing.T) {
	t.Parallel()
	stranger := "sha256/" + strings.Repeat("I", 43) + "="
	another := "sha256/" + strings.Repeat("E", 43) + "="
	for name, row := range map[string]struct {
		set    func(*clienttest.Azure)
		flags  []string
		status int
		says   []string // on standard output
	}{
		"pass":              {nil, nil, statusPass, []string{"PASS     service        asked for a credential", "UNKNOWN  control plane  not asked", "PASS     The endpoint is private"}},
		"pass by address":   {bare, []string{"-mode", "address"}, statusPass, []string{"not demanded in the mode address"}},
		"not linked":        {(*clienttest.Azure).Unlink, nil, statusFail, []string{"FAIL     address ", "To do: link the private DNS zone privatelink.openai.azure.com"}},
		"neighbour":         {func(a *clienttest.Azure) { point(a, a.NeighbourAddr()) }, nil, statusFail, []string{"FAIL     service "}},
		"stale":             {func(a *clienttest.Azure) { point(a, a.EmptyAddr()) }, nil, statusFail, []string{"FAIL     connect ", "the record is stale"}},
		"no chain":          {bare, nil, statusFail, []string{"FAIL     chain "}},
		"no such name":      {says(clienttest.Record{Fault: clienttest.NXDomain}), nil, statusFail, []string{"FAIL     address        no such name", "check the spelling"}},
		"public door":       {serve(clienttest.PublicAccessDisabled()), nil, statusFail, []string{"FAIL     service        reached the public front door"}},
		"selected networks": {serve(clienttest.SelectedNetworks()), nil, statusFail, []string{"disable public network access"}},
		"no resource":       {serve(clienttest.NoSubdomain()), nil, statusFail, []string{"use the custom subdomain"}},
		"other prefix":      {nil, []string{"-prefix", "10.0.0.0/8"}, statusFail, []string{"FAIL     address "}},
		"pins":              {nil, []string{"-pin", stranger, "-pin", another}, statusFail, []string{"FAIL     connect        the peer did not prove to be contoso.openai.azure.com", "tls_pin: "}},

		"answers anybody": {serve(clienttest.Reply{Status: 200, Body: `{"data":[]}`}), nil, statusUnknown, []string{"UNKNOWN  service        answered without asking for a credential", "UNKNOWN  Neither proved nor refuted"}},
		"some page":       {serve(clienttest.Reply{Status: 404, Body: "<html>"}), nil, statusUnknown, []string{"UNKNOWN  service "}},
		"DNS failed":      {says(clienttest.Record{Fault: clienttest.ServFail}), nil, statusUnknown, []string{"UNKNOWN  address        the DNS server failed", "To do: see to the DNS server"}},
		"nobody there":    {nil, []string{"-dns", "127.0.0.1:9"}, statusUnknown, []string{"UNKNOWN  address        no DNS answer that can be trusted"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			azure := clienttest.New(t, clienttest.Config{})
			if row.set != nil {
				row.set(azure)
			}
			args := flagsTo(azure, row.flags...)
			if name == "other prefix" {
				args = append(args[:6:6], row.flags...)
			}
			got := try(t.Context(), args...)
			testkit.Equal(t, got.status, row.status)
			testkit.Equal(t, got.stderr, "")
			flat := strings.Join(strings.Fields(got.stdout), " ")
			for _, text := range row.says {
				testkit.True(t, strings.Contains(got.stdout, text) || strings.Contains(flat, text), text+" is not in:\n"+got.stdout)
			}
			testkit.True(t, !strings.Contains(got.stdout, "\x1b"), "elsewhere than on a terminal there is no colour")
			for line := range strings.Lines(got.stdout) {
				testkit.True(t, !strings.HasSuffix(line, " \n"), "no line ends in a blank")
			}
			sendsNothing(t, azure)

			machines := try(t.Context(), append(args, "-json")...)
			testkit.Equal(t, machines.status, row.status)
			var d document
			testkit.NoError(t, json.Unmarshal([]byte(machines.stdout), &d))
			testkit.Equal(t, d.Verdict, map[int]netguard.Verdict{statusPass: netguard.Pass, statusFail: netguard.Fail, statusUnknown: netguard.Unknown}[row.status])
			testkit.Equal(t, d.Evidence.Host, azure.Host())
			testkit.Equal(t, len(d.Steps), 5)
		})
	}
}

// sendsNothing checks that what arrived held neither a credential nor a body, and that no
// credential was asked for.
func sendsNothing(t *testing.T, azure *clienttest.Azure) {
	t.Helper()
	for _, e := range azure.Journal() {
		testkit.Equal(t, e.Header.Get("Authorization")+e.Header.Get("Api-Key"), "")
		testkit.Equal(t, e.Method+" "+e.Path, "GET /openai/v1/models")
		testkit.Equal(t, len(e.Body), 0)
	}
	testkit.Equal(t, azure.Requests(clienttest.AppIdentity)+azure.Requests(clienttest.Metadata)+azure.Requests(clienttest.Login)+azure.Requests(clienttest.Vault), 0)
}

// A command line that cannot be used proves nothing.
func TestUsage(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		args []string
		says string
	}{
		"not https":        {[]string{"-endpoint", "http://contoso.openai.azure.com"}, "Endpoint is not https"},
		"a path":           {[]string{"-endpoint", "https://contoso.openai.azure.com/x?key=hunter2"}, "Endpoint has a path"},
		"bad prefix":       {[]string{"-endpoint", "https://a.openai.azure.com", "-prefix", "10/8"}, "not a prefix such as 10.1.0.0/16"},
		"public prefix":    {[]string{"-endpoint", "https://a.openai.azure.com", "-prefix", "20.0.0.0/8"}, "Network.AllowedPrefixes"},
		"bad DNS":          {[]string{"-endpoint", "https://a.openai.azure.com", "-dns", "resolver"}, "Network.DNS"},
		"bad pin":          {[]string{"-endpoint", "https://a.openai.azure.com", "-pin", "sha1/x"}, "not a pin"},
		"one pin":          {[]string{"-endpoint", "https://a.openai.azure.com", "-pin", "sha256/" + strings.Repeat("E", 43) + "="}, "at least two"},
		"no such file":     {[]string{"-endpoint", "https://a.openai.azure.com", "-ca", "/nowhere/ca.pem"}, "RootFiles"},
		"bad mode":         {[]string{"-endpoint", "https://a.openai.azure.com", "-mode", "loose"}, "mode"},
		"gateway":          {[]string{"-endpoint", "https://llm.corp.example", "-mode", "gateway"}, "Roots or Pins"},
		"no endpoint":      {[]string{"-dns", "127.0.0.1:53"}, "-dns without -endpoint"},
		"empty endpoint":   {[]string{"-endpoint", ""}, "-endpoint"},
		"unknown flag":     {[]string{"-token", "x"}, "-token"},
		"an argument more": {[]string{"-endpoint", "https://a.openai.azure.com", "x"}, "unexpected argument"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := try(t.Context(), row.args...)
			testkit.Equal(t, got.status, statusUnknown)
			testkit.Equal(t, got.stdout, "")
			testkit.True(t, strings.Contains(got.stderr, row.says) && !strings.Contains(got.stderr, "hunter2"), got.stderr)
		})
	}
	got := try(t.Context(), "-h")
	testkit.Equal(t, got, result{statusPass, usageText, ""})
	flags, err := parse([]string{"-endpoint", "https://a.openai.azure.com", "-prefix", "10.0.0.0/8", "-prefix", "fd00::/8"})
	testkit.NoError(t, err)
	testkit.Equal(t, len(flags.prefixes), 2)
}

// Who interrupts the program has refuted nothing.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	says(clienttest.Record{Fault: clienttest.Silence})(azure)
	canceled, stop := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, stop)
	got := try(canceled, flagsTo(azure)...)
	testkit.Equal(t, got.status, statusUnknown)
	testkit.True(t, strings.Contains(got.stdout, "Interrupted, so nothing is known."), got.stdout)

	// In the middle of a connect the proof has failed, as far as a call is concerned.
	late := &finding{report: &client.Report{}, code: event.Canceled}
	late.proof().Fail(netguard.RuleConnect)
	testkit.Equal(t, late.status(), statusUnknown)
	late.code = event.ConnectFailure
	testkit.Equal(t, late.status(), statusFail)
}

// What weakens the process is told, without its value, and does not change the verdict.
func TestEnvironment(t *testing.T) {
	t.Setenv("GODEBUG", "tls3des=1")
	t.Setenv("HTTPS_PROXY", "http://jane:hunter2@127.0.0.1:9")
	azure := clienttest.New(t, clienttest.Config{})
	got := try(t.Context(), flagsTo(azure)...)
	testkit.Equal(t, got.status, statusPass)
	for _, text := range []string{"environment    GODEBUG:tls3des (environment, refuse): offers 3DES", "environment    HTTPS_PROXY (environment, note)"} {
		testkit.True(t, strings.Contains(got.stdout, text), got.stdout)
	}
	testkit.True(t, !strings.Contains(got.stdout, "hunter2"), "no value is told")
}

// Colour is for terminals, and only for those who want it. But for it the text is the same.
func TestColour(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	terminal, err := os.Open(os.DevNull) // a character device, as a terminal is
	testkit.NoError(t, err)
	defer terminal.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	testkit.NoError(t, err)
	defer file.Close()
	testkit.True(t, isTerminal(terminal) && !isTerminal(file), "a terminal gets colour")
	t.Setenv("NO_COLOR", "1")
	testkit.True(t, !isTerminal(terminal), "not with NO_COLOR")

	s := scenes()[1]
	f, err := s.play(t.Context())
	testkit.NoError(t, err)
	var plain, painted bytes.Buffer
	(&screen{out: &plain}).scene(1, &s, f)
	(&screen{out: &painted, colour: true}).scene(1, &s, f)
	testkit.True(t, strings.Contains(painted.String(), "  \x1b[31mFAIL\x1b[0m     address"), "what fails is red")
	testkit.Equal(t, regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(painted.String(), ""), plain.String())
}
