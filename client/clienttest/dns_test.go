package clienttest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// exchange sends one query and returns the first answer.
func exchange(t *testing.T, azure *clienttest.Azure, network, name string, kind dnsmessage.Type) (dnsmessage.Message, error) {
	t.Helper()
	return exchangeWithin(t, 10*time.Second, azure, network, name, kind)
}

func exchangeWithin(t *testing.T, patience time.Duration, azure *clienttest.Azure, network, name string, kind dnsmessage.Type) (dnsmessage.Message, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, azure.DNS())
	testkit.NoError(t, err)
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	testkit.NoError(t, conn.SetDeadline(deadline))
	query := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 0x1234, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name + "."), Type: kind, Class: dnsmessage.ClassINET}},
	}
	packed, err := query.Pack()
	testkit.NoError(t, err)
	if network == "tcp" {
		packed = append([]byte{byte(len(packed) >> 8), byte(len(packed))}, packed...)
	}
	_, err = conn.Write(packed)
	testkit.NoError(t, err)
	answer := make([]byte, 65537)
	if network == "tcp" {
		if _, err := io.ReadFull(conn, answer[:2]); err != nil {
			return dnsmessage.Message{}, err
		}
		answer = answer[:int(answer[0])<<8|int(answer[1])]
		_, err = io.ReadFull(conn, answer)
	} else {
		var n int
		n, err = conn.Read(answer)
		answer = answer[:n]
	}
	if err != nil {
		return dnsmessage.Message{}, err
	}
	var m dnsmessage.Message
	return m, m.Unpack(answer)
}

// resources shows answers as "OWNER CNAME TARGET" and "OWNER A ADDRESS".
func resources(m dnsmessage.Message) []string {
	var all []string
	for _, r := range m.Answers {
		owner := r.Header.Name.String()
		switch body := r.Body.(type) {
		case *dnsmessage.CNAMEResource:
			all = append(all, owner+" CNAME "+body.CNAME.String())
		case *dnsmessage.AResource:
			all = append(all, owner+" A "+netip.AddrFrom4(body.A).String())
		case *dnsmessage.AAAAResource:
			all = append(all, owner+" AAAA "+netip.AddrFrom16(body.AAAA).String())
		}
	}
	return all
}

func TestDNSChains(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	private := azure.PrivateAddr().String()
	for _, network := range []string{"udp", "tcp"} {
		for name, want := range map[string][]string{
			"contoso.openai.azure.com":            {"contoso.openai.azure.com. CNAME contoso.privatelink.openai.azure.com.", "contoso.privatelink.openai.azure.com. A " + private},
			"CONTOSO.services.ai.azure.com":       {"CONTOSO.services.ai.azure.com. CNAME contoso.privatelink.services.ai.azure.com.", "contoso.privatelink.services.ai.azure.com. A " + private},
			"contoso.cognitiveservices.azure.com": {"contoso.cognitiveservices.azure.com. CNAME contoso.privatelink.cognitiveservices.azure.com.", "contoso.privatelink.cognitiveservices.azure.com. A " + private},
		} {
			m, err := exchange(t, azure, network, name, dnsmessage.TypeA)
			testkit.NoError(t, err)
			testkit.Equal(t, m.RCode, dnsmessage.RCodeSuccess)
			testkit.DeepEqual(t, resources(m), want)
			m, err = exchange(t, azure, network, name, dnsmessage.TypeAAAA)
			testkit.NoError(t, err)
			testkit.Equal(t, m.RCode, dnsmessage.RCodeSuccess)
			testkit.DeepEqual(t, resources(m), want[:1])
		}
	}
	m, err := exchange(t, azure, "udp", azure.VaultHost(), dnsmessage.TypeA)
	testkit.NoError(t, err)
	testkit.Equal(t, resources(m)[0], "contoso-vault.vault.azure.net. CNAME contoso-vault.privatelink.vaultcore.azure.net.")
	m, err = exchange(t, azure, "udp", "nobody.openai.azure.com", dnsmessage.TypeA)
	testkit.NoError(t, err)
	testkit.Equal(t, m.RCode, dnsmessage.RCodeNameError)

	testkit.Equal(t, len(azure.Queries()), 14)
	testkit.True(t, slices.Contains(azure.Queries(), clienttest.Query{Name: "contoso.openai.azure.com", Type: "AAAA", Network: "tcp"}), "queries are counted")
	azure.Forget()
	testkit.Equal(t, len(azure.Queries()), 0)
}

