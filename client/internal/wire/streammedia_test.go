package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func mediaStream(op wire.Operation) *wire.Stream {
	return wire.NewStream(wire.Route{Operation: op, Streams: true}, wire.Limits{})
}

func TestStreamTranscript(t *testing.T) {
	t.Parallel()
	wantPlay(t, play(t, mediaStream(wire.Transcriptions),
		`transcript.text.delta|{"type":"transcript.text.delta","delta":"a","logprobs":[{"token":"a","logprob":-0.123456789,"bytes":[97]}]}`,
		`{"type":"transcript.text.delta","delta":"b"}`,
		`{"type":"transcript.text.done","text":"ab","languages":[{"code":"de"}],"usage":{"type":"tokens","input_tokens":3,"input_token_details":{"audio_tokens":12345678},"output_tokens":2,"total_tokens":5}}`,
	), []string{"L1 value a; splinter a; splinter [97]", "L1 value b", "value ab; flush L1; complete; terminal"})

	// Of a transcript by speakers each segment is a text of its own.
	s := mediaStream(wire.Transcriptions)
	wantPlay(t, play(t, s,
		`{"type":"transcript.text.delta","delta":"a","segment_id":"seg_1"}`,
		`{"type":"transcript.text.delta","segment_id":"seg_2","delta":"b"}`,
		`{"type":"transcript.text.segment","id":"seg_1","start":0.123456789,"end":1,"speaker":"Ann","text":"a"}`,
		`{"type":"transcript.text.delta","segment_id":"seg_2","delta":"c"}`,
		`{"type":"transcript.text.done","text":"abc","delta":"not a piece"}`,
	), []string{"L1 value a", "L2 value b", "value Ann; value a; flush L1", "L2 value c", "value abc; value not a piece; flush L2; complete; terminal"})
	testkit.Equal(t, len(s.Open()), 0)

	c, err := mediaStream(wire.Transcriptions).Parse(&wire.Event{Data: []byte(`{"type":"transcript.text.done","text":"a","usage":{"input_tokens":3,"output_tokens":2}}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, fmt.Sprint(c.Usage.Known, c.Usage.Input, c.Usage.Output, c.Texts[0].Role), "true 3 2 assistant")
}

func TestStreamTranscriptAgain(t *testing.T) {
	t.Parallel()
	delta := `{"type":"transcript.text.delta","delta":"a","segment_id":"seg_1"}`
	segment := `{"type":"transcript.text.segment","id":"seg_1","speaker":"Ann","text":"a"}`
	other := `{"type":"transcript.text.segment","id":"seg_2","speaker":"Bob","text":"b"}`
	done := `{"type":"transcript.text.done","text":"ab"}`
	testkit.DeepEqual(t, heard(t, mediaStream(wire.Transcriptions), again, delta, segment, other, done), []string{"", "a", "", "ab"})
	testkit.DeepEqual(t, heard(t, mediaStream(wire.Transcriptions), again, segment, done), []string{"", ""})
}

func TestStreamImages(t *testing.T) {
	t.Parallel()
	for stem, op := range map[string]wire.Operation{"image_generation": wire.Images, "image_edit": wire.ImageEdits} {
		s := mediaStream(op)
		s.Expect(2)
		completed := `{"type":"` + stem + `.completed","b64_json":"CC","created_at":1764000000,"size":"auto","usage":{"total_tokens":3,"input_tokens":1,"output_tokens":2,"input_tokens_details":{"text_tokens":1,"image_tokens":0}},"safety_identifier":"s"}`
		wantPlay(t, play(t, s,
			stem+`.partial_image|{"type":"`+stem+`.partial_image","b64_json":"AA","created_at":1764000000,"size":"auto","quality":"high","background":"opaque","output_format":"png","partial_image_index":0}`,
			completed, completed, `[DONE]`,
		), []string{"media AA", "media CC; value s", "media CC; value s; complete; terminal", "complete; done; terminal"})
	}
	s := mediaStream(wire.Images)
	wantPlay(t, play(t, s, `{"type":"image_generation.partial_image","b64_json":"AA"}`, `[DONE]`), []string{"media AA", "done"})
	testkit.True(t, !s.Complete(), "no image came")
}

func TestStreamSpeech(t *testing.T) {
	t.Parallel()
	wantPlay(t, play(t, mediaStream(wire.Speech),
		`{"type":"speech.audio.delta","audio":"AAAA"}`,
		`{"type":"speech.audio.done","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}`,
	), []string{"media AAAA", "complete; terminal"})
	route := wire.Route{Operation: wire.Speech, Body: wire.JSONBody, Streams: true}
	for format, want := range map[string]bool{"sse": true, "audio": false} {
		q, err := wire.ParseRequest(route, []byte(`{"input":"a","stream_format":"`+format+`"}`), wire.Limits{})
		testkit.NoError(t, err)
		testkit.Equal(t, q.Stream, want)
	}
	for _, format := range []string{`"other"`, `1`, `["sse"]`} {
		_, err := wire.ParseRequest(route, []byte(`{"input":"a","stream_format":`+format+`}`), wire.Limits{})
		wantCode(t, err, event.RouteUnsupported)
	}
}

func TestStreamMediaEnds(t *testing.T) {
	t.Parallel()
	for _, op := range []wire.Operation{wire.Transcriptions, wire.Images, wire.ImageEdits, wire.Speech} {
		for _, data := range []string{`{"error":{"code":"server_error","message":"m"}}`, `error|{"type":"error","code":"server_error","message":"m"}`, `{"type":"error","error":{"code":"server_error","message":"m"}}`} {
			got := play(t, mediaStream(op), data)
			testkit.True(t, strings.HasSuffix(got[0], "complete; error server_error; terminal"), got[0])
		}
		for _, data := range []string{`{"type":"response.output_text.delta","delta":"x"}`, `{"delta":"x"}`, `{"choices":[]}`, `hello`} {
			_, err := mediaStream(op).Parse(&wire.Event{Data: []byte(data)})
			wantCode(t, err, event.StreamInvalid)
		}
		_, err := mediaStream(op).Parse(&wire.Event{Name: []byte("other"), Data: []byte(`{"type":"error"}`)})
		wantCode(t, err, event.StreamInvalid)
	}
	for op, data := range map[wire.Operation]string{wire.Transcriptions: `{"type":"speech.audio.done"}`, wire.Speech: `{"type":"image_edit.completed"}`, wire.Images: `{"type":"transcript.text.done"}`, wire.Translations: `{"type":"transcript.text.done"}`} {
		_, err := mediaStream(op).Parse(&wire.Event{Data: []byte(data)})
		wantCode(t, err, event.StreamInvalid)
	}
}
