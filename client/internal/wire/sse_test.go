package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// readAll returns each event as NAME|DATA|WRITTEN, and the error that ended the stream.
func readAll(src io.Reader, l wire.Limits) ([]string, error) {
	r := wire.NewReader(src, l)
	var events []string
	for {
		e, err := r.Next()
		if err != nil {
			return events, err
		}
		data := string(e.Data)
		if e.Data == nil {
			data = "<nil>"
		}
		events = append(events, fmt.Sprintf("%s|%s|%s", e.Name, data, e.Append(nil)))
	}
}

// cut gives data in pieces of n bytes, and io.EOF together with the last one.
type cut struct {
	data string
	n    int
}

func (c *cut) Read(p []byte) (int, error) {
	n := copy(p, c.data[:min(c.n, len(c.data))])
	c.data = c.data[n:]
	if c.data == "" {
		return n, io.EOF
	}
	return n, nil
}

func TestReader(t *testing.T) {
	t.Parallel()
	aborted := &wire.Error{Code: event.StreamAborted}
	for _, tt := range []struct {
		name, stream string
		want         []string
		err          error
	}{
		{"empty", "", nil, io.EOF},
		{"one", "data: a\n\n", []string{"|a|data: a\n\n"}, io.EOF},
		{"no space", "data:a\n\n", []string{"|a|data: a\n\n"}, io.EOF},
		{"two spaces", "data:  a\n\n", []string{"| a|data:  a\n\n"}, io.EOF},
		{"CR", "data: a\r\rdata: b\r\r", []string{"|a|data: a\n\n", "|b|data: b\n\n"}, io.EOF},
		{"CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", []string{"|a|data: a\n\n", "|b|data: b\n\n"}, io.EOF},
		{"mixed", "data: a\r\n\rdata: b\n\r\ndata: c\r\n\n", []string{"|a|data: a\n\n", "|b|data: b\n\n", "|c|data: c\n\n"}, io.EOF},
		{"byte order mark", "\uFEFFdata: a\n\n", []string{"|a|data: a\n\n"}, io.EOF},
		{"a second mark is no mark", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", []string{"|b|data: b\n\n"}, io.EOF},
		{"half a mark", "\xEF\xBB", nil, aborted},
		{"lines", "data: a\ndata:\ndata: b\n\n", []string{"|a\n\nb|data: a\ndata:\ndata: b\n\n"}, io.EOF},
		{"a field without a colon", "data\n\ndata\ndata\n\n", []string{"||data:\n\n", "|\n|data:\ndata:\n\n"}, io.EOF},
		{"everything in order", ": c\nid: 7\nevent: e\nretry: 10\ndata: a\n:d\n\n", []string{"e|a|: c\nid: 7\nevent: e\nretry: 10\ndata: a\n:d\n\n"}, io.EOF},
		{"the last name counts", "event: a\nevent: b\ndata: x\n\n", []string{"b|x|event: b\ndata: x\n\n"}, io.EOF},
		{"an empty name", "event: a\nevent\ndata: x\n\n", []string{"|x|data: x\n\n"}, io.EOF},
		{"an empty name alone", "event: a\nevent:\n\nevent\n\n", nil, io.EOF},
		{"comments alone", ": keep-alive\n\n:\n\n", []string{"|<nil>|: keep-alive\n\n", "|<nil>|:\n\n"}, io.EOF},
		{"a name alone", "event: ping\n\n", []string{"ping|<nil>|event: ping\n\n"}, io.EOF},
		{"what is ignored", "id: a\x00b\nretry: 1s\nretry:\nfoo: bar\nDATA: x\n data: y\n\ndata: z\n\n", []string{"|z|data: z\n\n"}, io.EOF},
		{"an empty id counts", "id\n\n", []string{"|<nil>|id:\n\n"}, io.EOF},
		{"blank lines", "\n\n\r\n\rdata: a\n\n\n\n", []string{"|a|data: a\n\n"}, io.EOF},
		{"no blank line", "data: a\n\ndata: b\n", []string{"|a|data: a\n\n"}, aborted},
		{"half a line", "data: a\n\ndata: b", []string{"|a|data: a\n\n"}, aborted},
		{"half a field", "dat", nil, aborted},
		{"a name without a blank line", "event: a\n", nil, aborted},
		{"a comment at the end", "data: a\n\n: bye\n", []string{"|a|data: a\n\n"}, io.EOF},
		{"colons in the value", "data: {\"a\":1}\n\n", []string{"|{\"a\":1}|data: {\"a\":1}\n\n"}, io.EOF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= len(tt.stream)+1; n++ {
				got, err := readAll(&cut{tt.stream, n}, wire.Limits{})
				if !slices.Equal(got, tt.want) {
					t.Fatalf("pieces of %d:\n got %q\nwant %q", n, got, tt.want)
				}
				var fault *wire.Error
				if errors.Is(tt.err, io.EOF) {
					testkit.Equal(t, err, io.EOF)
				} else if !errors.As(err, &fault) || fault.Code != event.StreamAborted || fault.Offset != len(tt.stream) || !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Fatalf("pieces of %d: %v", n, err)
				}
			}
		})
	}
}

