package event

import (
	"slices"
	"strings"
)

// words are the parts, between dashes, from which the service makes names of models.
// (Azure OpenAI model lists on Microsoft Learn, 2026-11; openai-go v3.96.0, shared.ChatModel.)
var words = []string{
	"gpt", "chatgpt", "text", "embedding", "davinci", "babbage", "ada", "curie", "instruct",
	"mini", "nano", "pro", "turbo", "max", "chat", "codex", "preview", "latest", "audio", "realtime",
	"transcribe", "diarize", "tts", "whisper", "image", "search", "api", "vision", "deep", "research",
	"computer", "use", "dall", "e", "sora", "moderation", "omni", "model", "router", "oss", "small",
	"large", "hd",
}

// maxDigits bounds the digits of a model's name: four of a version and eight of a date.
const maxDigits = 12

// NewModel makes a Token of the model that an answer names. The server chooses that
// string, so it must be one of the known names (those of the configuration), or be made
// of the words and numbers that model names are made of, such as
// "gpt-4.1-mini-2025-04-14". Anything else is [OtherToken].
func NewModel(s string, known ...string) Token {
	switch {
	case s == "":
		return Token{}
	case !isToken(s):
		return other()
	case slices.Contains(known, s), isModel(s):
		return Token{s}
	default:
		return other()
	}
}

// isModel reports whether s is made of known words and short numbers.
func isModel(s string) bool {
	digits := 0
	for part := range strings.SplitSeq(s, "-") {
		if slices.Contains(words, part) {
			continue
		}
		n, ok := version(part)
		digits += n
		if !ok || digits > maxDigits {
			return false
		}
	}
	return true
}

// version counts the digits of a part such as "4o", "3.5", "o1", "16k" or "2024": digits
// and points, with at most one letter before or after.
func version(part string) (digits int, ok bool) {
	letters := 0
	for i := range len(part) {
		switch c := part[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'z' && (i == 0 || i == len(part)-1):
			letters++
		case c == '.' && i > 0:
		default:
			return digits, false
		}
	}
	return digits, digits > 0 && letters <= 1
}

// A Finish says why an answer ended. The list is closed.
type Finish string

// finishes are the finish_reason of chat and completions, and the status and
// incomplete_details.reason of Responses (openai-go v3.96.0).
var finishes = []Finish{
	"stop", "length", "content_filter", "tool_calls", "function_call",
	"completed", "incomplete", "failed", "cancelled", "in_progress", "queued", "max_output_tokens",
}

// FinishOf returns the Finish of that name, and [OtherToken] for any other. The empty
// string stays empty.
func FinishOf(s string) Finish { return Finish(s).Checked() }

// Checked returns f if it is on the list or empty, and [OtherToken] otherwise.
func (f Finish) Checked() Finish {
	if f == "" || slices.Contains(finishes, f) {
		return f
	}
	return OtherToken
}
