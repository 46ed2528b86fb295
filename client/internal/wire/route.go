package wire

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Operation is what a call asks the service to do. The zero Operation is unknown.
type Operation uint8

// The operations that can be inspected.
const (
	Unknown Operation = iota
	Chat
	Completions
	Responses
	InputTokens // POST responses/input_tokens
	Compact     // POST responses/compact
	Embeddings
	Moderations
	Images
	Speech
	Models // GET models
	Model  // GET models/{id}
)

var operationNames = [...]string{"unknown", "chat", "completions", "responses", "responses.input_tokens",
	"responses.compact", "embeddings", "moderations", "images", "speech", "models", "model"}

// String is the name of o that stands in metrics and records.
func (o Operation) String() string {
	if int(o) < len(operationNames) {
		return operationNames[o]
	}
	return operationNames[Unknown]
}

// A Style is one of the two ways in which Azure lays out its paths.
type Style uint8

// The styles.
const (
	V1          Style = iota // /openai/v1/...
	Deployments              // /openai/deployments/{name}/... and /openai/...?api-version=
)

// A BodyKind is what a route wants as a body. The zero BodyKind is none at all.
type BodyKind uint8

// The kinds of bodies. Multipart is none of them: such routes are refused.
const (
	NoBody BodyKind = iota
	JSONBody
)

// A Route is what method and path say of a call. The zero Route is that of no call.
type Route struct {
	Operation Operation
	Style     Style
	// Deployment is the one in the path, or empty: then the body names it as its model.
	Deployment string
	Body       BodyKind
	// Streams reports that the body may ask for events.
	Streams bool
	// Refs are the ids of stored objects in the path, in order; what there are fewer of is
	// empty. The answer may hold texts that were sent or kept under them.
	Refs [maxPathRefs]string
	// BinaryAnswer reports that a good answer is not JSON.
	BinaryAnswer bool
}

// maxDeployment is Azure's limit for the name of a deployment, in bytes (Microsoft Learn,
// "Accounts/Deployments" REST reference). A model's id is held to it too.
const maxDeployment = 64

// Match finds the route of a call. An empty method is GET, as in net/http.
//
// It compares the unescaped path, and refuses every path that could mean something else
// to another reader: escapes, empty, `.` and `..` segments, bytes outside [A-Za-z0-9._/-].
// The fault is an *Error with the code RouteUnsupported if the table knows the route but
// its content cannot be inspected, and RouteUnknown in every other case.
func Match(method string, u *url.URL) (Route, error) {
	if method == "" {
		method = http.MethodGet
	}
	style, deployment, rest, ok := split(u)
	if !ok {
		return Route{}, &Error{Code: event.RouteUnknown}
	}
	e := find(method, rest, style, deployment != "")
	switch {
	case e == nil:
		return Route{}, &Error{Code: event.RouteUnknown}
	case e.operation == Unknown:
		return Route{}, &Error{Code: event.RouteUnsupported}
	case !cleanQuery(u, e.pages):
		return Route{}, &Error{Code: event.RouteUnknown}
	}
	r := Route{Operation: e.operation, Style: style, Deployment: deployment, Body: e.body, Streams: e.streams, BinaryAnswer: e.binary}
	if e.operation != Model {
		r.Refs, _ = fits(e.path, rest)
	}
	return r, nil
}

// split takes the prefix off a clean path.
func split(u *url.URL) (style Style, deployment, rest string, ok bool) {
	path := u.Path
	if u.Opaque != "" || u.RawPath != "" && u.RawPath != path || !cleanPath(path) {
		return 0, "", "", false
	}
	rest, ok = strings.CutPrefix(path, "/openai/")
	if !ok {
		return 0, "", "", false
	}
	if v1, ok := strings.CutPrefix(rest, "v1/"); ok {
		return V1, "", v1, true
	}
	if scoped, ok := strings.CutPrefix(rest, "deployments/"); ok {
		deployment, rest, ok = strings.Cut(scoped, "/")
		return Deployments, deployment, rest, ok && len(deployment) <= maxDeployment
	}
	return Deployments, "", rest, true
}

// cleanPath reports whether path is one that every reader understands alike.
func cleanPath(path string) bool {
	if !strings.HasPrefix(path, "/") {
		return false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if segment == "" || segment == "." || segment == ".." || !only(segment, pathByte) {
			return false
		}
	}
	return true
}

// cleanQuery allows api-version, and the paging of lists, each once and without escapes.
func cleanQuery(u *url.URL, pages bool) bool {
	if u.RawQuery == "" {
		return !u.ForceQuery
	}
	var seen [4]bool
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		i := -1
		switch {
		case name == "api-version":
			i = 0
		case pages && name == "after":
			i = 1
		case pages && name == "limit":
			i = 2
		case pages && name == "order":
			i = 3
		}
		if i == 0 && !isVersion(value) {
			return false
		}
		if i < 0 || seen[i] || value == "" || len(value) > maxDeployment || !only(value, pathByte) {
			return false
		}
		seen[i] = true
	}
	return true
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

func only[T string | []byte](s T, class byteClass) bool {
	for i := range len(s) {
		if byteClasses[s[i]]&class == 0 {
			return false
		}
	}
	return true
}
