package wire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// dumpForm is dump with the name of the field that each text is in.
func dumpForm(body []byte, found []wire.Text) []string {
	lines := dump(body, found)
	for i, t := range found {
		plain := ""
		if t.Plain {
			plain = "="
		}
		lines[i] = string(body[t.NameStart:t.NameEnd]) + plain + ": " + lines[i]
	}
	return lines
}

func wantLines(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("texts:\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func TestFormTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		parts []string
		want  []string
	}{
		{"image edit", wire.ImageEdits, []string{
			file("image[]", "Ann.png", "\x89PNG"), file("image[]", "b.png", "x"), file("mask", "", "m"), file("markup", "m.svg", "<svg/>"),
			field("prompt", "a \"cat\"\r\non C:\\x"), field("model", "gpt-image-1"), field("n", "2"), field("size", "auto"), field("quality", "high"),
			field("user", "ann@example.com"), field("output_compression", "100"), field("stream", "true"), field("background", "not one")},
			[]string{"image[]=: value user Ann.png", "image[]=: media none \x89PNG", "image[]=: value user b.png", "image[]=: media none x", "mask=: media none m",
				"markup=: value user m.svg", "markup=: media none <svg/>", "prompt=: value user a \"cat\"\r\non C:\\x", "user=: value none ann@example.com", "background=: value none not one"}},
		{"variation", wire.ImageVariations, []string{file("image", "a.png", "x"), field("response_format", "b64_json"), field("size", "1024x1024")},
			[]string{"image=: value user a.png", "image=: media none x", "size=: value none 1024x1024"}},
		{"transcription", wire.Transcriptions, []string{
			file("file", "call with Ann.wav", "RIFF"), field("model", "gpt-4o-transcribe"), field("language", "de"), field("prompt", "p"), field("response_format", "verbose_json"),
			field("temperature", "0.2"), field("timestamp_granularities[]", "word"), field("timestamp_granularities[]", "segment"), field("include[]", "logprobs"),
			field("chunking_strategy[type]", "server_vad"), field("chunking_strategy[threshold]", "0.5"), field("chunking_strategy[silence_duration_ms]", "200"),
			field("keywords[]", "Ann"), field("known_speaker_names[]", "Bob"), field("known_speaker_references[]", "data:audio/wav;base64,AAAA"), field("languages[]", "en")},
			[]string{"file=: value user call with Ann.wav", "file=: media none RIFF", "prompt=: value user p", "keywords[]=: value user Ann",
				"known_speaker_names[]=: value none Bob", "known_speaker_references[]=: media none data:audio/wav;base64,AAAA"}},
		{"transcription: a strategy as JSON", wire.Transcriptions, []string{field("chunking_strategy", `{"type":"server_vad"}`), field("prompt", `{"not":"taken apart"}`)},
			[]string{`chunking_strategy=: json none {"type":"server_vad"}`, `prompt=: value user {"not":"taken apart"}`}},
		{"translation", wire.Translations, []string{file("file", "a.mp3", "x"), field("model", "whisper-1"), field("prompt", "p")},
			[]string{"file=: value user a.mp3", "file=: media none x", "prompt=: value user p"}},
		{"strangers", wire.Translations, []string{field("ann@example.com", "a"), field("note[to]", `["b"]`), field("chunking_strategy[who]", "c"), field("prompt[x]", "d"),
			field("model[]", "gpt-4o"), field("a[b][c]", "e"), field("flag", "true"), field("number", "4111111111111111"), file("more", "f.txt", "text"), file("rest", "g", "\x00")},
			[]string{"ann@example.com=: name none ann@example.com", "ann@example.com=: value none a", "note[to]=: name none note[to]", `note[to]=: json none ["b"]`,
				"chunking_strategy[who]=: name none chunking_strategy[who]", "chunking_strategy[who]=: value none c", "prompt[x]=: name none prompt[x]", "prompt[x]=: value none d",
				"model[]=: name none model[]", "model[]=: value none gpt-4o", "a[b][c]=: name none a[b][c]", "a[b][c]=: value none e", "flag=: name none flag",
				"number=: name none number", "number=: value none 4111111111111111", "more=: name none more", "more=: value user f.txt", "more=: value user text",
				"rest=: name none rest", "rest=: value user g", "rest=: media user \x00"}},
		{"constants that are none", wire.Transcriptions, []string{field("model", "4111 1111"), field("temperature", "warm"), field("language", "sk-proj-aBcD"), field("response_format", ""),
			field("include[]", "ann@example.com")},
			[]string{"model=: value none 4111 1111", "temperature=: value none warm", "language=: value none sk-proj-aBcD", "include[]=: value none ann@example.com"}},
		{"numbers that are none", wire.ImageEdits, []string{field("output_compression", "4111111111111111"), field("partial_images", "1x"), field("frame_count", "-0.5e3")},
			[]string{"output_compression=: value none 4111111111111111", "partial_images=: value none 1x"}},
		{"upload part", wire.UploadParts, []string{file("data", "part 1", `{"a":`)}, []string{"data=: value user part 1", `data=: media none {"a":`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := form(tt.parts...)
			q, err := wire.ParseForm(formRoute(tt.op), boundary, body, wire.Limits{})
			testkit.NoError(t, err)
			wantLines(t, dumpForm(body, q.Texts), tt.want)
			size := 0
			for _, x := range q.Texts {
				if x.Kind != wire.Media {
					size += x.End - x.Start
				}
			}
			testkit.Equal(t, q.TextBytes, size)
		})
	}
}

