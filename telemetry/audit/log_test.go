package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// key is a key for tests, made at run time.
func key() []byte { return bytes.Repeat([]byte{7}, 32) }

func chained(t testing.TB, w io.Writer, cfg audit.Config) *audit.Log {
	t.Helper()
	l, err := audit.Chained(w, cfg)
	testkit.NoError(t, err)
	return l
}

// full is an event with every field set.
func full(t testing.TB) event.Event {
	t.Helper()
	p, err := event.NewPseudonymizer(key())
	testkit.NoError(t, err)
	return event.Event{
		Time: time.Unix(1_764_000_000, 123), Name: event.RequestCompleted, Severity: event.Info, Outcome: event.Failure,
		Code: event.StreamAborted, CallID: event.NewToken("01JD"), Trace: event.Trace{TraceID: [16]byte{1}, SpanID: [8]byte{2}},
		Caller: p.Caller("contoso", "max", "letters"), Host: event.NewHost("contoso.openai.azure.com"),
		Operation: event.Chat, Deployment: event.NewToken("gpt-4o"), Stream: true, Policy: event.NewToken("retry"),
		Model: event.NewModel("gpt-4o-2024-08-06"), Finish: []event.Finish{"stop", "length"}, ResponseID: event.NewResponseID("chatcmpl-1"),
		Status: 200, Attempts: 2, Duration: 1500 * time.Millisecond, FirstChunk: 200 * time.Millisecond,
		Tokens:   event.Tokens{Input: 12, Output: 34, Cached: 5, Reasoning: 6, Known: true},
		Counts:   []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 1}, {Kind: event.NewToken("EMAIL_ADDRESS"), N: 2}, {Kind: event.NewToken("IBAN_CODE"), N: 2}},
		Restored: 3, Withheld: 5, Failures: 6,
		Found: []event.Count{{Kind: event.NewToken("CREDIT_CARD"), N: 7}},
		Network: event.Network{
			Mode: event.NewToken("strict"), Level: event.NewToken("zone"), AddressClass: event.NewToken("private"),
			Dialled: netip.MustParseAddrPort("10.0.0.4:443"), TLSVersion: 0x0304, Suite: 0x1301, Group: 4588,
			ALPN: event.NewToken("h2"), Resumed: true, Resolver: netip.MustParseAddrPort("[fd00::2]:53"),
			Zone: event.NewToken("privatelink.openai.azure.com"), PinUse: event.NewToken("primary"), Staple: event.NewToken("good"),
		},
		Region: event.NewRegion("Sweden Central"), RequestID: event.NewRequestID("9c858901-8a57-4791-81fe-4c455b099bc9"),
		Config: event.Digest{3}, State: event.On, Version: event.NewToken("3f0c"), Age: 90 * time.Minute,
		Waiver: event.Waiver{Kind: event.NewToken("loopback"), Until: time.Unix(1_800_000_000, 0), Reason: event.NewOperatorText("a \"demo\"\n\x01 in Zürich \xff</script>")},
	}
}

// written returns a log of n events and its end marker.
func written(t testing.TB, cfg audit.Config, n int) []byte {
	t.Helper()
	var buf bytes.Buffer
	l := chained(t, &buf, cfg)
	for range n {
		testkit.NoError(t, l.Record(t.Context(), full(t)))
	}
	testkit.NoError(t, l.Close())
	return buf.Bytes()
}

func verify(data []byte, cfg audit.VerifyConfig) (audit.Report, error) {
	return audit.Verify(bytes.NewReader(data), cfg)
}

