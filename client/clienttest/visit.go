package clienttest

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxBody is how much of a request is read. It is far above what the service takes.
const maxBody = 64 << 20

// A visit is one request and the way to its answer.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	body   []byte
	reply  Reply
	closed <-chan struct{} // the fake is closing

	together int // events in one write
}

// admit records each request, and answers it by its script or by the handler of the door.
func (a *Azure) admit(d *door) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.journal.begin()
		defer a.journal.end()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		exchange := Exchange{
			Lane:     d.lane,
			Method:   r.Method,
			Host:     r.Host,
			Path:     r.URL.EscapedPath(),
			RawQuery: r.URL.RawQuery,
			Header:   r.Header.Clone(),
			Body:     body,
			Broken:   err != nil,
			Proto:    r.Proto,
			At:       time.Now(),
		}
		a.journal.add(exchange)
		v := &visit{w: w, r: r, body: body, closed: a.ctx.Done(), together: a.cfg.EventsPerWrite}
		if err != nil {
			v.answer(unreadable(err))
			return
		}
		v.reply = a.script.take(exchange)
		if !v.wait(v.reply.Delay) {
			return
		}
		if v.reply.Status != 0 || v.reply.Body != "" {
			v.raw()
			return
		}
		d.handler(v)
	})
}

// wait reports whether the client is still there after a time.
func (v *visit) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-v.r.Context().Done():
	case <-v.closed:
	}
	return false
}

// stall waits until the client leaves.
func (v *visit) stall() {
	select {
	case <-v.r.Context().Done():
	case <-v.closed:
	}
}

// raw answers with what the script says and nothing else.
func (v *visit) raw() {
	status := v.reply.Status
	if status == 0 {
		status = http.StatusOK
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.whole(status, []byte(v.reply.Body))
}

// json answers with a value.
func (v *visit) json(status int, value any) {
	v.w.Header().Set("Content-Type", "application/json")
	v.whole(status, v.encode(value))
}

// whole answers with a body that is no stream, and breaks it where the script says so.
func (v *visit) whole(status int, body []byte) {
	if len(body) > 0 && !v.reply.Gzip && v.reply.Fault < EarlyEnd {
		v.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	out := v.open(status)
	switch v.reply.Fault {
	case NoFault:
		out.write(body)
		out.close()
	case Garbage, ErrorEvent:
		out.write(append(body[:len(body)/2:len(body)/2], garbage...))
		out.close()
	default:
		out.write(body[:len(body)/2])
		v.fail(out)
	}
}

const garbage = "\x00<html>{]"

// fail ends an answer by a fault that leaves it incomplete.
func (v *visit) fail(out *output) {
	switch v.reply.Fault {
	case Reset:
		out.flush()
		v.reset()
	case Stall:
		out.flush()
		v.stall()
		v.cutOff()
	case CutOff:
		out.flush()
		v.cutOff()
	default:
		out.close()
	}
}

// cutOff ends an answer without an end. A write deadline in the past ends a stream of
// HTTP/2 by RST_STREAM and a connection of HTTP/1.1 by FIN, both behind what was flushed.
func (v *visit) cutOff() {
	_ = http.NewResponseController(v.w).SetWriteDeadline(time.Unix(1, 0))
}

type connKey struct{}

// withConn is an http.Server.ConnContext that makes the connection reachable for reset.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// reset closes the connection with RST, as SO_LINGER of zero does (tcp(7)).
func (v *visit) reset() {
	conn, _ := v.r.Context().Value(connKey{}).(net.Conn)
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
		_ = tcp.Close()
	}
}
