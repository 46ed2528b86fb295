package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// faultOf returns the fault in err and its line.
func faultOf(err error) (audit.Fault, int) {
	var fault *audit.FaultError
	if errors.As(err, &fault) {
		return fault.Fault, fault.Line
	}
	return audit.NoFault, 0
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	log := written(t, audit.Config{Key: key(), StreamID: event.NewToken("s")}, 5)
	stranger := written(t, audit.Config{Key: key(), StreamID: event.NewToken("t")}, 5)
	twin := written(t, audit.Config{Key: key(), StreamID: event.NewToken("s")}, 5)
	unkeyed := written(t, audit.Config{StreamID: event.NewToken("s")}, 5)
	otherKey := written(t, audit.Config{Key: bytes.Repeat([]byte{8}, 32), StreamID: event.NewToken("s")}, 5)
	lines := func(data []byte) [][]byte { return slices.Collect(bytes.Lines(data)) }
	build := func(picks ...[]byte) []byte { return bytes.Join(picks, nil) }
	l, s, w, u := lines(log), lines(stranger), lines(twin), lines(unkeyed)
	replace := func(from, to string) []byte { return bytes.Replace(l[2], []byte(from), []byte(to), 1) }

	for _, test := range []struct {
		name  string
		data  []byte
		fault audit.Fault
		line  int
	}{
		{"whole", log, audit.NoFault, 0},
		{"a value changed", build(l[0], l[1], replace(`"sallyport.status":200`, `"sallyport.status":201`), l[3], l[4], l[5]), audit.Changed, 3},
		{"a key changed", build(l[0], l[1], replace(`sallyport.status`, `sallyport.statut`), l[3]), audit.Changed, 3},
		{"a field removed", build(l[0], l[1], replace(`"sallyport.status":200,`, ``), l[3]), audit.Changed, 3},
		{"the seal removed", build(l[0], l[1], replace(`audit.integrity.value`, `audit.integrity.valve`), l[3]), audit.Malformed, 3},
		{"a space added", build(l[0], l[1], replace(`,"audit.outcome"`, `, "audit.outcome"`), l[3]), audit.Malformed, 3},
		{"a field twice", build(l[0], l[1], replace(`"audit.schema.version"`, `"audit.outcome":"success","audit.schema.version"`), l[3]), audit.Malformed, 3},
		{"the first dropped", build(l[1:]...), audit.Dropped, 1},
		{"one dropped", build(l[0], l[1], l[3], l[4], l[5]), audit.Dropped, 3},
		{"two swapped", build(l[0], l[2], l[1], l[3], l[4], l[5]), audit.Reordered, 2},
		{"one moved to the end", build(l[0], l[2], l[3], l[4], l[5], l[1]), audit.Reordered, 2},
		{"one repeated", build(l[0], l[1], l[1], l[2]), audit.Repeated, 3},
		{"the first repeated at the end", build(append(slices.Clone(l), l[0])...), audit.Repeated, 7},
		{"another stream follows", build(l[0], l[1], s[2]), audit.Foreign, 3},
		{"another history", build(l[0], l[1], w[2], w[3]), audit.Spliced, 3},
		{"without a key", build(u...), audit.Foreign, 1},
		{"one without a key", build(l[0], l[1], u[2]), audit.Foreign, 3},
		{"another key", otherKey, audit.Changed, 1},
		{"no last newline", bytes.TrimSuffix(log, []byte("\n")), audit.CutOff, 6},
		{"cut within a record", log[:len(log)-40], audit.CutOff, 6},
		{"cut after a record", build(l[:5]...), audit.Unended, 6},
		{"empty", nil, audit.Unended, 1},
		{"an empty line", build(l[0], []byte("\n"), l[1]), audit.Malformed, 2},
		{"a text", []byte("once upon a time\n"), audit.Malformed, 1},
		{"a line without end", bytes.Repeat([]byte("x"), audit.MaxLine+10), audit.Malformed, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			report, err := verify(test.data, audit.VerifyConfig{Key: key(), RequireEnd: true})
			fault, line := faultOf(err)
			testkit.Equal(t, fault, test.fault)
			testkit.Equal(t, line, test.line)
			if test.fault != audit.NoFault {
				testkit.ErrorIs(t, err, audit.ErrTampered)
				testkit.True(t, report.Records < test.line, "only the good records are counted")
			}
		})
	}
}

