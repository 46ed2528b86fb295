package client

import (
	"errors"
	"strings"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/watch"
)

// constants are the errors whose texts are made of constants and field names alone.
var constants = []error{ratelimit.ErrConfig, resilience.ErrConfig, telemetry.ErrConfig, watch.ErrConfig, credentials.ErrTransport, event.ErrShortKey}

// leaves appends the errors that errors.Join has put together in err.
func leaves(dst []error, err error) []error {
	several, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return dst
	case !ok || isSafe(err) || isConstant(err) && !isJoined(err):
		return append(dst, err)
	}
	for _, one := range several.Unwrap() {
		dst = leaves(dst, one)
	}
	return dst
}

func isSafe(err error) bool {
	_, ok := err.(interface{ Safe() })
	return ok
}

// isJoined reports whether err says nothing of its own: its text is that of its parts.
func isJoined(err error) bool {
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	var texts []string
	for _, one := range several.Unwrap() {
		texts = append(texts, one.Error())
	}
	return err.Error() == strings.Join(texts, "\n")
}

// tell says which field of its own configuration a package complains of, and why. The
// reason holds no value: of a text that does not promise so, nothing is told.
func tell(err error) (field, reason string) {
	var (
		redaction  *redact.FieldError
		network    *netguard.ConfigError
		session    *tlspolicy.ConfigError
		credential *credentials.ConfigError
		vault      *keyvault.ConfigError
	)
	switch {
	case errors.As(err, &redaction):
		return redaction.Path, "is not valid: " + redaction.Reason
	case errors.As(err, &network):
		return network.Path, "is not valid: " + network.Reason
	case errors.As(err, &session):
		return session.Path, "is not valid: " + session.Reason
	case errors.As(err, &credential):
		return credential.Field, "is not valid: " + credential.Reason
	case errors.As(err, &vault):
		return vault.Field, "is not valid: " + vault.Reason
	case isConstant(err):
		return split(err)
	}
	var safe interface {
		error
		Safe()
	}
	if errors.As(err, &safe) {
		return "", "is not valid: " + safe.Error()
	}
	return "", "is not valid"
}

func isConstant(err error) bool {
	for _, constant := range constants {
		if errors.Is(err, constant) {
			return true
		}
	}
	return false
}

// split takes "package: sentinel: Field is wrong" apart.
func split(err error) (field, reason string) {
	text := err.Error()
	for _, constant := range constants {
		text = strings.TrimPrefix(text, constant.Error()+": ")
	}
	if rest, ok := strings.CutPrefix(text, "the burst of "); ok {
		field, reason, _ = strings.Cut(rest, " ")
		return field, "has a burst that " + reason
	}
	end := strings.IndexAny(text, ": ")
	if end <= 0 || text[0] < 'A' || text[0] > 'Z' {
		return "", "is not valid: " + text
	}
	if text[end] == ':' {
		return text[:end], "is not valid: " + strings.TrimSpace(text[end+1:])
	}
	return text[:end], text[end+1:]
}

// codeOf is the code that err brings, or config_invalid.
func codeOf(err error) event.Code {
	var coded interface{ EventCode() event.Code }
	if errors.As(err, &coded) {
		return coded.EventCode()
	}
	return event.ConfigInvalid
}

// join is the path of a field below path.
func join(path, field string) string {
	if field == "" {
		return path
	}
	return path + "." + field
}
