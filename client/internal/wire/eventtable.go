package wire

// An ending says which lanes an event brings to their end.
type ending uint8

const (
	endsNothing ending = iota
	endsLane           // the lane of part, with the same key
	endsPart           // every lane of a content part
	endsSummary        // every lane of a part of a summary
	endsItem           // every lane of an item
	endsAll            // every lane, and the stream
	endsChoice         // one of the answers that the call asked for, and with the last the stream
)

// An eventRule is one row of the event table.
type eventRule struct {
	piece lanePart // what the string delta of the event continues
	kind  TextKind // what that string is
	ends  ending
	part  lanePart // for endsLane
	fails bool     // the answer is an error
	tool  bool     // the text is what a tool gets
	// counts is the text in pieces that the offsets of the event count in.
	counts lanePart
	again  again // what a whole text repeats
}

// An again says what an event repeats. Echoes of the request it does repeat in any case.
type again uint8

const (
	saysNew    again = iota
	afterLane        // what the lane's pieces said, if there were any
	afterItem        // what was said of the item, if anything was
	afterItems       // what was said of all items, if anything was
)

// responseEvents are the events of Responses (openai-go v3.96.0, ResponseStreamEventUnion).
// A stream with any other is refused: nobody could tell where its texts are.
var responseEvents = map[string]eventRule{
	"response.created":     {},
	"response.queued":      {},
	"response.in_progress": {},
	"response.completed":   {ends: endsAll, again: afterItems},
	"response.incomplete":  {ends: endsAll, again: afterItems},
	"response.failed":      {ends: endsAll, fails: true, again: afterItems},
	"error":                {ends: endsAll, fails: true},

	"response.output_item.added":            {},
	"response.output_item.done":             {ends: endsItem, again: afterItem},
	"response.content_part.added":           {},
	"response.content_part.done":            {ends: endsPart, again: afterItem},
	"response.output_text.delta":            {piece: partOutputText},
	"response.output_text.done":             {ends: endsLane, part: partOutputText, again: afterLane},
	"response.output_text.annotation.added": {counts: partOutputText},
	"response.refusal.delta":                {piece: partRefusal},
	"response.refusal.done":                 {ends: endsLane, part: partRefusal, again: afterLane},

	"response.reasoning_text.delta":         {piece: partReasoningText},
	"response.reasoning_text.done":          {ends: endsLane, part: partReasoningText, again: afterLane},
	"response.reasoning_summary_part.added": {},
	"response.reasoning_summary_part.done":  {ends: endsSummary, again: afterItem},
	"response.reasoning_summary_text.delta": {piece: partReasoningSummary},
	"response.reasoning_summary_text.done":  {ends: endsLane, part: partReasoningSummary, again: afterLane},

	"response.function_call_arguments.delta": {piece: partFunctionArguments, kind: JSON, tool: true},
	"response.function_call_arguments.done":  {ends: endsLane, part: partFunctionArguments, again: afterLane, tool: true},
	"response.mcp_call_arguments.delta":      {piece: partMCPArguments, kind: JSON, tool: true},
	"response.mcp_call_arguments.done":       {ends: endsLane, part: partMCPArguments, again: afterLane, tool: true},
	"response.custom_tool_call_input.delta":  {piece: partCustomInput, tool: true},
	"response.custom_tool_call_input.done":   {ends: endsLane, part: partCustomInput, again: afterLane, tool: true},

	"response.code_interpreter_call_code.delta":   {piece: partCode, tool: true},
	"response.code_interpreter_call_code.done":    {ends: endsLane, part: partCode, again: afterLane, tool: true},
	"response.code_interpreter_call.in_progress":  {},
	"response.code_interpreter_call.interpreting": {},
	"response.code_interpreter_call.completed":    {},

	"response.shell_call_command.added":        {tool: true},
	"response.shell_call_command.delta":        {piece: partCommand, tool: true},
	"response.shell_call_command.done":         {ends: endsLane, part: partCommand, again: afterLane, tool: true},
	"response.shell_call_output_content.delta": {piece: partStdout}, // and partStderr
	"response.shell_call_output_content.done":  {ends: endsLane, part: partStdout, again: afterLane},

	"response.audio.delta":            {kind: Media},
	"response.audio.done":             {},
	"response.audio.transcript.delta": {piece: partTranscript},
	"response.audio.transcript.done":  {ends: endsLane, part: partTranscript, again: afterLane},

	"response.file_search_call.in_progress":        {},
	"response.file_search_call.searching":          {},
	"response.file_search_call.completed":          {},
	"response.web_search_call.in_progress":         {},
	"response.web_search_call.searching":           {},
	"response.web_search_call.completed":           {},
	"response.image_generation_call.in_progress":   {},
	"response.image_generation_call.generating":    {},
	"response.image_generation_call.partial_image": {},
	"response.image_generation_call.completed":     {},
	"response.mcp_call.in_progress":                {},
	"response.mcp_call.completed":                  {},
	"response.mcp_call.failed":                     {},
	"response.mcp_list_tools.in_progress":          {},
	"response.mcp_list_tools.completed":            {},
	"response.mcp_list_tools.failed":               {},
	"response.compaction.compacting":               {},
}
