// Package process inspects the process around a client for settings that weaken it, and
// that no configuration of the client can see: GODEBUG of the environment and of the
// build, files of roots, proxies, the version of Go.
//
//	setting                              severity
//	GODEBUG: TLS and certificates        refuse   what crypto/tls and crypto/x509 would do more laxly
//	GODEBUG: http2debug                  refuse   headers, with tokens, on standard error
//	GODEBUG: httplaxcontentlength        refuse   answers without a certain end
//	a version of Go below the floor      refuse   known vulnerabilities
//	SSL_CERT_FILE, SSL_CERT_DIR          warn     they decide whom to trust, unless the operator does
//	GODEBUG: URLs, cookies, DNS, h2      warn     what net and net/http would do more laxly
//	HTTP_PROXY and its like              note     the client uses none
//
// Some of what is refused could not harm a client of sallyport, whose TLS configuration
// says everything. A process in which somebody weakened TLS is refused all the same: the
// client is seldom the only one in it, and the setting has no business in production.
//
// The sources are Go's "Go, Backwards Compatibility, and GODEBUG" (go.dev/doc/godebug) and
// the table of its settings (internal/godebugs) as of Go 1.26.8.
package process
