package telemetry

import (
	"crypto/tls"
	"slices"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// network adds the proof of a connection.
func (a *attributes) network(n *event.Network, suites map[uint16]string) {
	a.token(keyMode, n.Mode)
	a.token(keyLevel, n.Level)
	a.token(keyAddress, n.AddressClass)
	a.token(keyZone, n.Zone)
	if n.Resolver.IsValid() {
		a.text(keyResolver, n.Resolver.String())
	}
	if n.TLSVersion == 0 {
		return
	}
	a.text(keyVersion, tls.VersionName(n.TLSVersion))
	a.text(keySuite, suites[n.Suite])
	if n.Group != 0 {
		a.text(keyGroup, tls.CurveID(n.Group).String())
	}
	a.token(keyALPN, n.ALPN)
	a.token(keyPinUse, n.PinUse)
	a.token(keyStaple, n.Staple)
	if n.Resumed {
		*a = append(*a, keyResumed.Bool(true))
	}
}

// suiteNames are the names of all cipher suites: crypto/tls takes long to find one.
func suiteNames() map[uint16]string {
	names := map[uint16]string{}
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		names[suite.ID] = suite.Name
	}
	return names
}