// TestVerifyTruncated checks that a log without its end is found by who asks for the end,
// or kept the head elsewhere.
func TestVerifyTruncated(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	l := chained(t, &buf, audit.Config{Key: key()})
	testkit.NoError(t, l.Record(t.Context(), full(t)))
	size := buf.Len()
	testkit.NoError(t, l.Record(t.Context(), full(t)))
	head := l.Head()
	cut := buf.Bytes()[:size]

	report, err := verify(cut, audit.VerifyConfig{Key: key()})
	testkit.NoError(t, err)
	testkit.True(t, !report.Ended, "the report says that there is no end")
	_, err = verify(cut, audit.VerifyConfig{Key: key(), Head: head})
	fault, _ := faultOf(err)
	testkit.Equal(t, fault, audit.Dropped)
	_, err = verify(buf.Bytes(), audit.VerifyConfig{Key: key(), Head: head})
	testkit.NoError(t, err)

	twin := head
	twin.Hash[0] ^= 1
	_, err = verify(buf.Bytes(), audit.VerifyConfig{Key: key(), Head: twin})
	fault, _ = faultOf(err)
	testkit.Equal(t, fault, audit.Spliced)
}

func TestVerifyKeys(t *testing.T) {
	t.Parallel()
	keyed, plain := written(t, audit.Config{Key: key()}, 2), written(t, audit.Config{}, 2)
	_, err := verify(keyed, audit.VerifyConfig{})
	testkit.ErrorIs(t, err, audit.ErrUnkeyed)
	report, err := verify(keyed, audit.VerifyConfig{ChainOnly: true})
	testkit.NoError(t, err)
	testkit.True(t, !report.Keyed, "following the chain proves no seal")
	report, err = verify(plain, audit.VerifyConfig{})
	testkit.NoError(t, err)
	testkit.True(t, !report.Keyed, "a plain hash is no seal")
	_, err = verify(plain, audit.VerifyConfig{StreamID: event.NewToken("other")})
	fault, _ := faultOf(err)
	testkit.Equal(t, fault, audit.Foreign)
	_, err = verify(keyed, audit.VerifyConfig{Key: key(), ChainOnly: true})
	testkit.ErrorIs(t, err, audit.ErrConfig)
	_, err = verify(keyed, audit.VerifyConfig{Key: []byte("short")})
	testkit.ErrorIs(t, err, audit.ErrConfig)
	_, err = audit.Verify(io.MultiReader(bytes.NewReader(keyed), iotest.ErrReader(io.ErrNoProgress)), audit.VerifyConfig{Key: key()})
	testkit.ErrorIs(t, err, io.ErrNoProgress)
}

// TestVerifyOneSpelling checks that a record has one spelling, even where no seal is looked at.
func TestVerifyOneSpelling(t *testing.T) {
	t.Parallel()
	log := kept(t)
	at := bytes.LastIndex(log, []byte(`previous_hash":"`)) + len(`previous_hash":"`)
	upper := slices.Concat(log[:at], bytes.ToUpper(log[at:at+64]), log[at+64:])
	noText := bytes.Replace(log, []byte("audit.stream_end"), []byte("audit.stream_\xffnd"), 1)
	for _, data := range [][]byte{upper, noText} {
		_, err := verify(data, audit.VerifyConfig{ChainOnly: true})
		fault, line := faultOf(err)
		testkit.Equal(t, fault, audit.Malformed)
		testkit.Equal(t, line, 4)
	}
}

// TestEveryByte changes each byte of a log in turn, in several ways; each is found.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]audit.Config{"keyed": {Key: key()}, "plain": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var buf bytes.Buffer
			l := chained(t, &buf, cfg)
			testkit.NoError(t, l.Record(t.Context(), event.Event{Code: event.Timeout, Finish: []event.Finish{"stop", "length"}}))
			testkit.NoError(t, l.Close())
			log := buf.Bytes()
			for i := range log {
				line := 1 + bytes.Count(log[:i], []byte("\n"))
				for _, flip := range []byte{1, 0x20, log[i] ^ '\n'} {
					if flip == 0 {
						continue
					}
					changed := bytes.Clone(log)
					changed[i] ^= flip
					_, err := verify(changed, audit.VerifyConfig{Key: cfg.Key})
					fault, at := faultOf(err)
					if fault == audit.NoFault && !errors.Is(err, audit.ErrUnkeyed) {
						t.Fatalf("byte %d %q -> %q is not found: %v", i, log[i], changed[i], err)
					}
					if fault != audit.NoFault && at != line {
						t.Fatalf("byte %d of line %d is found in line %d: %v", i, line, at, err)
					}
				}
			}
		})
	}
}

