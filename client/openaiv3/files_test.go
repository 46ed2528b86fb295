package openaiv3_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/conversations"
	"github.com/openai/openai-go/v3/responses"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func replies(p *place, bodies ...string) {
	for _, body := range bodies {
		p.azure.Script(clienttest.Model, clienttest.Reply{Body: body, Header: http.Header{"Content-Type": {"application/json"}}})
	}
}

// A file that the SDK uploads leaves redacted, and comes back as it was.
func TestFilesThroughTheSDK(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	text := "Dear " + person + ",\nsee below.\n"
	replies(p, `{"id":"file-1","object":"file","bytes":1,"created_at":1,"filename":"letter.txt","purpose":"assistants","status":"processed"}`)
	file, err := p.ai.Files.New(t.Context(), openai.FileNewParams{File: openai.File(strings.NewReader(text), "letter.txt", "text/plain"), Purpose: openai.FilePurposeAssistants})
	testkit.NoError(t, err)
	testkit.Equal(t, file.ID, "file-1")
	sent := string(p.azure.Journal().Bodies(clienttest.Model)[0])
	token := placeholder.FindString(sent)
	testkit.True(t, token != "" && !strings.Contains(sent, person), "the address is replaced")
	replies(p, strings.ReplaceAll(text, person, token))
	resp, err := p.ai.Files.Content(t.Context(), file.ID)
	testkit.NoError(t, err)
	got, err := io.ReadAll(resp.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, string(got), text)

	_, err = p.ai.Audio.Transcriptions.New(t.Context(), openai.AudioTranscriptionNewParams{File: strings.NewReader("ID3\x00\xff"), Model: "whisper"})
	testkit.Equal(t, policy.CodeOf(err), event.BodyMedia)
}

// Conversations and stored responses work as with the SDK alone.
func TestConversationsThroughTheSDK(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	replies(p, `{"id":"conv_1","object":"conversation","created_at":1,"metadata":{}}`)
	conversation, err := p.ai.Conversations.New(t.Context(), conversations.ConversationNewParams{
		Items: []responses.ResponseInputItemUnionParam{responses.ResponseInputItemParamOfMessage("I am "+person, responses.EasyInputMessageRoleUser)},
	})
	testkit.NoError(t, err)
	testkit.Equal(t, conversation.ID, "conv_1")
	token := placeholder.FindString(string(p.azure.Journal().Bodies(clienttest.Model)[0]))
	testkit.True(t, token != "", "the address is replaced")
	message := func(text string) string {
		return `{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"` + text + `","annotations":[]}]}`
	}
	replies(p, `{"id":"resp_1","object":"response","status":"completed","output":[`+message("You are "+token)+`]}`)
	answer, err := p.ai.Responses.New(t.Context(), responses.ResponseNewParams{
		Model: "gpt-4o", Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("Who am I?")},
		Conversation: responses.ResponseNewParamsConversationUnion{OfString: openai.String("conv_1")},
	})
	testkit.NoError(t, err)
	testkit.Equal(t, answer.OutputText(), "You are "+person)
	replies(p, `{"id":"resp_1","object":"response","status":"completed","output":[`+message("You are "+token)+`]}`)
	answer, err = p.ai.Responses.Get(t.Context(), "resp_1", responses.ResponseGetParams{})
	testkit.NoError(t, err)
	testkit.Equal(t, answer.OutputText(), "You are "+person)
	replies(p, `{"object":"list","data":[`+message("You are "+token)+`],"first_id":"msg_1","last_id":"msg_1","has_more":false}`)
	items, err := p.ai.Conversations.Items.List(t.Context(), "conv_1", conversations.ItemListParams{})
	testkit.NoError(t, err)
	testkit.Equal(t, items.Data[0].AsMessage().Content[0].Text, "You are "+person)
}
