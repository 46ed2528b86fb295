package wire

// Answers, and the events of streams, which are made of the same shapes.

var (
	// filterShape of answers: Azure's annotations (sdk.md, section 7).
	verdictShape = newVerdictShape()

	verdictsShape = newVerdictsShape()

	offsetsShape = newShape(numbers("check_offset", "start_offset", "end_offset"))

	promptVerdicts = rule{mark: markFilterList, shape: newShape(
		numbers("prompt_index"),
		fields{"content_filter_results": {shape: verdictsShape}, "content_filter_raw": {shape: verdictsShape}})}

	errorShape = newShape(
		enums("param", "status"), texts("details"),
		fields{
			"code":                  {class: enum, mark: markErrorCode},
			"type":                  {class: enum, mark: markErrorType},
			"message":               {mark: markMessage},
			"content_filter_result": {shape: verdictsShape},
			"content_filters":       {shape: filterReport},
			"innererror": {shape: newShape(texts("message", "revised_prompt"), fields{
				"code":                   {class: enum, mark: markInnerCode},
				"content_filter_result":  {shape: verdictsShape},
				"content_filter_results": {shape: verdictsShape},
			})},
			"misalignment": {shape: misalignmentShape},
		})

	misalignmentShape = newShape(texts("detailed_explanation"), enums("error_type", "review_target"),
		fields{"steer": {shape: newShape(texts("message"))}})

	filterReport = newShape(flags("blocked"), enums("source_type"), fields{
		"content_filter_results": {shape: verdictsShape},
		"content_filter_raw":     {shape: verdictsShape},
		"content_filter_offsets": {shape: offsetsShape},
	})

	tokenDetails = newShape(
		numbers("audio_tokens", "text_tokens", "image_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens", "cache_write_tokens"),
		fields{
			"cache_write_tokens_details": {shape: newShape(numbers("ttl_12h_tokens", "ttl_30m_tokens"))},
			"cached_tokens":              {class: numeric, mark: markCached},
			"reasoning_tokens":           {class: numeric, mark: markReasoning},
		})

	usageShape = newShape(numbers("total_tokens"), fields{
		"prompt_tokens":             {class: numeric, mark: markInput},
		"input_tokens":              {class: numeric, mark: markInput},
		"completion_tokens":         {class: numeric, mark: markOutput},
		"output_tokens":             {class: numeric, mark: markOutput},
		"prompt_tokens_details":     {shape: tokenDetails},
		"input_tokens_details":      {shape: tokenDetails},
		"completion_tokens_details": {shape: tokenDetails},
		"output_tokens_details":     {shape: tokenDetails},
	})

	// envelope is what the answers of all operations may have. API Management's own
	// errors are {"statusCode","message"}.
	envelope = merge(
		enums("object"), numbers("created", "created_at", "expires_at", "completed_at", "statusCode"),
		fields{
			"id":                 {class: ident, mark: markID},
			"model":              {class: token, mark: markModel},
			"system_fingerprint": {class: ident, mark: markFingerprint},
			"service_tier":       {class: enum, mark: markTier},
			"error":              {shape: errorShape, mark: markError},
			"message":            {mark: markMessage},
			"usage":              {shape: usageShape},
		})

	errorAnswer = newShape(envelope)

	documentShape = newShape(texts("content", "title", "url", "filepath", "search_queries"),
		idents("chunk_id"), numbers("data_source_index", "original_search_score", "rerank_score"), enums("filter_reason"))

	contextShape = newShape(texts("intent"), fields{
		"citations":               {shape: documentShape},
		"all_retrieved_documents": {shape: documentShape},
	})

	groundingShape = newShape(fields{"grounding": {shape: newShape(fields{
		"lines": {shape: newShape(texts("text"), fields{"spans": {shape: newShape(texts("text"))}})}})}})

	answerMessage = newShape(
		enums("role"), texts("refusal", "reasoning_content"),
		fields{
			"content":       {mark: markCounted},
			"tool_calls":    {shape: callShape},
			"function_call": {shape: newShape(namings("name"), fields{"arguments": {class: embedded, also: toTool}})},
			"audio":         {shape: audioShape},
			"annotations":   {shape: annotationShape},
			"context":       {shape: contextShape},
		})

	// deltaShape is a message in pieces. Members that no table has are taken to be
	// pieces too, each of a lane of its own.
	deltaShape = newDeltaShape()

	choiceShape = scoped(choiceScope, newShape(fields{
		"index":                  {class: numeric, mark: markIndex},
		"finish_reason":          {class: enum, mark: markFinish},
		"message":                {shape: answerMessage},
		"delta":                  {shape: deltaShape},
		"text":                   {part: partText},
		"logprobs":               {shape: tokensShape, mark: markTokens},
		"content_filter_results": {shape: verdictsShape},
		"content_filter_result":  {shape: verdictsShape},
		"content_filter_raw":     {shape: verdictsShape},
		"content_filter_offsets": {shape: offsetsShape},
		"enhancements":           {shape: groundingShape},
	}))

	moderationShape = newShape(fields{
		"input":  {shape: moderationVerdict},
		"output": {shape: moderationVerdict},
	})

	choicesAnswer = newShape(envelope, texts("metadata"), fields{
		"choices":               {shape: choiceShape, role: Assistant, mark: markChoiceList},
		"prompt_filter_results": promptVerdicts,
		"prompt_annotations":    promptVerdicts,
		"obfuscation":           {class: base},
		"moderation":            {shape: moderationShape},
	})

	responseShape = newShape(merge(envelope, with(repeat, configuration), fields{
		"error":                {shape: errorShape}, // null in every good response
		"status":               {class: enum, mark: markStatus},
		"output":               {shape: itemShape, role: Assistant, mark: markOutputList},
		"incomplete_details":   {shape: newShape(fields{"reason": {class: enum, mark: markFinish}})},
		"content_filters":      {shape: filterReport},
		"moderation":           {shape: moderationShape},
		"conversation":         {class: ident, shape: conversationAnswer, mark: markKeep},
		"previous_response_id": {class: ident},
		"input_tokens":         {class: numeric, mark: markInput},
	}), numbers("max_output_tokens", "top_logprobs"), flags("store", "background"), fields{
		"prompt_cache_diagnostics": {shape: cacheDiagnostics},
		"tool_usage":               {shape: toolUsage},
	})

	embeddingsAnswer = newShape(envelope, fields{"data": {shape: newShape(
		enums("object"), numbers("index"), fields{"embedding": {class: base, shape: vectorShape}})}})

	vectorShape = mapOf(Name, rule{})

	imagesAnswer = newShape(envelope, enums("background", "output_format", "quality", "size"), texts("safety_identifier"),
		fields{"svg_usage": {shape: toolUsage}, "data": {shape: newShape(
			texts("revised_prompt", "url"), medias("b64_json"),
			fields{"content_filter_results": {shape: verdictsShape}, "prompt_filter_results": {shape: verdictsShape}})}})

	// A transcript has its log probabilities without a list around them.
	transcriptFields = fields{
		"text":      {role: Assistant},
		"languages": {shape: newShape(enums("code"))},
		"logprobs":  {shape: tokensShape, role: Assistant, mark: markTokens},
		"usage":     {shape: transcriptUsage},
	}

	transcriptUsage = newShape(usageShape.table(), enums("type"), numbers("seconds"),
		fields{"input_token_details": {shape: tokenDetails}})

	transcriptAnswer = newShape(envelope, transcriptFields, enums("task", "language"), numbers("duration"), fields{
		"segments": {role: Assistant, shape: newShape(texts("text", "speaker"), idents("id"), enums("type"),
			numbers("seek", "start", "end", "tokens", "temperature", "avg_logprob", "compression_ratio", "no_speech_prob"))},
		"words": {role: Assistant, shape: newShape(texts("word", "speaker"), numbers("start", "end"))},
	})

	modelShape = newShape(envelope, idents("parent"), texts("shutdown_date"),
		enums("owned_by", "status", "lifecycle_status", "generation"),
		fields{
			"id":           {class: token},
			"model":        {class: token},
			"capabilities": {shape: mapOf(Name, rule{class: enum})},
			"deprecation":  {shape: mapOf(Name, rule{class: numeric})},
		})

	modelsAnswer = newShape(envelope, flags("has_more"), fields{
		"data":     {shape: modelShape},
		"first_id": {class: token},
		"last_id":  {class: token},
	})

	// moderationsAnswer has categories, which are names of the API, and scores.
	moderationsAnswer = newShape(envelope, fields{"results": {shape: moderationVerdict}})

	// eventShape is any event of Responses. Two of its members have two meanings, which
	// the type decides: delta, and code.
	eventShape = newShape(
		enums("status", "param", "size", "quality", "background", "output_format"),
		numbers("sequence_number", "annotation_index", "partial_image_index"),
		with(repeat, texts("text", "refusal")), with(repeat|toTool, texts("input")),
		namings("name"), medias("partial_image_b64"),
		fields{
			"type":            {class: enum, mark: markEventType},
			"code":            {mark: markEventCode, also: repeat},
			"item_id":         {class: ident, mark: markItem},
			"output_index":    {class: numeric, mark: markOutputIndex},
			"content_index":   {class: numeric, mark: markContentIndex},
			"summary_index":   {class: numeric, mark: markSummaryIndex},
			"command_index":   {class: numeric, mark: markCommandIndex},
			"delta":           {part: partDelta, role: Assistant, shape: newShape(fields{"stdout": {part: partStdout}, "stderr": {part: partStderr}})},
			"arguments":       {class: embedded, role: Assistant, also: repeat | toTool},
			"command":         {role: Assistant, also: repeat | toTool},
			"output":          {shape: outputPartShape, role: Tool, also: repeat},
			"item":            {shape: itemShape, role: Assistant},
			"part":            {shape: partShape, role: Assistant, also: repeat},
			"response":        {shape: responseShape, mark: markResponse},
			"annotation":      {shape: annotationShape, role: Assistant},
			"logprobs":        {shape: tokensShape, mark: markTokens},
			"obfuscation":     {class: base},
			"message":         {mark: markMessage},
			"error":           {shape: errorShape, mark: markError},
			"content_filters": {shape: filterReport},
		})
)

