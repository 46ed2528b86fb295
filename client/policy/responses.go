package policy

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// HeaderCode is the header in which a response of [AsResponses] carries the code.
const HeaderCode = "X-Sallyport-Code"

// AsResponses returns a RoundTripper that turns each refusal of rt into a 4xx response
// with an error object as OpenAI writes it, X-Should-Retry: false, and the code in
// [HeaderCode]. Where a stream of events is refused midway, the same object is its last
// event, after which the body ends. Other errors and all else pass as they are.
//
// It is for SDKs that retry errors of the transport, or flatten them so that errors.As no
// longer finds the [*RefusalError]. openai-go, with its retries off, needs none of this.
func AsResponses(rt http.RoundTripper) http.RoundTripper { return &responses{rt} }

type responses struct{ rt http.RoundTripper }

var _ http.RoundTripper = (*responses)(nil)

func (r *responses) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.rt.RoundTrip(req)
	var refusal *RefusalError
	switch {
	case err == nil && isStream(resp):
		resp.Body = &eventBody{ReadCloser: resp.Body}
		return resp, nil
	case err == nil || !errors.As(err, &refusal):
		return resp, err
	}
	return refusal.response(req)
}

func isStream(resp *http.Response) bool {
	media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return err == nil && media == "text/event-stream"
}

// An eventBody is a stream whose refusal becomes its last event. Read is for one goroutine,
// Close for any.
type eventBody struct {
	io.ReadCloser

	open int    // line feeds that the event under way lacks to be over
	last []byte // the event that ends the stream, as far as it was not read
	over bool
}

func (b *eventBody) Read(p []byte) (int, error) {
	if b.over {
		return b.rest(p)
	}
	n, err := b.ReadCloser.Read(p)
	for _, c := range p[:n] {
		if c != '\n' {
			b.open = 2
		} else if b.open > 0 {
			b.open--
		}
	}
	var refusal *RefusalError
	if err == nil || !errors.As(err, &refusal) {
		return n, err
	}
	body, marshal := refusal.body()
	if marshal != nil {
		return n, err
	}
	b.over = true
	b.last = append(append(append(b.last, "\n\n"[:b.open]...), "data: "...), body...)
	b.last = append(b.last, "\n\n"...)
	return n, nil
}

func (b *eventBody) rest(p []byte) (int, error) {
	if len(b.last) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.last)
	b.last = b.last[n:]
	return n, nil
}

type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    string  `json:"code"`
}

// body is the error object.
func (e *RefusalError) body() ([]byte, error) {
	return json.Marshal(errorBody{errorObject{Message: e.Error(), Type: "sallyport_refusal", Code: string(e.Code)}})
}

func (e *RefusalError) response(req *http.Request) (*http.Response, error) {
	body, err := e.body()
	if err != nil {
		return nil, e
	}
	status := e.Code.Status()
	header := http.Header{
		"Content-Type":   {"application/json"},
		"X-Should-Retry": {"false"},
		HeaderCode:       {string(e.Code)},
	}
	if e.RetryAfter > 0 {
		header.Set("Retry-After", strconv.FormatInt(int64((e.RetryAfter+time.Second-1)/time.Second), 10))
		header.Set("Retry-After-Ms", strconv.FormatInt(int64((e.RetryAfter+time.Millisecond-1)/time.Millisecond), 10))
	}
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(strings.NewReader(string(body))),
		ContentLength: int64(len(body)),
		Request:       req,
	}, nil
}
