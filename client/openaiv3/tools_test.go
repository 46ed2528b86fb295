package openaiv3_test

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/responses"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

var placeholder = regexp.MustCompile(`EMAIL_ADDRESS_[0-9a-z]{13}`)

// arguments are what a function is called with.
type arguments struct {
	To   []string `json:"to"`
	Note string   `json:"note"`
}

// callsBack makes the model call two functions with what stands for the person.
func callsBack(t *testing.T, p *place) (want arguments) {
	t.Helper()
	_, err := p.ai.Chat.Completions.New(t.Context(), question("I am "+person))
	testkit.NoError(t, err)
	token := placeholder.FindString(string(p.azure.Journal().Bodies(clienttest.Model)[0]))
	testkit.True(t, token != "", "the address has a placeholder")
	text, err := json.Marshal(arguments{To: []string{token, token}, Note: "say \"hi\" to\n" + token})
	testkit.NoError(t, err)
	p.azure.Script(clienttest.Model, clienttest.Calls(
		clienttest.ToolCall{Name: "send", Arguments: string(text)}, clienttest.ToolCall{Name: "keep", Arguments: string(text)}))
	return arguments{To: []string{person, person}, Note: "say \"hi\" to\n" + person}
}

func checkArguments(t *testing.T, text string, want arguments) {
	t.Helper()
	var got arguments
	testkit.NoError(t, json.Unmarshal([]byte(text), &got))
	testkit.DeepEqual(t, got, want)
}

// The SDK's accumulator makes valid JSON of the pieces of a streamed call, with the values
// in their places.
func TestToolCallsStreamed(t *testing.T) {
	t.Parallel()
	for least := 1; least <= 3; least++ {
		p := open(t, clienttest.Config{Cut: clienttest.Pieces(least, 2*least, uint64(least))})
		want := callsBack(t, p)
		stream := p.ai.Chat.Completions.NewStreaming(t.Context(), question("Call the functions for "+person))
		var sum openai.ChatCompletionAccumulator
		finished := 0
		for stream.Next() {
			testkit.True(t, sum.AddChunk(stream.Current()), "the chunk fits")
			if call, ok := sum.JustFinishedToolCall(); ok {
				finished++
				checkArguments(t, call.Arguments, want)
			}
		}
		testkit.NoError(t, stream.Err())
		testkit.Equal(t, finished, 2)
		calls := sum.Choices[0].Message.ToolCalls
		testkit.Equal(t, len(calls), 2)
		for _, call := range calls {
			checkArguments(t, call.Function.Arguments, want)
		}
	}
}

func TestToolCalls(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	want := callsBack(t, p)
	answer, err := p.ai.Chat.Completions.New(t.Context(), question("Call the functions for "+person))
	testkit.NoError(t, err)
	testkit.Equal(t, len(answer.Choices[0].Message.ToolCalls), 2)
	for _, call := range answer.Choices[0].Message.ToolCalls {
		checkArguments(t, call.Function.Arguments, want)
	}
}

// The Responses API tells the arguments three times over: in pieces, whole, and in the
// finished item.
func TestFunctionCallsOfResponses(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	want := callsBack(t, p)
	stream := p.ai.Responses.NewStreaming(t.Context(), responseTo("Call the functions for "+person))
	pieces, done, items := map[string]string{}, 0, 0
	for stream.Next() {
		switch ev := stream.Current().AsAny().(type) {
		case responses.ResponseFunctionCallArgumentsDeltaEvent:
			pieces[ev.ItemID] += ev.Delta
		case responses.ResponseFunctionCallArgumentsDoneEvent:
			done++
			checkArguments(t, ev.Arguments, want)
			checkArguments(t, pieces[ev.ItemID], want)
		case responses.ResponseOutputItemDoneEvent:
			items++
			checkArguments(t, ev.Item.AsFunctionCall().Arguments, want)
		}
	}
	testkit.NoError(t, stream.Err())
	testkit.Equal(t, done, 2)
	testkit.Equal(t, items, 2)
}
