package client

import (
	"net/http"

	"github.com/sallyport-go/sallyport/client/policy"
)

// Over is the pipeline of c in front of rt in place of its own transport.
func (c *Client) Over(rt http.RoundTripper) http.RoundTripper {
	return policy.Chain(rt, policies(c.parts.pipeline())...)
}
