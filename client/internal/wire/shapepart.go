package wire

// What chat and Responses share: parts of a content, schemas, tools. A shape that holds
// itself is made by a function, since a variable cannot refer to itself.

var (
	imageShape = newShape(medias("url", "image_url", "data"), enums("detail", "format"), idents("file_id"))

	audioShape = newShape(medias("data"), enums("format"), idents("id"), texts("transcript"), numbers("expires_at"))

	fileShape = newShape(medias("file_data", "file_url"), filesOf, texts("filename"))

	// Where in a text a citation belongs, counted in characters.
	placesInText = same(rule{class: numeric, mark: markOffset}, "start_index", "end_index")

	annotationShape = newShape(
		enums("type"), idents("file_id", "container_id"),
		texts("title", "url", "filename"),
		placesInText, numbers("index"),
		fields{
			"url_citation":  {shape: newShape(texts("title", "url"), placesInText)},
			"file_citation": {shape: newShape(texts("quote", "filename"), idents("file_id"))},
		})

	// Log probabilities hold the answer once more, in splinters.
	tokensShape = newTokensShape()

	// partShape is an element of a content, of either API.
	partShape = newShape(
		enums("type", "detail"), idents("id"), filesOf,
		texts("refusal", "filename", "transcript"),
		medias("file_data", "file_url"),
		fields{
			"text":              {mark: markCounted},
			"image_url":         {class: media, shape: imageShape},
			"input_audio":       {class: media, shape: audioShape},
			"audio":             {class: media, shape: audioShape},
			"file":              {class: media, shape: fileShape},
			"annotations":       {shape: annotationShape},
			"logprobs":          {shape: tokensShape, mark: markTokens},
			"encrypted_content": {class: sealed},

			"prompt_cache_breakpoint": {shape: cachePoint},
		})

	locationShape = newShape(
		enums("type"), texts("city", "country", "region", "timezone"),
		fields{"approximate": {shape: newShape(enums("type"), texts("city", "country", "region", "timezone"))}})
)

func newTokensShape() *shape {
	s := newShape(
		same(rule{class: splinter}, "token", "text", "tokens", "bytes", "logprob"),
		numbers("token_logprobs", "text_offset"))
	s.add(fields{
		"content":      {shape: s, class: splinter},
		"refusal":      {shape: s, class: splinter},
		"top_logprobs": {shape: s, class: splinter},
	})
	// The legacy API has the tokens as names: top_logprobs[]: {"token": -0.1}.
	s.fold, s.names, s.rest = false, Splinter, rule{class: numeric}
	return s
}

// schemaShape is JSON Schema (draft 2020-12), as far as names and constants go. What the
// application calls its properties are identifiers: the model answers with them.
var schemaShape = newSchemaShape()

func newSchemaShape() *shape {
	s := newShape(
		enums("type", "format", "contentEncoding"),
		namings("required", "$ref", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor"),
		texts("title", "description", "pattern", "default", "const", "enum", "examples", "$comment"))
	named := rule{shape: mapOf(Identifier, rule{shape: s})}
	nested := rule{shape: s}
	s.add(fields{
		"properties": named, "$defs": named, "definitions": named, "patternProperties": named, "dependentSchemas": named,
		"dependentRequired": {shape: mapOf(Identifier, rule{class: naming})},
		"items":             nested, "prefixItems": nested, "contains": nested, "additionalProperties": nested,
		"propertyNames": nested, "not": nested, "if": nested, "then": nested, "else": nested,
		"anyOf": nested, "oneOf": nested, "allOf": nested,
	})
	s.fold = false
	return s
}

var (
	// Fields that let the service call third parties, or hand it secrets for them, are
	// blocked: sdk.md calls them X.
	networkShape = newShape(enums("type"), blocks("allowed_domains", "domain_secrets"))

	skillShape = newShape(
		enums("type", "version"), idents("skill_id"), namings("name"), texts("description", "path"),
		fields{"source": {shape: newShape(enums("type", "media_type"), blocks("data"))}})

	environmentShape = newShape(
		enums("type", "memory_limit"), idents("container_id", "id"), filesOf,
		fields{"network_policy": {shape: networkShape}, "skills": {shape: skillShape}})

	filterShape = newFilterShape()

	grammarShape = newShape(enums("type", "syntax"), texts("definition"))

	formatShape = newShape(
		enums("syntax"), namings("name"), texts("description", "definition"), flags("strict"),
		fields{
			"type":        {class: enum, mark: markFormat},
			"schema":      {shape: schemaShape},
			"grammar":     {shape: grammarShape},
			"json_schema": {shape: newShape(namings("name"), texts("description"), flags("strict"), fields{"schema": {shape: schemaShape}})},
		})

	functionShape = newShape(
		namings("name"), texts("description"), flags("strict"),
		fields{
			"parameters": {shape: schemaShape},
			"format":     {shape: formatShape},
			"arguments":  {class: embedded, also: toTool},
		})

	toolNames = newShape(namings("tool_names"), flags("read_only"))

	// toolShape is a tool of either API; chat has its functions one level deeper.
	toolShape = newToolShape()

	// choiceOfTool is tool_choice, and function_call of requests.
	choiceOfTool = newShape(
		enums("type", "mode"), namings("name", "server_label"),
		fields{
			"function":      {shape: functionShape},
			"custom":        {shape: functionShape},
			"tools":         {shape: toolShape},
			"allowed_tools": {shape: newShape(enums("mode"), fields{"tools": {shape: toolShape}})},
		})
)

func newFilterShape() *shape {
	s := newShape(enums("type"), texts("key", "value"), blocks("allowed_domains"))
	s.add(fields{"filters": {shape: s}})
	return s
}

func newToolShape() *shape {
	s := newShape(
		enums("type", "search_context_size", "size", "quality", "background", "moderation", "output_format",
			"input_fidelity", "syntax", "execution", "action", "complexity", "allowed_callers", "search_content_types"),
		filesOf,
		namings("name", "namespace", "server_label"),
		texts("description", "server_description", "annotations"),
		flags("strict", "defer_loading", "async", "external_web_access"),
		numbers("max_num_results", "display_width", "display_height", "partial_images", "output_compression", "frame_count", "frame_duration_ms"),
		blocks("server_url", "authorization", "headers", "connector_id", "tunnel_id"),
		fields{
			"model":            {class: token},
			"svg":              {shape: svgShape},
			"parameters":       {shape: schemaShape},
			"input_schema":     {shape: schemaShape},
			"output_schema":    {shape: schemaShape},
			"format":           {shape: formatShape},
			"function":         {shape: functionShape},
			"custom":           {shape: functionShape},
			"user_location":    {shape: locationShape},
			"filters":          {shape: filterShape},
			"container":        {class: ident, shape: environmentShape},
			"environment":      {class: enum, shape: environmentShape},
			"input_image_mask": {shape: newShape(blocks("image_url"), idents("file_id"))},
			"allowed_tools":    {class: naming, shape: toolNames},
			"require_approval": {class: enum, shape: newShape(fields{"always": {shape: toolNames}, "never": {shape: toolNames}})},
			"ranking_options":  {shape: rankingShape},
			"file_search":      {shape: newShape(numbers("max_num_results"), fields{"ranking_options": {shape: rankingShape}})},
			"vector_store_ids": {class: ident, mark: markLesser},
		})
	s.add(fields{"tools": {shape: s}})
	return s
}
