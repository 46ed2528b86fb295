package stage

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// answerDropped are answer headers that must not reach the application's SDK: two steer
// it, one would store state, and the lengths are no longer true.
var answerDropped = []string{droppedHeader, "X-Should-Retry", "Alt-Svc", "Set-Cookie", "Content-Length", "Content-Md5"}

// restore makes the answer one that the application can read.
func (s *redaction) restore(ctx context.Context, x *Exchange, resp *http.Response) (*http.Response, error) {
	for _, name := range answerDropped {
		delete(resp.Header, name)
	}
	if x.method == http.MethodDelete && resp.StatusCode < http.StatusMultipleChoices {
		s.forget(ctx, x)
	}
	media := mediaType(resp.Header["Content-Type"])
	switch {
	case resp.StatusCode == http.StatusPartialContent:
	case resp.StatusCode >= http.StatusBadRequest:
		return s.restoreError(x, resp, media)
	case x.call.Stream && media == "text/event-stream":
		return s.restoreStream(ctx, x, resp), nil
	case x.route.FileAnswer:
		return s.restoreFile(x, resp)
	case x.route.TextAnswer && !x.call.Stream && (strings.HasPrefix(media, "text/") && media != "text/html" && media != "text/event-stream" || media == "application/x-subrip"):
		return s.restorePlain(x, resp)
	case x.route.BinaryAnswer && (strings.HasPrefix(media, "audio/") || media == "application/octet-stream"):
		return resp, nil
	case !x.call.Stream && media == "application/json":
		return s.restoreJSON(ctx, x, resp)
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
func (s *redaction) restoreJSON(ctx context.Context, x *Exchange, resp *http.Response) (*http.Response, error) {
	body, err := s.readAnswer(x, resp, s.Limits.Bytes())
	if err != nil {
		return nil, err
	}
	answer, err := wire.ParseAnswer(x.route, body, s.Limits)
	if err != nil {
		return nil, refuseWire("restore", err)
	}
	x.learn(answer)
	body, err = s.restored(x, resp, body, answer)
	if err != nil {
		return nil, err
	}
	s.remember(ctx, x, answer.Refs)
	return withBody(resp, body), nil
}

// restoreError does the same for an error of the service. An error that is not JSON, such
// as the HTML page of a proxy, is replaced: nothing is known about it but the status.
func (s *redaction) restoreError(x *Exchange, resp *http.Response, media string) (*http.Response, error) {
	body, err := s.readAnswer(x, resp, min(s.Limits.Bytes(), maxError))
	if err != nil {
		x.learnError(resp.StatusCode, &wire.Answer{})
		var refusal *policy.RefusalError
		if errors.As(err, &refusal) && (refusal.Code == event.ResponseTooLarge || refusal.Code == event.UnpackedTooLarge) {
			return nil, policy.Refuse("restore", refusal.Code, &StatusError{resp.StatusCode, refusal.Err})
		}
		return nil, err
	}
	if media == "application/json" {
		if answer, err := wire.ParseAnswer(x.route, body, s.Limits); err == nil {
			x.learn(answer)
			x.learnError(resp.StatusCode, answer)
			body, err = s.restored(x, resp, body, answer)
			if err != nil {
				return nil, err
			}
			return withBody(resp, body), nil
		}
	}
	x.learnError(resp.StatusCode, &wire.Answer{})
	status := strconv.Itoa(resp.StatusCode)
	resp.Header.Set("Content-Type", "application/json")
	return withBody(resp, []byte(`{"error":{"message":"the service answered with status `+status+
		` and no error object","type":"http_error","param":null,"code":"`+status+`"}}`)), nil
}

// maxError bounds the body of an error, in bytes. The largest are those of the content
// filter, with some kilobytes.
const maxError = 1 << 20

// A StatusError says which error of the service had a body over the limit.
type StatusError struct {
	// Status is that of the answer.
	Status int
	// Err is the cause, or nil.
	Err error
}

// Error names the status.
func (e *StatusError) Error() string {
	return "stage: the service answered with status " + strconv.Itoa(e.Status)
}

// StatusCode is the status, for errors.As with an interface.
func (e *StatusError) StatusCode() int { return e.Status }

// Unwrap gives the cause.
func (e *StatusError) Unwrap() error { return e.Err }

// Safe marks the text as free of payload.
func (*StatusError) Safe() {}

// readAnswer reads a body of at most limit bytes and closes it.
func (s *redaction) readAnswer(x *Exchange, resp *http.Response, limit int) ([]byte, error) {
	defer resp.Body.Close()
	size := int64(8 << 10)
	if resp.ContentLength >= 0 {
		size = min(resp.ContentLength, int64(limit)) + 1
	}
	body, err := readUpTo(resp.Body, make([]byte, 0, size), limit)
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

// restored is body with the values in the places of the placeholders, and without what
// else must not come through.
func (s *redaction) restored(x *Exchange, resp *http.Response, body []byte, answer *wire.Answer) ([]byte, error) {
	r := x.reading(s.Limits)
	if r.idle() {
		return body, nil
	}
	e := &r.edits
	e.data = body
	for i := range answer.Texts {
		if err := r.whole(&answer.Texts[i]); err != nil {
			return nil, err
		}
	}
	r.move(answer.Texts, answer.Offsets)
	if len(answer.Splinters) > 0 && r.changed {
		e.edits = append(e.edits, answer.Splinters...)
		resp.Header.Set(droppedHeader, droppedLogprobs)
	}
	if len(e.edits) == 0 {
		return body, nil
	}
	return splice(make([]byte, 0, len(body)+len(body)/8), body, e.edits)
}

// What the answer's header says was left out of it: log probabilities spell the text out
// once more, in splinters that nobody can search or restore.
const (
	droppedHeader   = "Sallyport-Dropped"
	droppedLogprobs = "logprobs"
)

// splice is wire.Splice with its fault as a refusal.
func splice(dst, body []byte, edits []wire.Edit) ([]byte, error) {
	body = wire.Splice(dst, body, edits)
	if body == nil {
		return nil, policy.Refuse("restore", event.ScanFailed, nil)
	}
	return body, nil
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