// TestEveryCut cuts a log at each byte: within a record it is a fault, after one it is a
// log that has not ended.
func TestEveryCut(t *testing.T) {
	t.Parallel()
	log := written(t, audit.Config{Key: key()}, 3)
	for i := range log {
		_, err := verify(log[:i], audit.VerifyConfig{Key: key(), RequireEnd: true})
		fault, _ := faultOf(err)
		want := audit.CutOff
		if i == 0 || log[i-1] == '\n' {
			want = audit.Unended
		}
		if fault != want {
			t.Fatalf("cut at %d: %v, want %v", i, fault, want)
		}
	}
}

func TestFaultsPrint(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		want string
	}{
		{&audit.FaultError{Line: 7, Fault: audit.Dropped, Want: 7, Got: 9}, "audit: line 7: dropped: record 9 in place of 7"},
		{&audit.FaultError{Line: 7, Fault: audit.CutOff}, "audit: line 7: cut off"},
		{&audit.FaultError{Line: 7, Fault: 99}, "audit: line 7: none"},
		{&audit.WriteError{Lost: 1, Err: io.EOF}, "audit: the event is not recorded"},
		{&audit.WriteError{Lost: 3, Err: io.EOF}, "audit: the event is not recorded, nor are the 2 before it"},
	} {
		testkit.Equal(t, fmt.Sprint(test.err), test.want)
		var safe interface{ Safe() }
		testkit.True(t, errors.As(test.err, &safe), "the text is safe to tell")
	}
}

// kept is a log that an earlier version wrote.
func kept(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/kept.jsonl")
	testkit.NoError(t, err)
	return data
}

// TestKept checks that logs of earlier versions can be verified for as long as they must
// be kept.
func TestKept(t *testing.T) {
	t.Parallel()
	report, err := verify(kept(t), audit.VerifyConfig{Key: key(), RequireEnd: true})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Records, 4)
}

// FuzzVerify checks that no text makes Verify panic, and that nothing but the log itself,
// or a log cut after a record, passes under its key.
func FuzzVerify(f *testing.F) {
	log := kept(f) // the same in each process that fuzzes
	f.Add(log)
	f.Add(log[:len(log)/2])
	f.Add(bytes.ToUpper(log))
	f.Add(bytes.Replace(log, []byte("\n"), nil, 1))
	f.Add([]byte(`{"a":["b","c"],"d":true}` + "\n"))
	f.Add([]byte(strings.Repeat(`{"\`, 3)))
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := verify(data, audit.VerifyConfig{Key: key()})
		cut := bytes.HasPrefix(log, data) && (len(data) == 0 || data[len(data)-1] == '\n')
		// The key seals no other log, so what passes is this one.
		if (err == nil) != cut {
			t.Errorf("passes: %v, is the log: %v: %q", err == nil, cut, data)
		}
		if report.Size > int64(len(data)) {
			t.Errorf("%d good bytes of %d", report.Size, len(data))
		}
		_, _ = verify(data, audit.VerifyConfig{ChainOnly: true})
	})
}

// FuzzOneByte checks that any change of one byte is found.
func FuzzOneByte(f *testing.F) {
	log := kept(f)
	f.Add(uint(0), byte(1))
	f.Add(uint(500), byte(0x20))
	f.Fuzz(func(t *testing.T, at uint, flip byte) {
		if flip == 0 {
			return
		}
		changed := bytes.Clone(log)
		changed[at%uint(len(log))] ^= flip
		if _, err := verify(changed, audit.VerifyConfig{Key: key()}); err == nil {
			t.Errorf("byte %d changed by %#x is not found", at%uint(len(log)), flip)
		}
	})
}
