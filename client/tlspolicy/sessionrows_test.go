package tlspolicy_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// sessions are the rows about resumption.
func (r *realm) sessions() []row {
	return []row{
		{id: "TLS-17 resumed in TLS 1.3", run: r.resumed(0)},
		{id: "TLS-17 resumed in TLS 1.2", run: r.resumed(tls.VersionTLS12)},
		{id: "TLS-17 the rules hold on resumption", run: r.rulesOnResumption},
		{id: "TLS-17 no policy has the sessions of another", run: r.separate},
		{id: "TLS-17 ticket of another server with another certificate", run: r.otherServer},
		{id: "TLS-17 a session is offered for an hour", run: r.aged},
		{id: "TLS-17 a chain out of date does not count", run: r.outdatedChain},
		{id: "CERT-51 staple out of date on resumption", run: r.staleSession},
	}
}

// A clock is the time of a policy, by which a row can turn it forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *clock) turn(d time.Duration) { c.ahead.Add(int64(d)) }

// resumes wants a handshake to succeed, resumed or not.
func resumes(t testing.TB, address string, config *tls.Config, want bool) error {
	t.Helper()
	state, err := shake(t, address, config, 0)
	switch {
	case err != nil:
		return err
	case state.DidResume != want:
		return fmt.Errorf("resumed: %t", state.DidResume)
	default:
		return nil
	}
}

func (r *realm) resumed(version uint16) func(testing.TB, func(func() time.Time) build) error {
	return func(t testing.TB, b func(func() time.Time) build) error {
		var verdicts []tlspolicy.Verdict
		config, err := b(nil)(r.trust(func(c *tlspolicy.Config) {
			c.Observe = func(v tlspolicy.Verdict) error { verdicts = append(verdicts, v); return nil }
		}))
		testkit.NoError(t, err)
		stand := serve(t, answer(r.leaf(), func(c *tls.Config) { c.MaxVersion = version }), nil)
		defer stand.stop()
		if err := errors.Join(resumes(t, stand.address, config, false), resumes(t, stand.address, config, true)); err != nil {
			return err
		}
		if len(verdicts) != 2 || verdicts[0].Resumed || !verdicts[1].Resumed {
			return fmt.Errorf("verdicts: %v", verdicts)
		}
		return nil
	}
}

// rulesOnResumption gives a strict policy the sessions of a loose one.
func (r *realm) rulesOnResumption(t testing.TB, b func(func() time.Time) build) error {
	stand := serve(t, answer(r.leaf()), nil)
	defer stand.stop()
	loose := policy(t, r.trust())
	testkit.NoError(t, resumes(t, stand.address, loose, false))
	strict, err := b(nil)(r.trust(func(c *tlspolicy.Config) { c.Pins = []tlspolicy.Pin{{1}, {2}} }))
	testkit.NoError(t, err)
	strict.ClientSessionCache = loose.ClientSessionCache
	if _, err := shake(t, stand.address, strict, 0); !errors.Is(err, tlspolicy.ErrPinMismatch) {
		return fmt.Errorf("not refused by the pins: %w", err)
	}
	return nil
}

// separate makes two policies: the second must not resume what the first began.
func (r *realm) separate(t testing.TB, b func(func() time.Time) build) error {
	stand := serve(t, answer(r.leaf()), nil)
	defer stand.stop()
	for range 2 {
		config, err := b(nil)(r.trust())
		testkit.NoError(t, err)
		if err := resumes(t, stand.address, config, false); err != nil {
			return err
		}
	}
	return nil
}

