package wire

import (
	"net/url"
	"strings"
)

// An ask is a set of what a route may be asked in its query.
type ask uint16

// Each is a parameter but askPage, which is three, and askResume, which is three too.
const (
	askPage ask = 1 << iota // after, limit, order
	askBefore
	askInclude
	askResume // stream, starting_after, include_obfuscation
	askRun    // run_id
	askFilter
	askModel
	askPurpose
)

// A param is one parameter of a query. What is not in the table is refused, above all
// metadata[...] as a filter: a query stands in the logs of every proxy, and texts in it
// could not be redacted without finding something else.
type param struct {
	name string
	ask  ask
	fits func(string) bool
	many bool
}

var params = [...]param{
	{name: "api-version", fits: isVersion},
	{name: "after", ask: askPage, fits: isCursor},
	{name: "limit", ask: askPage, fits: isSmallNumber},
	{name: "order", ask: askPage, fits: oneOf("asc", "desc")},
	{name: "before", ask: askBefore, fits: isCursor},
	{name: "include[]", ask: askInclude, many: true, fits: oneOf(includable...)},
	{name: "include", ask: askInclude, many: true, fits: oneOf(includable...)},
	{name: "stream", ask: askResume, fits: isFlag},
	{name: "starting_after", ask: askResume, fits: isSmallNumber},
	{name: "include_obfuscation", ask: askResume, fits: isFlag},
	{name: "run_id", ask: askRun, fits: isCursor},
	{name: "filter", ask: askFilter, fits: oneOf("in_progress", "completed", "failed", "cancelled")},
	{name: "purpose", ask: askPurpose, fits: func(s string) bool { return isEnum([]byte(s)) }},
	{name: "model", ask: askModel, fits: func(s string) bool { return isModel([]byte(s)) }},
}

// includable is what a route may be asked to tell in addition (openai-go v3.96.0,
// responses.ResponseIncludable and RunStepInclude).
var includable = []string{
	"file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
	"message.input_image.image_url", "computer_call_output.output.image_url", "code_interpreter_call.outputs",
	"reasoning.encrypted_content", "message.output_text.logprobs",
	"step_details.tool_calls[*].file_search.results[*].content",
}

// cleanQuery reports whether the query asks only what the route may be asked, each once and
// in its closed alphabet, and whether it asks for events. Only the brackets of include may
// be escaped.
func cleanQuery(u *url.URL, asks ask) (stream, ok bool) {
	if u.RawQuery == "" {
		return false, !u.ForceQuery
	}
	var seen uint32
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if asks&askInclude != 0 && strings.HasPrefix(name, "include") {
			name, value = unbracket(name), unbracket(value)
		}
		i := paramOf(name)
		if i < 0 {
			return false, false
		}
		p := &params[i]
		if p.ask != 0 && p.ask&asks == 0 || !p.many && seen&(1<<i) != 0 || !p.fits(value) {
			return false, false
		}
		seen |= 1 << i
		stream = stream || p.name == "stream" && value == "true"
	}
	return stream, true
}

func paramOf(name string) int {
	for i := range params {
		if params[i].name == name {
			return i
		}
	}
	return -1
}

var brackets = strings.NewReplacer("%5B", "[", "%5b", "[", "%5D", "]", "%5d", "]", "%2A", "*", "%2a", "*")

func unbracket(s string) string { return brackets.Replace(s) }

func oneOf(words ...string) func(string) bool {
	return func(s string) bool {
		for _, word := range words {
			if s == word {
				return true
			}
		}
		return false
	}
}

func isFlag(s string) bool { return s == "true" || s == "false" }

// isSmallNumber reports whether s is a number of at most seven digits: fewer than identify
// anyone, more than any list or stream has.
func isSmallNumber(s string) bool {
	return s != "" && len(s) < minDigits && only(s, digitByte)
}

// isCursor reports whether s is the id of an object, or the name of a model, in a list.
func isCursor(s string) bool {
	return s != "" && len(s) <= maxSegment && byteClasses[s[0]]&letterByte != 0 && only(s, pathByte)
}

// isVersion reports whether s is an api-version as Azure writes them: a date, with
// "-preview" or not, or the words of the v1 paths (Microsoft Learn, "Azure OpenAI API
// version lifecycle").
func isVersion(s string) bool {
	switch s {
	case "v1", "preview", "latest":
		return true
	}
	date := strings.TrimSuffix(s, "-preview")
	if len(date) != len("2024-10-21") || date[4] != '-' || date[7] != '-' {
		return false
	}
	return only(date[:4]+date[5:7]+date[8:], digitByte)
}
