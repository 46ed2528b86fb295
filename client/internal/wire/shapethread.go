package wire

// Assistants, and the threads, messages, runs and steps that they work with.

var (
	resourcesShape = newShape(fields{
		"code_interpreter": {shape: newShape(filesOf)},
		"file_search": {shape: newShape(
			fields{
				"vector_store_ids": {class: ident, mark: markLesser},
				"vector_stores": {shape: newShape(texts("metadata"), filesOf, fields{
					"chunking_strategy": {shape: chunkingShape}})},
			})},
	})

	// agency is what assistants and runs have in common, in requests and in answers.
	agency = merge(
		texts("metadata"), numbers("temperature", "top_p"), enums("reasoning_effort"),
		fields{
			"model":           {class: token, mark: markModel},
			"instructions":    {role: System},
			"tools":           {shape: toolShape},
			"tool_resources":  {shape: resourcesShape},
			"response_format": {class: enum, shape: formatShape},
		})

	assistantRequest = newShape(agency, texts("name", "description"))

	assistantShape = newShape(envelope, agency, texts("name", "description"))

	attachmentShape = newShape(filesOf, fields{"tools": {shape: toolShape}})

	citationShape = newShape(
		enums("type"), texts("text"), placesInText, numbers("index"),
		fields{
			"file_citation": {shape: newShape(idents("file_id"), texts("quote", "file_name"))},
			"file_path":     {shape: newShape(idents("file_id"))},
		})

	// threadPart is an element of the content of a message. A text is a string in requests
	// and an object in answers.
	threadPart = newShape(
		enums("type"), texts("refusal"),
		fields{
			"text":       {shape: newShape(fields{"value": {mark: markCounted}, "annotations": {shape: citationShape}})},
			"image_url":  {class: media, shape: imageShape},
			"image_file": {shape: newShape(enums("detail"), filesOf)},
		})

	threadMessageFields = merge(texts("metadata"), fields{
		"role":        {class: enum, mark: markRole},
		"content":     {class: prompt, shape: threadPart, also: repeat},
		"attachments": {shape: attachmentShape},
	})

	threadMessageRequest = scoped(roleScope, newShape(threadMessageFields))

	threadRequest = newShape(texts("metadata"), fields{
		"messages":       {shape: threadMessageRequest},
		"tool_resources": {shape: resourcesShape},
	})

	runRequest = newShape(agency,
		numbers("max_prompt_tokens"), flags("parallel_tool_calls"),
		fields{
			"assistant_id":            {class: ident, mark: markRef},
			"additional_instructions": {role: System},
			"additional_messages":     {shape: threadMessageRequest},
			"thread":                  {shape: threadRequest},
			"stream":                  {mark: markStream},
			"max_completion_tokens":   {class: numeric, mark: markMaxOutput},
			"truncation_strategy":     {shape: truncationShape},
			"tool_choice":             {class: enum, shape: choiceOfTool},
		})

	truncationShape = newShape(enums("type"), numbers("last_messages"))

	submitRequest = newShape(fields{
		"stream":       {mark: markStream},
		"tool_outputs": {shape: newShape(idents("tool_call_id"), texts("output")), role: Tool},
	})

	// Times at which a message, a run or a step came to something.
	moments = numbers("started_at", "cancelled_at", "failed_at", "expired_at", "incomplete_at")

	threadShape = newShape(envelope, with(repeat, texts("metadata")), fields{"tool_resources": {shape: resourcesShape}})

	threadMessage = scoped(roleScope, newShape(envelope, moments, threadMessageFields,
		enums("status"), idents("assistant_id", "run_id"),
		fields{
			"thread_id":          {class: ident, mark: markKeep},
			"incomplete_details": {shape: newShape(enums("reason"))},
		}))

	// requiredCalls are the functions that a run waits for.
	requiredCalls = newShape(fields{"tool_calls": {shape: callShape, role: Assistant}})

	runShape = newShape(envelope, with(repeat, agency), moments,
		idents("assistant_id"), flags("parallel_tool_calls"), numbers("max_prompt_tokens", "max_completion_tokens"),
		fields{
			"thread_id":           {class: ident, mark: markKeep},
			"status":              {class: enum, mark: markStatus},
			"incomplete_details":  {shape: newShape(fields{"reason": {class: enum, mark: markFinish}})},
			"last_error":          {shape: lastErrorShape},
			"truncation_strategy": {shape: truncationShape},
			"tool_choice":         {class: enum, shape: choiceOfTool},
			"required_action": {mark: markOutputList, shape: newShape(enums("type"), fields{
				"submit_tool_outputs": {shape: requiredCalls}})},
		})

	// stepUsage is counted again in the run, so it is not taken for that of the call.
	stepUsage = newShape(
		numbers("prompt_tokens", "completion_tokens", "total_tokens"),
		fields{"prompt_token_details": {shape: newShape(numbers("cached_tokens"))}})

	stepShape = newShape(envelope, moments, texts("metadata"),
		enums("type", "status"), idents("assistant_id", "run_id"),
		fields{
			"thread_id":    {class: ident, mark: markKeep},
			"last_error":   {shape: lastErrorShape},
			"usage":        {shape: stepUsage},
			"step_details": {shape: stepDetails, role: Assistant},
		})

	stepDetails = newShape(enums("type"), fields{
		"message_creation": {shape: newShape(idents("message_id"))},
		"tool_calls": {shape: newShape(enums("type"), idents("id"), fields{
			"code_interpreter": {shape: newShape(with(toTool|repeat, texts("input")), fields{
				"outputs": {role: Tool, shape: newShape(enums("type"), with(repeat, texts("logs")), fields{
					"image": {shape: newShape(idents("file_id"))}})}})},
			"file_search": {shape: newShape(fields{
				"ranking_options": {shape: rankingShape},
				"results": {role: Tool, shape: newShape(idents("file_id"), texts("file_name"), numbers("score"), fields{
					"content": {shape: foundPart}})}})},
			"function": {shape: newShape(namings("name"), fields{
				"arguments": {class: embedded, also: toTool | repeat},
				"output":    {role: Tool, also: repeat}})},
		})},
	})
)
