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

// wrap adds the faults that another package has found in the part of a Config at path.
func (f *faults) wrap(path string, err error) {
	f.wrapAt(err, func(field string) string { return join(path, field) })
}

// wrapAt is wrap for fields whose path has to be looked up. An empty path drops the fault.
func (f *faults) wrapAt(err error, path func(field string) string) {
	for _, one := range leaves(nil, err) {
		field, reason := tell(one)
		if at := path(field); at != "" {
			*f = append(*f, &FieldError{Path: at, Reason: reason, Code: codeOf(one), Err: one})
		}
	}
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
