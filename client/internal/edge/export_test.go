package edge

import (
	"net/http"

	"github.com/sallyport-go/sallyport/client/policy"
)

// Over makes the next exchanges go through rt in place of a connection.
func (t *Transport) Over(rt http.RoundTripper) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.renew(false)
	t.current.http.ForceAttemptHTTP2 = false // which takes "https" for itself
	t.current.http.RegisterProtocol("https", rt)
}

// JudgeHead reads an answer in pieces of n bytes, and says what is wrong with its header and
// whether that is whole.
func JudgeHead(answer []byte, n int) (fault *policy.RefusalError, whole bool) {
	h := head{left: 4096}
	for len(answer) > 0 && fault == nil {
		part := answer[:min(n, len(answer))]
		answer = answer[len(part):]
		fault = h.take(part)
	}
	return fault, h.state == bodyFollows || h.state == nothingFollows
}
