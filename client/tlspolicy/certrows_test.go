package tlspolicy_test

import (
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// trust is a policy with the root of the realm.
func (r *realm) trust(changes ...func(*tlspolicy.Config)) tlspolicy.Config {
	c := tlspolicy.Config{RootMode: tlspolicy.RootsExplicit, Roots: pool(r.root)}
	for _, change := range changes {
		change(&c)
	}
	return c
}

// certificates are the rows that are about what crypto/x509 judges.
func (r *realm) certificates() []row {
	all := []row{}
	add := func(id string, n *node, want error) {
		all = append(all, row{id: id, server: answer(n), client: r.trust(), want: want})
	}
	add("CERT-01 ECDSA P-256", r.leaf(), nil)
	add("CERT-01 RSA 2048", r.keyed(rsaKey(r.t, 2048)), nil)
	add("CERT-01 ECDSA P-384", r.keyed(onCurve(r.t, elliptic.P384())), nil)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	testkit.NoError(r.t, err)
	add("CERT-01 Ed25519", r.keyed(ed), nil)
	add("CERT-03 expired", r.leaf(valid(time.Now().Add(-time.Hour), time.Now().Add(-time.Minute))), tlspolicy.ErrCertificate)
	add("CERT-04 not yet valid", r.leaf(valid(time.Now().Add(time.Minute), time.Now().Add(time.Hour))), tlspolicy.ErrCertificate)
	add("CERT-05 other name", r.leaf(names(peerWord+".example")), tlspolicy.ErrCertificate)
	add("CERT-06 self-signed", issue(r.t, nil, ec(r.t), false), tlspolicy.ErrCertificate)
	add("CERT-07 unknown root", issue(r.t, r.stranger, ec(r.t), false), tlspolicy.ErrCertificate)
	alone := r.leaf()
	add("CERT-09 leaf only", &node{alone.cert, alone.key, alone.path[:1]}, tlspolicy.ErrCertificate)
	add("CERT-11 CN only", r.leaf(func(c *x509.Certificate) { c.DNSNames, c.Subject.CommonName = nil, server }), tlspolicy.ErrCertificate)
	add("CERT-23 SHA-1 signature", sha1Leaf(r), tlspolicy.ErrCertificate)
	add("CERT-25 clientAuth only", r.leaf(usage(x509.ExtKeyUsageClientAuth)), tlspolicy.ErrCertificate)
	add("CERT-29 intermediate without CA bit", issue(r.t, r.leaf(), ec(r.t), false), tlspolicy.ErrCertificate)
	permitted := issue(r.t, r.root, ec(r.t), true, func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"example.com"}
	})
	excluded := issue(r.t, r.root, ec(r.t), true, func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"azure.com"} })
	inside := issue(r.t, r.root, ec(r.t), true, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"azure.com"} })
	add("CERT-33 name not permitted", issue(r.t, permitted, ec(r.t), false), tlspolicy.ErrCertificate)
	add("CERT-33 name excluded", issue(r.t, excluded, ec(r.t), false), tlspolicy.ErrCertificate)
	add("CERT-33 name permitted", issue(r.t, inside, ec(r.t), false), nil)
	add("CERT-37 wildcard", r.leaf(names("*.openai.azure.com")), nil)
	for _, wide := range []string{"*.azure.com", "*.com", "*"} {
		add("CERT-38 "+wide, r.leaf(names(wide)), tlspolicy.ErrCertificate)
	}
	add("CERT-45 key of another", &node{alone.cert, ec(r.t), alone.path}, tlspolicy.ErrCertificate)
	all[len(all)-1].later = true // the proof comes after the certificate
	return append(all, r.unskippable(alone))
}

// sha1Leaf is signed with RSA and SHA-1.
func sha1Leaf(r *realm) *node {
	authority := issue(r.t, r.root, rsaKey(r.t, 2048), true)
	return issue(r.t, authority, ec(r.t), false, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })
}

// unskippable is a policy whose holder switches the verification off. The rules want
// verified chains, so nothing passes.
func (r *realm) unskippable(leaf *node) row {
	return row{
		id: "CERT-59 InsecureSkipVerify with pins", server: answer(leaf), want: tlspolicy.ErrUnverified,
		client: r.trust(func(c *tlspolicy.Config) { c.Pins = []tlspolicy.Pin{{1}, tlspolicy.PinOf(r.root.cert)} }),
		tamper: func(c *tls.Config) { c.InsecureSkipVerify = true },
	}
}

