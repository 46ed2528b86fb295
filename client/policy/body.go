package policy

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"sync"
)

// ErrClosedEarly is the Err of an [End] whose body was closed before its end was read.
var ErrClosedEarly = errors.New("policy: body closed before its end")

// SetBody makes body the whole body of req: Body, GetBody and ContentLength together.
// The body that req had is closed. The bytes must not be changed afterwards.
func SetBody(req *http.Request, body []byte) {
	if req.Body != nil {
		_ = req.Body.Close() // a body that is thrown away has nothing left to report
	}
	own := newBody(body)
	req.Body, req.GetBody, req.ContentLength = own, own.again, int64(len(body))
	req.TransferEncoding = nil
	req.Header.Del("Content-Length")
}

// Body returns the bytes of a body that [SetBody] has set, whatever was read of it.
func Body(req *http.Request) ([]byte, bool) {
	own, ok := req.Body.(*ownBody)
	if !ok {
		return nil, false
	}
	return own.data, true
}

// ownBody is a body whose bytes are known, so that it can be sent again.
type ownBody struct {
	bytes.Reader
	data  []byte
	again func() (io.ReadCloser, error)
}

func newBody(data []byte) *ownBody {
	b := &ownBody{data: data}
	b.Reset(data)
	b.again = func() (io.ReadCloser, error) { return newBody(data), nil }
	return b
}

// Close does nothing: the bytes belong to the pipeline.
func (*ownBody) Close() error { return nil }

// callersBody closes the caller's body once, however many hold it.
type callersBody struct {
	body io.ReadCloser
	once sync.Once
	err  error
}

func (b *callersBody) Read(p []byte) (int, error) { return b.body.Read(p) }

func (b *callersBody) Close() error {
	b.once.Do(func() { b.err = b.body.Close() })
	return b.err
}

// settle makes GetBody and ContentLength agree with Body, whatever a policy has set.
func settle(req *http.Request) {
	switch body := req.Body.(type) {
	case *ownBody:
		req.GetBody, req.ContentLength = body.again, int64(len(body.data))
	case *callersBody:
		req.GetBody = nil
	default:
		req.GetBody = nil
		if req.Body == nil || req.Body == http.NoBody {
			req.ContentLength = 0
		} else {
			req.ContentLength = -1
		}
	}
}

// An End says how a response body ended.
type End struct {
	// Bytes is how much of the body was read.
	Bytes int64
	// Err is nil if the end was reached, [ErrClosedEarly] if the body was closed
	// before, and otherwise the error of the read.
	Err error
}

// AtEnd calls f once, when the body of resp has been read to its end, has failed, or is
// closed, whichever comes first. It is called on the goroutine that reads or closes.
func AtEnd(resp *http.Response, f func(End)) {
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	resp.Body = &endBody{body: resp.Body, f: f}
}

type endBody struct {
	body  io.ReadCloser
	once  sync.Once
	f     func(End)
	mu    sync.Mutex
	bytes int64
}

func (b *endBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.mu.Lock()
	b.bytes += int64(n)
	b.mu.Unlock()
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		b.end(nil)
	default:
		b.end(err)
	}
	return n, err
}

func (b *endBody) Close() error {
	err := b.body.Close()
	b.end(ErrClosedEarly)
	return err
}

func (b *endBody) end(err error) {
	b.once.Do(func() {
		b.mu.Lock()
		end := End{Bytes: b.bytes, Err: err}
		b.mu.Unlock()
		b.f(end)
	})
}
