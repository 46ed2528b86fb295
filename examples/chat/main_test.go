package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const person = "jane.muster@example.com"

// A result is what a run of the program leaves behind.
type result struct {
	status         int
	stdout, stderr string
}

// try runs the program with an environment of its own.
func try(t *testing.T, stdin string, env map[string]string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	lookup := func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
	var stdout, stderr bytes.Buffer
	status := run(ctx, args, lookup, strings.NewReader(stdin), &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// refusedAs checks status and line of a refusal.
func (r result) refusedAs(t *testing.T, code string) {
	t.Helper()
	testkit.Equal(t, r.status, statusRefused)
	testkit.True(t, strings.Contains("\n"+r.stderr, "\nrefused: "+code+": "), "the refusal is "+code+", but: "+r.stderr)
	testkit.True(t, !strings.Contains(r.stderr, person), "it does not quote the prompt")
}

// A site is the fake with the flags that lead to it. azidentity keeps tokens per process, so
// all tests share one.
type site struct {
	azure *clienttest.Azure
	flags []string
}

func open(t *testing.T) *site {
	azure := clienttest.New(t, clienttest.Config{})
	for name, value := range azure.Env() {
		t.Setenv(name, value)
	}
	return &site{azure, []string{
		"-endpoint", azure.Endpoint(), "-deployment", "gpt-4o", "-dns", azure.DNS(), "-ca", azure.CAFile(),
		"-prefix", azure.Prefix().String(), "-loopback-reason", "a fake Azure for the tests", "-tenant", "contoso", "-user", "jane",
	}}
}

// without returns the flags without one of them.
func (s *site) without(name string) []string {
	var flags []string
	for i := 0; i < len(s.flags); i += 2 {
		if s.flags[i] != name {
			flags = append(flags, s.flags[i], s.flags[i+1])
		}
	}
	return flags
}

// with returns the flags with one of them changed, or more.
func (s *site) with(more ...string) []string { return append(s.without(more[0]), more...) }

func (s *site) port() string {
	u, err := url.Parse(s.azure.Endpoint())
	if err != nil {
		return ""
	}
	return u.Port()
}

// TestChat runs the program over the fake.
func TestChat(t *testing.T) {
	s := open(t)
	t.Run("answers", s.testAnswers)
	t.Run("workload", s.testWorkload)
	t.Run("endpoints", s.testEndpoints)
	t.Run("input", s.testInput)
	t.Run("refusals", s.testRefusals)
	t.Run("replies", s.testReplies)
	t.Run("streams", s.testStreams)
	t.Run("failing line", s.testFailingLine)
	t.Run("environment", s.testEnvironment)
}

// Every style of paths, plain and streamed, with every credential.
func (s *site) testAnswers(t *testing.T) {
	for _, api := range []string{"v1", "deployments"} {
		for _, mode := range []string{"-stream=false", "-stream"} {
			for _, credential := range [][]string{
				{"-credential", "managed"},
				{"-credential", "keyvault", "-vault", s.azure.VaultURL(), "-secret", clienttest.DefaultSecret},
			} {
				t.Run(strings.Join([]string{api, mode, credential[1]}, " "), func(t *testing.T) {
					s.azure.Forget()
					got := try(t, "Write to "+person+".\n", nil, s.with(append(credential, "-api", api, mode)...)...)
					testkit.Equal(t, got.status, statusOK)
					testkit.Equal(t, got.stdout, "You wrote: Write to "+person+".\n")
					testkit.True(t, !strings.Contains(got.stderr, person), "the address is on standard output alone")
					journal := s.azure.Journal()
					testkit.True(t, !journal.Contains(person), "the address did not leave")
					testkit.Equal(t, strings.Contains(journal.On(clienttest.Model)[0].Path, "/deployments/"), api == "deployments")
				})
			}
		}
	}
}

// A workload identity asks the true login host, by the name that the DNS server has for it.
func (s *site) testWorkload(t *testing.T) {
	login := s.azure.PublicAddr().As4()
	login[3] = 10 // where clienttest has it, see its package comment
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(net.IP(login[:]).String(), "443"), time.Second)
	if err != nil {
		t.Skip("this process may not listen on port 443")
	}
	_ = conn.Close() // it was only a question
	for name, value := range map[string]string{
		"AZURE_CLIENT_ID": s.azure.ClientID(), "AZURE_TENANT_ID": s.azure.TenantID(), "AZURE_FEDERATED_TOKEN_FILE": s.azure.FederatedTokenFile(),
	} {
		t.Setenv(name, value)
	}
	// The login host lies outside the prefix of the endpoint, on the loopback network.
	got := try(t, "Hello\n", nil, s.with("-prefix", "127.0.0.0/8", "-credential", "workload")...)
	testkit.Equal(t, got, result{statusOK, "You wrote: Hello\n", got.stderr})
	testkit.True(t, s.azure.Requests(clienttest.Login) > 0, "the token comes from the login host")
}

// The endpoint may be a name or an address.
func (s *site) testEndpoints(t *testing.T) {
	got := try(t, "Hello\n", nil, s.with("-endpoint", "https://"+s.azure.PrivateAddr().String()+":"+s.port())...)
	testkit.Equal(t, got.stdout, "You wrote: Hello\n")
	got = try(t, "Hello\n", nil, s.with("-endpoint", strings.ToUpper(s.azure.Endpoint())+"/")...)
	testkit.Equal(t, got.stdout, "You wrote: Hello\n")
	// Without a prefix of its own the reason is for the whole loopback network.
	got = try(t, "Hello\n", nil, s.without("-prefix")...)
	testkit.Equal(t, got.stdout, "You wrote: Hello\n")
}

func (s *site) testInput(t *testing.T) {
	got := try(t, "One\r\n\n   \nTwo: \"ü\"\n  three without an end", nil, s.flags...)
	testkit.Equal(t, got.status, statusOK)
	testkit.Equal(t, got.stdout, "You wrote: One\nYou wrote: Two: \"ü\"\nYou wrote:   three without an end\n")

	prompt := "Dear Jane,\n\n\tyour address is " + person + ".\n\nRegards\n"
	path := filepath.Join(t.TempDir(), "prompt.txt")
	testkit.NoError(t, os.WriteFile(path, []byte(prompt), 0o600))
	for _, mode := range []string{"-stream=false", "-stream"} {
		got = try(t, "not read", nil, append(s.with("-file", path), mode)...)
		testkit.Equal(t, got.status, statusOK)
		testkit.Equal(t, got.stdout, "You wrote: "+prompt+"\n")
	}
	got = try(t, prompt, nil, s.with("-file", "-")...)
	testkit.Equal(t, got.stdout, "You wrote: "+prompt+"\n")

	got = try(t, "", nil, s.with("-file", path+".not")...)
	testkit.Equal(t, got.status, statusFailed)
	got = try(t, "", nil, s.flags...)
	testkit.Equal(t, got, result{statusOK, "", got.stderr})
	got = try(t, strings.Repeat("x", longestLine+1), nil, s.flags...)
	testkit.Equal(t, got.status, statusFailed)
}

// What the configuration or the network forbids is refused with its code.
func (s *site) testRefusals(t *testing.T) {
	other := clienttest.New(t, clienttest.Config{})
	for _, tt := range []struct {
		name, code string
		flags      []string
		holds      []string
	}{
		{"no reason for loopback", "private_endpoint_violation", s.without("-loopback-reason"), nil},
		{"outside the prefixes", "private_endpoint_violation", s.with("-prefix", "127.9.9.0/24"), nil},
		{"unknown authority", "tls_certificate", s.with("-ca", other.CAFile()), nil},
		{"the system's authorities", "tls_certificate", s.without("-ca"), nil},
		{"plain http", "config_invalid", s.with("-endpoint", "http://contoso.openai.azure.com"), []string{"Endpoint"}},
		{"no endpoint", "config_invalid", s.without("-endpoint"), []string{"Endpoint"}},
		{"a path", "config_invalid", s.with("-endpoint", s.azure.Endpoint()+"/openai/v1/"), []string{"Endpoint"}},
		{"a reason that says nothing", "config_invalid", s.with("-loopback-reason", "  "), []string{"Waivers[0]"}},
		{"no file of roots", "config_invalid", s.with("-ca", "/does/not/exist"), []string{"TLS"}},
		{"a DNS server by name", "config_invalid", s.with("-dns", "dns.example:53"), []string{"Network"}},
		{"many faults", "config_invalid", []string{"-deployment", "d", "-endpoint", "http://x", "-loopback-reason", " ", "-ca", "/does/not/exist"},
			[]string{"Endpoint", "Waivers[0]", "TLS"}},
		{"no such secret", "credential_unavailable", s.with("-credential", "keyvault", "-vault", s.azure.VaultURL(), "-secret", "nothing"), nil},
		{"no such vault", "config_invalid", s.with("-credential", "keyvault", "-vault", "http://vault.example", "-secret", "x"), []string{"KeyVault"}},
		{"localhost, where nothing listens", "connect_failure", append(s.without("-prefix"), "-endpoint", "https://localhost:1"), nil},
		{"an address, where nothing listens", "connect_failure", append(s.without("-prefix"), "-endpoint", "https://127.0.0.1:1"), nil},
		{"no such name", "dns_name_not_found", s.with("-endpoint", "https://nobody.openai.azure.com"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.azure.Forget()
			got := try(t, "I am "+person+"\n", nil, tt.flags...)
			got.refusedAs(t, tt.code)
			testkit.Equal(t, got.stdout, "")
			testkit.Equal(t, len(s.azure.Journal().On(clienttest.Model)), 0)
			for _, fault := range tt.holds {
				testkit.True(t, strings.Contains(got.stderr, fault), "the text names "+fault+": "+got.stderr)
			}
		})
	}
	t.Run("a public address", func(t *testing.T) {
		s.azure.Unlink()
		defer s.azure.Link()
		try(t, "Hello\n", nil, s.flags...).refusedAs(t, "private_endpoint_violation")
		testkit.Equal(t, s.azure.Requests(clienttest.Public), 0)
	})
}

// What the service says is an answer, a failure or a refusal.
func (s *site) testReplies(t *testing.T) {
	for _, tt := range []struct {
		name   string
		reply  clienttest.Reply
		status int
		stderr string
	}{
		{"redirect", clienttest.Redirect(307, "https://collector.example/"), statusRefused, "refused: redirect_blocked: "},
		{"content filter", clienttest.ContentFiltered(), statusFailed, "failed: 400 content_filter\n"},
		{"no such deployment", clienttest.DeploymentNotFound(), statusFailed, "failed: 404 DeploymentNotFound\n"},
		{"no role", clienttest.PermissionDenied(), statusFailed, "failed: 401 PermissionDenied\n"},
		{"page of a proxy", clienttest.Reply{Status: 502, Body: "<html>" + person, Header: map[string][]string{"Content-Type": {"text/html"}}, Times: clienttest.Forever}, statusFailed, "failed: 502 Bad Gateway\n"},
		{"not JSON", clienttest.Reply{Body: "<html>" + person}, statusRefused, "refused: response_"},
	} {
		for _, mode := range []string{"-stream=false", "-stream"} {
			t.Run(tt.name+" "+mode, func(t *testing.T) {
				s.azure.Script(clienttest.Model, tt.reply)
				defer s.azure.Unscript(clienttest.Model)
				got := try(t, "Hello\n", nil, append(s.with("-user", "jane"), mode)...)
				testkit.Equal(t, got.status, tt.status)
				testkit.Equal(t, got.stdout, "")
				testkit.True(t, strings.Contains(got.stderr, tt.stderr), "the text fits: "+got.stderr)
				testkit.True(t, !strings.Contains(got.stderr, person), "what the service says is not repeated")
			})
		}
	}
	s.azure.Script(clienttest.Model, clienttest.Reply{Refusal: "I would rather not."})
	testkit.Equal(t, try(t, "Hello\n", nil, s.flags...).stdout, "I would rather not.\n")
}

// A stream that breaks leaves the text so far, on a line of its own, and then the refusal.
func (s *site) testStreams(t *testing.T) {
	for _, tt := range []struct {
		fault clienttest.Fault
		code  string
	}{
		{clienttest.CutOff, "stream_aborted"},
		{clienttest.EarlyEnd, "stream_aborted"},
		{clienttest.Reset, ""},
		{clienttest.Garbage, ""},
	} {
		t.Run(tt.fault.String(), func(t *testing.T) {
			s.azure.Script(clienttest.Model, clienttest.Broken(tt.fault, 12))
			got := try(t, "Hello, this is a prompt of some length, so that its echo is cut.\nSecond.\n", nil, append(s.flags, "-stream")...)
			if tt.code != "" {
				got.refusedAs(t, tt.code)
			}
			testkit.Equal(t, got.status, statusRefused)
			first, rest, _ := strings.Cut(got.stdout, "\n")
			testkit.True(t, strings.HasPrefix(first, "You wrote: Hello"), "the text so far is there: "+first)
			testkit.True(t, !strings.Contains(first, "cut."), "but not all of it")
			testkit.Equal(t, rest, "You wrote: Second.\n")
		})
	}
}

// One line that fails does not keep the others from being sent.
func (s *site) testFailingLine(t *testing.T) {
	second := func(e clienttest.Exchange) bool { return bytes.Contains(e.Body, []byte("Two")) }
	refused := clienttest.Redirect(302, "https://collector.example/")
	refused.When = second
	failed := clienttest.ContentFiltered()
	failed.When = second
	for reply, want := range map[*clienttest.Reply]int{&refused: statusRefused, &failed: statusFailed} {
		s.azure.Script(clienttest.Model, *reply)
		got := try(t, "One\nTwo\nThree\n", nil, s.flags...)
		testkit.Equal(t, got.status, want)
		testkit.Equal(t, got.stdout, "You wrote: One\nYou wrote: Three\n")
	}
}

// Every flag may come from the environment; the command line wins.
func (s *site) testEnvironment(t *testing.T) {
	env := map[string]string{}
	for i := 0; i < len(s.flags); i += 2 {
		env[variable(strings.TrimPrefix(s.flags[i], "-"))] = s.flags[i+1]
	}
	env["SALLYPORT_PREFIX"] = "10.0.0.0/8, " + s.azure.Prefix().String()
	env["SALLYPORT_STREAM"] = "true"
	got := try(t, "Hello\n", env)
	testkit.Equal(t, got, result{statusOK, "You wrote: Hello\n", ""})

	try(t, "Hello\n", env, "-prefix", "127.9.9.0/24").refusedAs(t, "private_endpoint_violation")

	got = try(t, "Hello\n", env, "-v")
	testkit.True(t, strings.Contains(got.stderr, "sallyport.request.completed"), "-v shows every record")
	testkit.True(t, strings.Contains(got.stderr, "waiver=loopback"), "and the weakening")
}

// A command line that cannot be understood is told apart from a refusal.
func TestUsage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		says string
	}{
		{"a flag that is not there", nil, []string{"-insecure"}, "-insecure"},
		{"an argument", nil, []string{"-deployment", "d", "hello"}, `"hello"`},
		{"no deployment", nil, []string{"-endpoint", "https://contoso.openai.azure.com"}, "-deployment"},
		{"a style that is not there", nil, []string{"-deployment", "d", "-api", "v2"}, "-api"},
		{"a credential that is not there", nil, []string{"-deployment", "d", "-credential", "key"}, "-credential"},
		{"a vault without a secret", nil, []string{"-deployment", "d", "-credential", "keyvault", "-vault", "https://v.vault.azure.net"}, "-secret"},
		{"a prefix that is none", nil, []string{"-deployment", "d", "-prefix", "10.0.0.0"}, "-prefix"},
		{"a variable that is none", map[string]string{"SALLYPORT_STREAM": "perhaps"}, []string{"-deployment", "d"}, "SALLYPORT_STREAM"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := try(t, "Hello\n", tt.env, tt.args...)
			testkit.Equal(t, got.status, statusUsage)
			testkit.Equal(t, got.stdout, "")
			testkit.True(t, strings.Contains(got.stderr, tt.says), "the text names it: "+got.stderr)
		})
	}
}

// The help names every flag once.
func TestHelp(t *testing.T) {
	t.Parallel()
	got := try(t, "", nil, "-h")
	testkit.Equal(t, got.status, statusOK)
	testkit.Equal(t, got.stderr, "")
	(&options{}).flags().VisitAll(func(f *flag.Flag) {
		testkit.Equal(t, strings.Count(got.stdout, "\n  -"+f.Name+" "), 1)
	})
}

// An interrupt ends the program while it waits for a person to type.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	stdin, keyboard := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	var stderr bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"-endpoint", "https://contoso.openai.azure.com", "-deployment", "d", "-loopback-reason", "a test"},
			func(string) (string, bool) { return "", false }, stdin, io.Discard, &stderr)
	}()
	interrupt()
	testkit.Equal(t, <-ended, statusFailed)
	testkit.Equal(t, stderr.String(), "failed: canceled\n")
	testkit.NoError(t, keyboard.Close())
}
