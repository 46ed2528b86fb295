package netguard

import "net"

// conn is a connection with its evidence.
type conn struct {
	net.Conn
	evidence Evidence
}

// Evidence is the proof for this connection.
func (c *conn) Evidence() Evidence { return c.evidence }

// NetConn is the connection below.
func (c *conn) NetConn() net.Conn { return c.Conn }

// EvidenceOf finds the evidence of a connection that a [Guard] has dialled, through any
// wrapper with a method NetConn() net.Conn, such as *tls.Conn.
func EvidenceOf(c net.Conn) (Evidence, bool) {
	for c != nil {
		if own, ok := c.(interface{ Evidence() Evidence }); ok {
			return own.Evidence(), true
		}
		outer, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		c = outer.NetConn()
	}
	return Evidence{}, false
}
