package wire_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const boundary = "7MA4YWxkTrZu0gW"

// form writes a body from parts; a part is its header, a blank line and its content, and
// \n stands for a line break of the header.
func form(parts ...string) []byte {
	var b strings.Builder
	for _, p := range parts {
		header, content, _ := strings.Cut(p, "\n\n")
		b.WriteString("--" + boundary + "\r\n" + strings.ReplaceAll(header, "\n", "\r\n") + "\r\n\r\n" + content + "\r\n")
	}
	b.WriteString("--" + boundary + "--\r\n")
	return []byte(b.String())
}

// field is a part that is no file.
func field(name, value string) string {
	return `Content-Disposition: form-data; name="` + name + `"` + "\n\n" + value
}

// file is a part that is one.
func file(name, filename, content string) string {
	return `Content-Disposition: form-data; name="` + name + `"; filename="` + filename + `"` + "\nContent-Type: application/octet-stream\n\n" + content
}

func formRoute(op wire.Operation) wire.Route {
	return wire.Route{Operation: op, Body: wire.FormBody, Streams: op == wire.ImageEdits || op == wire.Transcriptions}
}

func TestFormFraming(t *testing.T) {
	t.Parallel()
	const b = "--" + boundary
	const head = "Content-Disposition: form-data; name=\"user\"\r\n"
	whole := func(content string) string { return b + "\r\n" + head + "\r\n" + content + "\r\n" + b + "--" }
	header := func(lines string) string { return b + "\r\n" + lines + "\r\n\r\na\r\n" + b + "--\r\n" }
	for _, tt := range []struct {
		name string
		body string
		code event.Code
	}{
		{"one part", whole("a"), ""},
		{"a line break at the end", whole("a") + "\r\n", ""},
		{"no content", whole(""), ""},
		{"what looks a bit like a boundary", whole("\r\n--\r\n--7MA4\r\n"), ""},
		{"space before a semicolon", header("Content-Disposition: form-data; name=\"user\" ; filename=\"f\""), event.BodyInvalid},
		{"headers in any case", header("content-type:text/plain; charset=\"UTF-8\"\r\nCONTENT-DISPOSITION:  Form-Data;NAME=\"user\";  filename=\"f\" "), ""},
		{"another harmless encoding", header(head + "Content-Transfer-Encoding: 8bit"), ""},
		{"a harmless encoding", header("Content-Transfer-Encoding: Binary\r\n" + head[:len(head)-2]), ""},
		{"codecs", header(head[:len(head)-2] + "\r\nContent-Type: audio/webm;codecs=opus"), ""},

		{"nothing", "", event.BodyTruncated},
		{"no parts", b + "--\r\n", event.BodyInvalid},
		{"other boundary", strings.ReplaceAll(whole("a"), boundary, "x"), event.BodyInvalid},
		{"preamble", "\r\n" + whole("a"), event.BodyInvalid},
		{"epilogue", whole("a") + "\r\nb", event.BodyInvalid},
		{"space after a boundary", strings.Replace(whole("a"), b+"\r\n", b+" \r\n", 1), event.BodyInvalid},
		{"bare LF", strings.ReplaceAll(whole("a"), "\r\n", "\n"), event.BodyInvalid},
		{"bare LF before a boundary", strings.Replace(whole("a"), "a\r\n", "a\n", 1), event.BodyInvalid},
		{"no line break before a boundary", strings.Replace(whole("a"), "a\r\n", "a", 1), event.BodyInvalid},
		{"a boundary at the beginning of a content", whole(b), event.BodyInvalid},
		{"a boundary within a content", whole("a" + b + "b"), event.BodyInvalid},
		{"more than a boundary", whole("\r\n" + b + "x"), event.BodyInvalid},
		{"no end", strings.TrimSuffix(whole("a"), "--"), event.BodyTruncated},
		{"half an end", strings.TrimSuffix(whole("a"), "-"), event.BodyInvalid},
		{"no last boundary", b + "\r\n" + head + "\r\na", event.BodyTruncated},
		{"no end of the header", b + "\r\n" + head, event.BodyTruncated},
		{"no header", b + "\r\n\r\na\r\n" + b + "--", event.BodyInvalid},
		{"a header without a name", header("Content-Type: text/plain"), event.BodyInvalid},
		{"a header twice", header(head + head[:len(head)-2]), event.BodyInvalid},
		{"a type twice", header(head + "Content-Type: text/plain\r\nContent-Type: text/plain"), event.BodyInvalid},
		{"a header that goes on", header("Content-Disposition: form-data;\r\n name=\"user\""), event.BodyInvalid},
		{"unknown header", header(head + "Content-Length: 1"), event.BodyInvalid},
		{"no header at all", header(head + "hello"), event.BodyInvalid},
		{"space before the colon", header("Content-Disposition : form-data; name=\"user\""), event.BodyInvalid},
		{"long s", header("Content-Di\u017fposition: form-data; name=\"user\""), event.BodyInvalid},
		{"encoding", header(head + "Content-Transfer-Encoding: base64"), event.BodyInvalid},
		{"multipart in multipart", header(head + "Content-Type: multipart/mixed"), event.BodyInvalid},
		{"message", header(head + "Content-Type: message/rfc822"), event.BodyInvalid},
		{"other charset", header(head + "Content-Type: text/plain; charset=utf-16"), event.BodyInvalid},
		{"a type that says more", header(head + "Content-Type: text/plain; x=ann"), event.BodyInvalid},
		{"a type that is text", header(head + "Content-Type: ann@example.com/x"), event.BodyInvalid},
		{"a type with a number", header(head + "Content-Type: text/x4111111111111111"), event.BodyInvalid},
		{"empty parameters", header(head + "Content-Type: text/plain;"), event.BodyInvalid},
		{"no subtype", header(head + "Content-Type: text"), event.BodyInvalid},
		{"attachment", header(`Content-Disposition: attachment; name="user"`), event.BodyInvalid},
		{"no name", header(`Content-Disposition: form-data`), event.BodyInvalid},
		{"empty name", header(`Content-Disposition: form-data; name=""`), event.BodyInvalid},
		{"name without quotes", header(`Content-Disposition: form-data; name=user`), event.BodyInvalid},
		{"name without an end", header(`Content-Disposition: form-data; name="user`), event.BodyInvalid},
		{"name twice", header(`Content-Disposition: form-data; name="user"; name="model"`), event.BodyInvalid},
		{"file name first", header(`Content-Disposition: form-data; filename="f"; name="user"`), event.BodyInvalid},
		{"file name twice", header(`Content-Disposition: form-data; name="user"; filename="f"; filename="g"`), event.BodyInvalid},
		{"file name in another alphabet", header(`Content-Disposition: form-data; name="user"; filename*=UTF-8''f`), event.BodyInvalid},
		{"escaped quote", header(`Content-Disposition: form-data; name="us\"er"`), event.BodyInvalid},
		{"escape in a file name", header(`Content-Disposition: form-data; name="user"; filename="C:\f"`), event.BodyInvalid},
		{"tab in a name", header("Content-Disposition: form-data; name=\"us\ter\""), event.BodyInvalid},
		{"NUL in a name", header("Content-Disposition: form-data; name=\"us\x00er\""), event.BodyInvalid},
		{"CR in a name", header("Content-Disposition: form-data; name=\"us\rer\""), event.BodyInvalid},
		{"name that is no UTF-8", header("Content-Disposition: form-data; name=\"us\xffer\""), event.BodyInvalid},
		{"long header", header(head[:len(head)-3] + strings.Repeat("x", 4000) + `"`), event.BodyTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := wire.ParseForm(formRoute(wire.ImageEdits), boundary, []byte(tt.body), wire.Limits{})
			if tt.code == "" {
				testkit.NoError(t, err)
				return
			}
			wantCode(t, err, tt.code)
			testkit.Equal(t, errors.Is(err, io.ErrUnexpectedEOF), tt.code == event.BodyTruncated)
		})
	}
}

