// Package tlspolicy makes the one strict [*tls.Config] with which sallyport speaks TLS.
//
//	TLS 1.3, or 1.2 with the six ECDHE AEAD suites ....... no CBC, no RSA key exchange
//	hybrid post-quantum groups first ..................... X25519MLKEM768, then two more
//	roots of the system, of files, or explicit ones ...... never none
//	VerifyConnection, also on resumption:
//	    leaf      serverAuth stated, not a CA ............. else ErrLeafRole
//	    all keys  RSA >= 2048, P-256 or larger, Ed25519 ... else ErrWeakKey
//	    pins      one CA of the chain has a pinned key .... else ErrPinMismatch
//	no renegotiation, no key log, no way to skip verification
//
// The rules stand in VerifyConnection because crypto/tls does not call
// VerifyPeerCertificate for a resumed session. They look only at chains that crypto/tls
// has verified.
package tlspolicy
