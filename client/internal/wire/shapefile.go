package wire

// Files, uploads and batches: what is asked, and what is told (openai-go v3.96.0; members
// of Azure alone from its REST reference on Microsoft Learn, 2026-11).
var (
	uploadRequest = newShape(
		texts("filename", "mime_type"), enums("purpose"), numbers("bytes"),
		fields{"expires_after": {shape: expiryShape}})

	completeRequest = newShape(idents("part_ids"), texts("md5"))

	// batchRequest may let Azure read its lines from a blob and write the answers to
	// another: a way out that nobody looks at.
	batchRequest = newShape(
		texts("endpoint", "completion_window", "metadata"), blocks("input_blob", "output_folder"),
		fields{
			"input_file_id":        {class: ident, mark: markRef},
			"output_expires_after": {shape: expiryShape},
		})

	fileObject = newShape(envelope, texts("filename", "status_details"), enums("purpose", "status"), numbers("bytes"))

	// uploadObject becomes a file, under whose id it is known from then on.
	uploadObject = newShape(envelope, texts("filename"), enums("purpose", "status"), numbers("bytes"), idents("upload_id"),
		fields{"file": {shape: newShape(fileObject.table(), fields{"id": {class: ident, mark: markKeep}})}})

	// A batch is about other calls, so its model and usage have no marks. Its files are
	// made under new ids of what was in the first.
	batchObject = newShape(envelope,
		texts("endpoint", "completion_window", "metadata", "input_blob", "output_blob", "error_blob", "output_folder"),
		enums("status"), idents("input_file_id"),
		numbers("cancelled_at", "cancelling_at", "expired_at", "failed_at", "finalizing_at", "in_progress_at"),
		fields{
			"model":          {class: token},
			"output_file_id": {class: ident, mark: markKeep},
			"error_file_id":  {class: ident, mark: markKeep},
			"errors": {shape: newShape(enums("object"), fields{"data": {shape: newShape(
				enums("code"), texts("message", "param"), numbers("line"))}})},
			"request_counts": {shape: countsShape},
			"usage":          {shape: pastUsage},
		})

	pastUsage = newShape(
		numbers("input_tokens", "output_tokens", "total_tokens"),
		fields{
			"input_tokens_details":  {shape: newShape(numbers("cached_tokens"))},
			"output_tokens_details": {shape: newShape(numbers("reasoning_tokens"))},
		})
)

// The lines of files.
var (
	// batchRows are the lines of a file for a batch, by the operation that the line's url
	// names. That of Unknown finds the url.
	batchRows = newBatchRows()

	// tuneRow is a line of a file for fine-tuning: a conversation, a prompt with its
	// completion, or two answers of which one is preferred.
	tuneRow = newShape(tuneConversation, fields{
		"prompt":               {class: prompt, role: User},
		"completion":           {class: prompt, role: Assistant},
		"input":                {class: prompt, shape: newShape(tuneConversation), role: User},
		"preferred_output":     {class: prompt, shape: messageShape, role: Assistant},
		"non_preferred_output": {class: prompt, shape: messageShape, role: Assistant},
	})

	tuneConversation = merge(flags("parallel_tool_calls"), fields{
		"messages":        {class: prompt, shape: messageShape},
		"tools":           {shape: toolShape},
		"functions":       {shape: functionShape},
		"response_format": {shape: formatShape},
	})

	// answerRow is a line of a file that the service has made: of the output of a batch,
	// or of anything else, since what it does not have is text.
	answerRow = unfolded(newShape(
		texts("custom_id"), idents("id"),
		fields{
			"response": {shape: unfolded(newShape(numbers("status_code"), idents("request_id"), fields{"body": {shape: anyAnswer}}))},
			"error":    {shape: unfolded(newShape(enums("code"), texts("message", "param")))},
		}))

	// anyAnswer is the answer of an operation that the line does not name.
	anyAnswer = unfolded(newShape(responseShape.table(), choicesAnswer.table(), moderationsAnswer.table(), fields{
		"data": {shape: newShape(datum(embeddingsAnswer), datum(imagesAnswer))}}))
)

// datum is the table of the elements of an answer's data.
func datum(answer *shape) fields { return answer.find([]byte("data")).rule.shape.table() }

// unfolded lets s be read where names that differ in case alone are not the API's.
func unfolded(s *shape) *shape {
	s.fold = false
	return s
}

func newBatchRows() map[Operation]*shape {
	rows := map[Operation]*shape{Unknown: newBatchRow(rule{})}
	for _, op := range []Operation{Chat, Completions, Responses, Embeddings, Moderations, Images} {
		rows[op] = newBatchRow(rule{shape: requestShape(op)})
	}
	return rows
}

func newBatchRow(body rule) *shape {
	return newShape(texts("custom_id"), fields{
		"method": {class: checked, mark: markMethod},
		"url":    {class: checked, mark: markURL},
		"body":   body,
	})
}
