package wire

// The Responses API: items travel both ways, and so do their shapes.

var (
	actionShape = newShape(
		enums("type", "button", "status"),
		texts("query", "queries", "url", "pattern", "text", "keys", "command", "env", "working_directory", "user"),
		with(repeat, texts("commands")),
		numbers("x", "y", "scroll_x", "scroll_y", "timeout_ms", "max_output_length"),
		fields{
			"sources": {shape: newShape(enums("type"), texts("url", "title", "name"))},
			"path":    {shape: newShape(numbers("x", "y"))},
		})

	outputPartShape = newShape(
		enums("type", "detail"), idents("file_id"),
		texts("text", "filename", "created_by"), with(repeat, texts("stdout", "stderr")),
		medias("file_data", "file_url", "image_url"),
		fields{
			"prompt_cache_breakpoint": {shape: cachePoint},
			"outcome":                 {shape: newShape(enums("type"), numbers("exit_code"))},
			"annotations":             {shape: annotationShape},
			"encrypted_content":       {class: sealed},
		})

	itemError = newShape(enums("type", "code", "param"), texts("message", "content"),
		fields{"moderation_details": {shape: newShape(enums("categories", "moderation_stage"))}})

	safetyCheckShape = newShape(idents("id"), enums("code"), texts("message"))

	// itemShape is an element of input or output.
	itemShape = scoped(roleScope, newShape(
		enums("status", "phase", "execution", "size", "quality", "background", "output_format"),
		idents("id", "call_id", "container_id", "approval_request_id", "file_id"),
		namings("name", "namespace", "server_label"),
		texts("revised_prompt", "reason", "created_by"), flags("approve", "async"),
		with(toTool, texts("queries")), with(toTool|repeat, texts("input", "code")),
		numbers("created_at", "max_output_length"),
		fields{
			"type":                       {class: enum, mark: markItemType},
			"role":                       {class: enum, mark: markRole},
			"content":                    {class: prompt, shape: partShape, also: repeat},
			"summary":                    {shape: partShape, also: repeat},
			"arguments":                  {class: embedded, also: toTool | repeat},
			"outputs":                    {shape: newShape(enums("type"), texts("logs", "url"))},
			"output":                     {shape: outputPartShape},
			"result":                     {class: either},
			"results":                    {shape: newShape(idents("file_id", "vector_store_id"), texts("text", "filename", "attributes"), numbers("score"))},
			"action":                     {class: enum, shape: actionShape, also: toTool},
			"actions":                    {shape: actionShape, also: toTool},
			"operation":                  {shape: newShape(enums("type"), texts("diff", "path")), also: toTool},
			"error":                      {shape: itemError},
			"caller":                     {shape: callerShape},
			"reasoning":                  {shape: reasoningShape},
			"svg_usage":                  {shape: toolUsage},
			"acknowledged_safety_checks": {shape: safetyCheckShape},
			"pending_safety_checks":      {shape: safetyCheckShape},
			"environment":                {class: enum, shape: environmentShape},
			"text":                       {shape: textShape},
			"tools":                      {shape: toolShape},
			"encrypted_content":          {class: sealed},
			"fingerprint":                {class: base},
		}))

	textShape = newShape(enums("verbosity"), fields{"format": {shape: formatShape}})

	// conversationShape is that of a request, conversationAnswer the one of its answer.
	conversationShape  = newShape(fields{"id": {class: ident, mark: markPrevious}})
	conversationAnswer = newShape(fields{"id": {class: ident, mark: markKeep}})

	promptShape = newShape(
		idents("id"), enums("version"),
		fields{"variables": {shape: mapOf(Name, rule{shape: partShape, role: User})}})

	// configuration is what a response echoes from its request.
	configuration = merge(
		texts("user", "safety_identifier", "prompt_cache_key", "metadata"),
		enums("truncation", "prompt_cache_retention"),
		numbers("temperature", "top_p", "max_tool_calls", "presence_penalty", "frequency_penalty"),
		flags("parallel_tool_calls"),
		fields{
			"instructions": {class: prompt, shape: itemShape, role: System},
			"prompt":       {shape: promptShape},
			"text":         {shape: textShape},
			"reasoning":    {shape: reasoningShape},
			"tools":        {shape: toolShape},
			"tool_choice":  {class: enum, shape: choiceOfTool},
			"service_tier": {class: enum, mark: markTier},

			"access_programs":      {shape: newShape(enums("cyber"))},
			"prompt_cache_options": {shape: cacheOptions},
			"moderation":           {class: enum, shape: moderationWanted},
			"context_management":   {shape: newShape(enums("type"), numbers("compact_threshold"))},
		})

	responsesRequest = newShape(configuration, enums("include", "personality"), fields{
		"model":                {class: token, mark: markModel},
		"temperature":          {class: numeric, mark: markTemperature},
		"top_p":                {class: numeric, mark: markTopP},
		"presence_penalty":     {class: numeric, mark: markPresence},
		"frequency_penalty":    {class: numeric, mark: markFrequency},
		"input":                {class: prompt, shape: itemShape, role: User},
		"stream":               {mark: markStream},
		"stream_options":       {shape: newShape(flags("include_obfuscation"))},
		"max_output_tokens":    {class: numeric, mark: markMaxOutput},
		"top_logprobs":         {class: numeric, mark: markLogprobs},
		"include":              {class: enum, mark: markInclude},
		"store":                {mark: markStore},
		"background":           {mark: markBackground},
		"previous_response_id": {class: ident, mark: markPrevious},
		"conversation":         {class: ident, shape: conversationShape, mark: markPrevious},
	})
)