func TestFormBounds(t *testing.T) {
	t.Parallel()
	parts := make([]string, 1000)
	for i := range parts {
		parts[i] = field("keywords[]", "x")
	}
	q, err := wire.ParseForm(formRoute(wire.Transcriptions), boundary, form(parts...), wire.Limits{})
	testkit.NoError(t, err)
	testkit.Equal(t, len(q.Texts), len(parts))
	_, err = wire.ParseForm(formRoute(wire.Transcriptions), boundary, form(append(parts, parts[0])...), wire.Limits{})
	wantCode(t, err, event.BodyTooLarge)
	_, err = wire.ParseForm(formRoute(wire.Transcriptions), boundary, form(parts[0]), wire.Limits{MaxBytes: 20})
	wantCode(t, err, event.BodyTooLarge)
	for _, bad := range []string{"", "a b", "a;b", `a"b`, "a/b", "a\r\nb", strings.Repeat("a", 71)} {
		_, err = wire.ParseForm(formRoute(wire.Transcriptions), bad, form(parts[0]), wire.Limits{})
		wantCode(t, err, event.BodyInvalid)
	}
	for _, route := range []wire.Route{post(wire.Chat), formRoute(wire.Chat), post(wire.ImageEdits), {}} {
		_, err = wire.ParseForm(route, boundary, form(parts[0]), wire.Limits{})
		wantCode(t, err, event.BodyInvalid)
	}
	for _, op := range []wire.Operation{wire.ImageEdits, wire.Chat} {
		_, err = wire.ParseRequest(formRoute(op), []byte(`{}`), wire.Limits{})
		wantCode(t, err, event.BodyInvalid)
		_, err = wire.ParseRequest(formRoute(op), nil, wire.Limits{})
		wantCode(t, err, event.BodyInvalid)
	}
}

