package wire

// The fields of forms (openai-go v3.96.0, params with MarshalMultipart). A field that
// stands in no table is text, and so is its name.
var (
	imageForm = newShape(
		texts("user", "safety_identifier"),
		enums("size", "quality", "response_format", "background", "output_format", "input_fidelity", "moderation", "complexity"),
		numbers("output_compression", "partial_images", "frame_count", "frame_duration_ms"),
		medias("image", "mask", "markup"),
		fields{
			"model":  {class: token, mark: markModel},
			"prompt": {role: User},
			"n":      {class: numeric, mark: markChoices},
			"stream": {mark: markStream},
		})

	// Voices of known speakers are as much media as the recording.
	audioForm = newShape(
		texts("known_speaker_names"), enums("language", "languages", "response_format", "timestamp_granularities"),
		numbers("temperature"), medias("file", "known_speaker_references"),
		fields{
			"model":    {class: token, mark: markModel},
			"prompt":   {role: User},
			"keywords": {role: User},
			"stream":   {mark: markStream},
			"include":  {class: enum, mark: markInclude},
			"chunking_strategy": {class: enum, shape: newShape(enums("type"),
				numbers("prefix_padding_ms", "silence_duration_ms", "threshold"))},
		})

	fileForm = newShape(enums("purpose"), fields{
		"file":          {mark: markFile},
		"expires_after": {shape: expiryShape},
	})

	// A part of an upload is cut anywhere, so a text in it may be too.
	uploadForm = newShape(medias("data"))
)
