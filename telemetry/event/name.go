package event

import (
	"maps"
	"slices"
)

// A Name says what happened. The list is closed. The same string stands in the metric
// attribute "event", in the audit record, and in the name of the OpenTelemetry log event
// (there with the prefix "sallyport.").
type Name string

// The names.
const (
	RequestCompleted  Name = "request.completed"          // one call came to its end, well or not
	PolicyDecision    Name = "policy.decision"            // a rule allowed or stopped a call
	RedactionSummary  Name = "redaction.summary"          // counts of what was replaced and restored
	RateExceeded      Name = "ratelimit.exceeded"         // a quota, ours or the service's, is used up
	AuthFailed        Name = "auth.failed"                // no credential could be had, or it was rejected
	CredentialRotated Name = "auth.credential_rotated"    // a new version of a key is in use
	PrivateViolation  Name = "private_endpoint.violation" // an address was not proved to be private
	TLSFailed         Name = "tls.failure"                // a handshake or certificate rule failed
	PinMissed         Name = "tls.pin_missed"             // only a backup pin fits, or none where pins only report
	RedirectStopped   Name = "redirect.blocked"           // a server sent the client elsewhere
	EgressStopped     Name = "egress.blocked"             // a destination outside what is configured
	KillSwitchChanged Name = "killswitch.changed"         // Halt or Resume
	CircuitChanged    Name = "circuit.changed"            // a breaker opened or closed
	Failover          Name = "failover"                   // another endpoint took over
	ConfigChanged     Name = "config.changed"             // a client was made with this configuration
	ProfileWeakened   Name = "profile.weakened"           // one waiver holds
	PostureFinding    Name = "posture.finding"            // a check of the guide's list
	AnomalyDetected   Name = "anomaly.detected"           // calls are unlike those before
	AuditGap          Name = "audit.gap"                  // records were lost before this one
	AuditStreamEnd    Name = "audit.stream_end"           // the audit log was closed properly
	OtherEvent        Name = "_OTHER"                     // a name that is not on the list
)

// severities holds, for each name, the severity of a good and of a bad outcome.
var severities = map[Name][2]Severity{
	RequestCompleted:  {Info, Info},
	PolicyDecision:    {Info, Warn},
	RedactionSummary:  {Info, Warn},
	RateExceeded:      {Warn, Warn},
	AuthFailed:        {Error, Error},
	CredentialRotated: {Info, Info},
	PrivateViolation:  {Error, Error},
	TLSFailed:         {Error, Error},
	PinMissed:         {Warn, Error},
	RedirectStopped:   {Error, Error},
	EgressStopped:     {Error, Error},
	KillSwitchChanged: {Warn, Warn},
	CircuitChanged:    {Warn, Warn},
	Failover:          {Warn, Warn},
	ConfigChanged:     {Info, Info},
	ProfileWeakened:   {Error, Error},
	PostureFinding:    {Info, Error},
	AnomalyDetected:   {Warn, Error},
	AuditGap:          {Error, Error},
	AuditStreamEnd:    {Info, Info},
	OtherEvent:        {Warn, Warn},
}

// Names are all names, in no order.
func Names() []Name { return slices.Collect(maps.Keys(severities)) }

// Valid reports whether n is on the list.
func (n Name) Valid() bool {
	_, ok := severities[n]
	return ok
}

// Checked returns n if it is on the list, and [OtherEvent] otherwise.
func (n Name) Checked() Name {
	if n.Valid() {
		return n
	}
	return OtherEvent
}

// SeverityFor is the severity of an event of this name and outcome. A name that is not on
// the list is a [Warn].
func SeverityFor(n Name, o Outcome) Severity {
	of := severities[n.Checked()]
	if o == Failure {
		return of[1]
	}
	return of[0]
}

