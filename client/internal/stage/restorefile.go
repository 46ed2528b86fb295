package stage

import (
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// restorePlain is restoreJSON for an answer that is plain text.
func (s *redaction) restorePlain(x *Exchange, resp *http.Response) (*http.Response, error) {
	body, err := s.readAnswer(x, resp, s.Limits.Bytes())
	if err != nil {
		return nil, err
	}
	answer, err := wire.ParsePlainAnswer(body, s.Limits)
	if err != nil {
		return nil, refuseWire("restore", err)
	}
	x.learn(answer)
	body, err = s.restored(x, resp, body, answer)
	if err != nil {
		return nil, err
	}
	return withBody(resp, body), nil
}

// restoreFile does the same for the content of a file. One that nobody can look into passes
// with the waiver for such media alone.
func (s *redaction) restoreFile(x *Exchange, resp *http.Response) (*http.Response, error) {
	body, err := s.readAnswer(x, resp, s.Limits.Bytes())
	if err != nil {
		return nil, err
	}
	answer, err := wire.ParseFileAnswer(body, s.Limits)
	switch {
	case err == nil:
	case waiver.Allows(s.Waivers, waiver.UninspectedMedia, time.Now()):
		return withBody(resp, body), nil
	default:
		return nil, policy.Refuse("restore", event.BodyMedia, err)
	}
	body, err = s.restored(x, resp, body, answer)
	if err != nil {
		return nil, err
	}
	return withBody(resp, body), nil
}
