package hostile

import (
	"encoding/binary"
	"io"
)

// The frames of HTTP/2 (RFC 9113, section 6) and their flags.
const (
	FrameData         = 0x0
	FrameHeaders      = 0x1
	FrameReset        = 0x3
	FrameSettings     = 0x4
	FramePing         = 0x6
	FrameGoAway       = 0x7
	FrameWindow       = 0x8
	FrameContinuation = 0x9

	FlagEnd     = 0x1 // END_STREAM, or ACK
	FlagHeaders = 0x4 // END_HEADERS
)

// Codes of errors (RFC 9113, section 7).
const (
	CodeNone    = 0x0
	CodeRefused = 0x7
)

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// frames reads the client's side of a connection.
type frames struct {
	open map[uint32]*Request // requests whose bodies are on their way
}

// serveFrames answers every request when all of it has come. Scripts run on this
// goroutine, so while one writes nothing is read.
func (c *Conn) serveFrames() {
	if _, err := io.ReadFull(c.Conn, make([]byte, len(preface))); err != nil {
		return
	}
	c.frames = &frames{open: map[uint32]*Request{}}
	c.Frame(FrameSettings, 0, 0, nil)
	for !c.gone && c.frame() == nil {
	}
}

// frame reads one frame.
func (c *Conn) frame() error {
	var head [9]byte
	if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
		return err
	}
	payload := make([]byte, binary.BigEndian.Uint32(head[:4])>>8)
	if _, err := io.ReadFull(c.Conn, payload); err != nil {
		return err
	}
	kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])&(1<<31-1)
	switch kind {
	case FrameSettings, FramePing:
		if flags&FlagEnd == 0 {
			answer := payload
			if kind == FrameSettings {
				answer = nil
			}
			c.Frame(kind, FlagEnd, 0, answer)
		}
	case FrameHeaders:
		c.frames.open[stream] = &Request{Conn: c.serial, Stream: stream}
		c.whole(stream, flags)
	case FrameData:
		if r := c.frames.open[stream]; r != nil {
			r.Body = append(r.Body, payload...)
		}
		if len(payload) > 0 {
			grant := binary.BigEndian.AppendUint32(nil, uint32(len(payload)))
			c.Frame(FrameWindow, 0, 0, grant)
			c.Frame(FrameWindow, 0, stream, grant)
		}
		c.whole(stream, flags)
	}
	return nil
}

func (c *Conn) whole(stream uint32, flags byte) {
	r := c.frames.open[stream]
	if r == nil || flags&FlagEnd == 0 {
		return
	}
	delete(c.frames.open, stream)
	c.server.enter(r)
	c.server.answer(c, r)
}

// Frame writes one frame, and reports whether it could be written.
func (c *Conn) Frame(kind, flags byte, stream uint32, payload []byte) bool {
	head := binary.BigEndian.AppendUint32(make([]byte, 0, 9+len(payload)), uint32(len(payload))<<8|uint32(kind))
	head = binary.BigEndian.AppendUint32(append(head, flags), stream)
	if _, err := c.Write(append(head, payload...)); err != nil {
		c.gone = true
	}
	return !c.gone
}

// Headers writes a header, given as names and values in turn, in one frame.
func (c *Conn) Headers(stream uint32, end bool, fields ...string) bool {
	flags := byte(FlagHeaders)
	if end {
		flags |= FlagEnd
	}
	return c.Frame(FrameHeaders, flags, stream, Pack(fields...))
}

// maxFrame is how long a frame may be unless the client allows more (RFC 9113, 4.2).
const maxFrame = 16 << 10

// Data writes a body. It does not look at the window: keep it below 64 KiB in all.
func (c *Conn) Data(stream uint32, end bool, body []byte) bool {
	for len(body) > maxFrame {
		if !c.Frame(FrameData, 0, stream, body[:maxFrame]) {
			return false
		}
		body = body[maxFrame:]
	}
	var flags byte
	if end {
		flags = FlagEnd
	}
	return c.Frame(FrameData, flags, stream, body)
}

// ResetStream ends a stream with an error.
func (c *Conn) ResetStream(stream, code uint32) bool {
	return c.Frame(FrameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

// GoAway says that streams above last were not looked at.
func (c *Conn) GoAway(last, code uint32) bool {
	return c.Frame(FrameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}

// Pack writes names and values in turn as literal fields without indexing (RFC 7541,
// 6.2.2).
func Pack(fields ...string) []byte {
	var b []byte
	for i := 0; i+1 < len(fields); i += 2 {
		b = packText(packText(append(b, 0), fields[i]), fields[i+1])
	}
	return b
}

// packText writes a string without Huffman coding (RFC 7541, 5.1 and 5.2).
func packText(b []byte, text string) []byte {
	const most = 127
	n := len(text)
	if n < most {
		return append(append(b, byte(n)), text...)
	}
	b = append(b, most)
	for n -= most; n >= 128; n >>= 7 {
		b = append(b, byte(n&127)|128)
	}
	return append(append(b, byte(n)), text...)
}

// Frames writes n empty frames at once, and reports whether they could be written.
func (c *Conn) Frames(kind byte, stream uint32, n int) bool {
	var all []byte
	for range n {
		all = binary.BigEndian.AppendUint32(append(all, 0, 0, 0, kind, 0), stream)
	}
	if _, err := c.Write(all); err != nil {
		c.gone = true
	}
	return !c.gone
}
