package tlspolicy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// codes has the code of each rule.
var codes = map[error]event.Code{
	tlspolicy.ErrHandshake: event.TLSFailure, tlspolicy.ErrDowngrade: event.TLSFailure,
	tlspolicy.ErrVersion: event.TLSVersion, tlspolicy.ErrCipher: event.TLSCipher,
	tlspolicy.ErrCertificate: event.TLSCertificate, tlspolicy.ErrUnverified: event.TLSCertificate,
	tlspolicy.ErrPinMismatch: event.TLSPin,
	tlspolicy.ErrRevoked:     event.TLSRevoked, tlspolicy.ErrStaple: event.TLSRevoked,
	tlspolicy.ErrPostQuantum: event.TLSPolicy, tlspolicy.ErrLeafRole: event.TLSPolicy, tlspolicy.ErrLifetime: event.TLSPolicy,
	tlspolicy.ErrTooMany: event.TLSPolicy, tlspolicy.ErrWeakKey: event.TLSPolicy,
	tlspolicy.ErrClientCertificate: event.CredentialMissing, tlspolicy.ErrObserve: event.NotRecorded,
}

func TestExplain(t *testing.T) {
	t.Parallel()
	remote := func(alert uint8) error { return &net.OpError{Op: "remote error", Err: tls.AlertError(alert)} }
	quantum := policy(t, tlspolicy.Config{RequirePostQuantum: true})
	for name, row := range map[string]struct {
		config *tls.Config
		err    error
		want   error
	}{
		"unknown authority":    {nil, x509.UnknownAuthorityError{}, tlspolicy.ErrCertificate},
		"other name":           {nil, x509.HostnameError{Certificate: &x509.Certificate{}}, tlspolicy.ErrCertificate},
		"invalid":              {nil, x509.CertificateInvalidError{Reason: x509.TooManyIntermediates}, tlspolicy.ErrCertificate},
		"verification":         {nil, &tls.CertificateVerificationError{Err: errors.New("any")}, tlspolicy.ErrCertificate},
		"wrapped":              {nil, fmt.Errorf("dial: %w", x509.UnknownAuthorityError{}), tlspolicy.ErrCertificate},
		"protocol version":     {nil, remote(70), tlspolicy.ErrVersion},
		"handshake failure":    {nil, remote(40), tlspolicy.ErrCipher},
		"insufficient":         {nil, remote(71), tlspolicy.ErrCipher},
		"nothing post-quantum": {quantum, remote(40), tlspolicy.ErrPostQuantum},
		"unknown CA":           {nil, remote(48), tlspolicy.ErrHandshake},
		"cut":                  {nil, io.EOF, tlspolicy.ErrHandshake},
		"reset":                {nil, &net.OpError{Op: "read", Err: errors.New("reset")}, tlspolicy.ErrHandshake},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tlspolicy.Explain(row.config, row.err)
			testkit.ErrorIs(t, err, row.want)
			testkit.ErrorIs(t, err, row.err)
			testkit.True(t, tlspolicy.Explain(row.config, err) == err, "once is enough") //nolint:errorlint // the very same
			testkit.Equal(t, tlspolicy.Code(err), codes[row.want])
			var safe interface{ Safe() }
			testkit.True(t, errors.As(err, &safe), "the text is safe")
		})
	}
	for _, err := range []error{nil, context.Canceled, context.DeadlineExceeded, os.ErrDeadlineExceeded} {
		testkit.True(t, tlspolicy.Explain(nil, err) == err, "it is no fault of TLS") //nolint:errorlint // the very same
		testkit.Equal(t, tlspolicy.Code(err), "")
	}
}

// TestExplainSays pins the words: they are all that an operator gets to read.
func TestExplainSays(t *testing.T) {
	t.Parallel()
	invalid := func(reason x509.InvalidReason) error { return x509.CertificateInvalidError{Reason: reason} }
	alert := func(op string, number uint8) error { return &net.OpError{Op: op, Err: tls.AlertError(number)} }
	for _, row := range []struct {
		err  error
		want string
	}{
		{x509.UnknownAuthorityError{}, "certificate refused: no known authority vouches for it"},
		{x509.HostnameError{Certificate: &x509.Certificate{}}, "certificate refused: it is for another name"},
		{invalid(x509.Expired), "certificate refused: it, or an issuer, is expired or not yet valid"},
		{invalid(x509.NotAuthorizedToSign), "certificate refused: an issuer is not an authority"},
		{invalid(x509.CANotAuthorizedForThisName), "certificate refused: an issuer may not vouch for this name"},
		{invalid(x509.TooManyConstraints), "certificate refused: an issuer may not vouch for this name"},
		{invalid(x509.IncompatibleUsage), "certificate refused: it is not for servers"},
		{invalid(x509.CANotAuthorizedForExtKeyUsage), "certificate refused: it is not for servers"},
		{invalid(x509.TooManyIntermediates), "certificate refused: it is not valid"},
		{&tls.CertificateVerificationError{Err: errors.New("any")}, "certificate refused: it could not be verified"},
		{errors.New("tls: invalid signature by the server certificate: x"), "certificate refused: the server does not hold its key"},
		{errors.New("tls: failed to parse certificate from server: x"), "certificate refused: it cannot be read"},
		{tls.RecordHeaderError{RecordHeader: [5]byte{'S', 'S', 'H', '-', '2'}}, "handshake failed: the server does not speak TLS"},
		{alert("remote error", 70), "no allowed version of TLS: the server said so"},
		{alert("remote error", 40), "no allowed cipher suite or group: the server found nothing in common"},
		{alert("local error", 100), "handshake failed: the client refused to renegotiate"},
		{alert("remote error", 80), "handshake failed: the server sent an alert"},
		{errors.New("tls: something else"), "handshake failed"},
		{io.EOF, "handshake failed"},
	} {
		testkit.Equal(t, tlspolicy.Explain(nil, row.err).Error(), "tlspolicy: "+row.want)
	}
}

// TestCode is about errors that nobody has explained.
func TestCode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err  error
		want event.Code
	}{
		{x509.UnknownAuthorityError{}, event.TLSCertificate},
		{&net.OpError{Op: "remote error", Err: tls.AlertError(40)}, event.TLSCipher},
		{&net.OpError{Op: "dial", Err: errors.New("refused")}, ""},
		{errors.New("tls: any"), event.TLSFailure},
		{tls.RecordHeaderError{}, event.TLSFailure},
		{io.EOF, ""},
	} {
		testkit.Equal(t, tlspolicy.Code(row.err), row.want)
	}
	for rule, code := range codes {
		testkit.Equal(t, tlspolicy.Code(&tlspolicy.RuleError{Rule: rule}), code)
	}
}

// TestPlainHTTPIsNamed tells a server without TLS from one that is broken.
func TestPlainHTTPIsNamed(t *testing.T) {
	t.Parallel()
	config := policy(t, tlspolicy.Config{})
	got := make(chan byte, 1)
	stand := serve(t, nil, func(c net.Conn) {
		kind, _, err := readRecord(c)
		if err != nil {
			kind = 0
		}
		got <- kind
		_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
		rest, _ := io.ReadAll(c)
		testkit.True(t, len(rest) <= 7, "an alert at most")
	})
	_, err := shake(t, stand.address, config, 0)
	testkit.Equal(t, err.Error(), "tlspolicy: handshake failed: the server speaks plain HTTP")
	testkit.Equal(t, <-got, recordHandshake)
	stand.stop()
}
