package wire_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestQuote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                   "",
		`a"b\c`:              `a\"b\\c`,
		"\b\f\n\r\t\x00\x1f": `\b\f\n\r\t\u0000\u001f`,
		"é </> & \u2028 😀":   "é </> & \u2028 😀",
		"a\xffb\xe2\x82":     "a\uFFFDb\uFFFD\uFFFD",
	} {
		testkit.Equal(t, string(wire.Quote(nil, text)), want)
	}
}

func TestUnquote(t *testing.T) {
	t.Parallel()
	for contents, want := range map[string]string{
		``:                         "",
		`a\/b\"\\`:                 `a/b"\`,
		`\b\f\n\r\t`:               "\b\f\n\r\t",
		`\u00e9\u0041\uD83D\ude00`: "éA😀",
		// What the scanner would have refused must still not panic.
		`\`: `\`, `\u12`: "\uFFFD12", `\ud83d\u0041`: "\uFFFDA", `\udead`: "\uFFFD",
	} {
		testkit.Equal(t, string(wire.Unquote([]byte("<"), []byte(contents))), "<"+want)
	}
}

func FuzzQuote(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\"\\é😀\xff\u2028")
	f.Fuzz(func(t *testing.T, text string) {
		quoted := wire.Quote(nil, text)
		testkit.NoError(t, wire.Scan([]byte(`"`+string(quoted)+`"`), 0))
		var std string
		testkit.NoError(t, json.Unmarshal([]byte(`"`+string(quoted)+`"`), &std))
		got := string(wire.Unquote(nil, quoted))
		testkit.Equal(t, got, std)
		if utf8.ValidString(text) {
			testkit.Equal(t, got, text)
		}
	})
}

func TestSplice(t *testing.T) {
	t.Parallel()
	body := []byte(`0123456789`)
	for _, tt := range []struct {
		name  string
		edits []wire.Edit
		want  string
	}{
		{"none", nil, "0123456789"},
		{"all", []wire.Edit{{Start: 0, End: 10, Text: ""}}, ""},
		{"neighbours", []wire.Edit{{Start: 2, End: 4, Text: "a"}, {Start: 4, End: 5, Text: "b"}}, "01ab56789"},
		{"unsorted", []wire.Edit{{Start: 8, End: 9, Text: "b"}, {Start: 1, End: 2, Text: "a"}}, "0a234567b9"},
		{"insertions keep their order", []wire.Edit{{Start: 1, End: 1, Text: "a"}, {Start: 1, End: 1, Text: "b"}, {Start: 1, End: 2, Text: "c"}, {Start: 10, End: 10, Text: "z"}}, "0abc23456789z"},
	} {
		testkit.Equal(t, string(wire.Splice([]byte("<"), body, tt.edits)), "<"+tt.want)
	}
	// A body with an edit left out must not go anywhere.
	for name, edits := range map[string][]wire.Edit{
		"overlap":  {{Start: 1, End: 4}, {Start: 3, End: 5}},
		"negative": {{Start: -1, End: 2}},
		"reversed": {{Start: 4, End: 2}},
		"beyond":   {{Start: 9, End: 11}},
	} {
		testkit.True(t, wire.Splice([]byte("<"), body, edits) == nil, name)
	}
}