// An event is there as soon as its blank line is, also when that ends in CR.
func TestReaderDoesNotWait(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"data: a\n\n", "data: a\r\r", "data: a\r\n\r", "\uFEFFdata: a\n\n"} {
		pr, pw := io.Pipe()
		r := wire.NewReader(pr, wire.Limits{})
		go func() { _, _ = io.WriteString(pw, text) }()
		e, err := r.Next() // would block for ever if it read on
		testkit.NoError(t, err)
		testkit.Equal(t, string(e.Data), "a")
		testkit.NoError(t, pr.Close())
	}
}

func TestReaderLimits(t *testing.T) {
	t.Parallel()
	limits := wire.Limits{MaxLine: 20, MaxEvent: 50}
	exact := "data: " + strings.Repeat("a", 14) + "\n"
	for name, tt := range map[string]struct {
		stream string
		code   event.Code // empty: it is read
	}{
		"a line at the limit":       {exact + "\n", ""},
		"a line over it":            {"data: " + strings.Repeat("a", 15) + "\n\n", event.LineTooLarge},
		"a line without an end":     {strings.Repeat("x", 1000), event.LineTooLarge},
		"an event at the limit":     {exact + exact + "id: 567\n\n", ""},
		"an event over it":          {exact + exact + exact + "\n", event.EventTooLarge},
		"comments count":            {strings.Repeat(":1\n", 20), event.EventTooLarge},
		"many small events do not":  {strings.Repeat(exact+"\n", 100), ""},
		"nor do blank lines":        {strings.Repeat("\n", 1000) + exact + "\n", ""},
		"an event of ignored lines": {strings.Repeat("x\n", 100), event.EventTooLarge},
	} {
		for _, n := range []int{1, 7, 4096} {
			_, err := readAll(&cut{tt.stream, n}, limits)
			if tt.code == "" {
				testkit.Equal(t, err, io.EOF)
				continue
			}
			var fault *wire.Error
			testkit.True(t, errors.As(err, &fault) && fault.Code == tt.code, name)
		}
	}
}

// A peer that never ends an event makes the reader hold the limit and no more, and costs
// linear time.
func TestReaderHostile(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"data: " + strings.Repeat("a", 1<<20-6) + "\n", ":\r", ":\n", "\r\n:", "x"} {
		src := &endless{data: []byte(strings.Repeat(unit, 1+64/len(unit)))}
		_, err := readAll(src, wire.Limits{})
		want := event.EventTooLarge
		if unit == "x" {
			want = event.LineTooLarge
		}
		wantCode(t, err, want)
	}
	_, err := readAll(strings.NewReader(strings.Repeat(":\n", 70000)), wire.Limits{})
	wantCode(t, err, event.EventTooLarge)
	_, err = readAll(strings.NewReader(strings.Repeat(":\n", 60000)+"\n"), wire.Limits{})
	testkit.Equal(t, err, io.EOF)
}

func TestReaderSource(t *testing.T) {
	t.Parallel()
	got, err := readAll(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("data: a\n\n"))), wire.Limits{})
	testkit.ErrorIs(t, err, iotest.ErrTimeout)
	testkit.Equal(t, len(got), 0)
	got, err = readAll(io.MultiReader(strings.NewReader("data: a\n\nda"), iotest.ErrReader(io.ErrClosedPipe)), wire.Limits{})
	testkit.ErrorIs(t, err, io.ErrClosedPipe)
	testkit.Equal(t, len(got), 1)
	_, err = readAll(idle{}, wire.Limits{})
	testkit.ErrorIs(t, err, io.ErrNoProgress)
}

