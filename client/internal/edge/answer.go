package edge

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

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
	case !plain(resp.Header["Content-Encoding"]):
		return refuse(event.ResponseInvalid, ErrEncoding)
	case resp.ContentLength > x.transport.config.MaxBodyBytes:
		return refuse(event.ResponseTooLarge, ErrTooLarge)
	default:
		return nil
	}
}

func plain(encodings []string) bool {
	for _, e := range encodings {
		if !strings.EqualFold(strings.TrimSpace(e), "identity") {
			return false
		}
	}
	return true
}

// guard wraps the body of an answer.
func (x *exchange) guard(resp *http.Response) io.ReadCloser {
	if resp.Body == http.NoBody {
		x.end(nil)
		return resp.Body
	}
	a := &x.answer
	a.x, a.body, a.left = x, resp.Body, x.transport.config.MaxBodyBytes
	// Only the end of the connection ends such a body, and a cut looks the same.
	a.endless = resp.ProtoMajor == 1 && resp.ContentLength < 0 && len(resp.TransferEncoding) == 0
	return a
}

// An answer is a body under guard. It may be read by one goroutine and closed by
// another.
type answer struct {
	x       *exchange
	body    io.ReadCloser
	left    int64 // bytes until the limit
	endless bool
	watch   *time.Timer // cuts the exchange when a read takes too long
	err     error       // what every further read returns
}

// Read reads the body. Its errors are io.EOF and [*policy.RefusalError].
func (a *answer) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	a.arm()
	n, err := a.body.Read(p)
	a.watch.Stop()
	a.left -= int64(n)
	switch {
	case a.left < 0:
		n += int(a.left)
		a.violate(refuse(event.ResponseTooLarge, ErrTooLarge))
	case err == nil:
	case errors.Is(err, io.EOF) && a.x.ctx.Err() != nil:
		// Whoever ends an exchange closes the connection, and a server that hears of
		// it may end its answer in good order just before the socket is gone.
		a.err = a.x.failure(err)
		a.x.end(nil)
	case errors.Is(err, io.EOF) && a.endless:
		a.violate(refuse(event.StreamAborted, ErrIncomplete, io.ErrUnexpectedEOF))
	case errors.Is(err, io.EOF):
		a.err = io.EOF
		a.x.end(nil)
	default:
		a.err = a.x.cutOff(err)
		a.x.end(nil)
	}
	if a.err != nil {
		return n, a.err
	}
	return n, nil
}

// arm starts the watch: the idle time, or what is left of the total if that is less.
func (a *answer) arm() {
	c := &a.x.transport.config
	idle := min(c.IdleBodyTimeout, c.TotalTimeout-time.Since(a.x.started))
	if a.watch == nil {
		a.watch = time.AfterFunc(idle, a.stalled)
		return
	}
	a.watch.Reset(idle)
}

// stalled cuts the exchange; the read that waits then fails with the cause.
func (a *answer) stalled() {
	why := ErrIdle
	if time.Since(a.x.started) >= a.x.transport.config.TotalTimeout {
		why = ErrTotal
	}
	a.x.cancel(refuse(event.Timeout, why, context.DeadlineExceeded))
}

func (a *answer) violate(why *policy.RefusalError) {
	a.err = why
	a.x.abort(why)
}

// Close gives up the rest of the body.
func (a *answer) Close() error {
	err := a.body.Close()
	a.x.end(nil)
	if err != nil {
		return a.x.failure(err)
	}
	return nil
}
