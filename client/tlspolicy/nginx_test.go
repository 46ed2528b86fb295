package tlspolicy_test

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// nginx runs an nginx that shows n, or speaks plain HTTP without one, with more lines in its
// server block.
func nginx(t testing.TB, n *node, lines ...string) *process {
	t.Helper()
	program, folder, kind := tool(t, "nginx"), t.TempDir(), ""
	if n != nil {
		cert, key := files(t, n)
		kind = " ssl"
		lines = append(lines, "ssl_certificate "+cert+";", "ssl_certificate_key "+key+";")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	address := l.Addr().String()
	_ = l.Close() // nginx cannot choose a port by itself
	conf := fmt.Sprintf(`
daemon off;
master_process off;
pid %[1]s/pid;
error_log stderr warn;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/a;
	proxy_temp_path %[1]s/b;
	fastcgi_temp_path %[1]s/c;
	uwsgi_temp_path %[1]s/d;
	scgi_temp_path %[1]s/e;
	server {
		listen %[2]s%[3]s;
		%[4]s
		location / { return 200 "ok"; }
	}
}
`, folder, address, kind, strings.Join(lines, "\n\t\t"))
	file := filepath.Join(folder, "nginx.conf")
	testkit.NoError(t, os.WriteFile(file, []byte(conf), 0o600))
	return start(t, "", address, program, "-p", folder, "-e", "stderr", "-c", file)
}

func TestNginx(t *testing.T) {
	t.Parallel()
	tool(t, "nginx")
	r := newRealm(t)
	leaf := r.keyed(rsaKey(t, 2048))
	for _, row := range []realRow{
		{"TLS-01 TLS 1.0 and 1.1", []string{"ssl_protocols TLSv1 TLSv1.1;", "ssl_ciphers ALL:@SECLEVEL=0;"}, tlspolicy.ErrVersion},
		{"TLS-04 TLS 1.2", []string{"ssl_protocols TLSv1.2;"}, nil},
		{"TLS-04 TLS 1.3", []string{"ssl_protocols TLSv1.3;"}, nil},
		{"TLS-05 CBC only", []string{"ssl_protocols TLSv1.2;", "ssl_ciphers ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-SHA;"}, tlspolicy.ErrCipher},
	} {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			p := nginx(t, leaf, row.args...)
			r.fits(t, p.address)
			t.Log(r.plainly(t, p.address))
			_, err := ask(t, p.address, policy(t, r.trust()))
			testkit.ErrorIs(t, err, row.want)
		})
	}
	t.Run("TLS-25 plain HTTP", func(t *testing.T) {
		t.Parallel()
		p := nginx(t, nil)
		_, err := ask(t, p.address, policy(t, r.trust()))
		testkit.ErrorIs(t, err, tlspolicy.ErrHandshake)
		testkit.True(t, err != nil && strings.Contains(err.Error(), "plain HTTP"), "it says why")
	})
}

func TestNginxStaples(t *testing.T) {
	t.Parallel()
	runStaples(t, func(t testing.TB, leaf *node, answer string) string {
		return nginx(t, leaf, "ssl_stapling on;", "ssl_stapling_file "+answer+";").address
	})
}

// TestNginxTickets replays the ticket of one nginx to another that has the same ticket key
// and the certificate of a stranger.
func TestNginxTickets(t *testing.T) {
	t.Parallel()
	tool(t, "nginx")
	r := newRealm(t)
	random := make([]byte, 80)
	_, _ = rand.Read(random) // never fails, see crypto/rand
	key := write(t, "tickets", random)
	line := "ssl_session_ticket_key " + key + ";"
	own, other := r.leaf(), issue(t, r.stranger, ec(t), false)
	for _, version := range []string{"TLSv1.2", "TLSv1.3"} {
		t.Run("TLS-17 "+version, func(t *testing.T) {
			t.Parallel()
			one, again, two := nginx(t, own, line, "ssl_protocols "+version+";"), nginx(t, own, line, "ssl_protocols "+version+";"), nginx(t, other, line, "ssl_protocols "+version+";")
			config := policy(t, r.trust())
			state, err := ask(t, one.address, config)
			testkit.NoError(t, err)
			testkit.True(t, !state.DidResume, "the first is a full handshake")
			state, err = ask(t, again.address, config)
			testkit.NoError(t, err)
			testkit.True(t, state.DidResume, "the key is shared, so that a twin resumes")
			plain := &tls.Config{RootCAs: pool(r.root), ClientSessionCache: tls.NewLRUClientSessionCache(1)}
			_, err = ask(t, one.address, plain)
			testkit.NoError(t, err)
			_, err = ask(t, two.address, plain)
			t.Logf("plain crypto/tls: accepted %t", err == nil)
			_, err = ask(t, two.address, config)
			testkit.ErrorIs(t, err, tlspolicy.ErrCertificate)
		})
	}
}
