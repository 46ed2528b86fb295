package wire_test

import (
	"fmt"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// What counts in a text is told with the text, whatever the order of the members.
func TestOffsets(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body, want string
		op               wire.Operation
	}{
		{"chat", `{"choices":[{"message":{"content":"ab","annotations":[{"type":"url_citation","url_citation":{"start_index":1,"end_index":2,"title":"t"}}]}}]}`, "1 in ab; 2 in ab", wire.Chat},
		{"responses, two parts", `{"output":[{"type":"message","content":[{"type":"output_text","annotations":[{"start_index":0,"end_index":1,"title":"t"}],"text":"ab"},{"type":"output_text","text":"cd","annotations":[{"type":"file_citation","index":7,"start_index":2}]}]}]}`,
			"0 in ab; 1 in ab; 2 in cd", wire.Responses},
		{"a run's message", `{"id":"msg_1","content":[{"type":"text","text":{"value":"ab","annotations":[{"text":"x","start_index":1,"end_index":2}]}}]}`, "1 in ab; 2 in ab", wire.MessageGet},
		{"no number", `{"choices":[{"message":{"content":"ab","annotations":[{"url_citation":{"start_index":"1","end_index":-1}}]}}]}`, "", wire.Chat},
		{"no text", `{"choices":[{"message":{"content":null,"annotations":[{"url_citation":{"start_index":1}}]}}]}`, "1 in nothing", wire.Chat},
		{"parts", `{"output":[{"content":[{"type":"refusal","refusal":"r","annotations":[{"start_index":1}]}]}]}`, "1 in nothing", wire.Responses},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := wire.ParseAnswer(post(tt.op), []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			got := ""
			for _, o := range a.Offsets {
				text := "nothing"
				if o.Text > 0 {
					text = tt.body[a.Texts[o.Text-1].Start:a.Texts[o.Text-1].End]
				}
				if got != "" {
					got += "; "
				}
				testkit.Equal(t, tt.body[o.Start:o.End], fmt.Sprint(o.At))
				got += fmt.Sprint(o.At) + " in " + text
			}
			testkit.Equal(t, got, tt.want)
		})
	}
}

// A citation that comes by itself counts in the text of its part.
func TestOffsetsInStreams(t *testing.T) {
	t.Parallel()
	s := stream(wire.Responses)
	c, err := s.Parse(&wire.Event{Data: []byte(`{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"ab"}`)})
	testkit.NoError(t, err)
	lane := c.Texts[0].Lane
	c, err = s.Parse(&wire.Event{Data: []byte(`{"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","start_index":1,"end_index":2}}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, len(c.Offsets), 2)
	testkit.True(t, c.Offsets[0].Lane == lane && c.Offsets[0].Text == 0, "it has the lane")
}
