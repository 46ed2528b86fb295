package wire

// The events of a run that come in pieces, and its errors.

var (
	messageDelta = newShape(enums("object"), fields{
		"id": {class: ident, mark: markID},
		"delta": {role: Assistant, shape: newShape(enums("role"), idents("file_ids"), fields{
			"content": {shape: scoped(placeScope, newShape(enums("type"), fields{
				"index":   {class: numeric, mark: markIndex},
				"refusal": {part: partRefusal},
				"text": {shape: newShape(fields{
					"value":       {part: partContent, mark: markCounted},
					"annotations": {shape: citationShape}})},
				"image_url":  {class: media, shape: imageShape},
				"image_file": {shape: newShape(enums("detail"), idents("file_id"))},
			}))},
		})},
	})

	stepDelta = newShape(enums("object"), fields{
		"id": {class: ident, mark: markID},
		"delta": {role: Assistant, shape: newShape(fields{"step_details": {shape: newShape(enums("type"), fields{
			"message_creation": {shape: newShape(idents("message_id"))},
			"tool_calls":       {shape: stepCallDelta},
		})}})},
	})

	stepCallDelta = scoped(placeScope, newShape(enums("type"), idents("id"), fields{
		"index": {class: numeric, mark: markIndex},
		"code_interpreter": {shape: newShape(fields{
			"input": {part: partCode, also: toTool},
			"outputs": {role: Tool, shape: scoped(callScope, newShape(enums("type"), fields{
				"index": {class: numeric, mark: markIndex},
				"logs":  {part: partStdout},
				"image": {shape: newShape(idents("file_id"))}}))}})},
		"file_search": {shape: newShape(fields{
			"ranking_options": {shape: rankingShape},
			"results": {role: Tool, shape: newShape(idents("file_id"), texts("file_name"), numbers("score"), fields{
				"content": {shape: foundPart}})}})},
		"function": {shape: newShape(namings("name"), fields{
			"arguments": {class: embedded, part: partToolArguments, also: toTool},
			"output":    {role: Tool, part: partToolOutput}})},
	}))

	// threadError is the service's {"code","message"} or a gateway's {"error":{...}}.
	threadError = newShape(envelope, enums("param"), fields{
		"code": {class: enum, mark: markErrorCode},
		"type": {class: enum, mark: markErrorType},

		"misalignment": {shape: misalignmentShape},
	})
)
