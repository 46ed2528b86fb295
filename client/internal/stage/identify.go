package stage

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Identify holds what [NewIdentify] needs.
type Identify struct {
	// Limits bound the body. Zero fields are the defaults of package wire.
	Limits wire.Limits
	// APIVersion, if set, sends calls of the v1 paths to the paths of their deployment,
	// with this api-version.
	APIVersion string
	// Waivers may let unknown routes pass.
	Waivers []waiver.Waiver
}

// NewIdentify returns the stage that learns what a call is: it matches the route, reads
// the body once, and leaves both in the Exchange.
func NewIdentify(cfg Identify) policy.Policy { return &identify{cfg} }

type identify struct{ Identify }

var (
	errContentType error = safeError("stage: the body is not announced as JSON in UTF-8, or as the form that the route wants")
	errLength      error = safeError("stage: the body is shorter or longer than its content length")
	errDeployment  error = safeError("stage: the model is not the name of a deployment")
	errBody        error = safeError("stage: the route takes no body")
)

func (s *identify) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	route, err := wire.Match(req.Method, req.URL)
	if err != nil {
		if waiver.Allows(s.Waivers, waiver.UnknownRoutes, time.Now()) {
			x.opaque, x.call.Operation = true, "unknown"
			return next(x.begin(req))
		}
		return nil, refuseWire("identify", err)
	}
	x.method = req.Method
	x.route, x.call.Operation, x.call.Deployment = route, route.Operation.String(), route.Deployment
	if err := s.read(req, x); err != nil {
		return nil, err
	}
	if s.APIVersion != "" {
		if err := toDeployment(req.URL, x, s.APIVersion); err != nil {
			return nil, err
		}
	}
	setHeader(req.Header, "Accept", accept(x))
	return next(x.begin(req))
}

// setHeader sets a header, unless it is so already.
func setHeader(header http.Header, name, value string) {
	if old := header[name]; len(old) != 1 || old[0] != value {
		header[name] = []string{value}
	}
}

// read parses the body and leaves a body of known bytes in its place.
func (s *identify) read(req *http.Request, x *Exchange) error {
	if x.route.Body == wire.NoBody || x.route.Body == wire.OptionalJSON && (req.Body == nil || req.Body == http.NoBody) {
		return s.readNone(req, x)
	}
	announced, boundary, ok := mediaOf(x.route.Body, req.Header["Content-Type"])
	if !ok {
		return policy.Refuse("identify", event.TypeUnknown, errContentType)
	}
	body, err := readAll(req.Body, req.ContentLength, s.Limits.Bytes())
	if err != nil {
		return err
	}
	if x.route.Body == wire.FormBody {
		x.request, err = wire.ParseForm(x.route, boundary, body, s.Limits)
	} else {
		x.request, err = wire.ParseRequest(x.route, body, s.Limits)
	}
	if err != nil {
		return refuseWire("identify", err)
	}
	if x.call.Deployment == "" && x.route.Operation != wire.TuneCreate { // which names a base model
		x.call.Deployment = x.request.Model
	}
	if !all(x.request.Models, isDeployment) {
		return policy.Refuse("identify", event.BodyField, errDeployment)
	}
	if x.call.Deployment != "" && !isDeployment(x.call.Deployment) {
		x.call.Deployment = "" // it may be anything
		return policy.Refuse("identify", event.BodyField, errDeployment)
	}
	x.call.Stream = x.request.Stream
	setHeader(req.Header, "Content-Type", announced)
	policy.SetBody(req, body)
	return nil
}

// readNone is read for a call without a body.
func (s *identify) readNone(req *http.Request, x *Exchange) error {
	if err := empty(req); err != nil {
		return err
	}
	var err error
	x.request, err = wire.ParseRequest(x.route, nil, s.Limits)
	if err != nil {
		return refuseWire("identify", err)
	}
	x.call.Stream = x.request.Stream
	return nil
}

// empty makes sure that a call of a route without a body has none.
func empty(req *http.Request) error {
	delete(req.Header, "Content-Type")
	if req.Body == nil || req.Body == http.NoBody {
		return nil
	}
	body, err := readAll(req.Body, -1, 0)
	if err != nil || len(body) > 0 {
		return policy.Refuse("identify", event.BodyInvalid, errBody)
	}
	_ = req.Body.Close() // nothing was in it
	req.Body, req.GetBody, req.ContentLength = nil, nil, 0
	return nil
}

func all(names []string, fits func(string) bool) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !fits(name) })
}

