package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// narrow cuts where wide would not yet.
var narrow = window{behind: 512, piece: 4 << 10, ahead: 3 << 10, longest: 64 << 10}

// cutBy redacts a text with a window.
func cutBy(t testing.TB, w window, text string, args ...string) string {
	t.Helper()
	opts, err := parse(args)
	testkit.NoError(t, err)
	f, err := opts.filter()
	testkit.NoError(t, err)
	var out strings.Builder
	testkit.NoError(t, f.text(iotest.HalfReader(strings.NewReader(text)), &out, w))
	return out.String()
}

// The pieces make no difference.
func TestPieces(t *testing.T) {
	t.Parallel()
	parts := []string{
		"The quick brown fox jumps over the lazy dog.", " ", " ", "\n", "\n", "\r\n", "\n\n", person, iban, awsKey, privateKey,
		"Dear Mrs Miller,\n", "Kind regards,\nPeter Smith\n", "date of birth: 12/03/1980", "756.9217.0769.85", "Straße 12, Zürich – größer",
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n",
		"password = hunter2xyz9", "EMAIL_ADDRESS_7k2m9q4w1x3bc", "2026-11-24T08:00:00Z level=info msg=done id=0f8fad5b-d9cd-469f-a165-70867728950e", "日本語",
	}
	whole := window{piece: 1 << 20}
	for name, keep := range map[string]func(string) bool{
		"lines":   func(string) bool { return true },
		"no line": func(s string) bool { return !strings.Contains(s, "\n") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := keyed(t)
			for seed := range uint64(20) {
				dice := rand.New(rand.NewPCG(seed, 1))
				var b strings.Builder
				for b.Len() < 60<<10 {
					if part := parts[dice.IntN(len(parts))]; keep(part) {
						b.WriteString(part + " ")
					}
				}
				want := cutBy(t, whole, b.String(), args...)
				testkit.True(t, cutBy(t, narrow, b.String(), args...) == want, "narrow pieces make no difference")
				testkit.True(t, !strings.Contains(want, person) && !strings.Contains(want, "MIIE"), "something was found")
			}
		})
	}
}

// A value that goes over many pieces is still one value, and one without end is an error.
func TestLongValue(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8c\n", 500)
	key := strings.Replace(privateKey, "MIIE", body+"MIIE", 1)
	got := cutBy(t, narrow, "before\n"+key+"\nafter\n")
	testkit.Equal(t, strings.Count(got, "PRIVATE_KEY_"), 1)
	testkit.Equal(t, strings.Count(got, "\n"), 3)

	opts, _ := parse(nil)
	f, err := opts.filter()
	testkit.NoError(t, err)
	var out strings.Builder
	err = f.text(strings.NewReader("before\n"+strings.Replace(privateKey, "MIIE", strings.Repeat(body, 8)+"MIIE", 1)), &out, narrow)
	testkit.ErrorIs(t, err, errLong)
	testkit.Equal(t, out.String(), "before\n")
}

// Text without any line end, space or mark is cut between characters.
func TestNoBreak(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"a", "0", "é", "日", "😀", "\xff", "\r\n", "-", "\x00", "_", "=", "%41"} {
		text := strings.Repeat(unit, 40<<10/len(unit)) + "."
		got := cutBy(t, narrow, text, "-kinds", "EMAIL_ADDRESS")
		testkit.True(t, got == text, "it stays as it is: "+unit)
	}
	for in, want := range map[string]string{"a\nb": "a\n", "a b": "a ", "a-b": "a-", "ab\r": "ab", "é\xe6\x97": "é", "日": "日", "\xff\xff": "\xff\xff", "a": "a"} {
		testkit.Equal(t, in[:lastBreak(in)], want)
	}
}

// A huge input is worked on in little memory.
func TestHuge(t *testing.T) {
	if testing.Short() {
		t.Skip("32 MiB take seconds under -race")
	}
	line := "Dear Mrs Miller, write to " + person + " before Friday. " + strings.Repeat("Nothing to see here. ", 20) + "\n"
	for name, in := range map[string]string{
		"lines":  line,
		"jsonl":  `{"id": "x", "text": "` + strings.TrimSpace(line) + `"}` + "\n",
		"digits": "0123456789",
		"letter": "a",
	} {
		t.Run(name, func(t *testing.T) {
			const total = 32 << 20
			args := []string{"-action", "mask"}
			if name == "jsonl" {
				args = append(args, "-jsonl")
			}
			out := &gauge{}
			var stderr bytes.Buffer
			testkit.Equal(t, run(args, io.LimitReader(&again{text: in}, total-total%int64(len(in))), out, &stderr, false), statusOK)
			testkit.Equal(t, stderr.String(), "")
			testkit.True(t, out.n > total/2, "all of it came out")
			testkit.True(t, out.most < 24<<20, "memory is bounded")
			t.Log(out.most>>20, "MiB")
		})
	}
}

// again is a text without end.
type again struct {
	text string
	at   int
}

func (a *again) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k := copy(p[n:], a.text[a.at:])
		n, a.at = n+k, (a.at+k)%len(a.text)
	}
	return n, nil
}

// A gauge counts what is written, and looks at the memory now and then.
type gauge struct {
	n, writes int64
	most      uint64
}

func (g *gauge) Write(p []byte) (int, error) {
	if g.n += int64(len(p)); g.writes%32 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		g.most = max(g.most, m.HeapInuse)
	}
	g.writes++
	return len(p), nil
}

// What cannot be read or written ends the program, and what was found before is out.
func TestBroken(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	for _, args := range [][]string{nil, {"-jsonl"}} {
		var stdout, stderr bytes.Buffer
		in := io.MultiReader(strings.NewReader(`{"id": 1, "text": "`+person+`"}`+"\n"), iotest.ErrReader(lost))
		testkit.Equal(t, run(args, in, &stdout, &stderr, false), statusFailed)
		testkit.True(t, strings.HasSuffix(stderr.String(), "the input: lost\n"), "it says why: "+stderr.String())
		testkit.True(t, !strings.Contains(stdout.String(), person), "nothing raw is out")

		in = strings.NewReader(`{"id": 1, "text": "x"}`)
		testkit.Equal(t, run(args, in, full{}, &stderr, false), statusFailed)
	}
}

// full is a disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }
