package policy

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// HeaderCode is the header in which a response of [AsResponses] carries the code.
const HeaderCode = "X-Sallyport-Code"

// AsResponses returns a RoundTripper that turns each refusal of rt into a 4xx response
// with an error object as OpenAI writes it, X-Should-Retry: false, and the code in
// [HeaderCode]. Other errors and all responses pass as they are.
//
// It is for SDKs that retry errors of the transport, or flatten them so that errors.As no
// longer finds the [*RefusalError]. openai-go, with its retries off, needs none of this.
func AsResponses(rt http.RoundTripper) http.RoundTripper { return &responses{rt} }

type responses struct{ rt http.RoundTripper }

var _ http.RoundTripper = (*responses)(nil)

func (r *responses) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.rt.RoundTrip(req)
	var refusal *RefusalError
	if err == nil || !errors.As(err, &refusal) {
		return resp, err
	}
	return refusal.response(req)
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

func (e *RefusalError) response(req *http.Request) (*http.Response, error) {
	body, err := json.Marshal(errorBody{errorObject{Message: e.Error(), Type: "sallyport_refusal", Code: string(e.Code)}})
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
