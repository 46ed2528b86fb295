package wire_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// imageForm is a form of about 20 KB: an image, a prompt, and what stands beside them.
func imageForm() []byte {
	return form(file("image[]", "photo.png", strings.Repeat("\x89PNG\x00\xff\r\n", 2<<10)), field("prompt", strings.Repeat(lorem, 16)),
		field("model", "gpt-image-1"), field("n", "1"), field("size", "auto"), field("quality", "high"), field("user", "clerk-7"))
}

// batchFile is a file for a batch of about size bytes.
func batchFile(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"custom_id":"request-%d","method":"POST","url":"/v1/chat/completions","body":%s}`+"\n", i, chatBody(1000))
	}
	return strings.ReplaceAll(b.String(), `"stream":true,`, "")
}

// BenchmarkForm reads a form of 20 KB and a file of 1 MB, beside what std would cost that
// reads the parts alone.
func BenchmarkForm(b *testing.B) {
	small, large := imageForm(), upload("batch", batchFile(1<<20))
	output := []byte(strings.Repeat(`{"id":"batch_req_1","custom_id":"request-1","response":{"status_code":200,"request_id":"req_1","body":`+azureChunk+`},"error":null}`+"\n", 1<<20/700))
	run := func(name string, size int, f func() bool) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if !f() {
					b.Fatal("refused")
				}
			}
		})
	}
	parse := func(op wire.Operation, body []byte) func() bool {
		return func() bool {
			_, err := wire.ParseForm(formRoute(op), boundary, body, wire.Limits{})
			return err == nil
		}
	}
	run("20KB", len(small), parse(wire.ImageEdits, small))
	run("20KB/std", len(small), func() bool {
		r := multipart.NewReader(bytes.NewReader(small), boundary)
		_, err := r.ReadForm(1 << 20)
		return err == nil
	})
	run("batch/1MB", len(large), parse(wire.FileCreate, large))
	run("output/1MB", len(output), func() bool {
		_, err := wire.ParseFileAnswer(output, wire.Limits{})
		return err == nil
	})
	q, err := wire.ParseForm(formRoute(wire.ImageEdits), boundary, small, wire.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	run("intact/20KB", len(small), func() bool { return q.Intact(small) })
}

// Bodies that are made to be expensive cost linear time: were one of them quadratic, this
// would take minutes.
func TestFormHostile(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	repeat := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	near := boundary[:len(boundary)-1]
	for _, body := range [][]byte{
		form(field("prompt", repeat("\r\n--"+near))),
		form(field("prompt", repeat("\r\n-"))),
		form(field("prompt", repeat("--"))),
		[]byte("--" + boundary + "\r\n" + repeat("a")),
		[]byte("--" + boundary + "\r\n" + repeat("content-type:a/b\r\n")),
	} {
		_, _ = wire.ParseForm(formRoute(wire.ImageEdits), boundary, body, wire.Limits{}) // whatever it says, it says so soon
	}
	for _, content := range []string{
		strings.Repeat(embedLine+"\n"+responsesLine+"\n", 4_000), // no line is as the one before
		strings.Repeat(embedLine+"\n", 10_000) + "x",
		repeat(" \n"), repeat("\r\n\r"), repeat(" "),
		`{"url":"/v1/embeddings","body":{"input":[` + repeat(`"a",`) + `""]}}`,
		`{"body":{"input":[` + repeat(`"a",`) + `""]},"url":"/v1/embeddings"}`,
	} {
		_, _ = wire.ParseForm(formRoute(wire.FileCreate), boundary, upload("batch", content), wire.Limits{})
	}
	for _, content := range []string{
		repeat(`{"a":"b"}`+"\n") + "x", "[" + repeat(`"a",`), repeat("["), repeat(`{"a":`), repeat(" "), " " + repeat("{\n"), repeat("\ufeff"),
		`{"response":{"body":{"choices":[` + repeat(`{"logprobs":{"content":[{"token":"a","bytes":[1]}]}},`),
	} {
		q, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, upload("assistants", content), wire.Limits{})
		testkit.True(t, err == nil && len(q.Texts) > 1, "any file can be uploaded")
		_, err = wire.ParseFileAnswer([]byte(content), wire.Limits{})
		testkit.NoError(t, err)
	}
}

// A form costs a few words of each header and the map of its names, a file of lines the
// growth of its texts alone.
func TestAllocsForm(t *testing.T) { //nolint:paralleltest // counts allocations
	small, large := imageForm(), upload("batch", batchFile(1<<20))
	testkit.Allocs(t, 24, func() { _, _ = wire.ParseForm(formRoute(wire.ImageEdits), boundary, small, wire.Limits{}) })
	testkit.Allocs(t, 32, func() { _, _ = wire.ParseForm(formRoute(wire.FileCreate), boundary, large, wire.Limits{}) })
}
