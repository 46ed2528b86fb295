package tlspolicy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// TestClientCertificateFaults tells why nothing is shown, without the words of the source.
func TestClientCertificateFaults(t *testing.T) {
	t.Parallel()
	cause := errors.New("the vault says " + peerWord)
	for name, row := range map[string]struct {
		source func(context.Context) (*tls.Certificate, error)
		text   string
		cause  error
	}{
		"fails":  {func(context.Context) (*tls.Certificate, error) { return nil, cause }, "the source failed", cause},
		"panics": {func(context.Context) (*tls.Certificate, error) { panic(cause) }, "the source panicked", nil},
		"none":   {func(context.Context) (*tls.Certificate, error) { return nil, nil }, "the source gave none", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := policy(t, tlspolicy.Config{ClientCertificate: row.source})
			got, err := config.GetClientCertificate(&tls.CertificateRequestInfo{})
			testkit.True(t, got == nil, "nothing is shown")
			testkit.ErrorIs(t, err, tlspolicy.ErrClientCertificate)
			testkit.Equal(t, err.Error(), "tlspolicy: no client certificate: "+row.text)
			if row.cause != nil {
				testkit.ErrorIs(t, err, row.cause)
			}
		})
	}
	testkit.True(t, policy(t, tlspolicy.Config{}).GetClientCertificate == nil, "without a source nobody is asked")
	testkit.Equal(t, (&tlspolicy.RuleError{Rule: tlspolicy.ErrRevoked}).Error(), "tlspolicy: certificate revoked")
}
