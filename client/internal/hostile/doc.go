// Package hostile has the servers that attack a client over true sockets, for tests: TLS
// servers whose every byte of HTTP/1.1 and every frame of HTTP/2 a test decides, and an
// authority that certifies them. It knows nothing of the library, so that the tests of
// each of its packages can use it.
//
//	ca, err := hostile.NewAuthority()
//	srv, err := hostile.Start(hostile.Config{Addr: addr, TLS: ca.TLS("h2", "contoso.openai.azure.com")})
//	srv.Script(func(c *hostile.Conn, r *hostile.Request) { _ = c.Write("HTTP/1.1 099 X\r\n\r\n") })
//
// A server counts what it is sent, and keeps it, so that a test can say: nothing of this
// got there.
package hostile
