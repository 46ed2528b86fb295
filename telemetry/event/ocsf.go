package event

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that [OCSF]
// writes. Its classes and the profile security_control have been in the schema since
// before, with the attributes used here (schema.ocsf.io, github.com/ocsf/ocsf-schema).
const ocsfVersion = "1.5.0"

// An ocsfClass is a class of events and the activity in it.
type ocsfClass struct {
	uid, activity int
	name          string // of an activity that the class has no number for
}

const otherActivity = 99

// ocsfClasses maps names to classes: 2003 Compliance Finding, 2004 Detection Finding, 3002
// Authentication, 3004 Entity Management, 4001 Network Activity, 6002 Application
// Lifecycle, 6003 API Activity.
var ocsfClasses = map[Name]ocsfClass{
	RequestCompleted:  {6003, otherActivity, "Infer"},
	PolicyDecision:    {2004, 1, ""},
	RedactionSummary:  {2004, 1, ""},
	RateExceeded:      {6003, otherActivity, "Limit"},
	AuthFailed:        {3002, 1, ""},
	CredentialRotated: {3004, 3, ""},
	PrivateViolation:  {4001, 5, ""},
	TLSFailed:         {4001, 4, ""},
	PinMissed:         {4001, otherActivity, "Pin"},
	RedirectStopped:   {4001, 5, ""},
	EgressStopped:     {4001, 5, ""},
	KillSwitchChanged: {6002, otherActivity, "Switch"},
	CircuitChanged:    {6002, otherActivity, "Circuit"},
	Failover:          {6002, otherActivity, "Failover"},
	ConfigChanged:     {3004, 3, ""},
	ProfileWeakened:   {3004, 3, ""},
	PostureFinding:    {2003, 1, ""},
	AnomalyDetected:   {2004, 1, ""},
	AuditGap:          {6002, otherActivity, "Audit Gap"},
	AuditStreamEnd:    {6002, 4, ""},
	OtherEvent:        {6003, otherActivity, "Other"},
}

type object = map[string]any

// OCSF is the event as a JSON object of the Open Cybersecurity Schema Framework, for SIEMs
// that read it. What OCSF has no attribute for stands under "unmapped", by the keys of
// this package. An event without a time gets that of now.
func OCSF(e Event) []byte {
	name := e.Name.Checked()
	class := ocsfClasses[name]
	at := e.Time
	if at.IsZero() {
		at = time.Now()
	}
	o := object{
		"activity_id": class.activity, "category_uid": class.uid / 1000, "class_uid": class.uid, "type_uid": class.uid*100 + class.activity,
		"time": at.UnixMilli(), "severity_id": ocsfSeverity(e.Severity), "status_id": ocsfStatus(e.Outcome), "message": prefixed(name),
		"metadata": object{
			"version": ocsfVersion, "profiles": []string{"security_control"}, "event_code": prefixed(name),
			"product": object{"name": "sallyport", "vendor_name": "sallyport-go"},
		},
	}
	if class.name != "" {
		o["activity_name"] = class.name
	}
	if e.Code != "" {
		o["status_code"], o["status_detail"] = string(e.Code.Checked()), e.Code.Text()
	}
	if e.CallID.text != "" {
		o["metadata"].(object)["correlation_uid"] = e.CallID.text //nolint:forcetypeassert // made above
	}
	disposition(o, &e)
	required(o, class.uid, &e)
	if rest := unmapped(&e); len(rest) > 0 {
		o["unmapped"] = rest
	}
	text, _ := json.Marshal(o) // maps of strings and numbers always marshal
	return text
}

func prefixed(n Name) string { return "sallyport." + string(n) }

// ocsfSeverity is Informational, Medium or High; 0 is Unknown.
func ocsfSeverity(s Severity) int {
	switch s {
	case Info:
		return 1
	case Warn:
		return 3
	case Error:
		return 4
	default:
		return 0
	}
}

