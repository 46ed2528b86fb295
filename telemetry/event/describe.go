package event

// Describe calls tell with each detail of the event: what follows from its code and fields,
// by the kind of the event, then e.Details. What Details says itself wins over what would
// follow. It is what sinks write besides the envelope.
func (e *Event) Describe(tell func(Detail)) {
	d := describer{e, tell}
	switch e.Name {
	case PolicyDecision:
		d.policy()
	case RedactionSummary:
		d.redaction()
	case RateExceeded:
		d.word(KeySource, source(e.Code))
		d.word(KeyResult, "rejected")
	case AuthFailed:
		d.word(KeyStage, authStage(e.Code, e.Status))
		d.count(KeyStatus, int64(e.Status))
	case CredentialRotated:
		d.token(KeyNewVersion, e.Version)
		d.count(KeyAge, int64(e.Age.Seconds()))
	case PrivateViolation:
		d.word(KeyCheck, checks[e.Code])
		d.token(KeyIPClass, e.Network.AddressClass)
	case TLSFailed, PinMissed:
		d.word(KeyReason, reasons[e.Code])
		d.count(KeyTLSVersion, int64(e.Network.TLSVersion))
	case RedirectStopped, EgressStopped:
		d.word(KeyReason, reasons[e.Code])
		d.count(KeyStatus, int64(e.Status))
	case KillSwitchChanged:
		d.word(KeyState, e.State.String())
	case CircuitChanged, Failover:
		d.word(KeyTo, e.State.String())
	case ConfigChanged:
		d.token(KeyNewHash, e.Config.token())
	case ProfileWeakened:
		d.token(KeyWeakened, e.Waiver.Kind)
		if !e.Waiver.Until.IsZero() {
			d.number(KeyUntil, e.Waiver.Until.Unix())
		}
	case AuditGap:
		d.number(KeyLost, int64(e.Lost))
	default:
	}
	for _, detail := range e.Details {
		tell(detail)
	}
}

// A describer tells what follows from an event, unless the event says it itself.
type describer struct {
	e    *Event
	tell func(Detail)
}

func (d describer) add(detail Detail) {
	for _, own := range d.e.Details {
		if own.key == detail.key {
			return
		}
	}
	d.tell(detail)
}

func (d describer) word(k Key, word string) {
	if word != "" {
		d.add(Word(k, word))
	}
}

func (d describer) token(k Key, t Token) {
	if !t.IsZero() {
		d.add(Named(k, t))
	}
}

func (d describer) number(k Key, n int64) { d.add(Number(k, n)) }

func (d describer) count(k Key, n int64) {
	if n != 0 {
		d.number(k, n)
	}
}

func (d describer) policy() {
	d.token(KeyPolicy, d.e.Policy)
	if d.e.Outcome == Failure {
		d.word(KeyVerdict, "deny")
		d.word(KeyEnforced, "block")
	} else {
		d.word(KeyVerdict, "allow")
		d.word(KeyEnforced, "allow")
	}
	d.word(KeyStage, policyStage(d.e.Code))
	if d.e.Code != "" {
		d.token(KeyReasonCode, Token{string(d.e.Code.Checked())})
	}
}

func (d describer) redaction() {
	total := 0
	for _, c := range d.e.Counts {
		d.tell(Detail{key: KeyRedacted, kind: c.Kind, number: int64(c.N)})
		total += c.N
	}
	d.number(KeyTotal, int64(total))
	d.number(KeyRestored, int64(d.e.Restored))
	d.number(KeyUnrestored, int64(d.e.Withheld))
}

// policyStage is where a policy with this code stands.
func policyStage(c Code) string {
	switch c {
	case "":
		return ""
	case ResponseType, ResponseInvalid, ResponseTooLarge, HeaderTooLarge, UnpackedTooLarge, ContentFilter:
		return "response"
	case StreamInvalid, LineTooLarge, EventTooLarge:
		return "stream"
	default:
		return "request"
	}
}

func source(c Code) string {
	switch c {
	case RateLimited, Quota:
		return "service_429"
	case LocalRateLimited, LocalTooBig:
		return "local"
	default:
		return ""
	}
}

func authStage(c Code, status int) string {
	switch {
	case c == CredentialRejected && status == 401:
		return "call_401"
	case c == CredentialRejected && status == 403:
		return "call_403"
	case c == CredentialMissing:
		return "token"
	default:
		return ""
	}
}

// checks says which check of the address failed.
var checks = map[Code]string{
	DNSFailure: "resolver_error", DNSNotFound: "resolver_error", DNSServerFailure: "resolver_error",
	PrivateEndpoint: "not_in_cidr", PrivateUnproved: "cname_chain",
}

// reasons says why a connection was not made.
var reasons = map[Code]string{
	TLSFailure: "handshake", TLSVersion: "version", TLSCipher: "cipher", TLSCertificate: "certificate",
	TLSPin: "pin_mismatch", TLSPolicy: "policy", TLSRevoked: "revoked",
	SchemeBlocked: "scheme", HostBlocked: "host", UpgradeBlocked: "upgrade", EgressBlocked: "lane", RedirectBlocked: "redirect",
}

// Action is the kind of deed, by the OpenTelemetry draft on audit logs; empty for what
// records tell of themselves.
func (n Name) Action() string {
	switch n {
	case AuthFailed:
		return "LOGIN"
	case PrivateViolation, TLSFailed, PinMissed, RedirectStopped, EgressStopped:
		return "CONNECT"
	case PostureFinding, AnomalyDetected:
		return "READ"
	case RedactionSummary, CredentialRotated, KillSwitchChanged, CircuitChanged, Failover, ConfigChanged, ProfileWeakened:
		return "UPDATE"
	case AuditGap, AuditStreamEnd:
		return ""
	default:
		return "EXECUTE"
	}
}

// Actor is who did it: the user, else the application, else the library itself.
func (e *Event) Actor() (id Pseudonym, kind string) {
	switch c := e.Caller; {
	case !c.User.IsZero():
		return c.User, "user"
	case !c.App.IsZero():
		return c.App, "service"
	default:
		return Pseudonym{}, "system"
	}
}

// Target is what it was done to: the deployment, else the host.
func (e *Event) Target() (id Token, kind string) {
	switch {
	case !e.Deployment.IsZero():
		return e.Deployment, "deployment"
	case !e.Host.IsZero():
		return e.Host, "host"
	default:
		return Token{}, ""
	}
}
