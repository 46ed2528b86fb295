package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

var formOperations = []wire.Operation{wire.ImageEdits, wire.Transcriptions, wire.FileCreate, wire.UploadParts}

// FuzzForm holds the parser against mime/multipart: what ours accepts, theirs reads with the
// same parts. A form in which every text is replaced by a placeholder still has them.
func FuzzForm(f *testing.F) {
	f.Add(uint8(0), form(file("image[]", "Ann.png", "\x89PNG"), field("prompt", "see\r\n--7MA4"), field("n", "2"), field("x[y]", "z")))
	f.Add(uint8(1), form(file("file", "a.wav", "RIFF"), field("include[]", "logprobs"), field("chunking_strategy", `{"a":"b"}`)))
	f.Add(uint8(2), upload("batch", chatLine+"\n"+responsesLine))
	f.Add(uint8(2), upload("assistants", `{"a":12345678}`))
	f.Add(uint8(3), form(file("data", "", "x")))
	f.Add(uint8(0), []byte("--"+boundary+"\r\ncontent-disposition: form-data;name=\"a\"; filename=\"\" \r\nContent-Type: text/plain\r\n\r\n\r\n--"+boundary+"--"))
	f.Fuzz(func(t *testing.T, op uint8, body []byte) {
		route := formRoute(formOperations[int(op)%len(formOperations)])
		q, err := wire.ParseForm(route, boundary, body, wire.Limits{})
		if err != nil {
			var fault *wire.Error
			testkit.True(t, errors.As(err, &fault) && fault.Offset >= 0 && fault.Offset <= len(body), "typed, and inside")
			return
		}
		parts, ok := wire.FormParts(boundary, body)
		testkit.True(t, ok, "split again")
		sameParts(t, body, parts)
		testkit.True(t, q.Intact(body), "unchanged")
		inOrder(t, body, q.Texts)

		changed := wire.Splice(nil, body, placeholders(body, q.Texts))
		testkit.True(t, changed != nil && q.Intact(changed), "the parts stay")
		again, err := wire.ParseForm(route, boundary, changed, wire.Limits{MaxBytes: 1 << 30})
		testkit.NoError(t, err)
		testkit.True(t, len(again.Texts) <= len(q.Texts) && again.Stream == q.Stream && again.Choices == q.Choices, "the facts stay")
	})
}

// FuzzFormHeader puts anything into the header of a part: whatever ours accepts, theirs
// reads alike.
func FuzzFormHeader(f *testing.F) {
	f.Add("user", "a.png", "image/png; charset=utf-8", "x")
	f.Add(`a"; filename="b`, `c"; name="d`, "text/plain", "\r\n--7MA4")
	f.Add("x[y][]", "\u00e9", "audio/webm;codecs=opus\r\nContent-Transfer-Encoding: 8bit", "")
	f.Fuzz(func(t *testing.T, name, filename, media, content string) {
		body := []byte("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename + "\"\r\nContent-Type: " + media +
			"\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n")
		if parts, ok := wire.FormParts(boundary, body); ok {
			sameParts(t, body, parts)
		}
	})
}

// sameParts compares parts with what mime/multipart reads.
func sameParts(t *testing.T, body []byte, parts []wire.FormPart) {
	t.Helper()
	theirs := multipart.NewReader(bytes.NewReader(body), boundary)
	for i := 0; ; i++ {
		part, err := theirs.NextRawPart()
		if errors.Is(err, io.EOF) {
			testkit.Equal(t, i, len(parts))
			return
		}
		testkit.NoError(t, err)
		content, err := io.ReadAll(part)
		testkit.NoError(t, err)
		kind, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		testkit.NoError(t, err)
		testkit.Equal(t, kind, "form-data")
		filename, isFile := parameters["filename"]
		testkit.Equal(t, wire.FormPart{Name: parameters["name"], Filename: filename, Content: string(content), File: isFile}, parts[i])
	}
}