// rules are the rows about what crypto/x509 lets pass.
func (r *realm) rules() []row {
	all := []row{}
	add := func(id string, n *node, want error) {
		all = append(all, row{id: id, hole: want != nil, server: answer(n), client: r.trust(), want: want})
	}
	add("CERT-15 RSA 1024 leaf", r.keyed(rsaKey(r.t, 1024)), tlspolicy.ErrWeakKey)
	add("CERT-15 RSA 1024 intermediate", issue(r.t, issue(r.t, r.root, rsaKey(r.t, 1024), true), ec(r.t), false), tlspolicy.ErrWeakKey)
	add("CERT-15 P-224 intermediate", issue(r.t, issue(r.t, r.root, onCurve(r.t, elliptic.P224()), true), ec(r.t), false), tlspolicy.ErrWeakKey)
	add("CERT-25 no usage", r.leaf(usage()), tlspolicy.ErrLeafRole)
	add("CERT-25 any usage", r.leaf(usage(x509.ExtKeyUsageAny)), tlspolicy.ErrLeafRole)
	add("CERT-25 any usage beside serverAuth", r.leaf(usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny)), tlspolicy.ErrLeafRole)
	add("CERT-25 signs code too", r.leaf(usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageCodeSigning)), tlspolicy.ErrLeafRole)
	add("CERT-25 unknown usage too", r.leaf(func(c *x509.Certificate) { c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 2, 3, 4}} }), tlspolicy.ErrLeafRole)
	add("CERT-25 clientAuth beside serverAuth", r.leaf(usage(x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth)), nil)
	add("CERT-29 leaf is a CA", r.leaf(func(c *x509.Certificate) { c.IsCA = true }), tlspolicy.ErrLeafRole)
	add("CERT 257 names", r.leaf(func(c *x509.Certificate) { c.DNSNames = manyNames(257) }), tlspolicy.ErrTooMany)
	add("CERT 257 names of all kinds", r.leaf(func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = manyNames(255), []net.IP{{10, 0, 0, 4}}
		c.EmailAddresses = []string{"a@example.com"}
	}), tlspolicy.ErrTooMany)
	add("CERT 256 names", r.leaf(func(c *x509.Certificate) { c.DNSNames = manyNames(256) }), nil)
	padded := r.leaf()
	padded.path = slices.Concat(padded.path, slices.Repeat(r.stranger.path, 8))
	add("CERT 11 certificates", padded, tlspolicy.ErrTooMany)
	add("CERT 10 certificates", &node{padded.cert, padded.key, padded.path[:10]}, nil)
	trusted := issue(r.t, nil, ec(r.t), false)
	all = append(all, row{id: "CERT-06 self-signed, among the roots", hole: true, server: answer(trusted), client: tlspolicy.Config{Roots: pool(trusted)}, want: tlspolicy.ErrUnverified})
	return append(all, r.lifetimes()...)
}

func manyNames(n int) []string {
	all := []string{server}
	for i := range n - 1 {
		all = append(all, fmt.Sprintf("n%d.example.com", i))
	}
	return all
}

// lifetimes are the rows about how long a certificate is valid: for each limit one at it
// and one a second over it.
func (r *realm) lifetimes() (all []row) {
	add := func(id string, from time.Time, span time.Duration, most time.Duration, want error) {
		all = append(all, row{
			id: "CERT lifetime " + id, hole: want != nil, at: from.Add(time.Hour), want: want,
			server: answer(r.leaf(valid(from, from.Add(span-time.Second)))), // the last second counts
			client: r.trust(func(c *tlspolicy.Config) { c.MaxLeafLifetime = most }),
		})
	}
	const day = 24 * time.Hour
	for _, limit := range []struct {
		from time.Time
		days time.Duration
	}{
		{date(2025, 6, 1), 398}, {date(2026, 3, 14), 398},
		{date(2026, 3, 15), 200}, {date(2027, 3, 14), 200},
		{date(2027, 3, 15), 100}, {date(2029, 3, 14), 100},
		{date(2029, 3, 15), 47}, {date(2031, 1, 1), 47},
	} {
		name := fmt.Sprintf("%d days from %s", limit.days, limit.from.Format(time.DateOnly))
		add(name, limit.from, limit.days*day, 0, nil)
		add(name+" and a second", limit.from, limit.days*day+time.Second, 0, tlspolicy.ErrLifetime)
	}
	add("ten years", date(2026, 4, 1), 3652*day, 0, tlspolicy.ErrLifetime)
	add("without end", date(2026, 4, 1), date(9999, 1, 1).Sub(date(9990, 1, 1))*20, 0, tlspolicy.ErrLifetime)
	add("a year, allowed", date(2026, 4, 1), 365*day, 365*day, nil)
	add("a year and a second, a year allowed", date(2026, 4, 1), 365*day+time.Second, 365*day, tlspolicy.ErrLifetime)
	add("100 days, 90 allowed", date(2026, 4, 1), 100*day, 90*day, tlspolicy.ErrLifetime)
	return all
}

