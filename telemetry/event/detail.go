package event

import "slices"

// A Key names a detail of an event. The list is closed. The key of a count of redacted
// values is made of [KeyRedacted] and the kind.
type Key string

// The keys, with the events that have them.
const (
	KeyPolicy        Key = "policy.id"          // policy.decision
	KeyPolicyVersion Key = "policy.version"     // policy.decision
	KeyRule          Key = "rule.id"            // policy.decision, anomaly.detected
	KeyStage         Key = "stage"              // policy.decision, auth.failed
	KeyVerdict       Key = "verdict"            // policy.decision
	KeyEnforced      Key = "enforced"           // policy.decision
	KeyMode          Key = "mode"               // policy.decision
	KeyReasonCode    Key = "reason_code"        // policy.decision
	KeyLatency       Key = "latency_us"         // policy.decision
	KeyDirection     Key = "direction"          // redaction.summary
	KeyRedacted      Key = "redaction.count"    // redaction.summary, per kind
	KeyTotal         Key = "redaction.total"    // redaction.summary
	KeyRestored      Key = "restored"           // redaction.summary
	KeyUnrestored    Key = "unrestored"         // redaction.summary
	KeyDetectors     Key = "detector.version"   // redaction.summary
	KeyTruncated     Key = "truncated"          // redaction.summary
	KeyScope         Key = "scope"              // ratelimit.exceeded, killswitch.changed, anomaly.detected
	KeyUnit          Key = "unit"               // ratelimit.exceeded
	KeyLimit         Key = "limit"              // ratelimit.exceeded
	KeyWindow        Key = "window_ms"          // ratelimit.exceeded
	KeyWait          Key = "wait_ms"            // ratelimit.exceeded
	KeySource        Key = "source"             // ratelimit.exceeded, killswitch.changed
	KeyDegraded      Key = "backend_degraded"   // ratelimit.exceeded
	KeyResult        Key = "result"             // ratelimit.exceeded
	KeyCredential    Key = "credential.kind"    // auth.failed, auth.credential_rotated
	KeyAADCode       Key = "aad_error_code"     // auth.failed
	KeyOldVersion    Key = "key.version_id.old" // auth.credential_rotated
	KeyNewVersion    Key = "key.version_id.new" // auth.credential_rotated
	KeyAge           Key = "age_s"              // auth.credential_rotated
	KeyOverlap       Key = "overlap_s"          // auth.credential_rotated
	KeyExpiry        Key = "expires_in_s"       // auth.failed, auth.credential_rotated
	KeyCheck         Key = "check"              // private_endpoint.violation
	KeyZone          Key = "zone"               // private_endpoint.violation
	KeyIPClass       Key = "ip_class"           // private_endpoint.violation
	KeyReason        Key = "reason"             // tls.failure, redirect.blocked, egress.blocked
	KeyTLSVersion    Key = "tls.version"        // tls.failure, tls.pin_missed: the number of crypto/tls
	KeyTLSMinimum    Key = "tls.expected_min"   // tls.failure: the number of crypto/tls
	KeyPeerSPKI      Key = "peer_spki_sha256"   // tls.failure, tls.pin_missed
	KeyStatus        Key = "status_code"        // auth.failed, redirect.blocked, egress.blocked
	KeyState         Key = "state"              // killswitch.changed
	KeyTTL           Key = "ttl_s"              // killswitch.changed
	KeyDenied        Key = "denied_since_last"  // killswitch.changed
	KeyFrom          Key = "from"               // circuit.changed
	KeyTo            Key = "to"                 // circuit.changed, failover
	KeyTarget        Key = "target"             // circuit.changed, failover
	KeyCount         Key = "count"              // circuit.changed
	KeyOldHash       Key = "old_hash"           // config.changed
	KeyNewHash       Key = "new_hash"           // config.changed
	KeyWeakened      Key = "weakened"           // profile.weakened
	KeyUntil         Key = "until_unix_s"       // profile.weakened
	KeyPosture       Key = "check.id"           // posture.finding
	KeyFinding       Key = "status"             // posture.finding
	KeyEvidence      Key = "evidence_hash"      // posture.finding
	KeyLost          Key = "lost"               // audit.gap
	KeySink          Key = "sink"               // audit.gap
	KeyStream        Key = "stream_id"          // audit.gap, audit.stream_end
	KeyObserved      Key = "observed"           // anomaly.detected
	KeyExpected      Key = "expected"           // anomaly.detected
	KeyHalted        Key = "halted"             // anomaly.detected
)