// isDeployment reports whether name can be that of a deployment: 1 to 64 letters, digits,
// dots, dashes and underscores (Microsoft Learn, "Accounts/Deployments" REST reference). The
// name comes from the body and goes into a path, quotas and records.
func isDeployment(name string) bool {
	if name == "" || len(name) > 64 || name == "." || name == ".." {
		return false
	}
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// readAll reads a body of at most limit bytes. length is the announced one, or negative.
func readAll(body io.Reader, length int64, limit int) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	if length > int64(limit) {
		return nil, policy.Refuse("identify", event.BodyTooLarge, nil)
	}
	size := 4096
	if length >= 0 {
		size = int(length) + 1
	}
	data, err := readUpTo(body, make([]byte, 0, size), limit)
	switch {
	case errors.Is(err, errLimit):
		return nil, policy.Refuse("identify", event.BodyTooLarge, nil)
	case err != nil:
		return nil, policy.Refuse("identify", event.BodyTruncated, err)
	case length >= 0 && int64(len(data)) != length:
		return nil, policy.Refuse("identify", event.BodyTruncated, errLength)
	}
	return data, nil
}

var errLimit = errors.New("stage: over the limit")

// readUpTo appends r to data and fails with errLimit when it grows over limit bytes. What
// does not fit into data is read in pieces that are put together at the end: a peer that
// sends without end then costs the limit, and not a row of ever larger buffers.
func readUpTo(r io.Reader, data []byte, limit int) ([]byte, error) {
	var full [][]byte
	for size := 0; ; {
		if len(data) == cap(data) {
			full = append(full, data)
			data = make([]byte, 0, min(max(2*cap(data), minPiece), maxPiece))
		}
		n, err := r.Read(data[len(data):cap(data)])
		data, size = data[:len(data)+n], size+n
		switch {
		case size > limit:
			return nil, errLimit
		case errors.Is(err, io.EOF):
			if full == nil {
				return data, nil
			}
			return slices.Concat(append(full, data)...), nil
		case err != nil:
			return nil, err
		}
	}
}

// The pieces that a body is read in, in bytes.
const (
	minPiece = 4 << 10
	maxPiece = 256 << 10
)

// toDeployment turns a v1 path into that of the deployment which the body names, for the
// operations that Azure serves there (Microsoft Learn, "Azure OpenAI REST API reference").
func toDeployment(u *url.URL, x *Exchange, version string) error {
	if x.route.Style != wire.V1 {
		return nil
	}
	rest := strings.TrimPrefix(u.Path, "/openai/v1/")
	u.RawPath = ""
	switch x.route.Operation {
	case wire.Chat, wire.Completions, wire.Embeddings, wire.Images, wire.Speech,
		wire.ImageEdits, wire.Transcriptions, wire.Translations:
		if x.call.Deployment == "" {
			return policy.Refuse("identify", event.BodyField, errDeployment)
		}
		u.Path = "/openai/deployments/" + x.call.Deployment + "/" + rest
	default:
		u.Path = "/openai/" + rest
	}
	query := u.Query()
	query.Set("api-version", version)
	u.RawQuery = query.Encode()
	x.route.Style = wire.Deployments
	return nil
}

func accept(x *Exchange) string {
	switch {
	case x.call.Stream:
		return "text/event-stream"
	case x.route.BinaryAnswer, x.route.TextAnswer, x.route.FileAnswer:
		return "*/*"
	default:
		return "application/json"
	}
}

// mediaOf is how a body of that kind is announced, in the one spelling that leaves, and
// what divides the parts of a form.
func mediaOf(kind wire.BodyKind, contentType []string) (announced, boundary string, ok bool) {
	if len(contentType) != 1 {
		return "", "", false
	}
	if kind != wire.FormBody {
		return "application/json", "", isJSON(contentType[0])
	}
	media, params, err := mime.ParseMediaType(contentType[0])
	if err != nil || media != "multipart/form-data" || len(params) != 1 || params["boundary"] == "" {
		return "", "", false
	}
	return mime.FormatMediaType(media, params), params["boundary"], true
}

// isJSON reports whether a Content-Type is JSON in UTF-8.
func isJSON(contentType string) bool {
	if contentType == "application/json" {
		return true
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/json" {
		return false
	}
	charset, ok := params["charset"]
	return !ok || strings.EqualFold(charset, "utf-8")
}

// refuseWire turns an error of package wire into a refusal with its code.
func refuseWire(stage string, err error) error {
	var fault *wire.Error
	if errors.As(err, &fault) {
		return policy.Refuse(stage, fault.Code, err)
	}
	return policy.Refuse(stage, event.BodyInvalid, err)
}
