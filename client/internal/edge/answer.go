package edge

import (
	"errors"
	"io"
	"net/http"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// inspect refuses an answer by its header.
func (x *exchange) inspect(resp *http.Response) *policy.RefusalError {
	status := resp.StatusCode
	switch {
	case status == http.StatusSwitchingProtocols:
		return refuse(event.UpgradeBlocked, ErrUpgrade)
	case status < 200 || status > 599 || status == http.StatusNotModified:
		return refuse(event.ResponseInvalid, ErrStatus)
	case status < 400 && status >= 300:
		return refuse(event.RedirectBlocked, ErrRedirect)
	case resp.ContentLength > x.transport.config.MaxBodyBytes:
		return refuse(event.ResponseTooLarge, ErrTooLarge)
	}
	if _, ok := packing(resp.Header); !ok {
		return refuse(event.ResponseInvalid, ErrEncoding)
	}
	return nil
}

// guard wraps the body of an answer.
func (x *exchange) guard(resp *http.Response) io.ReadCloser {
	if resp.Body == http.NoBody {
		x.end()
		return resp.Body
	}
	a := &x.answer
	a.x, a.body, a.left = x, resp.Body, x.transport.config.MaxBodyBytes
	// Only the end of the connection ends such a body, and a cut looks the same.
	a.endless = resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0
	if packed, _ := packing(resp.Header); packed {
		return a.unpack(resp)
	}
	return a
}

// An answer is a body under guard. It may be read by one goroutine and closed by
// another.
type answer struct {
	x       *exchange
	body    io.ReadCloser
	left    int64 // bytes until the limit
	endless bool
	err     error // what every further read returns
}

// Read reads the body. Its errors are io.EOF and [*policy.RefusalError].
func (a *answer) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	x := a.x
	x.watch.read(x.transport.config.IdleBodyTimeout)
	n, err := a.body.Read(p)
	x.watch.pause()
	if n > 0 && x.conn != nil {
		x.conn.progress()
	}
	a.left -= int64(n)
	switch {
	case a.left < 0:
		n += int(a.left)
		a.violate(refuse(event.ResponseTooLarge, ErrTooLarge))
	case err == nil:
	case errors.Is(err, io.EOF) && x.ended():
		// Whoever ends an exchange closes the connection, and a server that hears of
		// it may end its answer in good order just before the socket is gone.
		a.err = x.failure(err)
		x.end()
	case errors.Is(err, io.EOF) && a.endless:
		a.violate(refuse(event.StreamAborted, ErrIncomplete, io.ErrUnexpectedEOF))
	case errors.Is(err, io.EOF):
		a.err = io.EOF
		x.end()
	default:
		a.err = x.cutOff(err)
		x.end()
	}
	if a.err != nil {
		return n, a.err
	}
	return n, nil
}

func (a *answer) violate(why *policy.RefusalError) {
	a.err = why
	a.x.abort(why)
}

// Close gives up the rest of the body.
func (a *answer) Close() error {
	err := a.body.Close()
	a.x.end()
	if err != nil {
		return a.x.failure(err)
	}
	return nil
}