// otherServer replays the ticket of one server to another that has the same ticket key and
// a certificate of a stranger. It resumes, and is judged by what the first has shown: a
// policy that would refuse the first refuses. Without the key it is a full handshake, which
// the stranger's certificate does not survive.
func (r *realm) otherServer(t testing.TB, b func(func() time.Time) build) error {
	first := answer(r.leaf())
	second := answer(issue(t, r.stranger, ec(t), false))
	third := second.Clone()
	first.SetSessionTicketKeys([][32]byte{{1}})
	second.SetSessionTicketKeys([][32]byte{{1}})
	third.SetSessionTicketKeys([][32]byte{{3}})
	one, two, three := serve(t, first, nil), serve(t, second, nil), serve(t, third, nil)
	defer one.stop()
	defer two.stop()
	defer three.stop()
	config, err := b(nil)(r.trust())
	testkit.NoError(t, err)
	if err := errors.Join(resumes(t, one.address, config, false), resumes(t, two.address, config, true)); err != nil {
		return err
	}
	plain := &tls.Config{RootCAs: pool(r.root), ClientSessionCache: tls.NewLRUClientSessionCache(1)}
	t.Logf("plain crypto/tls: %v, then %v", resumes(t, one.address, plain, false), resumes(t, two.address, plain, true))
	strict, err := b(nil)(r.trust(func(c *tlspolicy.Config) { c.Pins = []tlspolicy.Pin{{1}, tlspolicy.PinOf(r.stranger.cert)} }))
	testkit.NoError(t, err)
	strict.ClientSessionCache = config.ClientSessionCache
	if _, err := shake(t, two.address, strict, 0); !errors.Is(err, tlspolicy.ErrPinMismatch) {
		return fmt.Errorf("the pins of the policy: %w", err)
	}
	testkit.NoError(t, resumes(t, one.address, config, false)) // the refusal threw the session away
	if _, err := shake(t, three.address, config, 0); !errors.Is(err, tlspolicy.ErrCertificate) {
		return fmt.Errorf("the stranger's certificate: %w", err)
	}
	return nil
}

// aged turns the clock: tickets of resumed sessions must not prolong the hour.
func (r *realm) aged(t testing.TB, b func(func() time.Time) build) error {
	var c clock
	config, err := b(c.now)(r.trust())
	testkit.NoError(t, err)
	leaf := r.leaf(valid(time.Now().Add(-time.Hour), time.Now().Add(48*time.Hour)))
	stand := serve(t, answer(leaf), nil)
	defer stand.stop()
	for _, step := range []struct {
		after  time.Duration
		resume bool
	}{{0, false}, {40 * time.Minute, true}, {19 * time.Minute, true}, {2 * time.Minute, false}, {time.Minute, true}} {
		c.turn(step.after)
		if err := resumes(t, stand.address, config, step.resume); err != nil {
			return err
		}
	}
	return nil
}

// outdatedChain has two chains, of which only the older has the pinned root. Once it is out
// of date crypto/tls still resumes, for the sake of the other.
func (r *realm) outdatedChain(t testing.TB, b func(func() time.Time) build) error {
	key := ec(t)
	subject := func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: peerWord + "crossed"} }
	short := issue(t, r.root, key, true, subject, valid(time.Now().Add(-time.Hour), time.Now().Add(10*time.Minute)))
	long := issue(t, r.stranger, key, true, subject)
	leaf := issue(t, short, ec(t), false)
	leaf.path = [][]byte{leaf.path[0], short.path[0], long.path[0]}
	stand := serve(t, answer(leaf), nil)
	defer stand.stop()
	var c clock
	config, err := b(c.now)(tlspolicy.Config{Roots: pool(r.root, r.stranger), Pins: []tlspolicy.Pin{tlspolicy.PinOf(r.root.cert), {1}}})
	testkit.NoError(t, err)
	testkit.NoError(t, resumes(t, stand.address, config, false))
	c.turn(11 * time.Minute)
	if _, err := shake(t, stand.address, config, 0); !errors.Is(err, tlspolicy.ErrUnverified) && !errors.Is(err, tlspolicy.ErrPinMismatch) {
		return fmt.Errorf("an outdated chain has let it pass: %w", err)
	}
	return nil
}

// staleSession resumes with a staple that was in force when the session began: for as long
// as a session is offered this is good enough. A full handshake is another matter.
func (r *realm) staleSession(t testing.TB, b func(func() time.Time) build) error {
	leaf := r.leaf()
	staple := good(leaf, r.middle, func(s *response) { s.end = s.produced.Add(time.Minute) }).der(t)
	stand := serve(t, stapling(leaf, staple), nil)
	defer stand.stop()
	var c clock
	config, err := b(c.now)(r.trust())
	testkit.NoError(t, err)
	testkit.NoError(t, resumes(t, stand.address, config, false))
	c.turn(50 * time.Minute)
	if err := resumes(t, stand.address, config, true); err != nil {
		return err
	}
	fresh, err := b(c.now)(r.trust())
	testkit.NoError(t, err)
	if _, err := shake(t, stand.address, fresh, 0); !errors.Is(err, tlspolicy.ErrStaple) {
		return fmt.Errorf("a full handshake: %w", err)
	}
	return nil
}
