package netguard_test

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A realServer starts a DNS server of others on an address, which asks upstream.
type realServer struct {
	name string
	run  func(t *testing.T, at, upstream netip.AddrPort) *exec.Cmd
}

var realServers = []realServer{{"dnsmasq", dnsmasq}, {"unbound", unbound}}

func dnsmasq(t *testing.T, at, upstream netip.AddrPort) *exec.Cmd {
	args := []string{"--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--log-facility=-", "--no-resolv", "--no-hosts", "--no-poll",
		"--bind-interfaces", "--cache-size=150", "--listen-address=" + at.Addr().String(), fmt.Sprintf("--port=%d", at.Port()),
		fmt.Sprintf("--server=%s#%d", upstream.Addr(), upstream.Port()),
		"--cname=local.openai.azure.com,local.privatelink.openai.azure.com", "--host-record=local.privatelink.openai.azure.com,127.10.0.4,60"}
	if os.Getuid() == 0 {
		args = append(args, "--user=root")
	}
	return exec.CommandContext(t.Context(), "dnsmasq", args...)
}

// unbound answers with at most 512 bytes over UDP, so that a larger answer has to be asked
// for over TCP.
func unbound(t *testing.T, at, upstream netip.AddrPort) *exec.Cmd {
	dir := t.TempDir()
	conf := fmt.Sprintf(`server:
  interface: %s
  port: %d
  username: ""
  chroot: ""
  pidfile: ""
  directory: %q
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
  qname-minimisation: no
  max-udp-size: 512
  num-threads: 1
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: %s@%d
`, at.Addr(), at.Port(), dir, upstream.Addr(), upstream.Port())
	path := filepath.Join(dir, "unbound.conf")
	testkit.NoError(t, os.WriteFile(path, []byte(conf), 0o600))
	return exec.CommandContext(t.Context(), "unbound", "-d", "-c", path)
}

// start runs the server until the test ends, and returns its address once it answers.
func (s realServer) start(t *testing.T, upstream string) string {
	t.Helper()
	if _, err := exec.LookPath(s.name); err != nil {
		t.Skipf("%s is not installed: apt-get install dnsmasq-base unbound", s.name)
	}
	at := freePort(t)
	cmd := s.run(t, at, netip.MustParseAddrPort(upstream))
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	testkit.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	for range 200 {
		if answers(at.String()) {
			return at.String()
		}
		select {
		case <-ended:
			t.Fatalf("%s has ended: %s", s.name, &out)
		case <-time.After(25 * time.Millisecond):
		}
	}
	t.Fatalf("%s does not answer", s.name)
	return ""
}

// freePort is free for UDP and TCP at this moment.
func freePort(t *testing.T) netip.AddrPort {
	t.Helper()
	udp, tcp := listenOn(t, "127.10.0.53:0")
	defer func() { _ = udp.Close(); _ = tcp.Close() }()
	return netip.MustParseAddrPort(tcp.Addr().String())
}