// pins are the rows about pinned keys.
func (r *realm) pins() []row {
	all := []row{}
	leaf, spare, other := r.leaf(), tlspolicy.Pin{1}, tlspolicy.Pin{2}
	root, middle := tlspolicy.PinOf(r.root.cert), tlspolicy.PinOf(r.middle.cert)
	add := func(id string, pins, backups []tlspolicy.Pin, want error, use tlspolicy.PinUse, pin tlspolicy.Pin) {
		all = append(all, row{
			id: id, hole: want != nil, server: answer(leaf), want: want, see: pinSeen(use, pin, want),
			client: r.trust(func(c *tlspolicy.Config) { c.Pins, c.BackupPins = pins, backups }),
		})
	}
	type list = []tlspolicy.Pin
	add("CERT-56 no pin fits", list{spare}, list{other}, tlspolicy.ErrPinMismatch, 0, tlspolicy.Pin{})
	add("CERT-56 the leaf does not count", list{spare, tlspolicy.PinOf(leaf.cert)}, nil, tlspolicy.ErrPinMismatch, 0, tlspolicy.Pin{})
	add("CERT-57 pin of the intermediate", list{spare, middle}, nil, nil, tlspolicy.PrimaryPin, middle)
	add("CERT-57 pin of the root", list{root}, list{spare}, nil, tlspolicy.PrimaryPin, root)
	add("CERT-57 no pins", nil, nil, nil, tlspolicy.Unpinned, tlspolicy.Pin{})
	add("CERT-58 backup pin", list{spare}, list{other, middle}, nil, tlspolicy.BackupPin, middle)
	add("CERT-58 primary root over backup intermediate", list{root}, list{middle}, nil, tlspolicy.PrimaryPin, root)
	return append(all, row{
		id: "CERT-56 no pin fits, report only", server: answer(leaf), see: pinSeen(tlspolicy.PinMismatched, tlspolicy.Pin{}, nil),
		client: r.trust(func(c *tlspolicy.Config) {
			c.Pins, c.PinsReportOnly, c.Observe = list{spare, other}, true, func(tlspolicy.Verdict) error { return nil }
		}),
	}, row{
		id: "CERT-58 the observer panics", server: answer(leaf), want: tlspolicy.ErrObserve, later: true,
		client: r.trust(func(c *tlspolicy.Config) { c.Observe = func(tlspolicy.Verdict) error { panic(peerWord) } }),
	}, row{
		id: "CERT-58 the observer fails", server: answer(leaf), want: tlspolicy.ErrObserve, later: true,
		client: r.trust(func(c *tlspolicy.Config) { c.Observe = func(tlspolicy.Verdict) error { return errors.New(peerWord) } }),
	}, r.crossed(spare))
}

// crossed is a server whose intermediate two roots vouch for: the chain with the primary
// pin counts, whichever crypto/x509 names first.
func (r *realm) crossed(spare tlspolicy.Pin) row {
	key := ec(r.t)
	subject := func(c *x509.Certificate) { c.Subject = pkix.Name{CommonName: peerWord + "crossed"} }
	one, two := issue(r.t, r.root, key, true, subject), issue(r.t, r.stranger, key, true, subject)
	leaf := issue(r.t, one, ec(r.t), false)
	leaf.path = [][]byte{leaf.path[0], one.path[0], two.path[0]}
	first, second := tlspolicy.PinOf(r.root.cert), tlspolicy.PinOf(r.stranger.cert)
	return row{
		id: "CERT-58 cross-signed", server: answer(leaf),
		client: tlspolicy.Config{Roots: pool(r.root, r.stranger), Pins: []tlspolicy.Pin{second, spare}, BackupPins: []tlspolicy.Pin{first}},
		see:    pinSeen(tlspolicy.PrimaryPin, second, nil),
	}
}

// pinSeen wants one verdict with this pin.
func pinSeen(use tlspolicy.PinUse, pin tlspolicy.Pin, refused error) func(seen) error {
	return func(s seen) error {
		switch {
		case refused != nil:
			return nil
		case len(s.verdicts) != 1:
			return fmt.Errorf("%d verdicts", len(s.verdicts))
		case s.verdicts[0].PinUse != use || s.verdicts[0].Pin != pin:
			return fmt.Errorf("the pin is %v %v", s.verdicts[0].PinUse, s.verdicts[0].Pin)
		case s.verdicts[0].ServerName != server || s.verdicts[0].Version != tls.VersionTLS13 || s.verdicts[0].Group != tls.X25519MLKEM768 ||
			s.verdicts[0].Suite != s.state.CipherSuite || s.verdicts[0].Resumed || !s.verdicts[0].StapledUntil.IsZero():
			return errors.New("the verdict is of another connection")
		default:
			return nil
		}
	}
}
