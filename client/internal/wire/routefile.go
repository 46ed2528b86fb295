package wire

// fileRoutes are the rows of the route table for forms, files and what works on files. As
// in storedRoutes, the rows at its end catch what is new below their paths; those of
// fine-tuning that are for administrators are caught too.
var fileRoutes = [...]entry{
	{method: post, path: "images/edits", where: perModel, operation: ImageEdits, body: FormBody, streams: true},
	{method: post, path: "images/variations", where: anywhere, operation: ImageVariations, body: FormBody},
	{method: post, path: "audio/transcriptions", where: perModel, operation: Transcriptions, body: FormBody, streams: true, text: true},
	{method: post, path: "audio/translations", where: perModel, operation: Translations, body: FormBody, text: true},

	{method: post, path: "files", where: perAccount, operation: FileCreate, body: FormBody},
	{method: get, path: "files", where: perAccount, operation: FileList, asks: askPage | askPurpose},
	{method: get, path: "files/{}", where: perAccount, operation: FileGet},
	{method: remove, path: "files/{}", where: perAccount, operation: FileDelete},
	{method: get, path: "files/{}/content", where: perAccount, operation: FileContent, file: true},

	{method: post, path: "uploads", where: perAccount, operation: UploadCreate, body: JSONBody},
	{method: post, path: "uploads/{}/parts", where: perAccount, operation: UploadParts, body: FormBody},
	{method: post, path: "uploads/{}/complete", where: perAccount, operation: UploadComplete, body: JSONBody},
	{method: post, path: "uploads/{}/cancel", where: perAccount, operation: UploadCancel},

	{method: post, path: "batches", where: perAccount, operation: BatchCreate, body: JSONBody},
	{method: get, path: "batches", where: perAccount, operation: BatchList, asks: askPage},
	{method: get, path: "batches/{}", where: perAccount, operation: BatchGet},
	{method: post, path: "batches/{}/cancel", where: perAccount, operation: BatchCancel},

	{method: post, path: "fine_tuning/jobs", where: perAccount, operation: TuneCreate, body: JSONBody},
	{method: get, path: "fine_tuning/jobs", where: perAccount, operation: TuneList, asks: askPage},
	{method: get, path: "fine_tuning/jobs/{}", where: perAccount, operation: TuneGet},
	{method: post, path: "fine_tuning/jobs/{}/cancel", where: perAccount, operation: TuneCancel},
	{method: post, path: "fine_tuning/jobs/{}/pause", where: perAccount, operation: TunePause},
	{method: post, path: "fine_tuning/jobs/{}/resume", where: perAccount, operation: TuneResume},
	{method: get, path: "fine_tuning/jobs/{}/events", where: perAccount, operation: TuneEvents, asks: askPage},
	{method: get, path: "fine_tuning/jobs/{}/checkpoints", where: perAccount, operation: TuneCheckpoints, asks: askPage},
	{method: post, path: "fine_tuning/alpha/graders/run", where: perAccount, operation: GraderRun, body: JSONBody},
	{method: post, path: "fine_tuning/alpha/graders/validate", where: perAccount, operation: GraderValidate, body: JSONBody},

	{path: "files*", where: perAccount},
	{path: "uploads*", where: perAccount},
	{path: "batches*", where: perAccount},
	{path: "fine_tuning*", where: perAccount},
}
