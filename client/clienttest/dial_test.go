package clienttest_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestDial(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	port := azure.Endpoint()[strings.LastIndex(azure.Endpoint(), ":"):]
	private, public := azure.PrivateAddr().String(), azure.PublicAddr().String()
	azure.SetRecord("public.example", clienttest.Record{Addrs: []netip.Addr{netip.MustParseAddr("203.0.113.7")}})
	azure.SetRecord("broken.example", clienttest.Record{Fault: clienttest.ServFail, Addrs: []netip.Addr{azure.PrivateAddr()}})
	for name, test := range map[string]struct {
		address string
		network string
		host    string // of the address that is reached
		err     error
	}{
		"endpoint":           {address: azure.Host() + port, host: private},
		"standard port":      {address: azure.Host() + ":443", host: private},
		"other zone":         {address: "contoso.services.ai.azure.com:443", host: private},
		"upper case and dot": {address: strings.ToUpper(azure.Host()) + ".:443", host: private},
		"private address":    {address: private + ":443", host: private},
		"public address":     {address: public + ":443", host: public},
		"mapped address":     {address: "[::ffff:" + private + "]:443", host: private},
		"vault":              {address: azure.VaultHost() + ":443"},
		"login":              {address: "login.microsoftonline.com:443"},
		"metadata":           {address: "169.254.169.254:80"},
		"dns":                {address: azure.DNS()},
		"metadata elsewhere": {address: "169.254.169.254:8080", err: clienttest.ErrNotLoopback},
		"unknown name":       {address: "example.com:443", err: clienttest.ErrNoName},
		"broken name":        {address: "broken.example:443", err: clienttest.ErrNoName},
		"public name":        {address: "public.example:443", err: clienttest.ErrNotLoopback},
		"IPv6":               {address: "[2001:db8::1]:443", err: clienttest.ErrNotLoopback},
		"unspecified":        {address: "0.0.0.0:443", err: clienttest.ErrNotLoopback},
		"udp":                {address: azure.DNS(), network: "udp", err: clienttest.ErrNetwork},
		"unix":               {address: "/run/x", network: "unix", err: clienttest.ErrNetwork},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.network == "" {
				test.network = "tcp"
			}
			conn, err := azure.Dial(t.Context(), test.network, test.address)
			if test.err != nil {
				testkit.ErrorIs(t, err, test.err)
				return
			}
			testkit.NoError(t, err)
			defer conn.Close()
			if test.host != "" {
				testkit.Equal(t, netip.MustParseAddrPort(conn.RemoteAddr().String()).Addr().String(), test.host)
			}
		})
	}
}

// Tests never leave the machine: whatever is asked for, what is reached is loopback.
func FuzzDialStaysHere(f *testing.F) {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(azure.Close)
	for _, address := range []string{"8.8.8.8:53", "10.0.0.1:443", "[::1]:1", "[::ffff:8.8.8.8]:80", "169.254.169.254:80", "168.63.129.16:80", "0:80", "0x7f.1:80", "127.0.0.1%eth0:80", "[fe80::1%lo]:80", "localhost:80", ":80", "2130706433:80", azure.Host() + ":443"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		conn, err := azure.Dial(t.Context(), "tcp", address)
		if err != nil {
			return
		}
		defer conn.Close()
		remote := netip.MustParseAddrPort(conn.RemoteAddr().String()).Addr()
		if !remote.IsLoopback() {
			t.Errorf("%q leads to %v", address, remote)
		}
	})
}

// Every address of every class but loopback is refused before anything is sent.
func TestDialRefusesEveryOtherAddress(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	for first := range 256 {
		if first == 127 {
			continue
		}
		address := netip.AddrFrom4([4]byte{byte(first), 1, 2, 3}).String()
		for _, a := range []string{address + ":443", "[::ffff:" + address + "]:443", "[64:ff9b::" + address + "]:443"} {
			_, err := azure.Dial(t.Context(), "tcp", a)
			testkit.ErrorIs(t, err, clienttest.ErrNotLoopback)
		}
	}
}

// The last check holds by itself, should the first ever be mistaken.
func TestLastCheck(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"8.8.8.8:443", "10.0.0.1:443", "[2001:db8::1]:443", "[::ffff:8.8.8.8]:443", "0.0.0.0:443", "localhost:443", ""} {
		testkit.ErrorIs(t, clienttest.OnlyLoopback(address), clienttest.ErrNotLoopback)
	}
	for _, address := range []string{"127.0.0.1:443", "127.255.0.1:1", "[::1]:443", "[::ffff:127.0.0.1]:443"} {
		testkit.NoError(t, clienttest.OnlyLoopback(address))
	}
}

// Where all servers share one address, the name and the port tell them apart.
func TestOneAddress(t *testing.T) {
	t.Parallel()
	azure, err := clienttest.StartOnOneAddress(clienttest.Config{})
	testkit.NoError(t, err)
	defer azure.Close()
	testkit.Equal(t, azure.Prefix().String(), "127.0.0.1/32")
	testkit.Equal(t, call{azure: azure, path: chatV1, body: hello}.do(t).status, 200)
	for _, test := range []struct {
		url  string
		lane clienttest.Lane
	}{
		{"https://" + azure.Host() + "/", clienttest.Model},
		{"https://" + azure.VaultHost() + "/", clienttest.Vault},
		{"https://login.microsoftonline.com/", clienttest.Login},
		{"http://169.254.169.254/", clienttest.Metadata},
		{azure.Env()["IDENTITY_ENDPOINT"], clienttest.AppIdentity},
	} {
		before := azure.Requests(test.lane)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.url, nil)
		testkit.NoError(t, err)
		resp, err := azure.Client().Do(req)
		testkit.NoError(t, err)
		_ = resp.Body.Close()
		testkit.Equal(t, azure.Requests(test.lane), before+1)
	}
}

// With the right to port 443, DNS alone is enough.
func TestStandardPort(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", azure.PrivateAddr().String()+":443")
	if err != nil {
		t.Skip("this process may not listen on port 443")
	}
	defer conn.Close()
	secure := tls.Client(conn, &tls.Config{RootCAs: azure.Roots(), ServerName: azure.Host()})
	testkit.NoError(t, secure.HandshakeContext(t.Context()))
}
