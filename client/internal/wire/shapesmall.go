package wire

// Small objects that many others have: what they say is constants, ids and counts.

var (
	// cacheOptions, cachePoint and cacheDiagnostics are about the cache of prompts.
	cacheOptions = newShape(enums("mode", "ttl"), idents("comparison_response_id"), flags("prewarm"))

	cachePoint = newShape(enums("mode", "ttl", "type"))

	cacheDiagnostics = newShape(enums("type", "reason"), numbers("cache_missed_tokens", "comparison_reusable_tokens"))

	reasoningShape = newShape(enums("summary", "generate_summary", "context", "mode"), fields{"effort": {class: enum, mark: markEffort}})

	// svgShape says how an image is drawn as lines.
	svgShape = newShape(fields{"model": {class: token}, "reasoning": {shape: reasoningShape}})

	// toolUsage is what tools used; it is a part of no other usage, and none of the call's.
	toolUsage = newToolUsage()

	voiceShape = newShape(idents("id"))

	callerShape = newShape(enums("type"), idents("caller_id"))

	// moderationWanted is what a request says of moderation.
	moderationWanted = newShape(fields{
		"model": {class: token},
		"policy": {shape: newShape(fields{
			"input":  {shape: newShape(enums("mode"))},
			"output": {shape: newShape(enums("mode"))},
		})},
	})

	// moderationVerdict is one verdict, or a list of them, or why there is none. Its
	// categories are names of the API, but a peer could make them up.
	moderationVerdict = newModerationVerdict()
)

func newToolUsage() *shape {
	s := newShape(
		numbers("input_tokens", "output_tokens", "total_tokens", "cached_tokens", "reasoning_tokens", "image_tokens",
			"text_tokens", "cached_image_tokens", "cached_text_tokens", "num_requests"),
		fields{"model": {class: token}})
	nested := rule{shape: s}
	s.add(fields{
		"image_gen": nested, "web_search": nested,
		"input_tokens_details": nested, "output_tokens_details": nested, "cached_tokens_details": nested,
	})
	return s
}

func newModerationVerdict() *shape {
	s := newShape(
		flags("flagged"), enums("type", "status", "code"), texts("message"),
		fields{
			"model":                        {class: token},
			"categories":                   {shape: mapOf(Name, rule{})},
			"category_scores":              {shape: mapOf(Name, rule{class: numeric})},
			"category_applied_input_types": {shape: mapOf(Name, rule{class: enum})},
		})
	s.add(fields{"results": {shape: s}})
	return s
}
