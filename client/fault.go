package client

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ErrConfig is what every fault of a configuration is: errors.Is(err, ErrConfig).
var ErrConfig = errors.New("client: configuration has faults")

// A FieldError is one fault of a [Config].
type FieldError struct {
	// Path is the field, such as "Network.AllowedPrefixes[1]", or the environment
	// variable, such as "environment: OPENAI_API_KEY".
	Path string
	// Reason says what is wrong with it. It never holds the value.
	Reason string
	// Code is the code of the fault, mostly config_invalid.
	Code event.Code
	// Err is the error of the package that the field belongs to, or nil.
	Err error
}

// Error is the path and the reason.
func (e *FieldError) Error() string { return e.Path + " " + e.Reason }

// Unwrap gives ErrConfig and the cause.
func (e *FieldError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrConfig}
	}
	return []error{ErrConfig, e.Err}
}

// Safe marks the text as free of payload.
func (*FieldError) Safe() {}

// A ConfigError holds every fault of a [Config].
type ConfigError struct{ Faults []*FieldError }

// Error lists all faults.
func (e *ConfigError) Error() string {
	texts := make([]string, len(e.Faults))
	for i, fault := range e.Faults {
		texts[i] = fault.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap gives the faults.
func (e *ConfigError) Unwrap() []error {
	errs := make([]error, len(e.Faults))
	for i, fault := range e.Faults {
		errs[i] = fault
	}
	return errs
}

// Safe marks the text as free of payload.
func (*ConfigError) Safe() {}

// faults collects what is wrong.
type faults []*FieldError

func (f *faults) add(path, reason string) {
	*f = append(*f, &FieldError{Path: path, Reason: reason, Code: event.ConfigInvalid})
}

// wrap adds the faults that another package has found in the field at path. Only texts
// that promise to be safe are repeated.
func (f *faults) wrap(path string, err error) {
	if err == nil {
		return
	}
	if several, ok := err.(interface{ Unwrap() []error }); ok && !isSafe(err) {
		for _, one := range several.Unwrap() {
			f.wrap(path, one)
		}
		return
	}
	reason := "is not valid"
	var safe interface {
		error
		Safe()
	}
	if errors.As(err, &safe) {
		reason = "is not valid: " + safe.Error()
	}
	code := event.ConfigInvalid
	var coded interface{ EventCode() event.Code }
	if errors.As(err, &coded) {
		code = coded.EventCode()
	}
	*f = append(*f, &FieldError{Path: path, Reason: reason, Code: code, Err: err})
}

func isSafe(err error) bool {
	_, ok := err.(interface{ Safe() })
	return ok
}

// err is nil, or the refusal to build a client from the configuration. Its code is that
// of the faults if they agree, and else config_invalid.
func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	code := f[0].Code
	for _, fault := range f {
		if fault.Code != code {
			code = event.ConfigInvalid
		}
	}
	return policy.Refuse("config", code, &ConfigError{Faults: f})
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
