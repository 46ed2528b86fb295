package event

import (
	"context"
	"log/slog"
)

// NewLog returns a Sink that writes events to logger, one line each. It keeps no chain and
// proves nothing: where that counts, use package audit. A nil logger means slog.Default at
// the time of each event, so the sink can be made before the application sets it.
//
// It never fails: slog does not say whether a line was written.
func NewLog(logger *slog.Logger) Sink { return logSink{logger} }

type logSink struct{ logger *slog.Logger }

func (s logSink) Record(ctx context.Context, e Event) error {
	logger := s.logger
	if logger == nil {
		logger = slog.Default()
	}
	level := map[Severity]slog.Level{Info: slog.LevelInfo, Warn: slog.LevelWarn, Error: slog.LevelError}[e.Severity]
	if !logger.Enabled(ctx, level) {
		return nil
	}
	logger.LogAttrs(ctx, level, "sallyport."+string(e.Name.Checked()), e.attrs()...)
	return nil
}

// attrs are the fields that a person looks for first. Absent ones are left out.
func (e Event) attrs() []slog.Attr {
	var attrs []slog.Attr
	text := func(key, value string) {
		if value != "" {
			attrs = append(attrs, slog.String(key, value))
		}
	}
	number := func(key string, value int) {
		if value != 0 {
			attrs = append(attrs, slog.Int(key, value))
		}
	}
	text("outcome", e.Outcome.String())
	text("code", string(e.Code.Checked()))
	text("call", e.CallID.String())
	text("tenant", e.Caller.Tenant.String())
	text("user", e.Caller.User.String())
	text("app", e.Caller.App.String())
	text("host", e.Host.String())
	text("operation", string(e.Operation.Checked()))
	text("deployment", e.Deployment.String())
	text("model", e.Model.String())
	text("policy", e.Policy.String())
	text("state", e.State.String())
	text("version", e.Version.String())
	text("waiver", e.Waiver.Kind.String())
	number("status", e.Status)
	number("attempts", e.Attempts)
	number("restored", e.Restored)
	number("withheld", e.Withheld)
	number("failures", e.Failures)
	for _, count := range e.Counts {
		number("redacted."+count.Kind.String(), count.N)
	}
	for _, count := range e.Found {
		number("found."+count.Kind.String(), count.N)
	}
	if e.Tokens.Known {
		attrs = append(attrs, slog.Int("input_tokens", e.Tokens.Input), slog.Int("output_tokens", e.Tokens.Output))
	}
	if e.Age != 0 {
		attrs = append(attrs, slog.Duration("age", e.Age))
	}
	for _, d := range e.Details {
		if d.Word().IsZero() {
			attrs = append(attrs, slog.Int64(d.Key(), d.Number()))
		} else {
			attrs = append(attrs, slog.String(d.Key(), d.Word().String()))
		}
	}
	if e.Duration != 0 {
		attrs = append(attrs, slog.Duration("duration", e.Duration))
	}
	return attrs
}