// names holds the event of each code. A refusal without an event of its own is the
// decision of a policy.
var names = map[Code]Name{
	ContentFilter:      PolicyDecision,
	ContextLength:      RequestCompleted,
	RateLimited:        RateExceeded,
	Quota:              RateExceeded,
	DeploymentMissing:  RequestCompleted,
	Timeout:            RequestCompleted,
	ConnectTimeout:     RequestCompleted,
	HandshakeTimeout:   RequestCompleted,
	HeaderTimeout:      RequestCompleted,
	IdleTimeout:        RequestCompleted,
	TotalTimeout:       RequestCompleted,
	RetriesExhausted:   RequestCompleted,
	Canceled:           RequestCompleted,
	DNSFailure:         PrivateViolation,
	DNSNotFound:        PrivateViolation,
	DNSServerFailure:   PrivateViolation,
	ConnectFailure:     RequestCompleted,
	TLSFailure:         TLSFailed,
	TLSVersion:         TLSFailed,
	TLSCipher:          TLSFailed,
	TLSCertificate:     TLSFailed,
	StreamAborted:      RequestCompleted,
	Other:              RequestCompleted,
	SchemeBlocked:      EgressStopped,
	HostBlocked:        EgressStopped,
	HeaderBlocked:      PolicyDecision,
	UpgradeBlocked:     EgressStopped,
	RedirectBlocked:    RedirectStopped,
	RouteUnknown:       PolicyDecision,
	RouteUnsupported:   PolicyDecision,
	TypeUnknown:        PolicyDecision,
	BodyInvalid:        PolicyDecision,
	BodyTruncated:      PolicyDecision,
	BodyTooLarge:       PolicyDecision,
	BodyTooDeep:        PolicyDecision,
	BodyEncoding:       PolicyDecision,
	BodyDuplicateName:  PolicyDecision,
	BodyTokens:         PolicyDecision,
	BodyMedia:          PolicyDecision,
	BodyField:          PolicyDecision,
	ScanFailed:         PolicyDecision,
	PIIBlocked:         PolicyDecision,
	PolicyDenied:       PolicyDecision,
	PolicyFailed:       PolicyDecision,
	LocalRateLimited:   RateExceeded,
	LocalTooBig:        RateExceeded,
	StoreUnavailable:   RateExceeded,
	CircuitOpen:        PolicyDecision,
	KillSwitch:         PolicyDecision,
	Closed:             RequestCompleted,
	NotRecorded:        AuditGap,
	CredentialMissing:  AuthFailed,
	CredentialStatic:   AuthFailed,
	CredentialRejected: AuthFailed,
	PrivateEndpoint:    PrivateViolation,
	PrivateUnproved:    PrivateViolation,
	TLSPin:             TLSFailed,
	TLSPolicy:          TLSFailed,
	TLSRevoked:         TLSFailed,
	EgressBlocked:      EgressStopped,
	ResponseType:       PolicyDecision,
	ResponseInvalid:    PolicyDecision,
	ResponseTooLarge:   PolicyDecision,
	HeaderTooLarge:     PolicyDecision,
	UnpackedTooLarge:   PolicyDecision,
	LineTooLarge:       PolicyDecision,
	EventTooLarge:      PolicyDecision,
	StreamInvalid:      PolicyDecision,
	ConfigInvalid:      PolicyDecision,
}

// NameFor is the event that a call with this code raises. Every code has one; a refusal
// without an event of its own, and a code that is not on the list, is a [PolicyDecision].
// The empty code, which stands for success, is a [RequestCompleted].
func NameFor(c Code) Name {
	if c == "" {
		return RequestCompleted
	}
	if n, ok := names[c]; ok {
		return n
	}
	return PolicyDecision
}

// A Severity says how much an event matters. The zero Severity is unset.
type Severity uint8

// The severities, in rising order.
const (
	Unset Severity = iota
	Info
	Warn
	Error
)

// String is "UNSET", "INFO", "WARN" or "ERROR".
func (s Severity) String() string {
	return [...]string{"UNSET", "INFO", "WARN", "ERROR"}[min(s, Error)]
}

// An Outcome says how it went. The zero Outcome is unknown.
type Outcome uint8

// The outcomes.
const (
	Unknown Outcome = iota // nobody can tell
	Success
	Failure // refused, stopped or failed
)

// OutcomeOf is Success for the empty code and Failure for any other.
func OutcomeOf(c Code) Outcome {
	if c == "" {
		return Success
	}
	return Failure
}

// String is "unknown", "success" or "failure".
func (o Outcome) String() string {
	switch o {
	case Success:
		return "success"
	case Failure:
		return "failure"
	default:
		return "unknown"
	}
}

// A State is what something changed to. The zero State is none.
type State uint8

// The states.
const (
	NoState  State = iota
	On             // the kill switch stops calls
	Off            // the kill switch lets calls pass
	Open           // a breaker stops calls
	HalfOpen       // a breaker tries one call
	Shut           // a breaker lets calls pass; its name is "closed"
)

// String is "", "on", "off", "open", "half_open" or "closed".
func (s State) String() string {
	states := [...]string{"", "on", "off", "open", "half_open", "closed"}
	if int(s) < len(states) {
		return states[s]
	}
	return ""
}
