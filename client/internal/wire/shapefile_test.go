package wire_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestFileRequests(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		body  string
		texts []string
		refs  string
	}{
		{"upload", wire.UploadCreate, `{"filename":"Ann.jsonl","purpose":"fine-tune","bytes":123456789,"mime_type":"text/jsonl","expires_after":{"anchor":"created_at","seconds":2592000}}`,
			[]string{"value none Ann.jsonl", "value none text/jsonl"}, "[]"},
		{"complete", wire.UploadComplete, `{"part_ids":["part_1","part of Ann"],"md5":"abc"}`, []string{"value none part of Ann", "value none abc"}, "[]"},
		{"batch", wire.BatchCreate, `{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h","metadata":{"k":"v"},"output_expires_after":{"anchor":"created_at","seconds":3600}}`,
			[]string{"value none /v1/chat/completions", "value none 24h", "name none k", "value none v"}, "[file-1]"},
		{"batch of blobs", wire.BatchCreate, `{"input_blob":"https://x/in.jsonl","output_folder":{"url":"https://x/out"}}`,
			[]string{"blocked none https://x/in.jsonl", "blocked none url", "blocked none https://x/out"}, "[]"},
		{"job", wire.TuneCreate, `{"model":"gpt-4o-mini-2024-07-18","training_file":"file-1","validation_file":"file-2","suffix":"s","seed":42,"hyperparameters":{"n_epochs":"auto","learning_rate_multiplier":0.123456789},
			"method":{"type":"dpo","dpo":{"hyperparameters":{"beta":0.1}}},"metadata":{"k":"v"},"integrations":null}`,
			[]string{"value none s", "value none auto", "name none k", "value none v"}, "[file-1 file-2]"},
		{"job that tells others", wire.TuneCreate, `{"integrations":[{"type":"wandb","wandb":{"project":"p","tags":["t"]}}]}`,
			[]string{"blocked none type", "blocked none wandb", "blocked none wandb", "blocked none project", "blocked none p", "blocked none tags", "blocked none t"}, "[]"},
		{"job with a grader", wire.TuneCreate, `{"method":{"type":"reinforcement","reinforcement":{"grader":{"type":"multi","name":"m","calculate_output":"a + b",
			"graders":{"a":{"type":"string_check","name":"n","operation":"eq","input":"i","reference":"r"},"b":{"type":"python","name":"o","source":"def grade(): pass","image_tag":"2025-05-08"}}},"hyperparameters":{"eval_samples":"auto","reasoning_effort":"low"}}}}`,
			[]string{"value none m", "value none a + b", "identifier none a", "value none n", "value user i", "value none r", "identifier none b", "value none o", "value none def grade(): pass", "value none 2025-05-08", "value none auto"}, "[]"},
		{"grader", wire.GraderRun, `{"grader":{"type":"score_model","name":"n","model":"gpt-4o","input":[{"role":"system","content":"s"},{"role":"user","type":"message","content":[{"type":"input_text","text":"t"}]}],"range":[0,1],
			"sampling_params":{"temperature":0.2,"seed":12345678}},"item":{"who":"w"},"model_sample":"x"}`,
			[]string{"value none n", "value system s", "value user t", "name none who", "value none w", "value assistant x"}, "[]"},
		{"labels", wire.GraderValidate, `{"grader":{"type":"label_model","labels":["a"],"passing_labels":["a"]}}`, []string{"value none a", "value none a"}, "[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q, err := wire.ParseRequest(post(tt.op), []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			wantLines(t, dump([]byte(tt.body), q.Texts), tt.texts)
			testkit.Equal(t, fmt.Sprint(q.Refs), tt.refs)
			testkit.Equal(t, q.Stateful, tt.op >= wire.FileCreate)
		})
	}
	_, err := wire.ParseRequest(post(wire.GraderRun), []byte(`{"grader":{"input":[1,2]}}`), wire.Limits{})
	wantCode(t, err, event.BodyTokens)
	q, err := wire.ParseRequest(wire.Route{Operation: wire.BatchCancel}, nil, wire.Limits{})
	testkit.NoError(t, err)
	testkit.True(t, q.Stateful, "what it answers with was kept")
}

