package event

import "slices"

// An Operation is the kind of a call, as the route table names it. The list is closed.
type Operation string

// The operations.
const (
	Chat        Operation = "chat"
	Completions Operation = "completions"
	Responses   Operation = "responses"
	InputTokens Operation = "responses.input_tokens"
	Compact     Operation = "responses.compact"
	Embeddings  Operation = "embeddings"
	Moderations Operation = "moderations"
	Images      Operation = "images"
	Speech      Operation = "speech"
	Models      Operation = "models"
	OneModel    Operation = "model"
	Unrouted    Operation = "unknown" // a route that the table does not have
)

// operations are all of them: those above, and those on forms, files and stored objects,
// which nobody has to name in Go.
var operations = []Operation{
	Chat, Completions, Responses, InputTokens, Compact, Embeddings, Moderations, Images, Speech, Models, OneModel, Unrouted,
	"images.edits", "images.variations", "audio.transcriptions", "audio.translations",
	"fine_tuning.graders.run", "fine_tuning.graders.validate",
	"files.create", "files.list", "files.get", "files.delete", "files.content",
	"uploads.create", "uploads.parts", "uploads.complete", "uploads.cancel",
	"batches.create", "batches.list", "batches.get", "batches.cancel",
	"fine_tuning.create", "fine_tuning.list", "fine_tuning.get",
	"fine_tuning.cancel", "fine_tuning.pause", "fine_tuning.resume", "fine_tuning.events", "fine_tuning.checkpoints",
	"chat.list", "chat.get", "chat.update", "chat.delete", "chat.messages.list",
	"responses.get", "responses.delete", "responses.cancel", "responses.input_items.list",
	"conversations.create", "conversations.get", "conversations.update", "conversations.delete",
	"conversations.items.create", "conversations.items.list", "conversations.items.get", "conversations.items.delete",
	"assistants.create", "assistants.list", "assistants.get", "assistants.update", "assistants.delete",
	"threads.create", "threads.create_and_run", "threads.get", "threads.update", "threads.delete",
	"threads.messages.create", "threads.messages.list", "threads.messages.get", "threads.messages.update", "threads.messages.delete",
	"threads.runs.create", "threads.runs.list", "threads.runs.get", "threads.runs.update", "threads.runs.cancel", "threads.runs.submit_tool_outputs",
	"threads.runs.steps.list", "threads.runs.steps.get",
	"vector_stores.create", "vector_stores.list", "vector_stores.get", "vector_stores.update", "vector_stores.delete", "vector_stores.search",
	"vector_stores.files.create", "vector_stores.files.list", "vector_stores.files.get", "vector_stores.files.update", "vector_stores.files.delete", "vector_stores.files.content",
	"vector_stores.file_batches.create", "vector_stores.file_batches.get", "vector_stores.file_batches.cancel", "vector_stores.file_batches.files",
}

// OperationOf returns the Operation of that name, and [Unrouted] for any other.
func OperationOf(s string) Operation {
	if s == "" {
		return Unrouted
	}
	return Operation(s).Checked()
}

// Checked returns o if it is on the list or empty, and [Unrouted] otherwise.
func (o Operation) Checked() Operation {
	if o == "" || slices.Contains(operations, o) {
		return o
	}
	return Unrouted
}

// Operations are all operations, the unknown one included.
func Operations() []Operation { return slices.Clone(operations) }
