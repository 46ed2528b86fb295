package wire

// What the service keeps of chats, responses and conversations.

// extend makes a shape that has what s has, and the parts.
func extend(s *shape, parts ...fields) *shape {
	more := *s
	more.members, more.slots = nil, nil
	more.add(append([]fields{s.table()}, parts...)...)
	return &more
}

// table is what the members of s were made of.
func (s *shape) table() fields {
	all := fields{}
	for _, m := range s.members {
		all[m.name] = m.rule
	}
	return all
}

// listOf makes the shape of a list of s.
func listOf(s *shape) *shape {
	return newShape(envelope, flags("has_more"), idents("first_id", "last_id", "next_page"), fields{"data": {shape: s}})
}

var (
	metadataRequest = newShape(texts("metadata"))

	deletedAnswer = newShape(envelope, flags("deleted"))

	// storedChat is a chat with what it keeps of its request.
	storedChat = extend(choicesAnswer,
		idents("request_id"), texts("input_user"),
		numbers("seed", "temperature", "top_p", "presence_penalty", "frequency_penalty"),
		fields{
			"tools":           {shape: toolShape},
			"tool_choice":     {class: enum, shape: choiceOfTool},
			"response_format": {class: enum, shape: formatShape},
		})

	// storedMessage is one of its messages, of the request or of the answer.
	storedMessage = extend(messageShape, idents("id"), fields{"content_parts": {shape: partShape}})

	// resumeRequest is what openai-go sends along with a GET to have events for an answer.
	resumeRequest = newShape(
		flags("include_obfuscation"), numbers("starting_after"),
		fields{"stream": {mark: markStream}, "include": {class: enum}})

	conversationRequest = newShape(texts("metadata"), fields{"items": {shape: itemShape, role: User}})

	storedConversation = newShape(envelope, texts("metadata"), flags("deleted"))

	storedItem = extend(itemShape, envelope, fields{"error": {
		shape: extend(errorShape, texts("content"), fields{"moderation_details": {shape: newShape(enums("categories", "moderation_stage"))}}), mark: markError}})
)