func TestUnlinkAndLink(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	azure.Unlink()
	m, err := exchange(t, azure, "udp", azure.Host(), dnsmessage.TypeA)
	testkit.NoError(t, err)
	got := resources(m)
	testkit.Equal(t, got[0], "contoso.openai.azure.com. CNAME contoso.privatelink.openai.azure.com.")
	testkit.Equal(t, got[len(got)-1], "vnetproxyv1-swc-prod.swedencentral.cloudapp.azure.com. A "+azure.PublicAddr().String())
	testkit.Equal(t, call{azure: azure, path: chatV1, body: hello}.do(t).status, 403)
	azure.Link()
	azure.Client().CloseIdleConnections()
	testkit.Equal(t, call{azure: azure, path: chatV1, body: hello}.do(t).status, 200)
}

func TestDNSRecords(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	a, b, six := netip.MustParseAddr("127.20.1.1"), netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("2001:db8::1")
	azure.SetRecord("mixed.example.", clienttest.Record{Addrs: []netip.Addr{a, b, six}, TTL: time.Minute})
	azure.SetRecord("owner.example", clienttest.Record{Addrs: []netip.Addr{a}, Owner: "evil.example"})
	azure.SetRecord("rebind.example", clienttest.Record{Addrs: []netip.Addr{a}}, clienttest.Record{Addrs: []netip.Addr{b}})
	azure.SetRecord("empty.example", clienttest.Record{})
	azure.SetRecord("gone.example", clienttest.Record{Addrs: []netip.Addr{a}})
	azure.SetRecord("gone.example")
	for _, test := range []struct {
		name string
		kind dnsmessage.Type
		want []string
	}{
		{"mixed.example", dnsmessage.TypeA, []string{"mixed.example. A 127.20.1.1", "mixed.example. A 203.0.113.9"}},
		{"mixed.example", dnsmessage.TypeAAAA, []string{"mixed.example. AAAA 2001:db8::1"}},
		{"owner.example", dnsmessage.TypeA, []string{"evil.example. A 127.20.1.1"}},
		{"rebind.example", dnsmessage.TypeAAAA, nil},
		{"rebind.example", dnsmessage.TypeA, []string{"rebind.example. A 127.20.1.1"}},
		{"rebind.example", dnsmessage.TypeA, []string{"rebind.example. A 203.0.113.9"}},
		{"rebind.example", dnsmessage.TypeA, []string{"rebind.example. A 203.0.113.9"}},
		{"empty.example", dnsmessage.TypeA, nil},
		{"gone.example", dnsmessage.TypeA, nil},
	} {
		m, err := exchange(t, azure, "udp", test.name, test.kind)
		testkit.NoError(t, err)
		testkit.DeepEqual(t, resources(m), test.want)
		if test.name == "mixed.example" {
			testkit.Equal(t, m.Answers[0].Header.TTL, 60)
		}
	}
}