func inOrder(t *testing.T, body []byte, found []wire.Text) {
	t.Helper()
	last := 0
	for _, x := range found {
		testkit.True(t, x.Start >= last && x.End > x.Start && x.End <= len(body), "in order, and inside")
		testkit.True(t, !x.Plain || !bytes.Contains(body[x.Start:x.End], []byte("--"+boundary)), "no boundary in a text")
		testkit.True(t, !x.Plain || !x.Escaped && !x.Piece, "plain is plain")
		last = x.End
		if x.Kind == wire.Splinter {
			last = x.Start // a list of bytes may hold others
		}
	}
}

// placeholders are edits that replace every text that may be replaced: names each by
// another, since a name may stand only once.
func placeholders(body []byte, found []wire.Text) []wire.Edit {
	var edits []wire.Edit
	known := map[string]int{}
	for i, x := range found {
		text := string(body[x.Start:x.End])
		if _, ok := known[text]; !ok {
			known[text] = len(known)
		}
		placeholder := fmt.Sprint("_P", known[text], "_")
		switch x.Kind {
		case wire.Name:
			placeholder = fmt.Sprint("_N", i, "_")
		case wire.Number:
			placeholder = `"` + placeholder + `"`
		case wire.Identifier, wire.Splinter:
			continue
		case wire.Value, wire.JSON, wire.Media, wire.Sealed, wire.Blocked:
		}
		edits = append(edits, wire.Edit{Start: x.Start, End: x.End, Text: placeholder})
	}
	return edits
}

// FuzzLines holds files of lines against encoding/json: what is accepted as lines is valid
// line by line, every text in them reads the same, and quoting each anew changes nothing.
func FuzzLines(f *testing.F) {
	for _, seed := range []string{chatLine + "\n" + responsesLine, embedLine + "\r\n\n", `{"prompt":"p\u00e9"}`, "{}\n{}", "[1,\n2]", "{\"a\":\"b\"}\nx", "\ufeff{\"a\":1}", "text"} {
		for purpose := range uint8(3) {
			f.Add(purpose, []byte(seed))
		}
	}
	purposes := []string{"batch", "fine-tune", "assistants"}
	f.Fuzz(func(t *testing.T, which uint8, content []byte) {
		purpose := purposes[int(which)%len(purposes)]
		if answer, err := wire.ParseFileAnswer(content, wire.Limits{}); err == nil {
			inOrder(t, content, answer.Texts)
			sameJSON(t, content, content, answer.Texts)
		}
		if bytes.Contains(content, []byte("--"+boundary)) {
			return
		}
		body := upload(purpose, string(content))
		q, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, body, wire.Limits{})
		if err != nil {
			testkit.True(t, purpose != "assistants", "any file can be uploaded")
			return
		}
		inOrder(t, body, q.Texts)
		if purpose != "assistants" {
			for line := range bytes.SplitSeq(content, []byte("\n")) {
				line = bytes.Trim(line, " \t\r")
				testkit.True(t, len(line) == 0 || json.Valid(line) && line[0] == '{', "a line is an object")
			}
		}
		sameJSON(t, body, content, q.Texts)
	})
}

// sameJSON checks that the texts in strings read as encoding/json reads them.
func sameJSON(t *testing.T, body, content []byte, found []wire.Text) {
	t.Helper()
	for _, x := range found {
		contents := body[x.Start:x.End]
		switch {
		case x.Plain && x.Kind == wire.Value && bytes.Equal(contents, content):
			first := bytes.TrimLeft(content, " \t\r\n")
			testkit.True(t, len(first) == 0 || first[0] != '{' && first[0] != '[', "what begins like JSON is no plain value")
		case x.Plain || x.Kind == wire.Number || body[x.Start-1] != '"' || body[x.End] != '"':
		default:
			var want string
			testkit.NoError(t, json.Unmarshal(body[x.Start-1:x.End+1], &want))
			testkit.Equal(t, string(wire.Unquote(nil, contents)), want)
			testkit.NoError(t, wire.Scan([]byte(`"`+string(wire.Quote(nil, want))+`"`), 0))
		}
	}
}