// answers reports whether a server says anything at all.
func answers(server string) bool {
	c, err := net.Dial("udp", server)
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	query := dnsmessage.Message{Header: dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName("ready.example."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
	packet, err := query.Pack()
	if err != nil {
		return false
	}
	_, _ = c.Write(packet)
	_ = c.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	n, err := c.Read(make([]byte, 512))
	return err == nil && n > 0
}

// large has so many addresses that 512 bytes cannot hold them.
func large() string {
	s := link
	for i := range 40 {
		s += fmt.Sprintf("%s. A 127.10.1.%d;", private, i+1)
	}
	return s
}

// azure is the server upstream, which also has the name that [answers] asks for.
func azure(s script) script {
	return func(q dnsmessage.Question, tcp bool, n int) reply {
		if q.Name.String() == "ready.example." {
			return reply{records: records(q, "ready.example. A 127.0.0.1")}
		}
		return s(q, tcp, n)
	}
}

// authoritative answers as a server upstream does: with the records from the name on that
// was asked for, cut over UDP if there are many.
func authoritative(text string) script {
	return func(q dnsmessage.Question, tcp bool, _ int) reply {
		all := records(q, text)
		if q.Name.String() == private+"." {
			all = records(q, strings.TrimPrefix(text, link))
		}
		return reply{records: all, truncate: !tcp && len(all) > 20}
	}
}

// TestRealServers plays DNS cases through servers that people run between an application
// and Azure, whose answers differ from those of a stub in order, cases and extras.
func TestRealServers(t *testing.T) {
	t.Parallel()
	for _, server := range realServers {
		for _, row := range []struct {
			id     string
			script script
			rules  []netguard.Rule // one of them; none is a pass
			proto  string
		}{
			{"DNS-01 chain", authoritative(good), nil, "udp"},
			{"DNS-03 chain to the Internet", authoritative(internet), []netguard.Rule{netguard.RuleBehindChain}, "udp"},
			{"DNS-04 mixed", authoritative(good + ";" + private + ". A 127.20.0.4"), []netguard.Rule{netguard.RuleBehindChain}, "udp"},
			{"DNS-06 AAAA public", authoritative(good + ";" + private + ". AAAA 2603:1020::1"), []netguard.Rule{netguard.RuleBehindChain}, "udp"},
			{"DNS-12 NXDOMAIN", code(dnsmessage.RCodeNameError), []netguard.Rule{netguard.RuleNoName}, "udp"},
			{"DNS-12 empty", authoritative(""), []netguard.Rule{netguard.RuleNoName}, "udp"},
			{"DNS-13 SERVFAIL", code(dnsmessage.RCodeServerFailure), []netguard.Rule{netguard.RuleServFail}, ""},
			// A resolver that follows the loop itself ends it with SERVFAIL.
			{"DNS-15 loop", func(q dnsmessage.Question, _ bool, _ int) reply {
				if q.Name.String() == private+"." {
					return reply{records: records(q, private+". CNAME "+host+".")}
				}
				return reply{records: records(q, link+private+". CNAME "+host+".")}
			}, []netguard.Rule{netguard.RuleChain, netguard.RuleServFail}, ""},
			{"DNS-30 truncated", authoritative(large()), nil, "tcp"},
		} {
			t.Run(server.name+" "+row.id, func(t *testing.T) {
				t.Parallel()
				config := vnet(server.start(t, serveDNS(t, azure(row.script)).addr))
				config.LookupTimeout = 10 * time.Second
				e, err := guard(t, config).Verify(t.Context(), host)
				t.Log(e)
				if len(row.rules) == 0 {
					testkit.NoError(t, err)
					testkit.True(t, e.Meets(netguard.LevelChain), e.Report())
				} else {
					testkit.True(t, err != nil && strings.Contains(fmt.Sprint(row.rules), string(e.Rule)), e.Report())
				}
				if row.proto != "" && e.Resolver.Proto != "" {
					testkit.Equal(t, e.Resolver.Proto, row.proto)
				}
			})
		}
	}
}

// TestRealServersRebind: a time to live of zero goes through, and so does what follows.
func TestRealServersRebind(t *testing.T) {
	t.Parallel()
	for _, server := range realServers {
		t.Run(server.name+" DNS-38", func(t *testing.T) {
			t.Parallel()
			turned := make(chan struct{})
			srv := serveDNS(t, azure(func(q dnsmessage.Question, _ bool, _ int) reply {
				address := private + ". A 127.10.0.4 TTL0"
				select {
				case <-turned:
					address = private + ". A 127.20.0.4 TTL0"
				default:
				}
				if q.Name.String() == private+"." {
					return reply{records: records(q, address)}
				}
				return reply{records: records(q, host+". CNAME "+private+". TTL0;"+address)}
			}))
			w := newWorld(t)
			r := row{config: func(c *netguard.Config) { c.LookupTimeout = 10 * time.Second }}
			g := guard(t, r.configure(w, server.start(t, srv.addr)))
			for i := range 5 {
				e, err := r.dial(t, g, w)
				if i == 0 {
					testkit.NoError(t, err)
					close(turned)
					continue
				}
				testkit.ErrorIs(t, err, netguard.ErrOutsidePrefixes)
				testkit.Equal(t, e.Rule, netguard.RuleBehindChain)
			}
			testkit.Equal(t, w.internet.conns.Load()+w.internet.bytes.Load(), 0)
		})
	}
}

// The records of dnsmasq itself, as on a machine where it stands in for Azure's zone.
func TestRealServerRecords(t *testing.T) {
	t.Parallel()
	const local = "local.openai.azure.com"
	config := vnet(realServers[0].start(t, serveDNS(t, azure(code(dnsmessage.RCodeNameError))).addr))
	config.Hosts, config.LookupTimeout = []string{local}, 10*time.Second
	e, err := guard(t, config).Verify(t.Context(), local)
	testkit.NoError(t, err)
	testkit.True(t, e.Meets(netguard.LevelChain), e.Report())
}
