package tlspolicy_test

import (
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

func ExampleParsePin() {
	pin, err := tlspolicy.ParsePin("sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	fmt.Println(pin, err)
	// Output: sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= <nil>
}
