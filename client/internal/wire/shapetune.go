package wire

// Fine-tuning and its graders (openai-go v3.96.0).
var (
	hyperShape = newShape(
		numbers("batch_size", "learning_rate_multiplier", "n_epochs", "beta", "compute_multiplier", "eval_interval", "eval_samples"),
		enums("reasoning_effort"))

	methodShape = newShape(enums("type"), fields{
		"supervised":    {shape: newShape(fields{"hyperparameters": {shape: hyperShape}})},
		"dpo":           {shape: newShape(fields{"hyperparameters": {shape: hyperShape}})},
		"reinforcement": {shape: newShape(fields{"hyperparameters": {shape: hyperShape}, "grader": {shape: graderShape}})},
	})

	graderShape = newGraderShape()

	// An integration sends the course of the job to a third party.
	tuneRequest = newShape(
		texts("suffix", "metadata"), numbers("seed"), blocks("integrations"),
		fields{
			"training_file":   {class: ident, mark: markRef},
			"validation_file": {class: ident, mark: markRef},
			"model":           {class: token, mark: markModel},
			"hyperparameters": {shape: hyperShape},
			"method":          {shape: methodShape},
		})

	tuneObject = newShape(envelope,
		texts("suffix", "metadata", "integrations"), enums("status"),
		idents("organization_id", "training_file", "validation_file"),
		numbers("finished_at", "estimated_finish", "trained_tokens", "seed"),
		fields{
			"model":            {class: token},
			"fine_tuned_model": {class: token},
			"result_files":     {class: ident, mark: markKeep},
			"hyperparameters":  {shape: hyperShape},
			"method":           {shape: methodShape},
			"error":            {shape: errorShape}, // of the job, or of the call
		})

	tuneEvent = newShape(texts("message", "data"), enums("object", "level", "type"), idents("id"), numbers("created_at"))

	tuneCheckpoint = newShape(enums("object"), idents("id", "fine_tuning_job_id"), numbers("created_at", "step_number"),
		fields{
			"fine_tuned_model_checkpoint": {class: token},
			"metrics":                     {shape: mapOf(Name, rule{class: numeric})},
		})

	graderRequest = newShape(texts("item"), fields{
		"grader":       {shape: graderShape},
		"model_sample": {role: Assistant},
	})

	graderAnswer = newShape(envelope, numbers("reward"), fields{
		"grader":                             {shape: graderShape},
		"sub_rewards":                        {shape: mapOf(Name, rule{class: numeric})},
		"model_grader_token_usage_per_model": {shape: mapOf(Name, rule{})},
		"metadata": {shape: newShape(
			texts("name", "errors"), enums("type"), numbers("execution_time", "token_usage"),
			fields{
				"sampled_model_name": {class: token},
				"scores":             {shape: mapOf(Name, rule{class: numeric})},
			})},
	})
)

// newGraderShape makes the shape of all graders. The name of one that another counts with
// is an identifier: calculate_output is a formula over it.
func newGraderShape() *shape {
	s := newShape(
		enums("type", "operation", "evaluation_metric"),
		texts("name", "reference", "source", "image_tag", "labels", "passing_labels", "calculate_output"),
		numbers("range"),
		fields{
			"model": {class: token},
			"input": {class: prompt, shape: itemShape, role: User},
			"sampling_params": {shape: newShape(enums("reasoning_effort"),
				numbers("temperature", "top_p", "seed", "max_tokens", "max_completions_tokens"))},
		})
	// By the SDK it is one grader, by the API's reference a map of them by name.
	graders := extend(s)
	graders.names, graders.rest, graders.fold = Identifier, rule{shape: s}, false
	s.add(fields{"graders": {shape: graders}})
	return s
}
