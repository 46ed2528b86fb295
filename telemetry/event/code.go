package event

import "net/http"

// A Code says why a call was refused or failed. The list is closed: the same string
// stands in the error, in the error.type attribute of spans and metrics, and in the
// audit record. A Code never carries data.
type Code string

// The codes. Those above the blank line are results that the service or the network
// produced; those below are refusals of this library.
const (
	ContentFilter     Code = "content_filter"          // the service's filter stopped prompt or answer
	ContextLength     Code = "context_length_exceeded" // the prompt does not fit the model
	RateLimited       Code = "rate_limit_exceeded"     // the service answered 429
	Quota             Code = "insufficient_quota"      // the service's quota is used up
	DeploymentMissing Code = "deployment_not_found"    // the service knows no such deployment
	Timeout           Code = "timeout"                 // a deadline of the caller or the service passed
	ConnectTimeout    Code = "connect_timeout"         // the verified address did not answer in time
	HandshakeTimeout  Code = "handshake_timeout"       // the TLS handshake took too long
	HeaderTimeout     Code = "header_timeout"          // the header of the answer did not come in time
	IdleTimeout       Code = "idle_timeout"            // the answer stalled
	TotalTimeout      Code = "total_timeout"           // the exchange took too long
	Canceled          Code = "canceled"                // the caller gave up
	DNSFailure        Code = "dns_failure"             // no answer for the name, or one that cannot be trusted
	DNSNotFound       Code = "dns_name_not_found"      // the server is sure that there is no such name or address
	DNSServerFailure  Code = "dns_server_failure"      // the server itself failed; a new try may help
	ConnectFailure    Code = "connect_failure"         // the verified address did not answer, or gave up
	RetriesExhausted  Code = "retries_exhausted"       // every attempt failed that was allowed
	TLSFailure        Code = "tls_failure"             // the TLS handshake failed
	TLSVersion        Code = "tls_version"             // no version of TLS in common
	TLSCipher         Code = "tls_cipher"              // no cipher suite or group in common
	TLSCertificate    Code = "tls_certificate"         // the certificate is not valid for the host
	StreamAborted     Code = "stream_aborted"          // a stream ended without its terminal event
	Other             Code = "_OTHER"                  // anything that has no code of its own

	SchemeBlocked      Code = "scheme_blocked"              // not https
	HostBlocked        Code = "host_blocked"                // not the configured host
	HeaderBlocked      Code = "header_blocked"              // a request header that is not on the allow list
	UpgradeBlocked     Code = "upgrade_blocked"             // a request or an answer that leaves HTTP
	RedirectBlocked    Code = "redirect_blocked"            // the server sent the client elsewhere
	RouteUnknown       Code = "route_unknown"               // a method and path that the route table does not have
	RouteUnsupported   Code = "route_unsupported"           // a known route whose content cannot be inspected
	TypeUnknown        Code = "content_type_unknown"        // a request whose media type is not the route's
	BodyInvalid        Code = "body_invalid"                // not one JSON value
	BodyTruncated      Code = "body_truncated"              // the body ended early
	BodyTooLarge       Code = "body_too_large"              // over the size limit
	BodyTooDeep        Code = "body_too_deep"               // nested over the limit
	BodyEncoding       Code = "body_encoding_invalid"       // not UTF-8, or a lone surrogate
	BodyDuplicateName  Code = "body_duplicate_name"         // one object has a name twice: parsers would disagree
	BodyTokens         Code = "body_token_array"            // token numbers in place of text
	BodyMedia          Code = "body_media_uninspected"      // an image, sound or file that no detector can read
	BodyField          Code = "body_field_blocked"          // a field that moves secrets or opens another way out
	ScanFailed         Code = "scan_failed"                 // a detector failed, so nothing is known about the text
	PIIBlocked         Code = "pii_blocked"                 // a finding whose action is to refuse
	PolicyDenied       Code = "policy_denied"               // a rule said no
	PolicyFailed       Code = "policy_failed"               // a policy panicked or broke its contract
	LocalRateLimited   Code = "local_rate_limited"          // a caller's own quota is used up
	LocalTooBig        Code = "local_limit_impossible"      // one call wants more than a whole quota
	StoreUnavailable   Code = "limit_store_unavailable"     // the limiter could not be asked
	CircuitOpen        Code = "circuit_open"                // the endpoint failed too often
	KillSwitch         Code = "kill_switch"                 // the client is halted
	Closed             Code = "client_closed"               // the client is closed
	NotRecorded        Code = "not_recorded"                // the audit log could not take the record
	CredentialMissing  Code = "credential_unavailable"      // no token or key could be had
	CredentialStatic   Code = "credential_static"           // a static secret where an identity is demanded
	CredentialRejected Code = "credential_rejected"         // the service does not take the token or key
	PrivateEndpoint    Code = "private_endpoint_violation"  // the address is not private, or the service says so
	PrivateUnproved    Code = "private_endpoint_unproved"   // the answer does not lead to the private zone
	TLSPin             Code = "tls_pin"                     // no pinned key in the chain of the certificate
	TLSPolicy          Code = "tls_policy"                  // a valid certificate or session that breaks a rule of ours
	TLSRevoked         Code = "tls_revoked"                 // the certificate is revoked, or not proved not to be
	EgressBlocked      Code = "egress_blocked"              // a destination outside its lane
	ResponseType       Code = "response_type_unknown"       // an answer whose media type is not the route's
	ResponseInvalid    Code = "response_invalid"            // an answer that cannot be understood, hence not be checked
	ResponseTooLarge   Code = "response_too_large"          // the body of an answer over the size limit
	HeaderTooLarge     Code = "response_header_too_large"   // the header of an answer, or what precedes it, over its limit
	UnpackedTooLarge   Code = "response_unpacked_too_large" // the body of an answer over the size limit when unpacked
	LineTooLarge       Code = "stream_line_too_large"       // a line of a stream over its limit
	EventTooLarge      Code = "stream_event_too_large"      // an event of a stream over its limit
	StreamInvalid      Code = "stream_invalid"              // an event that cannot be understood
	ConfigInvalid      Code = "config_invalid"              // a configuration with faults
)

