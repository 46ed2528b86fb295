package tlspolicy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A build is tlspolicy.New, or that without one control.
type build func(tlspolicy.Config) (*tls.Config, error)

// A row is one hostile case, or a control case beside it.
type row struct {
	id     string // of the battery, where it has one
	hole   bool   // the plain client is known to let it pass
	server *tls.Config
	raw    func(net.Conn) // a server that speaks for itself, in place of server
	client tlspolicy.Config
	at     time.Time // when it happens, if not now
	tamper func(*tls.Config)
	within time.Duration // of the handshake, 10 s if zero
	want   error         // nil: it passes
	says   string        // what the error must end with
	later  bool          // refused after the certificate was judged, and found good
	// see looks at a connection that passed, or at what the server saw.
	see func(seen) error
	// run stands in place of all that.
	run func(t testing.TB, b func(func() time.Time) build) error
}

// seen is what both sides saw.
type seen struct {
	state    tls.ConnectionState
	verdicts []tlspolicy.Verdict
	hello    *tls.ClientHelloInfo
	got      []byte // what the server read after its handshake, or all if raw
}

// told compares what was told of a connection that passed with what is found afterwards.
func told(config *tls.Config, err error, s seen) error {
	if err != nil || len(s.verdicts) == 0 {
		return nil
	}
	verdict, ok := tlspolicy.VerdictOf(config, &s.state)
	last := s.verdicts[len(s.verdicts)-1]
	if last.Version == tls.VersionTLS12 {
		last.Group = s.state.CurveID // agreed on after the certificate
	}
	if !ok || verdict != last {
		return fmt.Errorf("the verdict afterwards is %+v (%t), while %+v was told", verdict, ok, last)
	}
	return nil
}

// play runs the row and says what does not hold.
func (r row) play(t testing.TB, control string) error {
	t.Helper()
	if r.run != nil {
		return r.run(t, func(now func() time.Time) build { return tlspolicy.Without(control, now) })
	}
	var now func() time.Time
	if !r.at.IsZero() {
		now = func() time.Time { return r.at }
	}
	var s seen
	observe := r.client.Observe
	r.client.Observe = func(v tlspolicy.Verdict) error {
		s.verdicts = append(s.verdicts, v)
		if observe != nil {
			return observe(v)
		}
		return nil
	}
	config, err := tlspolicy.Without(control, now)(r.client)
	testkit.NoError(t, err)
	if r.tamper != nil {
		r.tamper(config)
	}
	stand := serve(t, r.server, r.raw)
	s.state, err = shake(t, stand.address, config, r.within)
	stand.stop()
	s.hello, s.got = stand.hello, stand.got
	if fault := told(config, err, s); fault != nil {
		return fault
	}
	if fault := r.holds(err, s); fault != nil {
		return fault
	}
	if r.see != nil {
		return r.see(s)
	}
	return nil
}

// holds compares the end of the handshake with what the row wants, and keeps the
// invariants: no word of the peer in an error, no byte to a server that is refused.
func (r row) holds(err error, s seen) error {
	switch {
	case r.want == nil && err != nil:
		return fmt.Errorf("refused: %w", err)
	case r.want == nil:
		return nil
	case err == nil:
		return fmt.Errorf("accepted, want %w", r.want)
	case !errors.Is(err, r.want):
		return fmt.Errorf("refused with %w, want %w", err, r.want)
	case !strings.HasSuffix(err.Error(), r.says):
		return fmt.Errorf("refused with %w, want %q", err, r.says)
	case tlspolicy.Code(err) != codes[r.want]:
		return fmt.Errorf("the code is %q, want %q", tlspolicy.Code(err), codes[r.want])
	case r.raw == nil && len(s.got) > 0:
		return fmt.Errorf("the server was sent %d bytes", len(s.got))
	case len(s.verdicts) > 0 && !r.later:
		return errors.New("a refused connection was reported as one that passed")
	}
	for _, text := range []string{fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err)} {
		if strings.Contains(text, peerWord) || strings.Contains(text, server) || len(text) > 200 {
			return fmt.Errorf("the text of the error holds words of the peer: %q", text)
		}
	}
	return nil
}

// plain says what crypto/tls does with the row by default.
func (r row) plain(t testing.TB) string {
	t.Helper()
	stand := serve(t, r.server, r.raw)
	defer stand.stop()
	config := &tls.Config{RootCAs: r.client.Roots, ServerName: server}
	if !r.at.IsZero() {
		config.Time = func() time.Time { return r.at }
	}
	if _, err := shake(t, stand.address, config, r.within); err != nil {
		return "refused"
	}
	return "accepted"
}

// A stand is a server on loopback that serves one connection after the other.
type stand struct {
	address string
	stop    func() // and wait
	hello   *tls.ClientHelloInfo
	got     []byte
}

// serve runs a TLS server, or raw.
func serve(t testing.TB, config *tls.Config, raw func(net.Conn)) *stand {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	s := &stand{address: l.Addr().String()}
	if config != nil {
		config = config.Clone()
		config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			s.hello = hello
			return nil, nil
		}
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(10 * time.Second))
			if raw != nil {
				raw(c)
			} else {
				s.serveTLS(tls.Server(c, config))
			}
			_ = c.Close()
		}
	})
	s.stop = sync.OnceFunc(func() { _ = l.Close(); all.Wait() })
	t.Cleanup(s.stop)
	return s
}

// serveTLS says "x", with which a session ticket comes, and hears what the client says.
func (s *stand) serveTLS(conn *tls.Conn) {
	if conn.Handshake() != nil {
		return
	}
	_, _ = conn.Write([]byte("x"))
	s.got, _ = io.ReadAll(conn)
	_ = conn.Close()
}

// shake makes a handshake, hears "x", says "y", and returns the state, or the error as
// Explain has it.
func shake(t testing.TB, address string, policy *tls.Config, within time.Duration) (tls.ConnectionState, error) {
	t.Helper()
	if within == 0 {
		within = 10 * time.Second
	}
	own := policy.Clone()
	own.ServerName = server
	c, err := net.Dial("tcp", address)
	testkit.NoError(t, err)
	defer func() { _ = c.Close() }()
	conn := tls.Client(c, own)
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		return tls.ConnectionState{}, tlspolicy.Explain(own, err)
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		return tls.ConnectionState{}, tlspolicy.Explain(own, err)
	}
	_, _ = conn.Write([]byte("y"))
	_ = conn.Close()
	return conn.ConnectionState(), nil
}

// policy makes a policy that must be without faults.
func policy(t testing.TB, c tlspolicy.Config) *tls.Config {
	t.Helper()
	p, err := tlspolicy.New(c)
	testkit.NoError(t, err)
	return p
}

// rows are all of the battery.
func rows(t testing.TB) (all []row) {
	t.Helper()
	r := newRealm(t)
	all = append(all, r.certificates()...)
	all = append(all, r.rules()...)
	all = append(all, r.staples()...)
	all = append(all, r.pins()...)
	all = append(all, r.protocol()...)
	return append(all, r.sessions()...)
}

func TestBattery(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t) {
		t.Run(r.id, func(t *testing.T) {
			t.Parallel()
			if r.run == nil {
				known := ""
				if r.hole {
					known = ", a known hole"
				}
				t.Logf("plain crypto/tls: %s%s", r.plain(t), known)
			}
			testkit.NoError(t, r.play(t, ""))
		})
	}
}
