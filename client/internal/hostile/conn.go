package hostile

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
)

// A Request is one request that came whole.
type Request struct {
	// Conn is the number of its connection, from 1 on, and Stream that of its stream, 0 on
	// HTTP/1.1.
	Conn   int
	Stream uint32
	// Body is its body. Header is the header of HTTP/1.1; that of HTTP/2 is not unpacked.
	Header http.Header
	Body   []byte
}

// Streamed reports whether the answer shall be a stream.
func (r *Request) Streamed() bool { return bytes.Contains(r.Body, []byte(`"stream":true`)) }

// responses reports whether the question has the shape of Responses.
func (r *Request) responses() bool { return bytes.Contains(r.Body, []byte(`"input":`)) }

// A Conn is one connection. It is for the goroutine of its script.
type Conn struct {
	net.Conn // unpacked by TLS, if there is any

	raw    net.Conn
	server *Server
	serial int
	h2     bool
	frames *frames
	part   [16 << 10]byte
	keep   bool
	gone   bool
}

// HTTP2 reports whether the connection speaks it.
func (c *Conn) HTTP2() bool { return c.h2 }

// Keep keeps a connection of HTTP/1.1 open after the script.
func (c *Conn) Keep() { c.keep = true }

// Server is the one that accepted it.
func (c *Conn) Server() *Server { return c.server }

// Text writes bytes as they are, and reports whether they could be written.
func (c *Conn) Text(texts ...string) bool {
	for _, text := range texts {
		for len(text) > 0 && !c.gone {
			// In small parts, so that the heap of the process stays that of the client.
			n := copy(c.part[:], text)
			if _, err := c.Write(c.part[:n]); err != nil {
				c.gone = true
			}
			text = text[n:]
		}
	}
	return !c.gone
}

// Cut ends the connection by FIN and without the close_notify of TLS.
func (c *Conn) Cut() { _ = c.raw.Close() }

// Reset ends the connection by RST.
func (c *Conn) Reset() {
	if tcp, ok := c.raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.raw.Close()
}

// Answer writes one whole answer in the protocol of the connection, and keeps it open.
func (c *Conn) Answer(r *Request, status int, contentType, body string) {
	c.Respond(r, status, body, "content-type", contentType)
}

// Respond is Answer with other fields, given as names and values in turn, names in lower
// case.
func (c *Conn) Respond(r *Request, status int, body string, fields ...string) {
	fields = append(fields, "content-length", strconv.Itoa(len(body)))
	if c.h2 {
		c.Headers(r.Stream, false, append([]string{":status", strconv.Itoa(status)}, fields...)...)
		c.Data(r.Stream, true, []byte(body))
		return
	}
	c.Keep()
	c.Text("HTTP/1.1 ", strconv.Itoa(status), " ", http.StatusText(status), "\r\n")
	for i := 0; i+1 < len(fields); i += 2 {
		c.Text(fields[i], ": ", fields[i+1], "\r\n")
	}
	c.Text("\r\n", body)
}

func (c *Conn) serve() {
	if c.h2 {
		c.serveFrames()
		return
	}
	in := bufio.NewReader(c.Conn)
	for {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		r := &Request{Conn: c.serial, Header: req.Header, Body: body}
		c.server.enter(r)
		c.keep = false
		c.server.answer(c, r)
		if !c.keep || c.gone {
			_ = c.Close() // with the close_notify of TLS
			return
		}
	}
}
