package netguard_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestServerFaults(t *testing.T) {
	t.Parallel()
	tampered := func(change func([]byte) []byte) script {
		return func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{raw: func(m dnsmessage.Message) []byte { return change(packed(m, reply{records: records(q, good)})) }}
		}
	}
	for _, row := range []struct {
		name    string
		script  script
		missing bool
	}{
		{"NXDOMAIN", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeNameError} }, true},
		{"SERVFAIL", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeServerFailure} }, false},
		{"REFUSED", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeRefused} }, false},
		{"silence", func(dnsmessage.Question, bool, int) reply { return reply{silent: true} }, false},
		{"AAAA silent", func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{records: records(q, good), silent: q.Type == dnsmessage.TypeAAAA}
		}, false},
		{"AAAA fails", func(q dnsmessage.Question, _ bool, _ int) reply {
			r := reply{records: records(q, good)}
			if q.Type == dnsmessage.TypeAAAA {
				r.rcode = dnsmessage.RCodeServerFailure
			}
			return r
		}, false},
		{"wrong id", tampered(func(b []byte) []byte { b[0] ^= 0xff; return b }), false},
		{"not a response", tampered(func(b []byte) []byte { b[2] &^= 0x80; return b }), false},
		{"other opcode", tampered(func(b []byte) []byte { b[2] |= 0x10; return b }), false},
		{"other question", tampered(func(b []byte) []byte { b[13] = 'x'; return b }), false},
		{"cut", tampered(func(b []byte) []byte { return b[:len(b)-3] }), false},
		{"two questions", tampered(func(b []byte) []byte { b[5] = 2; return b }), false},
		{"short", tampered(func(b []byte) []byte { return b[:7] }), false},
		{"empty", tampered(func([]byte) []byte { return nil }), false},
		{"compression loop", tampered(func(b []byte) []byte { return append(b[:12], 0xc0, 12, 0, 1, 0, 1) }), false},
		{"too many records", func(q dnsmessage.Question, tcp bool, _ int) reply {
			return reply{truncate: !tcp, records: records(q, good+strings.Repeat(";"+private+". A 127.10.0.4", 80))}
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := serveDNS(t, row.script)
			start := time.Now()
			_, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
			testkit.ErrorIs(t, err, netguard.ErrResolve)
			testkit.Equal(t, errors.Is(err, netguard.ErrNotFound), row.missing)
			want := event.DNSFailure
			switch {
			case row.missing:
				want = event.DNSNotFound
			case errors.Is(err, netguard.ErrServerFailed):
				want = event.DNSServerFailure
			}
			testkit.Equal(t, netguard.Code(err), want)
			testkit.True(t, time.Since(start) < 2*time.Second, "within the timeout, on a busy machine")
		})
	}
}

func TestStraysAreIgnored(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, _ int) reply {
		evil := reply{records: records(q, host+". A 20.1.2.3")}
		return reply{records: records(q, good), before: func(m dnsmessage.Message) [][]byte {
			id := packed(m, evil)
			id[1] ^= 1
			m.Questions = []dnsmessage.Question{{Name: dnsmessage.MustNewName("evil.example."), Type: q.Type, Class: q.Class}}
			return [][]byte{id, packed(m, evil), {1, 2, 3}, {}}
		}}
	})
	e, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	testkit.Equal(t, len(e.Addresses), 1)
}

func TestTruncatedGoesToTCP(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, tcp bool, _ int) reply {
		if !tcp {
			return reply{truncate: true, records: records(q, link+private+". A 20.1.2.3")}
		}
		return reply{records: records(q, good)}
	})
	e, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	testkit.Equal(t, e.Resolver.Proto, "tcp")
	testkit.Equal(t, len(e.Addresses), 1)
}

func TestLostPacketIsAskedAgain(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, n int) reply {
		return reply{records: records(q, good), silent: n <= 2}
	})
	_, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	for _, name := range srv.names() {
		testkit.Equal(t, name, host+".") // absolute, never a search list
	}
}

func TestVerifyCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	srv := serveDNS(t, func(dnsmessage.Question, bool, int) reply { cancel(); return reply{silent: true} })
	config := vnet(srv.addr)
	config.LookupTimeout = time.Minute
	_, err := guard(t, config).Verify(ctx, host)
	testkit.ErrorIs(t, err, context.Canceled)
	testkit.Equal(t, netguard.Code(err), event.Canceled)
}

func TestNameservers(t *testing.T) {
	t.Parallel()
	got, err := netguard.Nameservers("# x\nsearch corp.example\nnameserver 10.0.0.2\nnameserver nonsense\nnameserver fd00::2\n")
	testkit.NoError(t, err)
	testkit.DeepEqual(t, got, []netip.AddrPort{netip.MustParseAddrPort("10.0.0.2:53"), netip.MustParseAddrPort("[fd00::2]:53")})
	_, err = netguard.Nameservers("search corp.example")
	testkit.ErrorIs(t, err, netguard.ErrResolve)
}
