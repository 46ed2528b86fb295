package battery_test

// A mutant is a control with a switch: source in file is replaced by text in which off
// and pick stand for the switch, see switchSource. Without the control the row fails.
type mutant struct {
	name, file    string
	control, text string
	row           string // as for -test.run
}

const (
	edgeDir       = "client/internal/edge/"
	stageDir      = "client/internal/stage/"
	wireDir       = "client/internal/wire/"
	resilienceDir = "client/resilience/"
	clientDir     = "client/"
)

// mutants are the controls of the transport and of what stands above it, as far as rows of
// this package are about them.
var mutants = []mutant{
	// One send.
	{"no GetBody", edgeDir + "request.go", `= nil, "", nil, nil, false`, `= pick[func() (io.ReadCloser, error)]("no GetBody", nil, own.GetBody), "", nil, nil, false`, "H2-06/GOAWAY"},
	{"attempts counted", stageDir + "attempt.go", `x.sends.Add(1)`, `x.sends.Add(pick[int32]("attempts counted", 1, 0))`, "H1-19"},
	{"attempts bounded", resilienceDir + "retry.go", `if attempt == r.cfg.MaxAttempts {`, `if attempt == r.cfg.MaxAttempts+pick("attempts bounded", 0, 3) {`, "H2-07/REFUSED"},
	{"budget of retries", resilienceDir + "retry.go", `!funds.withdraw(&r.cfg, time.Since(r.began))`, `!funds.withdraw(&r.cfg, time.Since(r.began)) && !off("budget of retries")`, "RETRY-01/always_500"},
	{"waits bounded", resilienceDir + "wait.go", `longest := r.cfg.MaxWait`, `longest := pick("waits bounded", r.cfg.MaxWait, 3*time.Second)`, "RETRY-02/Retry-After_-1"},
	{"no blind resend", resilienceDir + "retry.go", `|| r.cfg.Repeatable(req))`, `|| r.cfg.Repeatable(req) || off("no blind resend"))`, "RETRY-04"},

	// The header of an answer.
	{"redirects", edgeDir + "answer.go", `status < 400 && status >= 300`, `status < 400 && status >= 300 && !off("redirects")`, "CRED-01"},
	{"upgrades", edgeDir + "answer.go", `status == http.StatusSwitchingProtocols`, `status == http.StatusSwitchingProtocols && !off("upgrades")`, "H1-18"},
	{"status", edgeDir + "answer.go", `|| status == http.StatusNotModified:`, `|| status == http.StatusNotModified && !off("status"):`, "H1-17/304_to_a_POST,_no_body"},
	{"two framings", edgeDir + "head.go", `case h.length && h.coded:`, `case h.length && h.coded && !off("two framings"):`, "H1-04"},
	{"names of fields", edgeDir + "head.go", `bytes.ContainsFunc(name, notToken)`, `bytes.ContainsFunc(name, notToken) && !off("names of fields")`, "H1-07"},
	{"nothing after 204", edgeDir + "head.go", `case nothingFollows:`, `case pick("nothing after 204", nothingFollows, 99):`, "H1-17/204_with_a_body"},
	{"header limit", edgeDir + "config.go", `fill(&c.MaxHeaderBytes, 64<<10)`, `fill(&c.MaxHeaderBytes, pick[int64]("header limit", 64<<10, 64<<20))`, "H1-21"},
	{"no foreign trace", edgeDir + "exchange.go", `case x.transport.keys.trace:`, `case pick("no foreign trace", x.transport.keys.trace, any(x)):`, "H2-14"},
	{"no foreign trace, either", edgeDir + "exchange.go", `_, foreign := v.(*httptrace.ClientTrace); foreign`, `_, foreign := v.(*httptrace.ClientTrace); foreign && !off("no foreign trace")`, ""},
	{"progress", edgeDir + "generation.go", `c.came.Add(int64(n)) > most`, `c.came.Add(int64(n)) > most && !off("progress")`, "H2-11"},

	// The body of an answer.
	{"body limit", edgeDir + "answer.go", `case a.left < 0:`, `case a.left < 0 && !off("body limit") && !off("answer limit"):`, "LIM-06/infinite_stream"},
	{"unpacked limit", edgeDir + "unpack.go", `u.left < 0 {`, `u.left < 0 && !off("unpacked limit") {`, "H1-24"},
	{"ends by close", edgeDir + "answer.go", `case errors.Is(err, io.EOF) && a.endless:`, `case errors.Is(err, io.EOF) && a.endless && !off("ends by close"):`, "H1-31"},
	{"answer limit", stageDir + "identify.go", `case size > limit:`, `case size > limit && !off("answer limit"):`, "LIM-07/infinite_error,_400"},
	{"line limit", wireDir + "sse.go", `case end-r.used > r.maxLine:`, `case end-r.used > r.maxLine && !off("line limit"):`, "SSE-14"},
	{"event limit", wireDir + "sse.go", `case end-r.begin > r.maxEvent,`, `case end-r.begin > r.maxEvent && !off("event limit"),`, "SSE-15"},
	{"byte order mark", wireDir + "sse.go", `case bytes.HasPrefix(r.buf, []byte(byteOrderMark)):`, `case bytes.HasPrefix(r.buf, []byte(byteOrderMark)) && !off("byte order mark"):`, "SSE-12"},
	{"terminal event", stageDir + "restorestream.go", `case errors.Is(err, io.EOF) && b.stream.Complete():`, `case errors.Is(err, io.EOF) && (b.stream.Complete() || off("terminal event")):`, "SSE-02/no"},
	{"media type", stageDir + "restore.go", `media == "text/event-stream":`, `(media == "text/event-stream" || off("media type")):`, "SSE-09"},

	// Time.
	{"header timeout", edgeDir + "watch.go", `w.begin(limit, ErrHeaderTimeout)`, `w.begin(pick("header timeout", limit, time.Hour), ErrHeaderTimeout)`, "LIM-02/no_answer"},
	{"idle timeout", edgeDir + "watch.go", `w.begin(limit, ErrIdle)`, `w.begin(pick("idle timeout", limit, time.Hour), ErrIdle)`, "LIM-03/body"},
	{"total timeout", edgeDir + "watch.go", `x.started.Add(x.transport.config.TotalTimeout)`, `x.started.Add(pick("total timeout", x.transport.config.TotalTimeout, 2*time.Second))`, "LIM-04/comments"},
	{"dial timeout", clientDir + "parts.go", `ConnectTimeout: p.cfg.Network.ConnectTimeout,`, `ConnectTimeout: pick("dial timeout", p.cfg.Network.ConnectTimeout, 0),`, "LIM-01"},
	{"handshake timeout", clientDir + "parts.go", `= p.cfg.HandshakeTimeout, p.cfg.MaxConnAge`, `= pick("handshake timeout", p.cfg.HandshakeTimeout, 0), p.cfg.MaxConnAge`, "TLS-27"},
	{"slow ones shunned", edgeDir + "transport.go", `if t.current == g {`, `if t.current == g && !off("slow ones shunned") {`, "LIM-02/header_drips,_HTTP"},

	// Connections.
	{"age", edgeDir + "transport.go", `> t.config.MaxConnAge {`, `> t.config.MaxConnAge && !off("age") {`, "DIAL-aged/a_connection_that_is_too_old,_h2"},
	{"halt cuts", clientDir + "client.go", `c.parts.transports[0].Sever(nil)`, `if !off("halt cuts") { c.parts.transports[0].Sever(nil) }`, "DIAL-12"},
	{"violators cut", stageDir + "observe.go", `x.sever(err)`, `if !off("violators cut") { x.sever(err) }`, "SSE-09/text/html,_h2"},
	{"the peer is told", edgeDir + "exchange.go", `x.peer = dial.evidence`, `x.peer = pick("the peer is told", dial.evidence, x.peer)`, "CERT-03"},

	// Requests.
	{"host", stageDir + "gate.go", `case !g.isEndpoint(u.Host), u.User != nil, u.Opaque != "", req.Host != "" && !g.isEndpoint(req.Host):`,
		`case !off("host") && (!g.isEndpoint(u.Host) || u.User != nil || u.Opaque != "" || req.Host != "" && !g.isEndpoint(req.Host)):`, "CRED-15"},
	{"scheme", stageDir + "gate.go", `case u.Scheme != "https":`, `case u.Scheme != "https" && !off("scheme"):`, "CRED-18/a_request"},
	{"scheme, below", edgeDir + "request.go", `case req.URL.Scheme != scheme:`, `case req.URL.Scheme != scheme && !off("scheme"):`, ""},
	{"scheme, at the dial", edgeDir + "generation.go", `if !g.transport.config.Insecure {`, `if !g.transport.config.Insecure && !off("scheme") {`, ""},
	{"control characters", stageDir + "gate.go", `case slices.ContainsFunc(values, hasControl):`, `case slices.ContainsFunc(values, hasControl) && !off("control characters"):`, "CRED-22/CRLF_in_User-Agent"},
	{"list of headers", stageDir + "gate.go", `			return event.HeaderBlocked
		}
	}
	return ""`, `			if !off("list of headers") { return event.HeaderBlocked }
		}
	}
	return ""`, "CRED-24/Api_Key"},
	{"names of deployments", stageDir + "identify.go", `if x.call.Deployment != "" && !isDeployment(x.call.Deployment) {`, `if x.call.Deployment != "" && !isDeployment(x.call.Deployment) && !off("names of deployments") {`, "CRED-20/model"},
	{"https endpoint", clientDir + "plain.go", `{u.Scheme != "https", "is not https"},`, `{u.Scheme != "https" && !off("https endpoint"), "is not https"},`, "CRED-18/http"},
	{"keys without blanks", clientDir + "identity.go", `if strings.ContainsFunc(cfg.APIKey.Cleartext(),`, `if !off("keys without blanks") && strings.ContainsFunc(cfg.APIKey.Cleartext(),`, "CRED-22/CRLF_in_the_API_key"},
	{"no static key", clientDir + "identity.go", `if !p.cfg.APIKey.IsZero() {`, `if !p.cfg.APIKey.IsZero() && !off("no static key") {`, "CRED-24/a_key"},
	{"security events", stageDir + "observe.go", `s.security(&record, cause); ok {`, `s.security(&record, cause); ok && !off("security events") {`, "H1-18"},
}
