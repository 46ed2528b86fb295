package wire

// The events of transcripts, images and speech (openai-go v3.96.0: TranscriptionStreamEventUnion,
// ImageGenStreamEventUnion, ImageEditStreamEventUnion; speech has none there and follows the
// REST reference). They are written as those of Responses are: the type stands in the data.
var (
	transcriptEvents = map[string]eventRule{
		"transcript.text.delta":   {piece: partTranscript},
		"transcript.text.segment": {ends: endsLane, part: partTranscript, again: afterLane},
		"transcript.text.done":    {ends: endsAll, again: afterItems},
		"error":                   {ends: endsAll, fails: true},
	}

	imageEvents = map[string]eventRule{
		"image_generation.partial_image": {},
		"image_generation.completed":     {ends: endsChoice},
		"image_edit.partial_image":       {},
		"image_edit.completed":           {ends: endsChoice},
		"error":                          {ends: endsAll, fails: true},
	}

	speechEvents = map[string]eventRule{
		"speech.audio.delta": {},
		"speech.audio.done":  {ends: endsAll},
		"error":              {ends: endsAll, fails: true},
	}

	// mediaEvent is any of these events. A piece of a transcript belongs to the segment that
	// it names, or to the whole.
	mediaEvent = newShape(
		envelope, transcriptFields,
		enums("param", "size", "quality", "background", "output_format"), texts("safety_identifier"),
		numbers("sequence_number", "partial_image_index", "start", "end"), medias("b64_json", "audio"),
		fields{
			"type":       {class: enum, mark: markEventType},
			"code":       {mark: markEventCode},
			"id":         {class: ident, mark: markItem},
			"segment_id": {class: ident, mark: markItem},
			"delta":      {part: partTranscript, role: Assistant},
			"text":       {role: Assistant, also: repeat},
			"speaker":    {role: Assistant},
		})
)
