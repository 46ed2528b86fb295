package audit

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A VerifyConfig says what a log must be like.
type VerifyConfig struct {
	// Key is the key of the log. Without one, only a log that is sealed without a key can
	// be verified; others are [ErrUnkeyed], unless ChainOnly is set. With a key, only a log
	// sealed with it passes.
	Key []byte
	// ChainOnly follows the chain without looking at the seals, for who has no key. It
	// finds nothing that was done with knowledge of this format.
	ChainOnly bool
	// StreamID is the stream that the log must belong to. Empty is any one.
	StreamID event.Token
	// Start is what comes before the first record. The zero State is nothing: the log must
	// begin with record 1.
	Start State
	// Head, if set, is a witness: the log must contain that record. It finds a log that was
	// cut at its end.
	Head State
	// RequireEnd makes a log whose last record is no end marker a fault.
	RequireEnd bool
}

// A Report says what Verify found, up to the first fault.
type Report struct {
	// Records is how many were found good, Gaps how many of them tell a gap, Lost how many
	// events those gaps miss.
	Records, Gaps, Lost int
	// Head is the end of the chain, from which a Log can go on.
	Head State
	// Size is how many bytes the good records have. A log that was cut off in the middle of
	// a record can be cut there and continued.
	Size int64
	// Ended says that the last record is an end marker.
	Ended bool
	// Keyed says that every record was sealed with the key.
	Keyed bool
}

// Verify reads a log and checks every record. The first one that is not as it was written
// is a [*FaultError], which is [ErrTampered] and names the line. Other errors are
// [ErrConfig], [ErrUnkeyed], and those of r. A log without an end marker is no error unless
// asked for: it may still be written to. But only an end marker, or a head that was kept
// elsewhere, tells a complete log from one that was cut after a record.
func Verify(r io.Reader, cfg VerifyConfig) (Report, error) {
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return Report{}, err
	}
	if cfg.ChainOnly && len(cfg.Key) > 0 {
		return Report{}, fmt.Errorf("%w: both Key and ChainOnly", ErrConfig)
	}
	head := cfg.Start
	if head.StreamID.IsZero() {
		head.StreamID = cfg.StreamID
	}
	v := &verifier{VerifyConfig: cfg, seal: seal, report: Report{Head: head}, in: bufio.NewReaderSize(r, MaxLine+2)}
	v.witnessed = cfg.Head.Number == 0 || cfg.Head == cfg.Start
	err = v.run()
	v.report.Keyed = len(cfg.Key) > 0 && v.report.Records > 0
	return v.report, err
}

// A verifier is one run of Verify.
type verifier struct {
	VerifyConfig

	seal      *sealer
	in        *bufio.Reader
	report    Report
	line      int
	witnessed bool
}

func (v *verifier) run() error {
	for {
		line, err := v.next()
		if errors.Is(err, io.EOF) {
			return v.end()
		}
		if err != nil {
			return err
		}
		rec, err := v.check(line)
		if err != nil {
			return err
		}
		v.accept(rec, line)
	}
}

// next returns a line without its newline, valid until the next call.
func (v *verifier) next() ([]byte, error) {
	line, err := v.in.ReadSlice('\n')
	v.line++
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, v.fault(Malformed, 0)
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, v.fault(CutOff, 0)
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	default:
		return nil, fmt.Errorf("audit: reading the log: %w", err)
	}
}

// check tells whether line is the record that is due.
func (v *verifier) check(line []byte) (record, error) {
	rec, ok := parse(line)
	if !ok {
		return rec, v.fault(Malformed, 0)
	}
	if err := v.sealed(&rec, line); err != nil {
		return rec, err
	}
	want := v.report.Head
	switch {
	case !want.StreamID.IsZero() && rec.stream != want.StreamID:
		return rec, v.fault(Foreign, 0)
	case rec.number > want.Number+1:
		return rec, v.fault(v.later(want.Number+1), rec.number)
	case rec.number <= want.Number:
		return rec, v.fault(Repeated, rec.number)
	case rec.previous != want.Hash:
		return rec, v.fault(Spliced, 0)
	default:
		return rec, nil
	}
}

// sealed checks the seal of a record.
func (v *verifier) sealed(rec *record, line []byte) error {
	switch {
	case v.ChainOnly:
		return nil
	case rec.keyed && len(v.Key) == 0:
		return ErrUnkeyed
	case rec.keyed != (len(v.Key) > 0):
		return v.fault(Foreign, 0)
	}
	if subtle.ConstantTimeCompare(v.seal.value(line[:rec.split], line[rec.rest:]), rec.value) != 1 {
		return v.fault(Changed, 0)
	}
	return nil
}

// later tells a reordered record from a dropped one: the record that is due may come later.
func (v *verifier) later(due uint64) Fault {
	for {
		line, err := v.in.ReadSlice('\n')
		if err != nil {
			return Dropped
		}
		if rec, ok := parse(line[:len(line)-1]); ok && rec.number == due {
			return Reordered
		}
	}
}

func (v *verifier) accept(rec record, line []byte) {
	r := &v.report
	r.Records++
	r.Size += int64(len(line)) + 1
	r.Head = State{StreamID: rec.stream, Number: rec.number, Hash: sha256.Sum256(line)}
	r.Ended = rec.end
	if rec.gap {
		r.Gaps++
		r.Lost += rec.lost
	}
	v.witnessed = v.witnessed || r.Head == v.Head
}

// end decides when all lines are read.
func (v *verifier) end() error {
	switch {
	case !v.witnessed && v.report.Head.Number >= v.Head.Number:
		return v.fault(Spliced, 0)
	case !v.witnessed:
		return v.fault(Dropped, 0)
	case v.RequireEnd && !v.report.Ended:
		return v.fault(Unended, 0)
	default:
		return nil
	}
}

func (v *verifier) fault(f Fault, got uint64) error {
	e := &FaultError{Line: v.line, Fault: f}
	if got > 0 {
		e.Want, e.Got = v.report.Head.Number+1, got
	}
	return e
}
