package edge

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// packing says how an answer is packed. Nobody asks for that, but without an
// Accept-Encoding a server may pack as it likes (RFC 9110, 12.5.3), and gateways do. What
// is packed twice, or in another way than gzip, is refused.
func packing(h http.Header) (packed, ok bool) {
	codings := h["Content-Encoding"]
	if len(codings) == 0 {
		return false, true
	}
	if len(codings) > 1 {
		return false, false
	}
	switch coding := strings.TrimSpace(codings[0]); {
	case strings.EqualFold(coding, "identity"):
		return false, true
	case strings.EqualFold(coding, "gzip"), strings.EqualFold(coding, "x-gzip"):
		return true, true
	default:
		return false, false
	}
}

// unpack makes resp, whose body is under guard, an answer that is not packed.
func (a *answer) unpack(resp *http.Response) io.ReadCloser {
	delete(resp.Header, "Content-Encoding")
	delete(resp.Header, "Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
	return &unpacked{answer: a, left: a.x.transport.config.MaxBodyBytes}
}

// An unpacked is the body of an answer that came packed. What comes out of it is bounded
// as what goes in, so that a bomb costs no more than its limit.
type unpacked struct {
	answer *answer
	reader *gzip.Reader
	left   int64
	err    error
}

// Read unpacks. Its errors are io.EOF and [*policy.RefusalError].
func (u *unpacked) Read(p []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	if u.reader == nil {
		if u.reader, u.err = gzip.NewReader(u.answer); u.err != nil {
			u.reader = nil
			return 0, u.fail(u.err)
		}
	}
	n, err := u.reader.Read(p)
	if u.left -= int64(n); u.left < 0 {
		n += int(u.left)
		return n, u.violate(refuse(event.UnpackedTooLarge, ErrUnpacked, ErrTooLarge))
	}
	if err != nil {
		err = u.fail(err)
	}
	return n, err
}

// fail keeps the error that every further read returns. What the guard below said, it said.
func (u *unpacked) fail(err error) error {
	var refusal *policy.RefusalError
	switch {
	case errors.Is(err, io.EOF) && u.answer.err != nil && errors.Is(u.answer.err, io.EOF) && u.reader != nil:
		u.err = io.EOF
	case errors.As(err, &refusal):
		u.err = refusal
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return u.violate(refuse(event.StreamAborted, ErrIncomplete, io.ErrUnexpectedEOF))
	default:
		return u.violate(refuse(event.ResponseInvalid, ErrEncoding))
	}
	return u.err
}

func (u *unpacked) violate(why *policy.RefusalError) error {
	u.err = why
	u.answer.x.abort(why)
	return why
}

// Close gives up the rest of the body.
func (u *unpacked) Close() error { return u.answer.Close() }
