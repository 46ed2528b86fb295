package clienttest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Lane is one of the ways on which requests come in.
type Lane uint8

// The lanes.
const (
	Model       Lane = iota // the account, on its private address
	Public                  // the account, on its public address
	Vault                   // the key vault
	Login                   // Entra, login.microsoftonline.com
	AppIdentity             // the identity endpoints that a platform names by a variable
	Metadata                // the instance metadata service, 169.254.169.254
	Neighbour               // the private endpoint of somebody else's account
)

// String names the lane in one lower-case word.
func (l Lane) String() string {
	names := [...]string{"model", "public", "vault", "login", "app-identity", "metadata", "neighbour"}
	if int(l) < len(names) {
		return names[l]
	}
	return "unknown"
}

// An Exchange is one request as it arrived.
type Exchange struct {
	Lane     Lane
	Method   string
	Host     string
	Path     string // as escaped by the client
	RawQuery string
	Header   http.Header
	Body     []byte // without transfer coding, else as sent
	Broken   bool   // the body ended early
	Proto    string // HTTP/1.1 or HTTP/2.0
	At       time.Time
}

// wire is all that the client chose, in one piece.
func (e Exchange) wire() []byte {
	var b bytes.Buffer
	b.WriteString(e.Method + " " + e.Path)
	if e.RawQuery != "" {
		b.WriteString("?" + e.RawQuery)
	}
	b.WriteString(" " + e.Proto + "\r\nHost: " + e.Host + "\r\n")
	_ = e.Header.Write(&b) // a buffer takes everything
	b.WriteString("\r\n")
	b.Write(e.Body)
	return b.Bytes()
}

// A Journal holds requests in the order of their arrival.
type Journal []Exchange

// On returns the requests of one lane.
func (j Journal) On(lane Lane) Journal {
	var some Journal
	for _, e := range j {
		if e.Lane == lane {
			some = append(some, e)
		}
	}
	return some
}

// Bodies returns the bodies of one lane, in order.
func (j Journal) Bodies(lane Lane) [][]byte {
	var bodies [][]byte
	for _, e := range j.On(lane) {
		bodies = append(bodies, e.Body)
	}
	return bodies
}

// Contains reports whether text was in any method, host, path, query, header or body, on
// any lane, byte for byte.
func (j Journal) Contains(text string) bool { return bytes.Contains(j.Bytes(), []byte(text)) }

// Bytes is everything that arrived, request by request in the form of HTTP/1.1 with
// sorted headers. It is for searches that look through encodings.
func (j Journal) Bytes() []byte {
	var b []byte
	for _, e := range j {
		b = append(append(b, e.wire()...), "\r\n"...)
	}
	return b
}

// Journal returns what has arrived so far. The caller owns the list, but the bytes are
// shared and must not be changed.
//
// A request is recorded when all of its body is there, before any of the answer is sent:
// who has an answer finds the request here.
func (a *Azure) Journal() Journal {
	a.journal.mu.Lock()
	defer a.journal.mu.Unlock()
	return slices.Clone(a.journal.all)
}

// Forget empties the journal and sets all counters, those of DNS too, to zero.
func (a *Azure) Forget() {
	a.journal.mu.Lock()
	a.journal.all = nil
	clear(a.journal.requests)
	clear(a.journal.conns)
	a.journal.mu.Unlock()
	a.dns.forget()
}

// Requests counts the requests of a lane.
func (a *Azure) Requests(lane Lane) int {
	a.journal.mu.Lock()
	defer a.journal.mu.Unlock()
	return a.journal.requests[lane]
}

// Connections counts the connections of a lane, with those on which no request came.
func (a *Azure) Connections(lane Lane) int {
	a.journal.mu.Lock()
	defer a.journal.mu.Unlock()
	return a.journal.conns[lane]
}

// WaitIdle waits until no request is being answered, or for the end of ctx, whose error
// it returns.
func (a *Azure) WaitIdle(ctx context.Context) error { return a.journal.waitIdle(ctx) }

// journal is the memory behind a Journal.
type journal struct {
	mu       sync.Mutex
	keep     bool
	all      Journal
	requests map[Lane]int
	conns    map[Lane]int
	running  int
	idle     chan struct{} // closed while nothing runs
}

func (j *journal) init(keep bool) {
	j.keep = keep
	j.requests, j.conns = map[Lane]int{}, map[Lane]int{}
	j.idle = make(chan struct{})
	close(j.idle)
}

func (j *journal) begin() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.running == 0 {
		j.idle = make(chan struct{})
	}
	j.running++
}

func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running--
	if j.running == 0 {
		close(j.idle)
	}
}

func (j *journal) waitIdle(ctx context.Context) error {
	j.mu.Lock()
	idle := j.idle
	j.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (j *journal) add(e Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests[e.Lane]++
	if j.keep {
		j.all = append(j.all, e)
	}
}

// connections is an http.Server.ConnState that counts.
func (j *journal) connections(lane Lane) func(net.Conn, http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			j.mu.Lock()
			defer j.mu.Unlock()
			j.conns[lane]++
		}
	}
}
