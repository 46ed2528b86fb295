package policy_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestAtEnd(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		body io.Reader
		use  func(io.ReadCloser)
		want policy.End
	}{
		"read to the end": {strings.NewReader("four"), func(b io.ReadCloser) { _, _ = io.Copy(io.Discard, b) }, policy.End{Bytes: 4}},
		"closed early":    {strings.NewReader("four"), func(b io.ReadCloser) { _, _ = b.Read(make([]byte, 2)) }, policy.End{Bytes: 2, Err: policy.ErrClosedEarly}},
		"never read":      {strings.NewReader("four"), func(io.ReadCloser) {}, policy.End{Err: policy.ErrClosedEarly}},
		"failed": {io.MultiReader(strings.NewReader("one"), iotest.ErrReader(broken)), func(b io.ReadCloser) { _, _ = io.Copy(io.Discard, b) },
			policy.End{Bytes: 3, Err: broken}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ends []policy.End
			resp := &http.Response{Body: io.NopCloser(test.body)}
			policy.AtEnd(resp, func(end policy.End) { ends = append(ends, end) })
			test.use(resp.Body)
			testkit.NoError(t, resp.Body.Close())
			testkit.NoError(t, resp.Body.Close())
			testkit.DeepEqual(t, ends, []policy.End{test.want})
		})
	}
}

func TestAtEndWithoutBody(t *testing.T) {
	t.Parallel()
	calls := 0
	resp := &http.Response{}
	policy.AtEnd(resp, func(policy.End) { calls++ })
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, calls, 1)
}