func TestDNSFaults(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	good := netip.MustParseAddr("127.10.1.1")
	set := func(fault clienttest.DNSFault) {
		azure.SetRecord("x.example", clienttest.Record{Addrs: []netip.Addr{good}, Fault: fault})
	}
	ask := func(network string) (dnsmessage.Message, error) {
		return exchange(t, azure, network, "x.example", dnsmessage.TypeA)
	}
	for fault, code := range map[clienttest.DNSFault]dnsmessage.RCode{
		clienttest.NXDomain: dnsmessage.RCodeNameError,
		clienttest.ServFail: dnsmessage.RCodeServerFailure,
		clienttest.Refused:  dnsmessage.RCodeRefused,
	} {
		set(fault)
		m, err := ask("udp")
		testkit.NoError(t, err)
		testkit.Equal(t, m.RCode, code)
		testkit.Equal(t, len(m.Answers), 0)
	}
	set(clienttest.Silence)
	_, err := exchangeWithin(t, 50*time.Millisecond, azure, "udp", "x.example", dnsmessage.TypeA)
	var timeout net.Error
	testkit.True(t, errors.As(err, &timeout) && timeout.Timeout(), "silence is silence")
	set(clienttest.Malformed)
	_, err = ask("tcp")
	testkit.True(t, err != nil, "the message cannot be read")
	set(clienttest.WrongAnswer)
	m, err := ask("udp")
	testkit.NoError(t, err)
	testkit.Equal(t, m.Questions[0].Name.String(), "another.example.")
	set(clienttest.WrongID)
	m, err = ask("udp")
	testkit.NoError(t, err)
	testkit.True(t, m.ID != 0x1234, "the first message is forged")
	set(clienttest.Truncated)
	m, err = ask("udp")
	testkit.NoError(t, err)
	testkit.True(t, m.Truncated && resources(m)[0] == "x.example. A 127.20.0.66", "UDP is cut and lies")
	m, err = ask("tcp")
	testkit.NoError(t, err)
	testkit.DeepEqual(t, resources(m), []string{"x.example. A 127.10.1.1"})

	many := clienttest.Record{}
	for i := range byte(100) {
		many.Addrs = append(many.Addrs, netip.AddrFrom4([4]byte{127, 10, 0, i}))
	}
	azure.SetRecord("x.example", many)
	m, err = ask("udp")
	testkit.NoError(t, err)
	testkit.True(t, m.Truncated && len(m.Answers) == 0, "what does not fit is cut")
	m, err = ask("tcp")
	testkit.NoError(t, err)
	testkit.Equal(t, len(m.Answers), 100)
}

// Go's own resolver understands the server, a forged first message included.
func TestDNSWithNetResolver(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, azure.DNS())
	}}
	addrs, err := resolver.LookupNetIP(t.Context(), "ip", azure.Host()+".")
	testkit.NoError(t, err)
	testkit.DeepEqual(t, addrs, []netip.Addr{azure.PrivateAddr()})
	for _, fault := range []clienttest.DNSFault{clienttest.WrongID, clienttest.Truncated} {
		azure.SetRecord("x.example", clienttest.Record{Addrs: []netip.Addr{azure.PrivateAddr()}, Fault: fault})
		addrs, err = resolver.LookupNetIP(t.Context(), "ip4", "x.example.")
		testkit.NoError(t, err)
		testkit.DeepEqual(t, addrs, []netip.Addr{azure.PrivateAddr()})
	}
}

// Nothing that arrives stops the server.
func FuzzDNSQuery(f *testing.F) {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(azure.Close)
	f.Add([]byte{})
	f.Add([]byte("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01"))
	f.Add([]byte("\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00\x01"))
	f.Fuzz(func(t *testing.T, query []byte) {
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "udp", azure.DNS())
		testkit.NoError(t, err)
		_, _ = conn.Write(query)
		_ = conn.Close()
		m, err := exchange(t, azure, "udp", azure.Host(), dnsmessage.TypeA)
		testkit.NoError(t, err)
		testkit.Equal(t, len(m.Answers), 2)
	})
}

// A wrong record leads to another account's private endpoint, whose certificate is for all
// accounts; a stale one leads to nobody.
func TestWrongRecords(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	for _, addr := range []netip.Addr{azure.NeighbourAddr(), azure.EmptyAddr()} {
		testkit.True(t, azure.Prefix().Contains(addr) && addr != azure.PrivateAddr(), "it is another address of the network")
	}
	azure.SetRecord(azure.Host(), clienttest.Record{Chain: []string{"contoso.privatelink.openai.azure.com"}, Addrs: []netip.Addr{azure.NeighbourAddr()}})
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, got.status, 403)
	testkit.Equal(t, string(got.body), clienttest.NotApproved().Body)
	testkit.Equal(t, azure.Requests(clienttest.Neighbour), 1)
	testkit.Equal(t, azure.Requests(clienttest.Model), 0)

	azure.SetRecord(azure.Host(), clienttest.Record{Addrs: []netip.Addr{azure.EmptyAddr()}})
	_, err := azure.Dial(t.Context(), "tcp", azure.Host()+":443")
	testkit.True(t, err != nil, "nobody is there")
}
