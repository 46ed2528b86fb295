package wire_test

import (
	"fmt"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestMatchFiles(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for call, want := range map[string]string{
		"POST v1/images/edits":            "images.edits [] form streams",
		"POST deployments/a/images/edits": "images.edits [] form streams",
		"POST v1/images/variations":       "images.variations [] form",
		"POST images/variations":          "images.variations [] form",
		"POST v1/audio/transcriptions":    "audio.transcriptions [] form streams text",
		"POST deployments/whisper/audio/translations?api-version=2024-10-21": "audio.translations [] form text",

		"POST v1/files":                     "files.create [] form",
		"POST files?api-version=2024-10-21": "files.create [] form",
		"GET v1/files?purpose=fine-tune&limit=5&order=desc&after=file-1": "files.list []",
		"GET v1/files/file-1":                        "files.get [file-1]",
		"DELETE v1/files/file-1":                     "files.delete [file-1]",
		"GET v1/files/file-1/content?api-version=v1": "files.content [file-1] file",

		"POST v1/uploads":                   "uploads.create [] body",
		"POST v1/uploads/upload_1/parts":    "uploads.parts [upload_1] form",
		"POST v1/uploads/upload_1/complete": "uploads.complete [upload_1] body",
		"POST v1/uploads/upload_1/cancel":   "uploads.cancel [upload_1]",

		"POST v1/batches":                      "batches.create [] body",
		"GET v1/batches?after=batch_1&limit=2": "batches.list []",
		"GET batches/batch_1":                  "batches.get [batch_1]",
		"POST v1/batches/batch_1/cancel":       "batches.cancel [batch_1]",

		"POST v1/fine_tuning/jobs":                               "fine_tuning.create [] body",
		"GET v1/fine_tuning/jobs?limit=2":                        "fine_tuning.list []",
		"GET v1/fine_tuning/jobs/ftjob-1":                        "fine_tuning.get [ftjob-1]",
		"POST v1/fine_tuning/jobs/ftjob-1/cancel":                "fine_tuning.cancel [ftjob-1]",
		"POST v1/fine_tuning/jobs/ftjob-1/pause":                 "fine_tuning.pause [ftjob-1]",
		"POST v1/fine_tuning/jobs/ftjob-1/resume":                "fine_tuning.resume [ftjob-1]",
		"GET v1/fine_tuning/jobs/ftjob-1/events?after=ftevent-1": "fine_tuning.events [ftjob-1]",
		"GET v1/fine_tuning/jobs/ftjob-1/checkpoints?limit=1":    "fine_tuning.checkpoints [ftjob-1]",
		"POST v1/fine_tuning/alpha/graders/run":                  "fine_tuning.graders.run [] body",
		"POST v1/fine_tuning/alpha/graders/validate":             "fine_tuning.graders.validate [] body",
	} {
		r, err := matchAt(t, call)
		testkit.NoError(t, err)
		got := r.Operation.String() + " " + fmt.Sprint(refs(r))
		for flag, set := range map[string]bool{" body": r.Body == wire.JSONBody, " form": r.Body == wire.FormBody} {
			if set {
				got += flag
			}
		}
		if r.Streams {
			got += " streams"
		}
		if r.TextAnswer {
			got += " text"
		}
		if r.FileAnswer {
			got += " file"
		}
		testkit.Equal(t, call+": "+got, call+": "+want)
		testkit.True(t, !r.BinaryAnswer && !r.Stream, call)
		seen[r.Operation.String()] = true
	}
	for _, op := range wire.FileOperations() {
		testkit.True(t, seen[op.String()] && op.String() != "unknown", "a route is tested: "+op.String())
	}
}

func TestMatchFilesRefused(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		"GET v1/files?purpose=", "GET v1/files?purpose=a&purpose=b", "GET v1/files?purpose=ann%40example.com", "GET v1/files?purpose=Ann",
		"GET v1/files/file-1?purpose=batch", "GET v1/batches?purpose=batch", "POST v1/files?purpose=batch",
		"GET v1/files/file-1/content?limit=1", "GET v1/fine_tuning/jobs?metadata%5Bk%5D=v", "GET v1/fine_tuning/jobs?metadata[k]=v",
		"GET v1/batches/batch_1?after=batch_2", "GET deployments/a/files", "POST deployments/a/batches",
		"POST images/edits", "POST audio/transcriptions", // without a deployment nobody answers
		"GET v1/files/a/b", "GET v1/files/a/content/b",
	} {
		got, err := matchAt(t, call)
		code := event.RouteUnknown
		if call == "GET v1/files/a/b" || call == "GET v1/files/a/content/b" {
			code = event.RouteUnsupported
		}
		wantCode(t, err, code)
		testkit.Equal(t, got, wire.Route{})
	}
}