// Every string that an application could hide in any member is a text: see
// TestRequestClosedWorld.
func TestFileClosedWorld(t *testing.T) {
	t.Parallel()
	const secret = "ann@example.com 4111 1111"
	for _, op := range []wire.Operation{wire.UploadCreate, wire.UploadComplete, wire.BatchCreate, wire.TuneCreate, wire.GraderRun} {
		for _, name := range wire.MemberNames(op) {
			for _, shape := range []string{`%s`, `[%s]`, `{"type":%s}`, `[{"id":%s}]`, `{"hyperparameters":{"x":[%s]}}`, `{"graders":{"a":{"operation":%s}}}`} {
				body := []byte(`{"` + name + `":` + fmt.Sprintf(shape, `"`+secret+`"`) + `}`)
				q, err := wire.ParseRequest(post(op), body, wire.Limits{})
				if err != nil {
					continue // refused is as good
				}
				if !slices.ContainsFunc(q.Texts, func(x wire.Text) bool { return string(body[x.Start:x.End]) == secret }) {
					t.Errorf("%v: not a text: %s", op, body)
				}
			}
		}
	}
}

func TestFileAnswers(t *testing.T) {
	t.Parallel()
	const fileJSON = `{"id":"file-1","object":"file","bytes":123456789,"created_at":1764000000,"expires_at":1764000001,"filename":"Ann.jsonl","purpose":"batch","status":"error","status_details":"d"}`
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		body  string
		want  wire.Answer
		texts []string
	}{
		{"file", wire.FileCreate, fileJSON, wire.Answer{ID: "file-1", Refs: []string{"file-1"}}, []string{"value none Ann.jsonl", "value none d"}},
		{"files", wire.FileList, `{"object":"list","data":[` + fileJSON + `],"has_more":false,"first_id":"file-1","last_id":"file-1"}`, wire.Answer{}, []string{"value none Ann.jsonl", "value none d"}},
		{"deleted", wire.FileDelete, `{"id":"file-1","object":"file","deleted":true}`, wire.Answer{ID: "file-1", Refs: []string{"file-1"}}, nil},
		{"no content", wire.FileContent, `{"error":{"code":"invalid_request_error","message":"m"}}`, wire.Answer{ErrorCode: "invalid_request_error"}, []string{"value none m"}},
		{"upload", wire.UploadComplete, `{"id":"upload_1","object":"upload","bytes":123456789,"filename":"f","purpose":"batch","status":"completed","expires_at":1764000000,"file":` + fileJSON + `}`,
			wire.Answer{ID: "upload_1", Refs: []string{"upload_1", "file-1"}}, []string{"value none f", "value none Ann.jsonl", "value none d"}},
		{"part", wire.UploadParts, `{"id":"part_1","object":"upload.part","created_at":1764000000,"upload_id":"upload_1"}`, wire.Answer{ID: "part_1", Refs: []string{"part_1"}}, nil},
		{"batch", wire.BatchGet, `{"id":"batch_1","object":"batch","endpoint":"/v1/responses","model":"gpt-4o","errors":{"object":"list","data":[{"code":"invalid_json","message":"m","param":null,"line":12345678}]},
			"input_file_id":"file-1","completion_window":"24h","status":"completed","output_file_id":"file-2","error_file_id":"file-3","created_at":1764000000,"in_progress_at":1764000001,"expires_at":1764000002,"finalizing_at":1764000003,
			"completed_at":1764000004,"failed_at":null,"expired_at":null,"cancelling_at":null,"cancelled_at":null,"request_counts":{"total":12345678,"completed":1,"failed":0},
			"usage":{"input_tokens":123456789,"input_tokens_details":{"cached_tokens":12345678},"output_tokens":1,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":1},"metadata":{"k":"v"},"input_blob":"https://x"}`,
			wire.Answer{ID: "batch_1", Refs: []string{"batch_1", "file-2", "file-3"}}, []string{"value none /v1/responses", "value none m", "value none 24h", "name none k", "value none v", "value none https://x"}},
		{"batches", wire.BatchList, `{"data":[{"id":"batch_1","output_file_id":"file-2","metadata":{"k":"v"}}]}`, wire.Answer{}, []string{"name none k", "value none v"}},
		{"job", wire.TuneGet, `{"id":"ftjob-1","object":"fine_tuning.job","created_at":1764000000,"model":"gpt-4o-mini","fine_tuned_model":"gpt-4o-mini.ft-1","organization_id":"org-1","result_files":["file-4"],"status":"failed","validation_file":null,
			"training_file":"file-1","hyperparameters":{"n_epochs":4},"trained_tokens":123456789,"seed":1234567890,"error":{"code":"exceeded_quota","message":"m","param":"training_file"},"method":{"type":"supervised","supervised":{"hyperparameters":{}}},
			"integrations":[{"type":"wandb","wandb":{"project":"p"}}],"metadata":null,"estimated_finish":1764000000,"finished_at":1764000000}`,
			wire.Answer{ID: "ftjob-1", ErrorCode: "exceeded_quota", Refs: []string{"ftjob-1", "file-4"}},
			[]string{"value none org-1", "value none m", "name none type", "value none wandb", "name none wandb", "name none project", "value none p"}},
		{"jobs", wire.TuneList, `{"data":[{"id":"ftjob-1","suffix":"s"}],"has_more":true}`, wire.Answer{}, []string{"value none s"}},
		{"events", wire.TuneEvents, `{"object":"list","data":[{"object":"fine_tuning.job.event","id":"ftevent-1","created_at":1764000000,"level":"info","type":"metrics","message":"m","data":{"step":"s"}}]}`, wire.Answer{},
			[]string{"value none m", "name none step", "value none s"}},
		{"checkpoints", wire.TuneCheckpoints, `{"data":[{"object":"fine_tuning.job.checkpoint","id":"ftckpt_1","fine_tuning_job_id":"ftjob-1","created_at":1764000000,"step_number":1,"fine_tuned_model_checkpoint":"ft:x:y","metrics":{"train_loss":0.123456789}}]}`, wire.Answer{},
			[]string{"value none ft:x:y", "name none train_loss"}},
		{"grader", wire.GraderRun, `{"reward":0.123456789,"metadata":{"name":"n","type":"python","errors":{"other_error":false,"python_grader_runtime_error_details":"d"},"execution_time":0.123456789,"scores":{"a":1},"token_usage":null,"sampled_model_name":"gpt-4o"},
			"sub_rewards":{"b":0.5},"model_grader_token_usage_per_model":{"gpt-4o":{"total":1}}}`, wire.Answer{},
			[]string{"value none n", "name none other_error", "name none python_grader_runtime_error_details", "value none d", "name none a", "name none b", "name none gpt-4o", "name none total"}},
		{"transcript", wire.Transcriptions, `{"task":"transcribe","language":"german","duration":123456.789,"text":"a","segments":[{"id":0,"seek":0,"start":0.123456789,"end":1,"text":"b","speaker":"Ann","tokens":[12345678],"temperature":0,"avg_logprob":-0.123456789,"compression_ratio":1,"no_speech_prob":0}],
			"words":[{"word":"w","start":0.1,"end":0.2}],"languages":[{"code":"de"}],"usage":{"type":"tokens","input_tokens":3,"input_token_details":{"audio_tokens":2,"text_tokens":1},"output_tokens":4,"total_tokens":7}}`,
			wire.Answer{Usage: wire.Usage{Known: true, Input: 3, Output: 4}}, []string{"value assistant a", "value assistant b", "value assistant Ann", "value assistant w"}},
		{"transcript by the second", wire.Transcriptions, `{"text":"a","logprobs":[{"token":"t","logprob":-0.123456789,"bytes":[97]}],"usage":{"type":"duration","seconds":12.345678912}}`, wire.Answer{Logprobs: true},
			[]string{"value assistant a", "splinter assistant t", "splinter assistant [97]"}},
		{"translation", wire.Translations, `{"text":"a"}`, wire.Answer{}, []string{"value assistant a"}},
		{"edited image", wire.ImageEdits, `{"created":1764000000,"data":[{"b64_json":"AAAA"}],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3,"input_tokens_details":{"image_tokens":1,"text_tokens":0}}}`,
			wire.Answer{Usage: wire.Usage{Known: true, Input: 1, Output: 2}}, []string{"media none AAAA"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseAnswer(wire.Route{Operation: tt.op}, []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			wantLines(t, dump([]byte(tt.body), got.Texts), tt.texts)
			tt.want.Texts, tt.want.TextBytes, tt.want.Splinters = got.Texts, got.TextBytes, got.Splinters
			testkit.Equal(t, fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", tt.want))
		})
	}
}
