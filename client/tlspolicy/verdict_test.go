package tlspolicy_test

import (
	"crypto/tls"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// That a verdict found afterwards is the one that was told is part of every row. Of what is
// no connection under a policy there is none.
func TestVerdictOf(t *testing.T) {
	t.Parallel()
	own, err := tlspolicy.New(tlspolicy.Config{})
	testkit.NoError(t, err)
	for name, config := range map[string]*tls.Config{
		"none": nil, "foreign": {}, "foreign cache": {ClientSessionCache: tls.NewLRUClientSessionCache(1)}, "unverified": own, "clone": own.Clone(),
	} {
		_, ok := tlspolicy.VerdictOf(config, &tls.ConnectionState{})
		testkit.True(t, !ok, name)
	}
	_, ok := tlspolicy.VerdictOf(own, nil)
	testkit.True(t, !ok, "no state")
}
