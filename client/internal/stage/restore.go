package stage

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// answerDropped are answer headers that must not reach the application's SDK: two steer
// it, one would store state, and the lengths are no longer true.
var answerDropped = []string{"X-Should-Retry", "Alt-Svc", "Set-Cookie", "Content-Length", "Content-Md5"}

// restore makes the answer one that the application can read.
func (s *redaction) restore(x *Exchange, resp *http.Response) (*http.Response, error) {
	for _, name := range answerDropped {
		delete(resp.Header, name)
	}
	media := mediaType(resp.Header["Content-Type"])
	switch {
	case resp.StatusCode == http.StatusPartialContent:
	case resp.StatusCode >= http.StatusBadRequest:
		return s.restoreError(x, resp, media)
	case x.call.Stream && media == "text/event-stream":
		return s.restoreStream(x, resp), nil
	case x.route.BinaryAnswer && (strings.HasPrefix(media, "audio/") || media == "application/octet-stream"):
		return resp, nil
	case !x.call.Stream && media == "application/json":
		return s.restoreJSON(x, resp)
	case resp.StatusCode == http.StatusNoContent:
		return resp, nil
	}
	_ = resp.Body.Close() // it is not even looked at
	return nil, policy.Refuse("restore", event.ResponseType, nil)
}

// mediaType is the media type of an answer in UTF-8, or empty: no type, several, or one
// whose text this package would misread.
func mediaType(contentType []string) string {
	if len(contentType) != 1 {
		return ""
	}
	switch contentType[0] {
	case "application/json", "text/event-stream":
		return contentType[0]
	}
	media, params, err := mime.ParseMediaType(contentType[0])
	if err != nil {
		return ""
	}
	if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return ""
	}
	return media
}

// restoreJSON reads the whole answer and gives it back with the values in their places.
func (s *redaction) restoreJSON(x *Exchange, resp *http.Response) (*http.Response, error) {
	body, err := s.readAnswer(x, resp)
	if err != nil {
		return nil, err
	}
	answer, err := wire.ParseAnswer(x.route, body, s.Limits)
	if err != nil {
		return nil, refuseWire("restore", err)
	}
	x.learn(answer)
	return withBody(resp, s.restored(x, body, answer.Texts)), nil
}

// restoreError does the same for an error of the service. An error that is not JSON, such
// as the HTML page of a proxy, is replaced: nothing is known about it but the status.
func (s *redaction) restoreError(x *Exchange, resp *http.Response, media string) (*http.Response, error) {
	body, err := s.readAnswer(x, resp)
	if err != nil {
		return nil, err
	}
	if media == "application/json" {
		if answer, err := wire.ParseAnswer(x.route, body, s.Limits); err == nil {
			x.learn(answer)
			x.learnError(resp.StatusCode, answer)
			return withBody(resp, s.restored(x, body, answer.Texts)), nil
		}
	}
	x.learnError(resp.StatusCode, &wire.Answer{})
	status := strconv.Itoa(resp.StatusCode)
	resp.Header.Set("Content-Type", "application/json")
	return withBody(resp, []byte(`{"error":{"message":"the service answered with status `+status+
		` and no error object","type":"http_error","param":null,"code":"`+status+`"}}`)), nil
}

// readAnswer reads the body and closes it.
func (s *redaction) readAnswer(x *Exchange, resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	size := int64(8 << 10)
	if resp.ContentLength >= 0 {
		size = min(resp.ContentLength, int64(s.Limits.Bytes())) + 1
	}
	body, err := readUpTo(resp.Body, make([]byte, 0, size), s.Limits.Bytes())
	if errors.Is(err, errLimit) {
		return nil, policy.Refuse("restore", event.ResponseTooLarge, nil)
	}
	if err != nil {
		return nil, refuseRead("restore", err)
	}
	x.whole = true
	return body, nil
}

// refuseRead is the refusal for an answer whose body could not be read to its end. Once an
// answer has begun, whatever the connection died of means that it was cut.
func refuseRead(stage string, err error) error {
	switch code := policy.CodeOf(err); code {
	case event.Other, event.ConnectFailure, event.ResponseInvalid:
		return policy.Refuse(stage, event.StreamAborted, err)
	default:
		var refusal *policy.RefusalError
		if errors.As(err, &refusal) {
			return refusal
		}
		return policy.Refuse(stage, code, err)
	}
}

// restored is body with the values in place of the placeholders.
func (s *redaction) restored(x *Exchange, body []byte, texts []wire.Text) []byte {
	if x.call.Redactions == 0 {
		return body // without placeholders there is nothing to restore
	}
	e := editor{session: x.session, limits: s.Limits, data: body}
	for i := range texts {
		e.restore(&texts[i])
	}
	if len(e.edits) == 0 {
		return body
	}
	return wire.Splice(make([]byte, 0, len(body)+len(body)/8), body, e.edits)
}

// restore edits one whole text.
func (e *editor) restore(t *wire.Text) {
	before := e.text(t)
	after := before
	switch t.Kind {
	case wire.Value, wire.Name, wire.Identifier:
		after = e.session.Restore(before)
	case wire.JSON:
		r := e.session.RestorerFunc(quoteJSON)
		after = r.Push(before)
		after += r.Flush()
	case wire.Number, wire.Media, wire.Sealed, wire.Blocked:
		return
	}
	if after != before {
		e.replace(t, after)
	}
}

// quoteJSON writes a value so that it can stand inside a JSON string.
func quoteJSON(value string) string { return string(wire.Quote(nil, value)) }

// restorerFor returns the restorer for the pieces of a text.
func restorerFor(session *redact.Session, kind wire.TextKind) *redact.Restorer {
	if kind == wire.JSON {
		return session.RestorerFunc(quoteJSON)
	}
	return session.Restorer()
}

// A knownBody is a body of known bytes.
type knownBody struct{ bytes.Reader }

// Close does nothing.
func (*knownBody) Close() error { return nil }

// withBody gives resp a body of known bytes.
func withBody(resp *http.Response, body []byte) *http.Response {
	known := &knownBody{}
	known.Reset(body)
	resp.Body = known
	resp.ContentLength = int64(len(body))
	resp.TransferEncoding = nil
	return resp
}
