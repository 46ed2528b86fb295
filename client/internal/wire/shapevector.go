package wire

// Vector stores: what files are about, and what is found in them.

var (
	chunkingShape = newShape(enums("type"), fields{
		"static": {shape: newShape(numbers("max_chunk_size_tokens", "chunk_overlap_tokens"))}})

	// filesOf are the files that a store or a tool shall read: what was replaced in them can
	// be found.
	filesOf = fields{
		"file_id":  {class: ident, mark: markLesser},
		"file_ids": {class: ident, mark: markLesser},
	}

	vectorStoreRequest = newShape(
		texts("name", "description", "metadata"), filesOf,
		fields{
			"expires_after":     {shape: expiryShape},
			"chunking_strategy": {shape: chunkingShape},
		})

	expiryShape = newShape(enums("anchor"), numbers("days", "seconds"))

	vectorFileRequest = newShape(texts("attributes"), filesOf, fields{
		"chunking_strategy": {shape: chunkingShape},
		"files":             {shape: newShape(texts("attributes"), filesOf, fields{"chunking_strategy": {shape: chunkingShape}})},
	})

	rankingShape = newShape(enums("ranker"), numbers("score_threshold"),
		fields{"hybrid_search": {shape: newShape(numbers("embedding_weight", "text_weight"))}})

	searchRequest = newShape(
		numbers("max_num_results"), flags("rewrite_query"),
		fields{
			"query":           {role: User},
			"filters":         {shape: filterShape},
			"ranking_options": {shape: rankingShape},
		})

	lastErrorShape = newShape(fields{
		"code":    {class: enum, mark: markErrorCode},
		"message": {},
	})

	// countsShape is how many files are in which state.
	countsShape = newShape(numbers("in_progress", "completed", "failed", "cancelled", "total"))

	vectorStoreShape = newShape(envelope,
		texts("name", "description", "metadata"), enums("status"), numbers("usage_bytes", "last_active_at"),
		fields{
			"file_counts":       {shape: countsShape},
			"expires_after":     {shape: expiryShape},
			"chunking_strategy": {shape: chunkingShape},
		})

	vectorFileShape = newShape(envelope,
		texts("attributes"), enums("status"), numbers("usage_bytes"),
		fields{
			"vector_store_id":   {class: ident, mark: markKeep},
			"last_error":        {shape: lastErrorShape},
			"chunking_strategy": {shape: chunkingShape},
		})

	vectorBatchShape = newShape(envelope, enums("status"), fields{
		"vector_store_id": {class: ident, mark: markKeep},
		"file_counts":     {shape: countsShape},
	})

	foundPart = newShape(enums("type"), texts("text"))

	// foundAnswer is a page of what was found in files, or of what is in one.
	foundAnswer = newShape(envelope,
		flags("has_more"), idents("next_page", "file_id"), texts("search_query", "filename", "attributes"),
		fields{
			"content": {shape: foundPart},
			"data": {shape: newShape(
				enums("type"), idents("file_id"), texts("text", "filename", "attributes"), numbers("score"),
				fields{"content": {shape: foundPart}})},
		})
)
