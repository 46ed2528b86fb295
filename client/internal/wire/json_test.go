package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestScanRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 65)
	many := func(last string) string {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, `"k%d":1,`, i)
		}
		return "{" + b.String() + last + "}"
	}
	for _, tt := range []struct {
		code event.Code
		docs []string
	}{
		{"", []string{`{}`, `[]`, `""`, `0`, `-0.5e+3`, `true`, ` null `, "\t\r\n[1 , 2]\n", `"\u00e9\ud83d\ude00\/"`, `{"a":{"a":1}}`, "\"é\u2028\x7f\"",
			many(`"k":1`), strings.Repeat("[", 64) + strings.Repeat("]", 64), `{"":1}`, `{"a":1,"A":2}`}},
		{event.BodyInvalid, []string{`{} {}`, `{}x`, "\uFEFF{}", `{a:1}`, `{"a" 1}`, `{"a":1,}`, `{,}`, `[1,]`, `[,1]`, `01`, `-01`, `1.x`, `1ex`, `+1`, `.5`, `NaN`,
			`tru3`, `nil`, `'a'`, "\"a\tb\"", "\"\x00\"", `"\x"`, `"\u12g4"`, `{"a":1]`, `[1}`, `1 2`, "\v1", `{"a":1 "b":2}`, `[1 2]`}},
		{event.BodyTruncated, []string{``, ` `, `{`, `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `[`, `[1`, `[1,`, `"`, `"\`, `"\u12`, `"\ud83d`, `"\ud83d\`, `"\ud83d\u`, `"\ud83d\ude0`, `-`, `1.`, `1e`, `1e+`, `t`, `fals`, `nul`}},
		{event.BodyEncoding, []string{`"\ud83d"`, `"\ude00"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\ud83d"`, "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"ab\xe2\x82\"", "{\"\xff\":1}", `{"\ud800":1}`}},
		{event.BodyDuplicateName, []string{`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"":1,"":2}`, many(`"k7":1`), many(`"\u006b99":1`), `[{"x":{"b":1,"c":2,"b":3}}]`}},
		{event.BodyTooDeep, []string{deep, deep + strings.Repeat("]", 65), strings.Repeat(`{"a":`, 65), strings.Repeat("[", 20000)}},
	} {
		for _, doc := range tt.docs {
			err := wire.Scan([]byte(doc), 0)
			if tt.code == "" {
				if err != nil {
					t.Errorf("%.40q: %v", doc, err)
				}
				continue
			}
			var fault *wire.Error
			if !errors.As(err, &fault) || fault.Code != tt.code {
				t.Errorf("%.40q: %v, want %s", doc, err, tt.code)
				continue
			}
			testkit.Equal(t, errors.Is(err, io.ErrUnexpectedEOF), tt.code == event.BodyTruncated)
			testkit.True(t, fault.Offset >= 0 && fault.Offset <= len(doc), "the offset lies in the document")
		}
	}
}

// Every position of a fault within the steps of eight bytes.
func TestScanAlignment(t *testing.T) {
	t.Parallel()
	for pad := range 40 {
		for bad, code := range map[string]event.Code{"\x01": event.BodyInvalid, "\xff": event.BodyEncoding, `\ud800`: event.BodyEncoding, `\q`: event.BodyInvalid} {
			doc := `"` + strings.Repeat("a", pad) + bad + strings.Repeat("é", 9) + `"`
			wantCode(t, wire.Scan([]byte(doc), 0), code)
		}
		testkit.NoError(t, wire.Scan([]byte(`"`+strings.Repeat("a", pad)+"\u00e9 \x7f\u0080"+`\n"`), 0))
	}
}

func TestErrorHoldsNoPayload(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	secret := canaries.Text("body")
	for _, doc := range []string{`{"` + secret + `":1,"` + secret + `":2}`, secret, `"` + secret, `{"a":"` + secret + `\q"}`} {
		_, err := wire.ParseRequest(post(wire.Chat), []byte(doc), wire.Limits{})
		var safe interface{ Safe() }
		testkit.True(t, errors.As(err, &safe), "refused, and marked as safe")
		if safe != nil {
			safe.Safe()
		}
		testkit.Equal(t, len(canaries.Find(fmt.Appendf(nil, "%v %+v %#v %q", err, err, err, err))), 0)
	}
}

// FuzzScan holds the scanner against encoding/json: they agree, but for what is refused by
// design, where the code must be the one for it and the fault must really be there.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e3,"x\u00e9"],"b":{"c":null}}`, `"\ud83d\ude00"`, `{"a":1,"a":2}`, "\"\xff\"", `[[[[`, `"\ud800"`, `{"a":tru`, "[1,\r\n2]", azureChunk} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		valid := json.Valid(doc)
		err := wire.Scan(doc, 0)
		var fault *wire.Error
		switch {
		case err == nil:
			testkit.True(t, valid, "accepted, so encoding/json accepts")
			testkit.True(t, utf8.Valid(doc), "accepted, so it is UTF-8")
		case !errors.As(err, &fault):
			t.Fatalf("%T", err)
		case fault.Code == event.BodyInvalid || fault.Code == event.BodyTruncated:
			testkit.True(t, !valid, "refused as invalid, so encoding/json refuses")
		case fault.Code == event.BodyDuplicateName || fault.Code == event.BodyTooDeep:
		case fault.Code == event.BodyEncoding:
			if utf8.Valid(doc) {
				testkit.True(t, bytes.Contains(bytes.ToLower(doc), []byte(`\ud`)), "a lone surrogate is there")
			}
		default:
			t.Fatalf("code %s", fault.Code)
		}
		if valid && fault != nil && fault.Code == event.BodyDuplicateName {
			testkit.True(t, bytes.Count(doc, []byte(":")) > 1, "two names are there")
		}
		leaves, err := wire.Leaves(nil, doc, wire.Limits{})
		if err != nil {
			return
		}
		// Unquote agrees with encoding/json on every text, and the texts are in order.
		last := 0
		for _, leaf := range leaves {
			testkit.True(t, leaf.Start >= last && leaf.End > leaf.Start, "in order")
			last = leaf.End
			if leaf.Kind == wire.Number {
				continue
			}
			var want string
			testkit.NoError(t, json.Unmarshal(doc[leaf.Start-1:leaf.End+1], &want))
			testkit.Equal(t, string(wire.Unquote(nil, doc[leaf.Start:leaf.End])), want)
			testkit.Equal(t, leaf.Escaped, bytes.IndexByte(doc[leaf.Start:leaf.End], '\\') >= 0)
		}
	})
}
