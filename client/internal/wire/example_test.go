package wire_test

import (
	"fmt"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
)

// A stream is read event by event, and each tells where its text is and what it ends.
func ExampleNewStream() {
	body := "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"index\":0}]}\n\n" +
		"data: {\"choices\":[{\"delta\":{},\"index\":0,\"finish_reason\":\"stop\"}]}\n\n" +
		"data: [DONE]\n\n"
	reader := wire.NewReader(strings.NewReader(body), wire.Limits{})
	stream := wire.NewStream(wire.Route{Operation: wire.Chat, Streams: true}, wire.Limits{})
	for {
		e, err := reader.Next()
		if err != nil {
			fmt.Println(err, stream.Complete())
			return
		}
		chunk, err := stream.Parse(e)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, text := range chunk.Texts {
			fmt.Printf("%v %s\n", text.Kind, e.Data[text.Start:text.End])
		}
		fmt.Println(len(chunk.Flush), chunk.FinishReasons, chunk.Terminal)
	}
	// Output:
	// value Hi
	// 0 [] false
	// 1 [stop] false
	// 0 [] true
	// EOF true
}

// A fake address in place of a real one, and every other byte as it was.
func ExampleSplice() {
	body := []byte(`{ "input" : "Write to ann@example.com" }`)
	q, err := wire.ParseRequest(wire.Route{Operation: wire.Responses, Body: wire.JSONBody}, body, wire.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text := q.Texts[0]
	edits := []wire.Edit{{Start: text.Start, End: text.End, Text: string(wire.Quote(nil, "Write to EMAIL_1"))}}
	fmt.Printf("%s\n", wire.Splice(nil, body, edits))
	// Output:
	// { "input" : "Write to EMAIL_1" }
}

// A name in a file and the name of the file, replaced in one go.
func ExampleParseForm() {
	body := []byte("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Ann.jsonl\"\r\n\r\n" +
		`{"prompt":"Dear Ann","completion":"\u0041nn"}` +
		"\r\n--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nfine-tune\r\n--b--\r\n")
	q, err := wire.ParseForm(wire.Route{Operation: wire.FileCreate, Body: wire.FormBody}, "b", body, wire.Limits{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var edits []wire.Edit
	for _, text := range q.Texts {
		contents := body[text.Start:text.End]
		if !text.Plain {
			contents = wire.Unquote(nil, contents)
		}
		after := strings.ReplaceAll(string(contents), "Ann", "NAME_1")
		if !text.Plain {
			after = string(wire.Quote(nil, after))
		}
		edits = append(edits, wire.Edit{Start: text.Start, End: text.End, Text: after})
	}
	changed := wire.Splice(nil, body, edits)
	fmt.Println(q.Intact(changed))
	fmt.Println(strings.ReplaceAll(string(changed), "\r\n", "\n"))
	// Output:
	// true
	// --b
	// Content-Disposition: form-data; name="file"; filename="NAME_1.jsonl"
	//
	// {"prompt":"Dear NAME_1","completion":"NAME_1"}
	// --b
	// Content-Disposition: form-data; name="purpose"
	//
	// fine-tune
	// --b--
}