func newVerdictShape() *shape {
	return newShape(enums("severity", "id", "license"), flags("filtered", "detected", "profanity"),
		fields{
			"citation": {shape: newShape(texts("URL", "license"))},
			"details":  {shape: newShape(enums("id"), flags("filtered"), numbers("completion_start_offset", "completion_end_offset"))},
		})
}

func newVerdictsShape() *shape {
	return newShape(
		same(rule{shape: verdictShape}, "hate", "sexual", "violence", "self_harm", "jailbreak", "indirect_attack", "profanity",
			"protected_material_text", "protected_material_code", "custom_blocklists", "ungrounded_material"),
		fields{"error": {shape: newShape(enums("code"), texts("message"))}})
}

func newDeltaShape() *shape {
	function := newShape(namings("name"), fields{"arguments": {class: embedded, part: partToolArguments, also: toTool}})
	custom := newShape(namings("name"), fields{"input": {part: partToolInput, also: toTool}})
	s := newShape(
		enums("role"),
		fields{
			"content":           {part: partContent, shape: partShape},
			"refusal":           {part: partRefusal},
			"reasoning_content": {part: partReasoning},
			"annotations":       {shape: annotationShape},
			"context":           {shape: contextShape},
			"audio":             {shape: newShape(medias("data"), idents("id"), numbers("expires_at"), fields{"transcript": {part: partTranscript}})},
			"function_call":     {shape: newShape(namings("name"), fields{"arguments": {class: embedded, part: partCallArguments, also: toTool}})},
			"tool_calls": {shape: scoped(callScope, newShape(enums("type"), idents("id"), fields{
				"index":    {class: numeric, mark: markIndex},
				"function": {shape: function},
				"custom":   {shape: custom},
			}))},
		})
	s.rest = rule{part: partOther}
	return s
}