// TestRecordGolden pins the record. What is random is masked.
func TestRecordGolden(t *testing.T) {
	t.Parallel()
	data := written(t, audit.Config{Key: key(), StreamID: event.NewToken("stream-1")}, 1)
	data = regexp.MustCompile(`"audit.record.id":"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"`).ReplaceAll(data, []byte(`"audit.record.id":"UUIDv7"`))
	data = regexp.MustCompile(`"audit.integrity.value":"[0-9a-f]{64}"`).ReplaceAll(data, []byte(`"audit.integrity.value":"HMAC"`))
	data = regexp.MustCompile(`"audit.sequence.previous_hash":"[0-9a-f]{64}"`).ReplaceAll(data, []byte(`"audit.sequence.previous_hash":"HASH"`))
	end := bytes.LastIndex(data, []byte(`"timestamp"`))
	data = append(data[:end], regexp.MustCompile(`[0-9]{19}`).ReplaceAll(data[end:], []byte("NOW"))...)
	testkit.Golden(t, "testdata/record.golden", bytes.ReplaceAll(data, []byte(`,"`), []byte(",\n\"")))
}

// TestRecordIsCanonical reads each record with encoding/json, writes it again with sorted
// keys, and expects the same bytes.
func TestRecordIsCanonical(t *testing.T) {
	t.Parallel()
	for line := range bytes.Lines(written(t, audit.Config{}, 2)) {
		var fields map[string]any
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		testkit.NoError(t, decoder.Decode(&fields))
		var again bytes.Buffer
		encoder := json.NewEncoder(&again)
		encoder.SetEscapeHTML(false)
		testkit.NoError(t, encoder.Encode(fields))
		testkit.Equal(t, string(line), again.String())
	}
}

func TestEmptyEvent(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	before := time.Now()
	testkit.NoError(t, chained(t, &buf, audit.Config{}).Record(t.Context(), event.Event{}))
	var fields map[string]any
	testkit.NoError(t, json.Unmarshal(buf.Bytes(), &fields))
	ns, err := strconv.ParseInt(fields["timestamp"].(string), 10, 64)
	testkit.NoError(t, err)
	testkit.True(t, ns >= before.UnixNano() && ns <= time.Now().UnixNano(), "an event without a time happened now")
	testkit.Equal(t, fields["event_name"], any("_OTHER"))
	testkit.Equal(t, fields["audit.outcome"], any("unknown"))
	testkit.Equal(t, fields["audit.actor.type"], any("system"))
	_, err = verify(buf.Bytes(), audit.VerifyConfig{})
	testkit.NoError(t, err)
}

// TestMadeUp puts strings into the string types by conversion; none may be told.
func TestMadeUp(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	var buf bytes.Buffer
	l := chained(t, &buf, audit.Config{})
	testkit.NoError(t, l.Record(t.Context(), event.Event{
		Name: event.Name(set.Text("name")), Code: event.Code(set.Text("code")),
		Operation: event.Operation(set.Text("operation")), Finish: []event.Finish{event.Finish(set.Text("finish"))},
		Severity: 77, Outcome: 77, State: 77, Status: -1, Lost: -1, Attempts: -1,
		Tokens: event.Tokens{Known: true, Input: -1}, Counts: []event.Count{{Kind: event.NewToken("EMAIL_ADDRESS"), N: -1}, {N: 4}},
	}))
	testkit.Equal(t, strings.Join(set.Find(buf.Bytes()), ", "), "")
	_, err := verify(buf.Bytes(), audit.VerifyConfig{})
	testkit.NoError(t, err)
}

// TestEndIsOfClose checks that an event cannot pose as the end of the stream.
func TestEndIsOfClose(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	l := chained(t, &buf, audit.Config{})
	testkit.NoError(t, l.Record(t.Context(), event.Event{Name: event.AuditStreamEnd}))
	report, err := verify(buf.Bytes(), audit.VerifyConfig{})
	testkit.NoError(t, err)
	testkit.True(t, !report.Ended, "only Close ends a stream")
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	stream := event.NewToken("s")
	for name, test := range map[string]struct {
		w   io.Writer
		cfg audit.Config
	}{
		"no writer":     {nil, audit.Config{}},
		"short key":     {io.Discard, audit.Config{Key: make([]byte, 31)}},
		"bad stream":    {io.Discard, audit.Config{StreamID: event.NewToken("two words")}},
		"hash only":     {io.Discard, audit.Config{Start: audit.State{Hash: event.Digest{1}}}},
		"number only":   {io.Discard, audit.Config{Start: audit.State{Number: 3, StreamID: stream}}},
		"no stream":     {io.Discard, audit.Config{Start: audit.State{Number: 3, Hash: event.Digest{1}}}},
		"other streams": {io.Discard, audit.Config{StreamID: event.NewToken("t"), Start: audit.State{Number: 3, Hash: event.Digest{1}, StreamID: stream}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := audit.Chained(test.w, test.cfg)
			testkit.ErrorIs(t, err, audit.ErrConfig)
		})
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	l := chained(t, &buf, audit.Config{})
	testkit.NoError(t, l.Close())
	testkit.NoError(t, l.Close())
	err := l.Record(t.Context(), event.Event{})
	testkit.ErrorIs(t, err, audit.ErrNotRecorded)
	testkit.ErrorIs(t, err, audit.ErrClosed)
	report, err := verify(buf.Bytes(), audit.VerifyConfig{RequireEnd: true})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Records, 1)
	testkit.Equal(t, report.Head, l.Head())
}