var (
	yesNo      = []string{"true", "false"}
	stateNames = []string{"on", "off", "open", "half_open", "closed"}
)

// keys holds the words that a detail may say; nil for numbers, and an empty list for words
// that are Tokens of our own or of the configuration.
var keys = map[Key][]string{
	KeyPolicy: {}, KeyPolicyVersion: {}, KeyRule: {}, KeyLatency: nil,
	KeyStage:      {"request", "response", "stream", "tool", "token", "call_401", "call_403"},
	KeyVerdict:    {"allow", "deny", "modify", "warn"},
	KeyEnforced:   {"allow", "block", "modify"},
	KeyMode:       {"enforce", "monitor"},
	KeyReasonCode: {},
	KeyDirection:  {"request", "response", "stream"},
	KeyRedacted:   nil, KeyTotal: nil, KeyRestored: nil, KeyUnrestored: nil,
	KeyDetectors: {}, KeyTruncated: yesNo,
	KeyScope: {"caller", "user", "app", "tenant", "deployment", "global"},
	KeyUnit:  {"requests", "tokens"},
	KeyLimit: nil, KeyWindow: nil, KeyWait: nil,
	KeySource:     {"local", "redis", "service_429", "code", "file", "appconfig"},
	KeyDegraded:   yesNo,
	KeyResult:     {"queued", "rejected"},
	KeyCredential: {"managed_identity", "workload_identity", "keyvault_key", "static"},
	KeyAADCode:    {}, KeyOldVersion: {}, KeyNewVersion: {}, KeyAge: nil, KeyOverlap: nil, KeyExpiry: nil,
	KeyCheck:      {"cname_chain", "public_ip", "not_in_cidr", "dns_rebind", "resolver_error", "service_refused"},
	KeyZone:       {},
	KeyIPClass:    {},
	KeyReason:     {"handshake", "version", "cipher", "certificate", "pin_mismatch", "policy", "unknown_ca", "hostname", "expired", "revoked", "scheme", "host", "upgrade", "lane", "redirect", "credential_leak", "proxy"},
	KeyTLSVersion: nil, KeyTLSMinimum: nil, KeyPeerSPKI: {}, KeyStatus: nil,
	KeyState: stateNames, KeyTTL: nil, KeyDenied: nil,
	KeyFrom: stateNames, KeyTo: stateNames, KeyTarget: {}, KeyCount: nil,
	KeyOldHash: {}, KeyNewHash: {}, KeyWeakened: {}, KeyUntil: nil,
	KeyPosture: {}, KeyFinding: {"pass", "fail", "unknown"}, KeyEvidence: {},
	KeyLost: nil, KeySink: {}, KeyStream: {},
	KeyObserved: nil, KeyExpected: nil, KeyHalted: yesNo,
}

// A Detail is one more thing that an event tells: a word or a number under a key of the
// closed list. It is made by [Word], [Named] and [Number] and by nothing else. Details are
// comparable.
type Detail struct {
	key    Key
	kind   Token
	word   Token
	number int64
}

// Word makes a Detail whose word is of the closed list of its key. Any other word becomes
// [OtherToken], and so does any key that has no list or is not a key.
func Word(k Key, word string) Detail {
	if words := keys[k]; !slices.Contains(words, word) {
		return Detail{key: k, word: other()}
	}
	return Detail{key: k, word: Token{word}}
}

// Named makes a Detail of a Token, for keys whose words are names: of policies, versions,
// zones, checks. Under a key with a list of its own, the name must be on it.
func Named(k Key, name Token) Detail {
	words, known := keys[k]
	if !known || words == nil || name.IsZero() || len(words) > 0 && !slices.Contains(words, name.text) {
		return Detail{key: k, word: other()}
	}
	return Detail{key: k, word: name}
}

// Number makes a Detail of a number. A key that takes none gets [OtherToken].
func Number(k Key, n int64) Detail {
	if words, known := keys[k]; !known || words != nil {
		return Detail{key: k, word: other()}
	}
	return Detail{key: k, number: n}
}

// Key is the key as sinks write it: of the closed list, with the kind where one counts by
// kind; [OtherToken] for what is no key.
func (d Detail) Key() string {
	switch _, known := keys[d.key]; {
	case !known:
		return OtherToken
	case !d.kind.IsZero():
		return string(d.key) + "." + d.kind.text
	default:
		return string(d.key)
	}
}

// Word is the word of the Detail, which is zero if it is a number.
func (d Detail) Word() Token { return d.word }

// Number is the number of the Detail.
func (d Detail) Number() int64 { return d.number }
