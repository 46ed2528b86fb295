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

	firstFile // the others follow: see ImageEdits and ChatList
)

var operationNames = [...]string{"unknown", "chat", "completions", "responses", "responses.input_tokens",
	"responses.compact", "embeddings", "moderations", "images", "speech", "models", "model"}

// String is the name of o that stands in metrics and records.
func (o Operation) String() string {
	switch {
	case int(o) < len(operationNames):
		return operationNames[o]
	case o >= firstFile && o < firstStored:
		return fileNames[o-firstFile]
	case o >= firstStored && o < operations:
		return storedNames[o-firstStored]
	}
	return operationNames[Unknown]
}

// Infers reports whether a model works on what is sent, so that it costs tokens. What is
// only stored, read or deleted does not.
func (o Operation) Infers() bool {
	switch o {
	case Chat, Completions, Responses, InputTokens, Compact, Embeddings, Moderations, Images, Speech,
		ImageEdits, ImageVariations, Transcriptions, Translations, GraderRun,
		ThreadCreateAndRun, RunCreate, RunSubmit, VectorStoreSearch:
		return true
	default:
		return false
	}
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

// The kinds of bodies.
const (
	NoBody BodyKind = iota
	JSONBody
	// OptionalJSON is a JSON object or nothing at all.
	OptionalJSON
	// FormBody is multipart/form-data: see [ParseForm].
	FormBody
)

// A Route is what method and path say of a call. The zero Route is that of no call.
type Route struct {
	Operation Operation
	Style     Style
	// Deployment is the one in the path, or empty: then the body names it as its model.
	Deployment string
	Body       BodyKind
	// Streams reports that the body may ask for events, Stream that the query does so.
	Streams, Stream bool
	// Refs are the ids of stored objects in the path, in order; what there are fewer of is
	// empty. The answer may hold texts that were sent or kept under them.
	Refs [maxPathRefs]string
	// BinaryAnswer reports that a good answer is not JSON.
	BinaryAnswer bool
	// TextAnswer reports that a good answer is JSON or plain text, as the body asks: text,
	// subtitles. See [ParsePlainAnswer].
	TextAnswer bool
	// FileAnswer reports that a good answer is the content of a file, whatever its type.
	// See [ParseFileAnswer].
	FileAnswer bool
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
	}
	stream, ok := cleanQuery(u, e.asked())
	if !ok {
		return Route{}, &Error{Code: event.RouteUnknown}
	}
	r := Route{Operation: e.operation, Style: style, Deployment: deployment, Body: e.body, Streams: e.streams, Stream: stream,
		BinaryAnswer: e.binary, TextAnswer: e.text, FileAnswer: e.file}
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

func only[T string | []byte](s T, class byteClass) bool {
	for i := range len(s) {
		if byteClasses[s[i]]&class == 0 {
			return false
		}
	}
	return true
}