// TestCallerGone checks that a call that was given up is recorded all the same.
func TestCallerGone(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var buf bytes.Buffer
	testkit.NoError(t, chained(t, &buf, audit.Config{}).Record(ctx, event.Event{Code: event.Canceled}))
	testkit.True(t, buf.Len() > 0, "there is a record")
}

// TestContinue checks that a chain goes on over the end of a process.
func TestContinue(t *testing.T) {
	t.Parallel()
	cfg := audit.Config{Key: key(), StreamID: event.NewToken("s")}
	var buf bytes.Buffer
	first := chained(t, &buf, cfg)
	testkit.NoError(t, first.Record(t.Context(), event.Event{}))
	testkit.NoError(t, first.Close())
	report, err := verify(buf.Bytes(), audit.VerifyConfig{Key: key()})
	testkit.NoError(t, err)
	size := buf.Len()
	testkit.Equal(t, report.Size, int64(size))

	cfg.Start = report.Head
	second := chained(t, &buf, cfg)
	testkit.NoError(t, second.Record(t.Context(), event.Event{}))
	testkit.NoError(t, second.Close())
	report, err = verify(buf.Bytes(), audit.VerifyConfig{Key: key(), RequireEnd: true})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Records, 4)
	testkit.True(t, report.Keyed, "every record is sealed with the key")

	_, err = verify(buf.Bytes()[size:], audit.VerifyConfig{Key: key(), Start: cfg.Start})
	testkit.NoError(t, err)
}

// A flaky writer takes at most budget[i] bytes of the i-th write, then fails. -1 is all.
type flaky struct {
	bytes.Buffer

	budget []int
	err    error
}

func (f *flaky) Write(p []byte) (int, error) {
	if len(f.budget) == 0 || f.budget[0] < 0 || f.budget[0] >= len(p) {
		f.budget = f.budget[min(1, len(f.budget)):]
		return f.Buffer.Write(p)
	}
	n, _ := f.Buffer.Write(p[:f.budget[0]])
	f.budget = f.budget[1:]
	return n, f.err
}

// TestFailingWriter checks for many ways to fail that the chain stays whole, that every
// event is recorded, or counted in a gap, and that no failure is silent.
func TestFailingWriter(t *testing.T) {
	t.Parallel()
	errDisk := errors.New("canary: disk full")
	for name, budget := range map[string][]int{
		"at once":               {0},
		"later":                 {-1, -1, 0},
		"thrice":                {-1, 0, 0, 0},
		"in part":               {-1, 10},
		"all but the newline":   {-1, 500, 1},
		"rest fails":            {10, 0},
		"rest in part":          {10, 10, 10},
		"gap fails":             {0, 0},
		"gap in part":           {0, 20},
		"gap in part, twice":    {0, 20, 20},
		"record after gap":      {0, -1, 0},
		"record after gap part": {0, -1, 30, -1, 0},
	} {
		for _, err := range []error{errDisk, nil} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := &flaky{budget: budget, err: err}
				l := chained(t, w, audit.Config{Key: key()})
				acknowledged, failed := 0, 0
				for range 12 {
					err := l.Record(t.Context(), event.Event{Name: event.AuthFailed})
					if err == nil {
						acknowledged++
						continue
					}
					failed++
					testkit.ErrorIs(t, err, audit.ErrNotRecorded)
					testkit.True(t, !strings.Contains(err.Error(), "canary"), "the writer's words are not repeated")
					if w.err != nil {
						testkit.ErrorIs(t, err, errDisk)
					} else {
						testkit.ErrorIs(t, err, io.ErrShortWrite)
					}
				}
				testkit.NoError(t, l.Close())
				report, err := verify(w.Bytes(), audit.VerifyConfig{Key: key(), RequireEnd: true, Head: l.Head()})
				testkit.NoError(t, err)
				testkit.True(t, failed > 0 && report.Gaps > 0, "the failure is on record")
				recorded := report.Records - report.Gaps - 1
				testkit.Equal(t, recorded+report.Lost, acknowledged+failed)
				testkit.True(t, recorded >= acknowledged, "what was acknowledged is there")
			})
		}
	}
}

