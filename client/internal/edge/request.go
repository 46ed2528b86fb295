package edge

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// admit refuses what is not one plain exchange with the host of the URL.
func (t *Transport) admit(req *http.Request) *policy.RefusalError {
	scheme := "https"
	if t.config.Insecure {
		scheme = "http"
	}
	switch {
	case t.config.Dial == nil || t.config.TLS == nil && !t.config.Insecure:
		return refuse(event.ConfigInvalid, ErrConfig)
	case req == nil || req.URL == nil || req.URL.Host == "" || req.URL.Opaque != "" || req.URL.User != nil || req.RequestURI != "":
		return refuse(event.HostBlocked, ErrRequest)
	case req.URL.Scheme != scheme:
		return refuse(event.SchemeBlocked, ErrRequest)
	case req.Host != "" && req.Host != req.URL.Host:
		return refuse(event.HostBlocked, ErrRequest)
	case req.Method == http.MethodConnect || hasField(req.Header, "Upgrade"):
		return refuse(event.UpgradeBlocked, ErrUpgrade)
	}
	if c := credentialOf(req.Context()); c != nil && !c.isFor(req.URL.Host) {
		return refuse(event.HostBlocked, ErrRequest)
	}
	return nil
}

// dropped are the fields that never leave: what identifies the user or his way (Cookie,
// Referer), what lets net/http send twice (Idempotency-Key), what asks for packed
// answers, what would make the server wait (Expect), and the hop-by-hop fields of RFC
// 9110, 7.6.1.
func dropped(field string) bool {
	switch field {
	case "Cookie", "Referer", "Idempotency-Key", "X-Idempotency-Key", "Accept-Encoding", "Expect", "Connection", "Keep-Alive",
		"Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding":
		return true
	default:
		return false
	}
}

// cleaned is h without the dropped fields, however they are spelled. It is h itself if
// there are none.
func cleaned(h http.Header) http.Header {
	own := h
	for field := range h {
		if !dropped(textproto.CanonicalMIMEHeaderKey(field)) {
			continue
		}
		if len(own) == len(h) {
			own = h.Clone()
		}
		delete(own, field)
	}
	if own == nil {
		own = http.Header{}
	}
	return own
}

func hasField(h http.Header, field string) bool {
	for f := range h {
		if textproto.CanonicalMIMEHeaderKey(f) == field {
			return true
		}
	}
	return false
}

// copy is the request that net/http gets. It shares what net/http only reads.
func (x *exchange) copy(req *http.Request) *http.Request {
	own := req.WithContext(x)
	own.Header = cleaned(req.Header)
	if c := credentialOf(x.caller); c != nil {
		own.Header = c.attached(own.Header)
	}
	own.GetBody, own.Host, own.Trailer, own.TransferEncoding, own.Close = nil, "", nil, nil, false
	data, known := policy.Body(req)
	switch {
	case known && x.gen.single:
		// Before the body of a reader that it does not know net/http sends the header by
		// itself. A server that answers without reading on and closes would then get the
		// body afterwards, and the reset that follows can take the answer away.
		own.Body, own.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	case req.Body != nil && req.Body != http.NoBody:
		own.Body = (*requestBody)(x)
	case x.gen.single:
		own.Body, own.ContentLength = nil, 0
	default:
		// A request without a body is sent again by net/http; one whose body is
		// there, though empty, is not.
		own.Body, own.ContentLength = (*emptyBody)(x), 0
	}
	return own
}

// emptyBody is a body without a byte, of an exchange that may have left once it is read.
type emptyBody exchange

func (b *emptyBody) Read([]byte) (int, error) {
	b.wrote.Store(true)
	b.watch.asked(b.transport.config.HeaderTimeout)
	return 0, io.EOF
}

func (*emptyBody) Close() error { return nil }

// requestBody is the caller's body. As long as no connection has been got it ignores
// Close, so that the exchange can still move to another generation.
type requestBody exchange

// Read gives nothing to an exchange that was ended: the prompt then stays here.
func (b *requestBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	cause := b.cause
	b.mu.Unlock()
	if cause != nil {
		return 0, cause
	}
	b.wrote.Store(true)
	n, err := b.body.Read(p)
	if errors.Is(err, io.EOF) {
		b.watch.asked(b.transport.config.HeaderTimeout)
	}
	return n, err
}

func (b *requestBody) Close() error {
	x := (*exchange)(b)
	x.mu.Lock()
	started := x.conn != nil
	x.mu.Unlock()
	if started {
		x.closeRequestBody()
	}
	return nil
}

// closeRequestBody closes the caller's body once.
func (x *exchange) closeRequestBody() {
	x.bodyOnce.Do(func() {
		if x.body != nil {
			_ = x.body.Close() // it was read as far as was needed
		}
	})
}