// An edit that changes how a form is split must be found: the bytes after a text decide,
// so no look at the new text alone can tell.
func TestFormIntact(t *testing.T) {
	t.Parallel()
	body := form(field("prompt", "see\r\n--ann@example.com"), field("ann", "x"), file("image", "ann.png", "\x89PNG"))
	q, err := wire.ParseForm(formRoute(wire.ImageEdits), boundary, body, wire.Limits{})
	testkit.NoError(t, err)
	at := strings.Index(string(body), "ann@")
	for _, tt := range []struct {
		name string
		edit wire.Edit
		want bool
	}{
		{"a placeholder", wire.Edit{Start: at, End: at + 15, Text: "EMAIL_1"}, true},
		{"a boundary", wire.Edit{Start: at, End: at + 15, Text: boundary}, false},
		{"a boundary of its own", wire.Edit{Start: at, End: at + 15, Text: "\r\n--" + boundary + "--"}, false},
		{"a line break in a content", wire.Edit{Start: at, End: at + 15, Text: "a\r\n\r\nb"}, true},
		{"a name", editOf(body, "ann\"", 3, "NAME_1"), true},
		{"a quote in a name", editOf(body, "ann\"", 3, `a"b`), false},
		{"a file name after a name", editOf(body, "ann\"", 3, `a"; filename="b`), false},
		{"a file name", editOf(body, "ann.png", 3, "FILE_1"), true},
		{"a line break in a file name", editOf(body, "ann.png", 3, "a\r\nb"), false},
		{"a quote in a file name", editOf(body, "ann.png", 3, `a"`), false},
		{"a backslash in a file name", editOf(body, "ann.png", 3, `a\`), false},
		{"a second file name", editOf(body, "ann.png", 3, `a"; filename="b`), false},
	} {
		changed := wire.Splice(nil, body, []wire.Edit{tt.edit})
		testkit.True(t, changed != nil, tt.name)
		testkit.True(t, q.Intact(changed) == tt.want, tt.name)
	}
	testkit.True(t, q.Intact(body), "unchanged")
	testkit.True(t, !q.Intact(form(field("prompt", "x"))), "parts left out")
	q, err = wire.ParseRequest(post(wire.Chat), []byte(`{}`), wire.Limits{})
	testkit.NoError(t, err)
	testkit.True(t, q.Intact(nil), "what is no form")
}

// editOf puts text in the place of the first n bytes where old stands.
func editOf(body []byte, old string, n int, text string) wire.Edit {
	at := strings.Index(string(body), old)
	return wire.Edit{Start: at, End: at + n, Text: text}
}