// The buffer of a large event is given up, and nothing is lost over it.
func TestReaderLargeThenSmall(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("data: "+strings.Repeat("a", 1000)+"\n", 200) + "\n"
	small := strings.Repeat("data: b\n\n", 3000)
	got, err := readAll(&cut{large + small + large + small, 1500}, wire.Limits{})
	testkit.Equal(t, err, io.EOF)
	testkit.Equal(t, len(got), 6002)
	testkit.Equal(t, len(got[0]), len(got[3001]))
	testkit.Equal(t, got[6001], "|b|data: b\n\n")
}

// idle never has anything to say.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestEventAppend(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		event wire.Event
		want  string
	}{
		{wire.Event{}, "\n"},
		{wire.Event{Data: []byte("a")}, "data: a\n\n"},
		{wire.Event{Name: []byte("n"), Data: []byte{}}, "event: n\ndata:\n\n"},
		{wire.Event{Data: []byte("a\nb\r\nc\rd\n")}, "data: a\ndata: b\ndata: c\ndata: d\ndata:\n\n"},
		{wire.Event{Name: []byte("n\ndata: x"), Data: []byte("a")}, "event: n\ndata: a\n\n"},
	} {
		testkit.Equal(t, string(tt.event.Append(nil)), tt.want)
	}
	r := wire.NewReader(strings.NewReader(": c\nevent: n\ndata: a\ndata: b\nid: 1\n\n"), wire.Limits{})
	e, err := r.Next()
	testkit.NoError(t, err)
	e.Name, e.Data = []byte("m"), []byte("longer than it was\nx")
	testkit.Equal(t, string(e.Append([]byte("<"))), "<: c\nevent: m\ndata: longer than it was\ndata: x\nid: 1\n\n")
	e.Data = nil
	testkit.Equal(t, string(e.Append(nil)), ": c\nevent: m\nid: 1\n\n")
}

// FuzzSSE: any cut of the bytes gives the same events; what is written is read back as it
// was, and written again the same; and a simple reader by the letter of the standard
// dispatches the same events.
func FuzzSSE(f *testing.F) {
	for _, seed := range []string{"data: a\n\n", "\uFEFFdata: a\r\n\r\nevent: b\rdata: c\r\r", ": c\nid: 1\nretry: 2\n\ndata\n\ndata: x", "data: a\ndata: b\n\n\r\n\n", "id: a\x00\n\nx\n\n"} {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, n uint8) {
		whole, err := readAll(bytes.NewReader(stream), wire.Limits{})
		pieces, err2 := readAll(&cut{string(stream), int(n) + 1}, wire.Limits{})
		testkit.DeepEqual(t, pieces, whole)
		testkit.Equal(t, fmt.Sprint(err2), fmt.Sprint(err))

		var written []byte
		var dispatched []string
		r := wire.NewReader(bytes.NewReader(stream), wire.Limits{})
		for e, err := r.Next(); err == nil; e, err = r.Next() {
			written = e.Append(written)
			if e.Data != nil {
				dispatched = append(dispatched, fmt.Sprintf("%q %q", e.Name, e.Data))
			}
		}
		again, err := readAll(bytes.NewReader(written), wire.Limits{})
		if len(whole) > 0 || len(again) > 0 {
			testkit.DeepEqual(t, again, whole)
		}
		testkit.Equal(t, err, io.EOF)
		if want := byTheLetter(string(stream)); !slices.Equal(dispatched, want) {
			t.Errorf("dispatched\n got %q\nwant %q", dispatched, want)
		}
	})
}

// byTheLetter follows the algorithm of the standard step by step.
func byTheLetter(stream string) []string {
	stream = strings.TrimPrefix(stream, "\uFEFF")
	stream = strings.ReplaceAll(strings.ReplaceAll(stream, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(stream, "\n")
	var events []string
	name, data := "", ""
	for _, line := range lines[:len(lines)-1] {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			if data != "" {
				events = append(events, fmt.Sprintf("%q %q", name, strings.TrimSuffix(data, "\n")))
			}
			name, data = "", ""
		case field == "event":
			name = value
		case field == "data":
			data += value + "\n"
		}
	}
	return events
}
