package edge_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/policy"
)

// A redirect ends here, whatever stands above.
func ExampleNew() {
	srv := httptest.NewServer(http.RedirectHandler("https://evil.example/", http.StatusTemporaryRedirect))
	defer srv.Close()
	transport := edge.New(edge.Config{Insecure: true, Dial: new(net.Dialer).DialContext}) // the identity lane
	defer transport.Close()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, srv.URL, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = transport.RoundTrip(req)
	fmt.Println(policy.CodeOf(err), errors.Is(err, edge.ErrRedirect))
	// Output: redirect_blocked true
}
