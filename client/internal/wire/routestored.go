package wire

import "net/http"

const (
	get    = http.MethodGet
	post   = http.MethodPost
	remove = http.MethodDelete

	askList  = askPage | askBefore
	askItems = askPage | askInclude
)

// storedRoutes are the rows of the route table for what the service keeps. The rows at its
// end catch what is new below their paths: known, but not to be inspected.
var storedRoutes = [...]entry{
	{method: get, path: "chat/completions", where: anywhere, operation: ChatList, asks: askPage | askModel},
	{method: get, path: "chat/completions/{}", where: anywhere, operation: ChatGet},
	{method: post, path: "chat/completions/{}", where: anywhere, operation: ChatUpdate, body: JSONBody},
	{method: remove, path: "chat/completions/{}", where: anywhere, operation: ChatDelete},
	{method: get, path: "chat/completions/{}/messages", where: anywhere, operation: ChatMessageList, asks: askPage},

	{method: get, path: "responses/{}", where: perAccount, operation: ResponsesGet, body: OptionalJSON, streams: true, asks: askInclude | askResume},
	{method: remove, path: "responses/{}", where: perAccount, operation: ResponsesDelete},
	{method: post, path: "responses/{}/cancel", where: perAccount, operation: ResponsesCancel},
	{method: get, path: "responses/{}/input_items", where: perAccount, operation: InputItemList, asks: askItems | askBefore},

	{method: post, path: "conversations", where: perAccount, operation: ConversationCreate, body: OptionalJSON},
	{method: get, path: "conversations/{}", where: perAccount, operation: ConversationGet},
	{method: post, path: "conversations/{}", where: perAccount, operation: ConversationUpdate, body: JSONBody},
	{method: remove, path: "conversations/{}", where: perAccount, operation: ConversationDelete},
	{method: post, path: "conversations/{}/items", where: perAccount, operation: ConversationItemCreate, body: JSONBody, asks: askInclude},
	{method: get, path: "conversations/{}/items", where: perAccount, operation: ConversationItemList, asks: askItems},
	{method: get, path: "conversations/{}/items/{}", where: perAccount, operation: ConversationItemGet, asks: askInclude},
	{method: remove, path: "conversations/{}/items/{}", where: perAccount, operation: ConversationItemDelete},

	{method: post, path: "assistants", where: perAccount, operation: AssistantCreate, body: JSONBody},
	{method: get, path: "assistants", where: perAccount, operation: AssistantList, asks: askList},
	{method: get, path: "assistants/{}", where: perAccount, operation: AssistantGet},
	{method: post, path: "assistants/{}", where: perAccount, operation: AssistantUpdate, body: JSONBody},
	{method: remove, path: "assistants/{}", where: perAccount, operation: AssistantDelete},

	{method: post, path: "threads", where: perAccount, operation: ThreadCreate, body: OptionalJSON},
	{method: post, path: "threads/runs", where: perAccount, operation: ThreadCreateAndRun, body: JSONBody, streams: true},
	{method: get, path: "threads/{}", where: perAccount, operation: ThreadGet},
	{method: post, path: "threads/{}", where: perAccount, operation: ThreadUpdate, body: JSONBody},
	{method: remove, path: "threads/{}", where: perAccount, operation: ThreadDelete},
	{method: post, path: "threads/{}/messages", where: perAccount, operation: MessageCreate, body: JSONBody},
	{method: get, path: "threads/{}/messages", where: perAccount, operation: MessageList, asks: askList | askRun},
	{method: get, path: "threads/{}/messages/{}", where: perAccount, operation: MessageGet},
	{method: post, path: "threads/{}/messages/{}", where: perAccount, operation: MessageUpdate, body: JSONBody},
	{method: remove, path: "threads/{}/messages/{}", where: perAccount, operation: MessageDelete},
	{method: post, path: "threads/{}/runs", where: perAccount, operation: RunCreate, body: JSONBody, streams: true, asks: askInclude},
	{method: get, path: "threads/{}/runs", where: perAccount, operation: RunList, asks: askList},
	{method: get, path: "threads/{}/runs/{}", where: perAccount, operation: RunGet},
	{method: post, path: "threads/{}/runs/{}", where: perAccount, operation: RunUpdate, body: JSONBody},
	{method: post, path: "threads/{}/runs/{}/cancel", where: perAccount, operation: RunCancel},
	{method: post, path: "threads/{}/runs/{}/submit_tool_outputs", where: perAccount, operation: RunSubmit, body: JSONBody, streams: true},
	{method: get, path: "threads/{}/runs/{}/steps", where: perAccount, operation: StepList, asks: askList | askInclude},
	{method: get, path: "threads/{}/runs/{}/steps/{}", where: perAccount, operation: StepGet, asks: askInclude},

	{method: post, path: "vector_stores", where: perAccount, operation: VectorStoreCreate, body: OptionalJSON},
	{method: get, path: "vector_stores", where: perAccount, operation: VectorStoreList, asks: askList},
	{method: get, path: "vector_stores/{}", where: perAccount, operation: VectorStoreGet},
	{method: post, path: "vector_stores/{}", where: perAccount, operation: VectorStoreUpdate, body: JSONBody},
	{method: remove, path: "vector_stores/{}", where: perAccount, operation: VectorStoreDelete},
	{method: post, path: "vector_stores/{}/search", where: perAccount, operation: VectorStoreSearch, body: JSONBody},
	{method: post, path: "vector_stores/{}/files", where: perAccount, operation: VectorFileCreate, body: JSONBody},
	{method: get, path: "vector_stores/{}/files", where: perAccount, operation: VectorFileList, asks: askList | askFilter},
	{method: get, path: "vector_stores/{}/files/{}", where: perAccount, operation: VectorFileGet},
	{method: post, path: "vector_stores/{}/files/{}", where: perAccount, operation: VectorFileUpdate, body: JSONBody},
	{method: remove, path: "vector_stores/{}/files/{}", where: perAccount, operation: VectorFileDelete},
	{method: get, path: "vector_stores/{}/files/{}/content", where: perAccount, operation: VectorFileContent},
	{method: post, path: "vector_stores/{}/file_batches", where: perAccount, operation: VectorBatchCreate, body: JSONBody},
	{method: get, path: "vector_stores/{}/file_batches/{}", where: perAccount, operation: VectorBatchGet},
	{method: post, path: "vector_stores/{}/file_batches/{}/cancel", where: perAccount, operation: VectorBatchCancel},
	{method: get, path: "vector_stores/{}/file_batches/{}/files", where: perAccount, operation: VectorBatchFiles, asks: askList | askFilter},

	{path: "conversations*", where: perAccount},
	{path: "assistants*", where: perAccount},
	{path: "threads*", where: perAccount},
	{path: "vector_stores*", where: perAccount},
}
