// Package tlspolicy makes the one strict [*tls.Config] with which sallyport speaks TLS.
//
//	TLS 1.3, or 1.2 with the six ECDHE AEAD suites ....... no CBC, no RSA key exchange
//	hybrid post-quantum groups first ..................... or nothing but those
//	roots of the system, of files, or explicit ones ...... never none
//	VerifyConnection, also on resumption:
//	    all       still valid, at most 10 sent ............ else ErrUnverified, ErrTooMany
//	    group     hybrid, if that is demanded ............. else ErrPostQuantum
//	    leaf      serverAuth stated, not a CA ............. else ErrLeafRole
//	              no longer lived than the rules allow .... else ErrLifetime
//	              at most 256 names ....................... else ErrTooMany
//	    all keys  RSA >= 2048, P-256 or larger, Ed25519 ... else ErrWeakKey
//	    pins      one CA of the chain has a pinned key .... else ErrPinMismatch
//	    staple    fresh, signed for this leaf, good ....... else ErrStaple, ErrRevoked
//	sessions of its own, offered for an hour at most
//	no renegotiation, no key log, no way to skip verification
//
// The rules stand in VerifyConnection because crypto/tls does not call
// VerifyPeerCertificate for a resumed session. They look only at chains that crypto/tls
// has verified, and run before a client certificate is shown and before any request.
//
// # What is not checked
//
// A server that staples no response, and whose certificate does not demand one, is not
// asked about: nothing here dials. Neither are certificate transparency logs asked.
package tlspolicy