func ocsfStatus(o Outcome) int {
	switch o {
	case Success:
		return 1
	case Failure:
		return 2
	default:
		return 0
	}
}

// disposition says what the library did: 1 Allowed, 2 Blocked. A failure that is not a
// refusal of ours was neither.
func disposition(o object, e *Event) {
	switch {
	case e.Outcome == Success:
		o["disposition_id"], o["action_id"] = 1, 1
	case e.Outcome == Failure && e.Code != "" && NameFor(e.Code) != RequestCompleted:
		o["disposition_id"], o["action_id"] = 2, 2
	}
}

// required adds what the class demands.
func required(o object, class int, e *Event) {
	id, kind := e.Actor()
	user := object{"uid": "library", "type": "System", "type_id": 3}
	if !id.IsZero() {
		user = object{"uid": id.String(), "type": map[string]string{"user": "User", "service": "Service"}[kind], "type_id": 1}
		if kind == "service" {
			user["type_id"] = 4
		}
	}
	actor := object{"user": user}
	endpoint := object{"name": "unknown"}
	if !e.Host.IsZero() {
		endpoint = object{"hostname": e.Host.text}
	}
	switch class {
	case 2003, 2004:
		o["finding_info"] = object{"uid": findingID(e), "title": prefixed(e.Name.Checked())}
		if class == 2003 {
			o["compliance"] = object{"standards": []string{"sallyport"}, "status_id": ocsfStatus(e.Outcome)}
		}
	case 3002:
		o["user"], o["dst_endpoint"] = user, endpoint
	case 3004:
		o["entity"], o["actor"] = object{"name": "sallyport", "type": "configuration"}, actor
	case 4001:
		o["dst_endpoint"] = endpoint
	case 6002:
		o["app"] = object{"name": "sallyport", "vendor_name": "sallyport-go"}
	case 6003:
		o["actor"], o["dst_endpoint"] = actor, endpoint
		o["src_endpoint"] = object{"name": "sallyport"}
		o["api"] = object{"operation": string(OperationOf(string(e.Operation)))}
	}
}

// findingID tells findings apart: that of a call is the call's.
func findingID(e *Event) string {
	if e.CallID.IsZero() {
		return prefixed(e.Name.Checked())
	}
	return e.CallID.text + "." + string(e.Name.Checked())
}

// unmapped is what OCSF has no attribute for.
func unmapped(e *Event) object {
	o := object{}
	text := func(key, value string) {
		if value != "" {
			o[key] = value
		}
	}
	text("tenant", e.Caller.Tenant.text)
	text("app", e.Caller.App.text)
	text("deployment", e.Deployment.text)
	text("model", e.Model.text)
	text("config.hash", e.Config.String())
	text("service.request.id", e.RequestID.text)
	if e.Tokens.Known {
		o["tokens.input"], o["tokens.output"] = e.Tokens.Input, e.Tokens.Output
	}
	e.Describe(func(d Detail) {
		if d.word.IsZero() {
			o[d.Key()] = d.number
		} else {
			o[d.Key()] = d.word.text
		}
	})
	return o
}

// NewOCSF returns a Sink that writes each event to w as a line of [OCSF]. It is safe for
// concurrent use. It proves nothing later, and does not close w.
//
// Its error is [ErrNotWritten], without the text of the writer's error.
func NewOCSF(w io.Writer) Sink { return &ocsfSink{w: w} }

// ErrNotWritten is that a writer did not take an event.
var ErrNotWritten = errors.New("event: not written")

type ocsfSink struct {
	mu sync.Mutex
	w  io.Writer
}

var _ Sink = (*ocsfSink)(nil)

func (s *ocsfSink) Record(_ context.Context, e Event) error {
	line := append(OCSF(e), '\n')
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, err := s.w.Write(line); err != nil || n < len(line) {
		return ErrNotWritten
	}
	return nil
}
