package tlspolicy_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func FuzzParsePin(f *testing.F) {
	f.Add(tlspolicy.Pin{1, 2, 3}.String())
	f.Add("sha256/AAAA")
	f.Add("sha1/")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tlspolicy.ParsePin(s)
		if err != nil {
			if !errors.Is(err, tlspolicy.ErrPin) {
				t.Errorf("untyped: %v", err)
			}
			return
		}
		if again, err := tlspolicy.ParsePin(p.String()); err != nil || again != p {
			t.Errorf("%q does not come back", s)
		}
	})
}

// known is a key that is the same in all processes of a fuzz run, which share their corpus.
func known(t testing.TB, n byte) crypto.Signer {
	t.Helper()
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{n}, 32))
	testkit.NoError(t, err)
	return key
}

// FuzzStaple holds two properties. Whatever is sent, the judgement is typed and its text
// holds no word of the peer. And what passes is signed: package ocsp says good of it too,
// and its signed part is that of a response of this test.
func FuzzStaple(f *testing.F) {
	at := date(2026, 6, 1)
	number := func(n int64) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.SerialNumber, c.Subject.CommonName, c.NotBefore, c.NotAfter = big.NewInt(n), peerWord+strconv.FormatInt(n, 10), at.Add(-time.Hour), at.Add(time.Hour)
		}
	}
	authority := issue(f, nil, known(f, 1), true, number(1))
	leaf := issue(f, authority, known(f, 2), false, number(2))
	responder := issue(f, authority, known(f, 3), false, number(3), usage(x509.ExtKeyUsageOCSPSigning), extension(noCheck()))
	var signed [][]byte
	for i, change := range []func(*response){
		func(*response) {},
		func(s *response) { s.byKey = true },
		func(s *response) { s.signer, s.embed = responder, responder },
		func(s *response) { s.status = 1 },
		func(s *response) { s.status = 2 },
		func(s *response) { s.twice = true },
		func(s *response) { s.end = time.Time{} },
		func(s *response) { s.spoil = true },
	} {
		raw := good(leaf, authority, func(s *response) { s.produced, s.this, s.end = at, at, at.Add(time.Hour) }, change).der(f)
		f.Add(raw)
		if i > 2 {
			continue
		}
		testkit.NoError(f, tlspolicy.JudgeStaple(raw, leaf.cert, authority.cert, at)) // so that there is something to break
		parsed, err := ocsp.ParseResponse(raw, nil)
		testkit.NoError(f, err)
		signed = append(signed, parsed.TBSResponseData)
	}
	f.Add([]byte{0x30, 3, 10, 1, 3})
	f.Fuzz(func(t *testing.T, raw []byte) {
		err := tlspolicy.JudgeStaple(raw, leaf.cert, authority.cert, at)
		if err != nil {
			var rule *tlspolicy.RuleError
			if !errors.As(err, &rule) || !errors.Is(err, tlspolicy.ErrStaple) && !errors.Is(err, tlspolicy.ErrRevoked) {
				t.Errorf("untyped: %v", err)
			}
			if bytes.Contains([]byte(err.Error()), []byte(peerWord)) {
				t.Errorf("words of the peer: %v", err)
			}
			return
		}
		parsed, err := ocsp.ParseResponse(raw, nil)
		if err != nil || parsed.Status != ocsp.Good || parsed.SerialNumber.Cmp(leaf.cert.SerialNumber) != 0 {
			t.Fatalf("it passes, but package ocsp says %v", err)
		}
		if !slices.ContainsFunc(signed, func(data []byte) bool { return bytes.Equal(data, parsed.TBSResponseData) }) {
			t.Error("it passes, but nobody has signed it")
		}
	})
}
