package audit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// MaxLine bounds a record, in bytes without its newline.
const MaxLine = 1 << 16

// A Config says how records are sealed and numbered.
type Config struct {
	// Key seals each record with HMAC-SHA256. It has at least 32 bytes (RFC 2104, section
	// 3). Without it the seal is SHA-256, see the package comment.
	Key []byte
	// StreamID names the chain. Empty makes a random one, or takes that of Start.
	StreamID event.Token
	// Start continues the chain of an earlier log: its [Log.Head], or what [Verify] found.
	// The zero State starts a new one.
	Start State
}

// A State is the end of a chain. The zero State is that of an empty log.
type State struct {
	StreamID event.Token
	// Number is that of the last record.
	Number uint64
	// Hash is the SHA-256 of its line, without the newline.
	Hash event.Digest
}

// A Log writes events as a chain of records. Use [Chained]. It is safe for concurrent use.
// [Log.Close] writes the end marker; the writer stays open.
type Log struct {
	mu   sync.Mutex
	w    io.Writer
	sync func() error
	seal *sealer
	head State
	line []byte // of the record in work

	rest   []byte // of a record that is in the chain and was written in part
	lost   int    // events since the last success that are in no record
	gap    bool   // a gap must be told before anything else
	dead   bool   // the writer broke its contract
	closed bool
}

var _ event.Sink = (*Log)(nil)

// Chained returns a Log that appends to w. If w holds records already, [Verify] them first
// and go on from the Head of its report: one file is one chain. Each record is one Write. If w has a method
// Sync() error, as an [os.File] has, it is called after each record, before Record returns;
// a w that cannot be synced, as a pipe or terminal (EINVAL, [errors.ErrUnsupported]), passes
// for synced.
// The error is [ErrConfig].
func Chained(w io.Writer, cfg Config) (*Log, error) {
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
	}
	head := cfg.Start
	switch {
	case w == nil:
		return nil, fmt.Errorf("%w: no writer", ErrConfig)
	case head.Number == 0 && head != (State{StreamID: head.StreamID}):
		return nil, fmt.Errorf("%w: Start has a hash and no number", ErrConfig)
	case head.Number > 0 && (head.StreamID.IsZero() || head.Hash.IsZero()):
		return nil, fmt.Errorf("%w: Start lacks its stream or hash", ErrConfig)
	case head.StreamID.IsZero():
		head.StreamID = cfg.StreamID
	case !cfg.StreamID.IsZero() && cfg.StreamID != head.StreamID:
		return nil, fmt.Errorf("%w: Start belongs to another stream", ErrConfig)
	}
	if head.StreamID.IsZero() {
		id := newID(time.Now())
		head.StreamID = event.NewToken(string(id[:]))
	}
	if head.StreamID.String() == event.OtherToken {
		return nil, fmt.Errorf("%w: StreamID is not a name", ErrConfig)
	}
	seal.suites = suiteNames()
	l := &Log{w: w, seal: seal, head: head}
	if s, ok := w.(interface{ Sync() error }); ok {
		l.sync = s.Sync
	}
	return l, nil
}

// Head is the end of the chain. Kept elsewhere, it proves later that nothing up to there
// was changed or cut off. After a failed write its record may be in the file in part.
func (l *Log) Head() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head
}

// Record appends e. Once it returned nil, the writer has the whole record. Its errors are
// [ErrNotRecorded], with [ErrClosed], [ErrWriter], or what the writer said; each is safe to
// tell. The state of ctx does not matter: a call that was given up is recorded too.
func (l *Log) Record(_ context.Context, e event.Event) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Name == event.AuditStreamEnd {
		e.Name = event.OtherEvent // Close alone ends a stream
	}
	return l.record(&e, time.Now())
}

// Close writes the end marker. Later calls of Record fail, and Close does nothing. If the
// marker cannot be written, the error is that of Record and Close may be tried again.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	err := l.record(&event.Event{Name: event.AuditStreamEnd, Outcome: event.Success}, time.Now())
	l.closed = err == nil
	return err
}

// record settles what is left of earlier failures, then writes e.
func (l *Log) record(e *event.Event, now time.Time) error {
	switch {
	case l.closed:
		return &WriteError{1, ErrClosed}
	case l.dead:
		return l.fail(ErrWriter)
	}
	if err := l.settle(now); err != nil {
		return l.fail(err)
	}
	if recorded, err := l.append(e, now); err != nil {
		if recorded {
			return &WriteError{l.lost + 1, err}
		}
		return l.fail(err)
	}
	return nil
}

// fail counts an event that is in no record.
func (l *Log) fail(cause error) error {
	l.lost++
	l.gap = true
	return &WriteError{l.lost, cause}
}

// settle completes a record that was written in part, then tells the gap.
func (l *Log) settle(now time.Time) error {
	if len(l.rest) > 0 {
		if err := l.write(l.rest); err != nil {
			return err
		}
	}
	if !l.gap {
		return nil
	}
	gap := event.Event{Name: event.AuditGap, Outcome: event.Failure, Code: event.NotRecorded, Lost: l.lost}
	inChain, err := l.append(&gap, now)
	if inChain {
		l.lost = 0
		l.gap = err != nil
	}
	return err
}

// append adds a record to the chain. It is in the chain once a byte of it was written, for
// then it will be completed before any other.
func (l *Log) append(e *event.Event, now time.Time) (inChain bool, err error) {
	next := State{StreamID: l.head.StreamID, Number: l.head.Number + 1}
	l.line = l.seal.line(l.line[:0], e, now, next, l.head.Hash)
	if len(l.line) > MaxLine {
		return false, ErrTooLong
	}
	next.Hash = sha256.Sum256(l.line)
	l.line = append(l.line, '\n')
	err = l.write(l.line)
	if len(l.rest) == len(l.line) {
		l.rest = nil
		return false, err
	}
	l.head = next
	l.gap = l.gap || err != nil
	return true, err
}

// write writes and syncs data. What could not be written is in l.rest. After a panic or a
// wrong count nobody knows what was written, so the log is dead.
func (l *Log) write(data []byte) (err error) {
	defer func() {
		if recover() != nil {
			l.dead, err = true, ErrWriter
		}
	}()
	n, err := l.w.Write(data)
	switch {
	case n < 0 || n > len(data):
		l.dead = true
		return ErrWriter
	case n < len(data) && err == nil:
		err = io.ErrShortWrite
	}
	l.rest = append([]byte(nil), data[n:]...) // nil if all was written
	if err != nil || l.sync == nil {
		return err
	}
	if err = l.sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
