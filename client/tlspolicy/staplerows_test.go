package tlspolicy_test

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
)

// stapling is a server that shows n and sends a response along.
func stapling(n *node, staple []byte) *tls.Config {
	return answer(n, func(c *tls.Config) { c.Certificates[0].OCSPStaple = staple })
}

// staples are the rows about revocation.
func (r *realm) staples() (all []row) {
	leaf := r.leaf()
	add := func(id string, n *node, staple []byte, want error) {
		all = append(all, row{id: id, hole: want != nil, server: stapling(n, staple), client: r.trust(), want: want, see: stapleSeen(want, len(staple) > 0)})
	}
	staple := func(changes ...func(*response)) []byte { return good(leaf, r.middle, changes...).der(r.t) }

	add("CERT-50 must-staple, no staple", r.leaf(extension(demand())), nil, tlspolicy.ErrStaple)
	add("CERT-50 must-staple v2, no staple", r.leaf(extension(mustStaple(0x30, 3, 2, 1, 17))), nil, tlspolicy.ErrStaple)
	add("CERT-50 must-staple, cannot be read", r.leaf(extension(mustStaple(0x30, 9))), nil, tlspolicy.ErrStaple)
	add("CERT-50 must-staple, bytes after the end", r.leaf(extension(mustStaple(0x30, 3, 2, 1, 23, 5, 0))), nil, tlspolicy.ErrStaple)
	add("CERT-50 another feature", r.leaf(extension(mustStaple(0x30, 3, 2, 1, 23))), nil, nil)
	eager := issue(r.t, r.root, ec(r.t), true, extension(demand()))
	add("CERT-50 the intermediate demands it", issue(r.t, eager, ec(r.t), false), nil, tlspolicy.ErrStaple)
	must := r.leaf(extension(demand()))
	add("CERT-50 must-staple, good staple", must, good(must, r.middle).der(r.t), nil)

	add("CERT-51 good", leaf, staple(), nil)
	add("CERT-51 good, by key", leaf, staple(func(s *response) { s.byKey = true }), nil)
	add("CERT-51 good, issuer's certificate inside", leaf, staple(func(s *response) { s.embed = r.middle }), nil)
	add("CERT-51 revoked", leaf, staple(func(s *response) { s.status = 1 }), tlspolicy.ErrRevoked)
	all[len(all)-1].says = "revoked: the authority said so"
	add("CERT-51 unknown", leaf, staple(func(s *response) { s.status = 2 }), tlspolicy.ErrRevoked)
	all[len(all)-1].says = "revoked: the authority does not know it"
	add("CERT-51 garbage", leaf, []byte(peerWord), tlspolicy.ErrStaple)
	add("CERT-51 bytes after the end", leaf, append(staple(), 0), tlspolicy.ErrStaple)
	long := func(n int) func(*response) {
		return func(s *response) {
			s.extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: make([]byte, n)}}
		}
	}
	add("CERT-51 over 16 KiB", leaf, staple(long(16<<10)), tlspolicy.ErrStaple)
	add("CERT-51 under 16 KiB", leaf, staple(long(15<<10)), nil)
	add("CERT-51 try later", leaf, []byte{0x30, 3, 10, 1, 3}, tlspolicy.ErrStaple)
	add("CERT-51 about two", leaf, staple(func(s *response) { s.twice = true }), tlspolicy.ErrStaple)
	add("CERT-51 critical extension", leaf, staple(func(s *response) {
		s.extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: asn1.NullBytes}}
	}), tlspolicy.ErrStaple)
	add("CERT-51 extensions that cannot be read", leaf, staple(func(s *response) { s.garbled = true }), tlspolicy.ErrStaple)
	add("CERT-51 other extension", leaf, staple(func(s *response) {
		s.extensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: asn1.NullBytes}}
	}), nil)
	add("CERT-51 of another serial", leaf, staple(func(s *response) { s.serial = must.cert.SerialNumber }), tlspolicy.ErrStaple)
	add("CERT-51 of another authority's key", leaf, staple(func(s *response) { s.about, s.aboutName = r.stranger, r.middle.cert.RawSubject }), tlspolicy.ErrStaple)
	add("CERT-51 of another authority's name", leaf, staple(func(s *response) { s.aboutName = r.stranger.cert.RawSubject }), tlspolicy.ErrStaple)
	add("CERT-51 wrong signature", leaf, staple(func(s *response) { s.spoil = true }), tlspolicy.ErrStaple)
	add("CERT-51 signed by another", leaf, staple(func(s *response) { s.signer, s.responder = r.stranger, r.middle.cert.RawSubject }), tlspolicy.ErrStaple)
	add("CERT-51 signed with SHA-1", leaf, staple(func(s *response) { s.weak = true }), tlspolicy.ErrStaple)
	add("CERT-51 names another responder", leaf, staple(func(s *response) { s.responder = r.stranger.cert.RawSubject }), tlspolicy.ErrStaple)
	add("CERT-51 names another responder's key", leaf, staple(func(s *response) {
		s.byKey, s.responder = true, marshal(r.t, hashOf(bits(r.t, r.stranger.cert)))
	}), tlspolicy.ErrStaple)
	all = append(all, r.stapleTimes(leaf)...)
	return append(all, r.responders(leaf)...)
}

