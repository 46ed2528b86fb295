package stage

import (
	"errors"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// security is the security event that the end of a call with this code is, if it is one.
func (s *observe) security(record *event.Event, err error) (event.Event, bool) {
	name := event.NameFor(record.Code)
	if record.Code == "" || name == event.RequestCompleted {
		return event.Event{}, false
	}
	e := *record
	e.Name, e.Severity = name, event.SeverityFor(name, record.Outcome)
	e.Details = details(err)
	if name == event.AuditGap {
		e.Lost = int(s.lost.Load())
	}
	return e, true
}

// details are what the cause of a refusal tells besides its code: numbers, and words of
// closed lists.
func details(err error) []event.Detail {
	var (
		quota   *ratelimit.ExceededError
		address *netguard.AddressError
	)
	switch {
	case errors.As(err, &quota):
		all := []event.Detail{event.Word(event.KeyScope, quota.Scope.String()), event.Word(event.KeyUnit, quota.Unit.String())}
		if quota.RetryAfter > 0 {
			all = append(all, event.Number(event.KeyWait, quota.RetryAfter.Milliseconds()))
		}
		return append(all, event.Number(event.KeyWindow, time.Minute.Milliseconds()))
	case errors.As(err, &address):
		return []event.Detail{checkOf(address), event.Named(event.KeyIPClass, event.NewToken(address.Class.String()))}
	case errors.Is(err, netguard.ErrChain):
		return []event.Detail{event.Word(event.KeyCheck, "cname_chain")}
	case errors.Is(err, netguard.ErrResolve):
		return []event.Detail{event.Word(event.KeyCheck, "resolver_error")}
	}
	return nil
}

func checkOf(err *netguard.AddressError) event.Detail {
	if errors.Is(err, netguard.ErrPublicAddress) {
		return event.Word(event.KeyCheck, "public_ip")
	}
	return event.Word(event.KeyCheck, "not_in_cidr")
}

// redactions is the summary of what was replaced in a call, if anything was. The record of
// the call holds the same counts, so the audit log needs no second one.
func redactions(record *event.Event) (event.Event, bool) {
	if len(record.Counts) == 0 {
		return event.Event{}, false
	}
	e := *record
	e.Name, e.Severity, e.Code = event.RedactionSummary, event.Info, ""
	for _, count := range record.Counts {
		if detect.Secrets().Has(detect.Kind(count.Kind.String())) {
			e.Severity = event.Warn // a secret in a prompt is a finding of its own
		}
	}
	e.Details = []event.Detail{event.Word(event.KeyDirection, "request")}
	return e, true
}
