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
//	   │ 101, 3xx, odd status, encoded or oversized answer ... refused, connection cut
//	   ▼ body guard: size, idle, total, cut answers, Sever
//	caller
//
// # One send
//
// net/http sends a request again by itself if it has a GetBody, no body, or an
// Idempotency-Key, on HTTP/2 up to thousands of times (golang/go#52459). Here it never
// can: the copy has none of the three. Whoever wants another try counts it and calls
// RoundTrip again; [ErrUnsent] tells when nothing has left.
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