// A rude writer breaks the contract of io.Writer.
type rude func(p []byte) (int, error)

func (r rude) Write(p []byte) (int, error) { return r(p) }

func TestRudeWriter(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]rude{
		"panics":   func([]byte) (int, error) { panic("canary") },
		"negative": func([]byte) (int, error) { return -1, nil },
		"too many": func(p []byte) (int, error) { return len(p) + 1, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := chained(t, w, audit.Config{})
			for range 2 {
				err := l.Record(t.Context(), event.Event{})
				testkit.ErrorIs(t, err, audit.ErrNotRecorded)
				testkit.ErrorIs(t, err, audit.ErrWriter)
			}
			testkit.ErrorIs(t, l.Close(), audit.ErrWriter)
		})
	}
}

// A synced writer says how syncing went.
type synced struct {
	bytes.Buffer

	err   error
	times int
}

func (s *synced) Sync() error {
	s.times++
	return s.err
}

func TestSync(t *testing.T) {
	t.Parallel()
	w := &synced{}
	l := chained(t, w, audit.Config{})
	testkit.NoError(t, l.Record(t.Context(), event.Event{}))
	testkit.Equal(t, w.times, 1)

	w.err = syscall.EIO
	testkit.ErrorIs(t, l.Record(t.Context(), event.Event{}), audit.ErrNotRecorded)
	w.err = &os.PathError{Op: "sync", Err: syscall.EINVAL} // a pipe cannot be synced
	testkit.NoError(t, l.Record(t.Context(), event.Event{}))
	testkit.NoError(t, l.Close())
	report, err := verify(w.Bytes(), audit.VerifyConfig{RequireEnd: true})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Records, 5) // the unsynced record is there, and a gap after it
	testkit.Equal(t, report.Gaps, 1)
	testkit.Equal(t, report.Lost, 0)
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	var buf bytes.Buffer
	l := chained(t, &buf, audit.Config{})
	e := event.Event{Finish: make([]event.Finish, 30_000)}
	testkit.ErrorIs(t, l.Record(t.Context(), e), audit.ErrTooLong)
	testkit.NoError(t, l.Close())
	report, err := verify(buf.Bytes(), audit.VerifyConfig{RequireEnd: true})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Lost, 1)
}

// TestConcurrent checks that any interleaving of writers gives a whole chain.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	file, err := os.Create(path)
	testkit.NoError(t, err)
	l := chained(t, struct{ io.Writer }{file}, audit.Config{Key: key()}) // without Sync
	e := full(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if err := l.Record(t.Context(), e); err != nil {
					t.Error(err)
				}
				_ = l.Head()
			}
		})
	}
	wg.Wait()
	testkit.NoError(t, l.Close())
	testkit.NoError(t, file.Close())
	data, err := os.ReadFile(path)
	testkit.NoError(t, err)
	report, err := verify(data, audit.VerifyConfig{Key: key(), RequireEnd: true, Head: l.Head()})
	testkit.NoError(t, err)
	testkit.Equal(t, report.Records, 401)
}
