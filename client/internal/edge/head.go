package edge

import (
	"bytes"
	"net"
	"strings"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A strictConn is a connection of HTTP/1.1 whose answers are looked at before net/http
// does. That is lenient where two readers may understand an answer differently, and tells
// nobody: of a Transfer-Encoding beside a Content-Length it drops the one (RFC 9112, 6.3),
// and "Content-Length : 8" is to it a field that it does not know (RFC 9112, 5.1).
type strictConn struct {
	net.Conn

	own  *tracked
	head head
}

// strict puts c, which is raw itself or the session on it, under watch.
func (g *generation) strict(c net.Conn, raw *tracked) net.Conn {
	return &strictConn{Conn: c, own: raw, head: head{left: g.transport.config.MaxHeaderBytes}}
}

// NetConn is the connection below.
func (c *strictConn) NetConn() net.Conn { return c.Conn }

// Read hands over nothing of an answer that is refused.
func (c *strictConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if fault := c.head.take(b[:n]); fault != nil {
		c.own.fault.CompareAndSwap(nil, fault)
		return 0, fault
	}
	return n, err
}

// A head reads the header of the one answer of a connection, with all 1xx before it.
type head struct {
	left  int64 // bytes until the limit
	line  []byte
	state headState
	// Of the header under way:
	status int
	old    bool // HTTP/1.0
	length bool // it has a Content-Length
	empty  bool // which is 0
	coded  bool // it has a Transfer-Encoding
	fault  *policy.RefusalError
}

type headState uint8

const (
	statusLine headState = iota
	fieldLine
	bodyFollows
	nothingFollows
)

// take reads what has come. It returns the fault, once there is one.
func (h *head) take(b []byte) *policy.RefusalError {
	for len(b) > 0 && h.fault == nil {
		switch h.state {
		case bodyFollows:
			return nil
		case nothingFollows:
			h.refuse(ErrFraming)
		case statusLine, fieldLine:
			b = h.fill(b)
		}
	}
	return h.fault
}

// fill adds to the line, and reads it if it is whole.
func (h *head) fill(b []byte) []byte {
	end := bytes.IndexByte(b, '\n') + 1
	whole := end > 0
	if !whole {
		end = len(b)
	}
	if h.left -= int64(end); h.left < 0 {
		h.fault = refuse(event.HeaderTooLarge, ErrHeaderTooLarge, ErrTooLarge)
		return nil
	}
	h.line = append(h.line, b[:end]...)
	if h.state == statusLine && !bytes.HasPrefix(h.line, versionPrefix[:min(len(h.line), len(versionPrefix))]) {
		h.refuse(ErrFraming) // at once: there may never be a line
	}
	if !whole || h.fault != nil {
		return b[end:]
	}
	line, ok := bytes.CutSuffix(h.line, []byte("\r\n"))
	switch {
	case !ok || !printable(line):
		h.refuse(ErrFraming)
	case h.state == statusLine:
		h.begin(line)
	case len(line) == 0:
		h.end()
	default:
		h.field(line)
	}
	h.line = h.line[:0]
	return b[end:]
}

var versionPrefix = []byte("HTTP/1.")

// printable reports whether a line holds no control character but the tab (RFC 9110, 5.5).
func printable(line []byte) bool {
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// begin reads a status line: HTTP/1.1 200 and whatever, or HTTP/1.0 (RFC 9112, 4).
func (h *head) begin(line []byte) {
	const version, code = len("HTTP/1.1 "), len("HTTP/1.1 200")
	if len(line) < code || line[version-2] != '0' && line[version-2] != '1' || line[version-1] != ' ' || len(line) > code && line[code] != ' ' {
		h.refuse(ErrFraming)
		return
	}
	h.status = 0
	for _, digit := range line[version:code] {
		if digit < '0' || digit > '9' {
			h.refuse(ErrFraming)
			return
		}
		h.status = h.status*10 + int(digit-'0')
	}
	h.old = line[version-2] == '0'
	h.length, h.empty, h.coded, h.state = false, false, false, fieldLine
}

// field reads a field, and wants its name to be a token right before the colon (RFC 9112,
// 5.1), which rules out a line that continues another too (RFC 9112, 5.2).
func (h *head) field(line []byte) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok || len(name) == 0 || bytes.ContainsFunc(name, notToken) {
		h.refuse(ErrFraming)
		return
	}
	value = bytes.Trim(value, " \t")
	switch {
	case bytes.EqualFold(name, []byte("Content-Length")):
		h.length, h.empty = true, string(value) == "0"
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		if h.coded || h.old || !bytes.EqualFold(value, []byte("chunked")) {
			h.refuse(ErrFraming)
		}
		h.coded = true
	}
}

// notToken reports whether r may not stand in the name of a field (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	return r >= 0x7f || r <= ' ' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

// end judges the framing of a header that is whole. One that announces a body where there
// is none is a fault, save for a 304, which may tell the length of what it stands for (RFC
// 9110, 8.6).
func (h *head) end() {
	informational := h.status >= 100 && h.status < 200 && h.status != 101
	switch {
	case h.length && h.coded:
		h.refuse(ErrFraming)
	case h.coded && (informational || h.status == 204 || h.status == 304), h.length && !h.empty && (informational || h.status == 204):
		h.refuse(ErrFraming)
	case informational:
		h.state = statusLine
	case h.status == 204 || h.status == 304 || h.length && h.empty:
		h.state = nothingFollows
	default:
		h.state = bodyFollows
	}
}

func (h *head) refuse(cause error) { h.fault = refuse(event.ResponseInvalid, cause) }