func TestFormFacts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		parts []string
		want  wire.Request
	}{
		{"nothing", wire.ImageEdits, []string{field("prompt", "p")}, wire.Request{Choices: 1}},
		{"image edit", wire.ImageEdits, []string{field("model", "gpt-image-1"), field("n", "3"), field("stream", "true")}, wire.Request{Model: "gpt-image-1", Choices: 3, Stream: true}},
		{"a model with a backslash is no escape", wire.ImageEdits, []string{field("model", `gpt\u002d4o`), field("stream", "false")}, wire.Request{Model: `gpt\u002d4o`, Choices: 1}},
		{"transcription", wire.Transcriptions, []string{field("model", "4"), field("include[]", "x"), field("include[]", "logprobs")}, wire.Request{Model: "4", Choices: 1, Logprobs: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := wire.ParseForm(formRoute(tt.op), boundary, form(tt.parts...), wire.Limits{})
			testkit.NoError(t, err)
			got := exported(q)
			got.TextBytes = 0
			testkit.Equal(t, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", exported(&tt.want)))
		})
	}
}

func TestFormRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		parts []string
		code  event.Code
	}{
		{"a name twice", wire.ImageEdits, []string{field("prompt", "a"), field("prompt", "b")}, event.BodyDuplicateName},
		{"an unknown name twice", wire.ImageEdits, []string{field("x", "a"), field("x", "b")}, event.BodyDuplicateName},
		{"a list beside one value", wire.ImageEdits, []string{file("image", "a", "a"), file("image[]", "b", "b")}, event.BodyDuplicateName},
		{"one value beside a list", wire.ImageEdits, []string{file("image[]", "b", "b"), file("image", "a", "a")}, event.BodyDuplicateName},
		{"a member twice", wire.Transcriptions, []string{field("chunking_strategy[type]", "a"), field("chunking_strategy[type]", "b")}, event.BodyDuplicateName},
		{"a member beside a value", wire.Transcriptions, []string{field("chunking_strategy", "auto"), field("chunking_strategy[type]", "b")}, event.BodyDuplicateName},
		{"another case", wire.ImageEdits, []string{field("Prompt", "a")}, event.BodyDuplicateName},
		{"another case of a list", wire.ImageEdits, []string{file("IMAGE[]", "a", "a")}, event.BodyDuplicateName},
		{"a long s", wire.Transcriptions, []string{field("\u017ftream", "true")}, event.BodyDuplicateName},
		{"stream that is neither", wire.ImageEdits, []string{field("stream", "True")}, event.BodyInvalid},
		{"stream as a number", wire.ImageEdits, []string{field("stream", "1")}, event.BodyInvalid},
		{"no stream at all", wire.ImageEdits, []string{field("stream", "")}, event.BodyInvalid},
		{"n that is none", wire.ImageEdits, []string{field("n", "-1")}, event.BodyInvalid},
		{"n beyond all bounds", wire.ImageEdits, []string{field("n", "99999999999999999999")}, event.BodyInvalid},
		{"no streams here", wire.Translations, []string{field("stream", "true")}, event.RouteUnsupported},
		{"text that is no UTF-8", wire.ImageEdits, []string{field("prompt", "caf\xe9")}, event.BodyEncoding},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := wire.ParseForm(formRoute(tt.op), boundary, form(tt.parts...), wire.Limits{})
			wantCode(t, err, tt.code)
		})
	}
}

// Whatever field an application hides something in, it is a text or refused, or the file
// as a whole is Media.
func TestFormClosedWorld(t *testing.T) {
	t.Parallel()
	const secret = "ann@example.com 4111 1111"
	for _, op := range []wire.Operation{wire.ImageEdits, wire.ImageVariations, wire.Transcriptions, wire.Translations, wire.FileCreate, wire.UploadParts} {
		for _, name := range wire.FieldNames(op) {
			for _, part := range []string{field(name, secret), field(name+"[]", secret), field(name+"[x]", secret), file(name, "a", secret), file(name, secret, "a")} {
				body := form(part)
				q, err := wire.ParseForm(formRoute(op), boundary, body, wire.Limits{})
				if err != nil {
					continue // refused is as good
				}
				if !slices.ContainsFunc(q.Texts, func(x wire.Text) bool { return string(body[x.Start:x.End]) == secret }) {
					t.Errorf("%v: not a text: %s", op, body)
				}
			}
		}
	}
}
