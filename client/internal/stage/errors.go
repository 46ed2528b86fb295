package stage

import (
	"errors"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// safeError is an error whose text is a constant.
type safeError string

func (e safeError) Error() string { return string(e) }

// Safe marks the text as free of payload.
func (safeError) Safe() {}

// codeOf is the code that err brings, by being a refusal or by its EventCode method, or
// fallback.
func codeOf(err error, fallback event.Code) event.Code {
	var refusal *policy.RefusalError
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	var coded interface {
		error
		EventCode() event.Code
	}
	if errors.As(err, &coded) && coded.EventCode().Valid() {
		return coded.EventCode()
	}
	return fallback
}