// stapleTimes are the rows about when a response is in force. The slack is five minutes.
func (r *realm) stapleTimes(leaf *node) (all []row) {
	now := time.Now().UTC().Truncate(time.Second)
	for _, times := range []struct {
		id        string
		this, end time.Time
		want      error
	}{
		{"without an end", now.Add(-time.Hour), time.Time{}, tlspolicy.ErrStaple},
		{"out of date", now.Add(-time.Hour), now.Add(-6 * time.Minute), tlspolicy.ErrStaple},
		{"out of date by less than the slack", now.Add(-time.Hour), now.Add(-4 * time.Minute), nil},
		{"from the future", now.Add(6 * time.Minute), now.Add(time.Hour), tlspolicy.ErrStaple},
		{"from the future by less than the slack", now.Add(4 * time.Minute), now.Add(time.Hour), nil},
		{"for ten days", now.Add(-24 * time.Hour), now.Add(9 * 24 * time.Hour), nil},
		{"for ten days and a second", now.Add(-24 * time.Hour), now.Add(9*24*time.Hour + time.Second), tlspolicy.ErrStaple},
	} {
		staple := good(leaf, r.middle, func(s *response) { s.this, s.end = times.this, times.end }).der(r.t)
		all = append(all, row{id: "CERT-51 " + times.id, hole: times.want != nil, server: stapling(leaf, staple), client: r.trust(), want: times.want})
	}
	late := good(leaf, r.middle, func(s *response) { s.produced = now.Add(6 * time.Minute) }).der(r.t)
	return append(all, row{id: "CERT-51 produced in the future", hole: true, server: stapling(leaf, late), client: r.trust(), want: tlspolicy.ErrStaple})
}

// responders are the rows about who signs in the place of the authority.
func (r *realm) responders(leaf *node) (all []row) {
	ocspSigning := usage(x509.ExtKeyUsageOCSPSigning)
	appoint := func(by *node, changes ...func(*x509.Certificate)) *node {
		return issue(r.t, by, ec(r.t), false, changes...)
	}
	namesake := issue(r.t, nil, ec(r.t), true, func(c *x509.Certificate) { c.Subject = r.middle.cert.Subject })
	now := time.Now()
	for _, responder := range []struct {
		id   string
		who  *node
		want error
	}{
		{"appointed", appoint(r.middle, ocspSigning, extension(noCheck())), nil},
		{"appointed by another", appoint(r.root, ocspSigning, extension(noCheck())), tlspolicy.ErrStaple},
		{"appointed by a namesake", appoint(namesake, ocspSigning, extension(noCheck())), tlspolicy.ErrStaple},
		{"a server of the same authority", appoint(r.middle, extension(noCheck())), tlspolicy.ErrStaple},
		{"to be asked about in turn", appoint(r.middle, ocspSigning), tlspolicy.ErrStaple},
		{"expired", appoint(r.middle, ocspSigning, extension(noCheck()), valid(now.Add(-time.Hour), now.Add(-6*time.Minute))), tlspolicy.ErrStaple},
		{"not yet valid", appoint(r.middle, ocspSigning, extension(noCheck()), valid(now.Add(6*time.Minute), now.Add(time.Hour))), tlspolicy.ErrStaple},
		{"with a weak key", issue(r.t, r.middle, rsaKey(r.t, 1024), false, ocspSigning, extension(noCheck())), tlspolicy.ErrStaple},
	} {
		staple := good(leaf, r.middle, func(s *response) { s.signer, s.embed = responder.who, responder.who }).der(r.t)
		all = append(all, row{id: "CERT-51 responder " + responder.id, hole: responder.want != nil, server: stapling(leaf, staple), client: r.trust(), want: responder.want})
	}
	return all
}

// stapleSeen wants the end of a good response in the verdict.
func stapleSeen(refused error, stapled bool) func(seen) error {
	return func(s seen) error {
		if refused == nil && (len(s.verdicts) != 1 || stapled != s.verdicts[0].StapledUntil.After(time.Now())) {
			return errors.New("the verdict does not tell of the staple")
		}
		return nil
	}
}
