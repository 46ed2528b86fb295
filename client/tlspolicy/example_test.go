package tlspolicy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
)

func ExampleNew() {
	policy, err := tlspolicy.New(tlspolicy.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tls.VersionName(policy.MinVersion), "or better,", policy.CurvePreferences[0], "first")
	// Output: TLS 1.2 or better, X25519MLKEM768 first
}

// One pin would turn the next rotation into an outage.
func ExampleNew_fault() {
	_, err := tlspolicy.New(tlspolicy.Config{Pins: []tlspolicy.Pin{{1}}})
	var fault *tlspolicy.ConfigError
	fmt.Println(errors.As(err, &fault), fault.Path)
	// Output: true Pins
}

// A certificate of a Key Vault is read as a secret of the same name. Its content type must
// be application/x-pem-file: certificate and key then are one text.
func ExampleConfig_clientCertificate() {
	var vault interface {
		Secret(ctx context.Context, name string) ([]byte, error)
	}
	_, err := tlspolicy.New(tlspolicy.Config{
		ClientCertificate: func(ctx context.Context) (*tls.Certificate, error) {
			text, err := vault.Secret(ctx, "gateway-client")
			if err != nil {
				return nil, err
			}
			cert, err := tls.X509KeyPair(text, text)
			return &cert, err
		},
	})
	fmt.Println(err)
	// Output: <nil>
}

// New pins begin as reports. Observe is told which connections they would have refused.
func ExampleConfig_pinsReportOnly() {
	_, err := tlspolicy.New(tlspolicy.Config{
		Pins:           []tlspolicy.Pin{{1}, {2}},
		PinsReportOnly: true,
		Observe: func(v tlspolicy.Verdict) error {
			if v.PinUse == tlspolicy.PinMismatched {
				fmt.Println("no pin fits", v.ServerName)
			}
			return nil
		},
	})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleConfig_Describe() {
	s := tlspolicy.Config{RequirePostQuantum: true}.Describe()
	fmt.Println(s.MinVersion, s.Groups, s.Roots)
	// Output: TLS 1.3 [X25519MLKEM768 SecP256r1MLKEM768 SecP384r1MLKEM1024] system
}

func ExampleExplain() {
	config, err := tlspolicy.New(tlspolicy.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = tlspolicy.Explain(config, errors.New("tls: server selected unsupported protocol version 302"))
	fmt.Println(errors.Is(err, tlspolicy.ErrVersion), tlspolicy.Code(err))
	// Output: true tls_version
}

func ExampleParsePin() {
	pin, err := tlspolicy.ParsePin("sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	fmt.Println(pin, err)
	// Output: sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= <nil>
}