// A fact is what is known about a code: the HTTP status that stands for it where an
// SDK wants a response, and the sentence that a person reads.
type fact struct {
	status int
	text   string
}

var facts = map[Code]fact{
	ContentFilter:      {http.StatusBadRequest, "the service's content filter stopped it"},
	ContextLength:      {http.StatusBadRequest, "the prompt is longer than the model allows"},
	RateLimited:        {http.StatusTooManyRequests, "the service is limiting its rate"},
	Quota:              {http.StatusTooManyRequests, "the service's quota is used up"},
	DeploymentMissing:  {http.StatusNotFound, "the service knows no such deployment"},
	Timeout:            {http.StatusRequestTimeout, "a deadline passed"},
	ConnectTimeout:     {http.StatusRequestTimeout, "the verified address did not answer in time"},
	HandshakeTimeout:   {http.StatusRequestTimeout, "the TLS handshake took too long"},
	HeaderTimeout:      {http.StatusRequestTimeout, "the answer did not begin in time"},
	IdleTimeout:        {http.StatusRequestTimeout, "the answer stalled"},
	TotalTimeout:       {http.StatusRequestTimeout, "the call took too long"},
	Canceled:           {http.StatusRequestTimeout, "the caller gave up"},
	DNSFailure:         {http.StatusForbidden, "the host name could not be resolved to an answer that can be trusted"},
	DNSNotFound:        {http.StatusForbidden, "the host name does not exist or has no address"},
	DNSServerFailure:   {http.StatusForbidden, "the DNS server failed"},
	ConnectFailure:     {http.StatusForbidden, "the verified address did not answer"},
	TLSFailure:         {http.StatusForbidden, "the TLS handshake failed"},
	TLSVersion:         {http.StatusForbidden, "the server has no version of TLS that is allowed"},
	TLSCipher:          {http.StatusForbidden, "the server has no cipher suite or group that is allowed"},
	TLSCertificate:     {http.StatusForbidden, "the server's certificate is not valid"},
	TLSPin:             {http.StatusForbidden, "no authority of the certificate has a pinned key"},
	TLSPolicy:          {http.StatusForbidden, "the certificate or the session breaks a rule"},
	TLSRevoked:         {http.StatusForbidden, "the certificate is revoked, or it is not proved that it is not"},
	StreamAborted:      {http.StatusUnprocessableEntity, "the answer ended before it was whole"},
	Other:              {http.StatusBadRequest, "it failed for a reason without a code"},
	SchemeBlocked:      {http.StatusForbidden, "only https may leave"},
	HostBlocked:        {http.StatusForbidden, "the host is not the configured endpoint"},
	HeaderBlocked:      {http.StatusForbidden, "a request header is not on the allow list"},
	UpgradeBlocked:     {http.StatusForbidden, "protocol upgrades cannot be inspected"},
	RedirectBlocked:    {http.StatusForbidden, "the server answered with a redirect"},
	RouteUnknown:       {http.StatusForbidden, "the route table has no such method and path"},
	RouteUnsupported:   {http.StatusForbidden, "the content of this route cannot be inspected"},
	TypeUnknown:        {http.StatusUnsupportedMediaType, "the media type is not the one of the route"},
	BodyInvalid:        {http.StatusBadRequest, "the body is not one strict JSON value"},
	BodyTruncated:      {http.StatusBadRequest, "the body ended early"},
	BodyTooLarge:       {http.StatusRequestEntityTooLarge, "the body is over the size limit"},
	BodyTooDeep:        {http.StatusBadRequest, "the body is nested over the limit"},
	BodyEncoding:       {http.StatusBadRequest, "the body holds invalid UTF-8 or a lone surrogate"},
	BodyDuplicateName:  {http.StatusBadRequest, "an object has the same name twice"},
	BodyTokens:         {http.StatusForbidden, "token arrays cannot be inspected"},
	BodyMedia:          {http.StatusForbidden, "media cannot be inspected"},
	BodyField:          {http.StatusForbidden, "a field carries a secret or opens another way out"},
	ScanFailed:         {http.StatusForbidden, "the text could not be scanned"},
	PIIBlocked:         {http.StatusForbidden, "the text holds a value that must not leave"},
	PolicyDenied:       {http.StatusForbidden, "a rule denies it"},
	PolicyFailed:       {http.StatusForbidden, "a policy failed, so nothing was sent"},
	LocalRateLimited:   {http.StatusTooManyRequests, "the caller's quota is used up"},
	LocalTooBig:        {http.StatusForbidden, "one call asks for more than the whole quota"},
	StoreUnavailable:   {http.StatusForbidden, "the limiter could not be asked"},
	CircuitOpen:        {http.StatusForbidden, "the endpoint failed too often and rests"},
	KillSwitch:         {http.StatusForbidden, "the client is halted"},
	Closed:             {http.StatusForbidden, "the client is closed"},
	NotRecorded:        {http.StatusForbidden, "the audit log could not take the record"},
	CredentialMissing:  {http.StatusForbidden, "no credential could be had"},
	CredentialStatic:   {http.StatusForbidden, "a static secret stands where an identity is demanded"},
	CredentialRejected: {http.StatusForbidden, "the service does not take the credential"},
	PrivateEndpoint:    {http.StatusForbidden, "the address is not proved to be private"},
	PrivateUnproved:    {http.StatusForbidden, "the DNS answer does not lead to the private zone"},
	EgressBlocked:      {http.StatusForbidden, "the destination lies outside its lane"},
	ResponseType:       {http.StatusUnprocessableEntity, "the answer's media type is not the one of the route"},
	ResponseInvalid:    {http.StatusUnprocessableEntity, "the answer cannot be understood, hence not be checked"},
	RetriesExhausted:   {http.StatusForbidden, "every attempt that was allowed failed"},
	HeaderTooLarge:     {http.StatusUnprocessableEntity, "the header of the answer is over its limit"},
	UnpackedTooLarge:   {http.StatusUnprocessableEntity, "the answer is over the size limit when unpacked"},
	LineTooLarge:       {http.StatusUnprocessableEntity, "a line of the stream is over its limit"},
	EventTooLarge:      {http.StatusUnprocessableEntity, "an event of the stream is over its limit"},
	ResponseTooLarge:   {http.StatusUnprocessableEntity, "the answer is over the size limit"},
	StreamInvalid:      {http.StatusUnprocessableEntity, "an event of the stream cannot be understood"},
	ConfigInvalid:      {http.StatusForbidden, "the configuration has faults"},
}

// Valid reports whether c is on the list.
func (c Code) Valid() bool {
	_, ok := facts[c]
	return ok
}

// Checked returns c if it is on the list or empty, and [Other] otherwise: a string type can
// be made of any string.
func (c Code) Checked() Code {
	if c == "" || c.Valid() {
		return c
	}
	return Other
}

// IsTimeout reports whether c says that time ran out, whoever's it was.
func (c Code) IsTimeout() bool {
	switch c {
	case Timeout, ConnectTimeout, HandshakeTimeout, HeaderTimeout, IdleTimeout, TotalTimeout:
		return true
	default:
		return false
	}
}

// Text is a fixed sentence about c, for people. It never holds data.
func (c Code) Text() string {
	if f, ok := facts[c]; ok {
		return f.text
	}
	return facts[Other].text
}

// Status is the 4xx status that stands for c where an SDK wants a response. It is
// never one that SDKs retry by themselves, unless a later try can succeed.
func (c Code) Status() int {
	if f, ok := facts[c]; ok {
		return f.status
	}
	return facts[Other].status
}
