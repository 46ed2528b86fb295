// Package edge is the last link before the network: the one HTTP transport of sallyport.
//
// It is built here alone; nobody's transport, dialer, proxy or cookie jar is taken. Its
// order:
//
//	RoundTrip(req)
//	   │ stopped? ............................................ kill_switch, client_closed
//	   │ https, one host, no userinfo, no upgrade ............ scheme_, host_, upgrade_blocked
//	   │ own copy: no GetBody, no foreign ClientTrace, no
//	   │   Cookie, Referer, Idempotency-Key, hop-by-hop field;
//	   │   the credential, for its host alone ................ host_blocked
//	   │ dial (verified by netguard) ─► TLS ─► generation
//	   │ send, once .......................................... a replay needs a new RoundTrip
//	   │ HTTP/1.1 framed in two ways, or with a blank in a name; frames that get
//	   │   nothing ahead; 101, 3xx, odd status, oversized header ... refused, connection cut
//	   ▼ body guard: size, also unpacked, idle, total, cut answers, Sever
//	caller
//
// # One send
//
// net/http sends a request again by itself if it has a GetBody, no body, or an
// Idempotency-Key, on HTTP/2 up to thousands of times (golang/go#52459). Here it never
// can: the copy has none of the three. Whoever wants another try counts it and calls
// RoundTrip again; [ErrUnsent] tells when nothing has left.
//
// # Limits
//
// Memory and time of an exchange are bounded whatever the peer does: header with all 1xx
// before it, body, body unpacked, and what HTTP/2 may send that belongs to no answer; the
// steps of a dial, the wait for the header, each read, and all of it. A connection whose
// answer broke a rule is closed, one on which time ran out gets no further exchange.
//
// # Generations
//
// A generation is an http.Transport and the connections that it made. It ends at
// MaxConnAge, by Sever or by Close, and its connections with it: at once if they are
// idle, else with their last exchange. So no connection outlives the proof of its
// address for long, and none survives a halt.
//
// A generation speaks HTTP/2 alone and keeps its connections, or HTTP/1.1 and uses each
// connection once: bytes that a server sends after an answer can then never be taken for
// the answer to somebody else (golang/go#31259). The first is tried first; a server that
// does not offer h2 costs one more handshake per generation.
package edge
