package wire

// The operations on what the service keeps (sdk.md, section 5). They answer with texts of
// earlier calls.
const (
	ChatList Operation = firstStored + iota
	ChatGet
	ChatUpdate
	ChatDelete
	ChatMessageList // GET chat/completions/{id}/messages
	ResponsesGet    // also as a stream
	ResponsesDelete
	ResponsesCancel
	InputItemList // GET responses/{id}/input_items
	ConversationCreate
	ConversationGet
	ConversationUpdate
	ConversationDelete
	ConversationItemCreate
	ConversationItemList
	ConversationItemGet
	ConversationItemDelete
	AssistantCreate
	AssistantList
	AssistantGet
	AssistantUpdate
	AssistantDelete
	ThreadCreate
	ThreadCreateAndRun // POST threads/runs
	ThreadGet
	ThreadUpdate
	ThreadDelete
	MessageCreate // POST threads/{id}/messages
	MessageList
	MessageGet
	MessageUpdate
	MessageDelete
	RunCreate // POST threads/{id}/runs
	RunList
	RunGet
	RunUpdate
	RunCancel
	RunSubmit // POST threads/{id}/runs/{id}/submit_tool_outputs
	StepList
	StepGet
	VectorStoreCreate
	VectorStoreList
	VectorStoreGet
	VectorStoreUpdate
	VectorStoreDelete
	VectorStoreSearch
	VectorFileCreate // POST vector_stores/{id}/files
	VectorFileList
	VectorFileGet
	VectorFileUpdate
	VectorFileDelete
	VectorFileContent
	VectorBatchCreate // POST vector_stores/{id}/file_batches
	VectorBatchGet
	VectorBatchCancel
	VectorBatchFiles

	operations // how many there are
)

// storedNames are the names of the operations from firstStored on.
var storedNames = [operations - firstStored]string{
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

// A document is what the bodies of an operation look like.
type document struct {
	request, answer *shape
	form            *shape // the fields of a request that is a form
	// list reports that the answer holds many objects, or a part of one: what they say of
	// themselves, such as an id or a usage, says nothing of the call.
	list bool
}

// documentOf returns the document of an operation, or that of one without texts.
func documentOf(op Operation) document {
	switch {
	case op >= firstFile && op < firstStored:
		return fileDocuments[op-firstFile]
	case op >= firstStored && op < operations:
		return documents[op-firstStored]
	}
	return document{}
}

var documents = [operations - firstStored]document{
	ChatList - firstStored:        {answer: listOf(storedChat), list: true},
	ChatGet - firstStored:         {answer: storedChat},
	ChatUpdate - firstStored:      {request: metadataRequest, answer: storedChat},
	ChatDelete - firstStored:      {answer: deletedAnswer},
	ChatMessageList - firstStored: {answer: listOf(storedMessage), list: true},

	ResponsesGet - firstStored:    {request: resumeRequest, answer: responseShape},
	ResponsesDelete - firstStored: {answer: deletedAnswer},
	ResponsesCancel - firstStored: {answer: responseShape},
	InputItemList - firstStored:   {answer: listOf(itemShape), list: true},

	ConversationCreate - firstStored:     {request: conversationRequest, answer: storedConversation},
	ConversationGet - firstStored:        {answer: storedConversation},
	ConversationUpdate - firstStored:     {request: metadataRequest, answer: storedConversation},
	ConversationDelete - firstStored:     {answer: deletedAnswer},
	ConversationItemCreate - firstStored: {request: conversationRequest, answer: listOf(itemShape), list: true},
	ConversationItemList - firstStored:   {answer: listOf(itemShape), list: true},
	ConversationItemGet - firstStored:    {answer: storedItem},
	ConversationItemDelete - firstStored: {answer: storedConversation},

	AssistantCreate - firstStored: {request: assistantRequest, answer: assistantShape},
	AssistantList - firstStored:   {answer: listOf(assistantShape), list: true},
	AssistantGet - firstStored:    {answer: assistantShape},
	AssistantUpdate - firstStored: {request: assistantRequest, answer: assistantShape},
	AssistantDelete - firstStored: {answer: deletedAnswer},

	ThreadCreate - firstStored:       {request: threadRequest, answer: threadShape},
	ThreadCreateAndRun - firstStored: {request: runRequest, answer: runShape},
	ThreadGet - firstStored:          {answer: threadShape},
	ThreadUpdate - firstStored:       {request: threadRequest, answer: threadShape},
	ThreadDelete - firstStored:       {answer: deletedAnswer},
	MessageCreate - firstStored:      {request: threadMessageRequest, answer: threadMessage},
	MessageList - firstStored:        {answer: listOf(threadMessage), list: true},
	MessageGet - firstStored:         {answer: threadMessage},
	MessageUpdate - firstStored:      {request: metadataRequest, answer: threadMessage},
	MessageDelete - firstStored:      {answer: deletedAnswer},
	RunCreate - firstStored:          {request: runRequest, answer: runShape},
	RunList - firstStored:            {answer: listOf(runShape), list: true},
	RunGet - firstStored:             {answer: runShape},
	RunUpdate - firstStored:          {request: metadataRequest, answer: runShape},
	RunCancel - firstStored:          {answer: runShape},
	RunSubmit - firstStored:          {request: submitRequest, answer: runShape},
	StepList - firstStored:           {answer: listOf(stepShape), list: true},
	StepGet - firstStored:            {answer: stepShape},

	VectorStoreCreate - firstStored: {request: vectorStoreRequest, answer: vectorStoreShape},
	VectorStoreList - firstStored:   {answer: listOf(vectorStoreShape), list: true},
	VectorStoreGet - firstStored:    {answer: vectorStoreShape},
	VectorStoreUpdate - firstStored: {request: vectorStoreRequest, answer: vectorStoreShape},
	VectorStoreDelete - firstStored: {answer: deletedAnswer},
	VectorStoreSearch - firstStored: {request: searchRequest, answer: foundAnswer, list: true},
	VectorFileCreate - firstStored:  {request: vectorFileRequest, answer: vectorFileShape},
	VectorFileList - firstStored:    {answer: listOf(vectorFileShape), list: true},
	VectorFileGet - firstStored:     {answer: vectorFileShape},
	VectorFileUpdate - firstStored:  {request: vectorFileRequest, answer: vectorFileShape},
	VectorFileDelete - firstStored:  {answer: deletedAnswer},
	VectorFileContent - firstStored: {answer: foundAnswer, list: true},
	VectorBatchCreate - firstStored: {request: vectorFileRequest, answer: vectorBatchShape},
	VectorBatchGet - firstStored:    {answer: vectorBatchShape},
	VectorBatchCancel - firstStored: {answer: vectorBatchShape},
	VectorBatchFiles - firstStored:  {answer: listOf(vectorFileShape), list: true},
}
