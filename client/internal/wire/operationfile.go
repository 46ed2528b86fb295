package wire

// The operations on forms and files, and on what works on files (sdk.md, section 5).
const (
	ImageEdits Operation = firstFile + iota
	ImageVariations
	Transcriptions
	Translations
	GraderRun      // POST fine_tuning/alpha/graders/run
	GraderValidate // POST fine_tuning/alpha/graders/validate

	// From here on, what is sent stays at the service.

	FileCreate // POST files
	FileList
	FileGet
	FileDelete
	FileContent  // GET files/{id}/content
	UploadCreate // POST uploads
	UploadParts  // POST uploads/{id}/parts
	UploadComplete
	UploadCancel
	BatchCreate // POST batches
	BatchList
	BatchGet
	BatchCancel
	TuneCreate // POST fine_tuning/jobs
	TuneList
	TuneGet
	TuneCancel
	TunePause
	TuneResume
	TuneEvents
	TuneCheckpoints

	firstStored
)

// fileNames are the names of the operations from firstFile on.
var fileNames = [firstStored - firstFile]string{
	"images.edits", "images.variations", "audio.transcriptions", "audio.translations",
	"fine_tuning.graders.run", "fine_tuning.graders.validate",
	"files.create", "files.list", "files.get", "files.delete", "files.content",
	"uploads.create", "uploads.parts", "uploads.complete", "uploads.cancel",
	"batches.create", "batches.list", "batches.get", "batches.cancel",
	"fine_tuning.create", "fine_tuning.list", "fine_tuning.get",
	"fine_tuning.cancel", "fine_tuning.pause", "fine_tuning.resume", "fine_tuning.events", "fine_tuning.checkpoints",
}

var fileDocuments = [firstStored - firstFile]document{
	ImageEdits - firstFile:      {form: imageForm, answer: imagesAnswer},
	ImageVariations - firstFile: {form: imageForm, answer: imagesAnswer},
	Transcriptions - firstFile:  {form: audioForm, answer: transcriptAnswer},
	Translations - firstFile:    {form: audioForm, answer: transcriptAnswer},
	GraderRun - firstFile:       {request: graderRequest, answer: graderAnswer},
	GraderValidate - firstFile:  {request: graderRequest, answer: graderAnswer},

	FileCreate - firstFile:  {form: fileForm, answer: fileObject},
	FileList - firstFile:    {answer: listOf(fileObject), list: true},
	FileGet - firstFile:     {answer: fileObject},
	FileDelete - firstFile:  {answer: deletedAnswer},
	FileContent - firstFile: {answer: errorAnswer},

	UploadCreate - firstFile:   {request: uploadRequest, answer: uploadObject},
	UploadParts - firstFile:    {form: uploadForm, answer: uploadObject},
	UploadComplete - firstFile: {request: completeRequest, answer: uploadObject},
	UploadCancel - firstFile:   {answer: uploadObject},

	BatchCreate - firstFile: {request: batchRequest, answer: batchObject},
	BatchList - firstFile:   {answer: listOf(batchObject), list: true},
	BatchGet - firstFile:    {answer: batchObject},
	BatchCancel - firstFile: {answer: batchObject},

	TuneCreate - firstFile:      {request: tuneRequest, answer: tuneObject},
	TuneList - firstFile:        {answer: listOf(tuneObject), list: true},
	TuneGet - firstFile:         {answer: tuneObject},
	TuneCancel - firstFile:      {answer: tuneObject},
	TunePause - firstFile:       {answer: tuneObject},
	TuneResume - firstFile:      {answer: tuneObject},
	TuneEvents - firstFile:      {answer: listOf(tuneEvent), list: true},
	TuneCheckpoints - firstFile: {answer: listOf(tuneCheckpoint), list: true},
}
