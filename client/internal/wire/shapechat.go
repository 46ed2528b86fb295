package wire

// The request bodies of chat and of the older and smaller APIs (sdk.md, section 5). A
// member that stands in no table is text, and so is its name.

// sampling is what chat and completions have in common.
var sampling = merge(
	texts("user", "stop", "suffix"), flags("echo"),
	fields{
		"temperature":       {class: numeric, mark: markTemperature},
		"top_p":             {class: numeric, mark: markTopP},
		"presence_penalty":  {class: numeric, mark: markPresence},
		"frequency_penalty": {class: numeric, mark: markFrequency},
		"seed":              {class: numeric, mark: markSeed},
		"logit_bias":        {shape: mapOf(Name, rule{class: numeric})},
		"model":             {class: token, mark: markModel},
		"stream":            {mark: markStream},
		"max_tokens":        {class: numeric, mark: markMaxOutput},
		"n":                 {class: numeric, mark: markChoices},
		"best_of":           {class: numeric, mark: markBestOf},
		"logprobs":          {class: numeric, mark: markLogprobs},
		"stream_options": {mark: markStreamOptions, shape: newShape(flags("include_obfuscation"),
			fields{"include_usage": {mark: markIncludeUsage}})},
	})

var (
	callShape = newShape(
		enums("type"), idents("id"), numbers("index"),
		fields{
			"function": {shape: newShape(namings("name"), fields{"arguments": {class: embedded, also: toTool}})},
			"custom":   {shape: newShape(namings("name"), with(toTool, texts("input")))},
		})

	messageShape = scoped(roleScope, newShape(
		idents("tool_call_id"), texts("name", "refusal", "reasoning_content"), numbers("weight"),
		fields{
			"role":          {class: enum, mark: markRole},
			"content":       {class: prompt, shape: partShape, mark: markCounted},
			"tool_calls":    {shape: callShape},
			"function_call": {shape: newShape(namings("name"), fields{"arguments": {class: embedded, also: toTool}})},
			"audio":         {shape: audioShape},
			"annotations":   {shape: annotationShape},
		}))

	// dataSourceShape is Azure's "on your data": the service fetches with what stands here.
	dataSourceShape = newShape(
		enums("type"),
		fields{"parameters": {shape: newShape(
			texts("role_information", "filter", "index_name", "semantic_configuration", "fields_mapping"),
			enums("query_type"), numbers("strictness", "top_n_documents", "max_search_queries"),
			flags("in_scope", "allow_partial_result", "include_contexts"),
			blocks("endpoint"),
			fields{
				"authentication": {shape: authenticationShape},
				"embedding_dependency": {shape: newShape(
					enums("type"), texts("deployment_name", "model_id", "dimensions"), blocks("endpoint"),
					fields{"authentication": {shape: authenticationShape}})},
			})}})

	authenticationShape = newAuthenticationShape()

	chatRequest = newShape(sampling,
		texts("safety_identifier", "prompt_cache_key", "metadata"),
		enums("verbosity", "modalities", "prompt_cache_retention"),
		flags("parallel_tool_calls"),
		fields{
			"messages":              {shape: messageShape},
			"reasoning_effort":      {class: enum, mark: markEffort},
			"service_tier":          {class: enum, mark: markTier},
			"max_completion_tokens": {class: numeric, mark: markMaxOutput},
			"top_logprobs":          {class: numeric, mark: markLogprobs},
			"store":                 {mark: markStore},
			"tools":                 {shape: toolShape},
			"functions":             {shape: functionShape},
			"tool_choice":           {class: enum, shape: choiceOfTool},
			"function_call":         {class: enum, shape: choiceOfTool},
			"response_format":       {shape: formatShape},
			"prediction":            {shape: newShape(enums("type"), fields{"content": {class: prompt, shape: partShape}}), role: Assistant},
			"audio":                 {shape: newShape(enums("format"), fields{"voice": {class: enum, shape: voiceShape}})},
			"prompt_cache_options":  {shape: cacheOptions},
			"moderation":            {class: enum, shape: moderationWanted},
			"web_search_options":    {shape: newShape(enums("search_context_size"), fields{"user_location": {shape: locationShape}})},
			"user_security_context": {shape: newShape(texts("application_name", "end_user_id", "end_user_tenant_id", "source_ip"))},
			"data_sources":          {shape: dataSourceShape},
		})

	completionsRequest = newShape(sampling, fields{"prompt": {class: prompt, role: User}})

	embeddingsRequest = newShape(
		texts("user"), enums("input_type"),
		fields{
			"model":           {class: token, mark: markModel},
			"input":           {class: prompt, role: User},
			"encoding_format": {class: enum, mark: markEncoding},
			"dimensions":      {class: numeric, mark: markDimensions},
		})

	moderationsRequest = newShape(
		fields{"model": {class: token, mark: markModel}, "input": {class: prompt, shape: partShape, role: User}})

	imagesRequest = newShape(
		texts("user", "safety_identifier"),
		enums("size", "quality", "style", "response_format", "background", "moderation", "output_format", "complexity"),
		numbers("output_compression", "partial_images", "frame_count", "frame_duration_ms"),
		fields{
			"svg":    {shape: svgShape},
			"model":  {class: token, mark: markModel},
			"prompt": {role: User},
			"n":      {class: numeric, mark: markChoices},
			"stream": {mark: markStream},
		})

	speechRequest = newShape(
		enums("response_format"), numbers("speed"),
		fields{
			"model":         {class: token, mark: markModel},
			"input":         {role: User},
			"instructions":  {role: System},
			"voice":         {class: enum, shape: voiceShape},
			"stream_format": {class: enum, mark: markEvents},
		})
)

// newAuthenticationShape blocks every member but the ones that hold no secret.
func newAuthenticationShape() *shape {
	s := newShape(enums("type"), texts("managed_identity_resource_id"))
	s.names, s.rest = Blocked, rule{class: blocked}
	return s
}
