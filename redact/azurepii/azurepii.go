package azurepii

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/redact/internal/remote"
)

// Scope is what a token for the service has to be asked for.
const Scope = "https://cognitiveservices.azure.com/.default"

// The limits of the service, Microsoft Learn, "Data and service limits for Azure AI
// Language": 5,120 text elements a document, 5 documents a synchronous request. A text
// element has at least one character, so that 5,000 characters are never too many.
const (
	longest   = 5000
	overlap   = 200
	batch     = 5
	documents = 500
)

const apiVersion = "2026-05-01"

// A Config says whom to ask, and how. Endpoint and Transport must be set, and Token unless
// the service is a container.
type Config struct {
	// Endpoint is such as "https://contoso.cognitiveservices.azure.com". Without https it
	// must be on this machine.
	Endpoint string
	// Transport sends. It should be one that knows only private endpoints. Redirects are
	// not followed.
	Transport http.RoundTripper
	// Token returns a token for [Scope], such as that of a managed identity. It is asked
	// each time, and so should keep one.
	Token func(ctx context.Context) (string, error)
	// Container says that the service is a container without authentication of its own.
	Container bool
	// Version is the version of the API. "": 2026-05-01.
	Version string
	// Model is the version of the model. "": latest.
	Model string
	// Language of the texts. "": en.
	Language string
	// Health asks for the categories of protected health information too.
	Health bool
	// MinScore leaves out what the service is less sure of. Zero: nothing.
	MinScore float32
	// Kinds adds to what [Kind] makes of a category; "" leaves it out.
	Kinds map[string]detect.Kind
	// CacheSize is how many documents' answers are kept, by keyed hash. Zero: 4,096.
	CacheSize int
	// CacheTTL is for how long. Zero: ten minutes.
	CacheTTL time.Duration
}

// A Detector is a [redact.Detector]. The zero Detector is not usable; use [New]. It is
// safe for concurrent use, starts no goroutine and needs no closing.
type Detector struct {
	cfg     Config
	address string
	engine  *remote.Engine
}

var _ redact.Detector = (*Detector)(nil)

// New checks c and reports every fault at once, each a [*redact.FieldError].
func New(c Config) (*Detector, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	c.Version = or(c.Version, apiVersion)
	c.Model = or(c.Model, "latest")
	c.Language = or(c.Language, "en")
	kinds := make(map[string]detect.Kind, len(c.Kinds))
	for category, kind := range c.Kinds {
		kinds[category] = kind
	}
	c.Kinds = kinds
	d := &Detector{cfg: c, address: remote.Join(c.Endpoint, "/language/:analyze-text?api-version="+c.Version)}
	d.engine = remote.New(remote.Config{
		Unit: remote.UTF16, Longest: longest, Overlap: overlap, Batch: batch, Documents: documents,
		Ask: d.ask, CacheSize: c.CacheSize, CacheTTL: c.CacheTTL,
	})
	return d, nil
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}

func (c *Config) validate() error {
	var faults []error
	fault := func(path, reason string) { faults = append(faults, &redact.FieldError{Path: path, Reason: reason}) }
	if reason := remote.Endpoint(c.Endpoint); reason != "" {
		fault("Endpoint", reason)
	}
	if c.Transport == nil {
		fault("Transport", "nil")
	}
	if c.Token == nil && !c.Container {
		fault("Token", "nil, and the service is no container")
	}
	if !plain(c.Version) {
		fault("Version", "not a version")
	}
	if c.MinScore < 0 || c.MinScore > 1 {
		fault("MinScore", "not between 0 and 1")
	}
	for _, kind := range c.Kinds {
		if kind != "" && kind != redact.Other && !kind.Valid() {
			fault("Kinds", "unknown kind")
			break
		}
	}
	if c.CacheSize < 0 {
		fault("CacheSize", "negative")
	}
	if c.CacheTTL < 0 {
		fault("CacheTTL", "negative")
	}
	return errors.Join(faults...)
}

// plain reports whether a text can stand in a query as it is.
func plain(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || '9' < c) && (c < 'a' || 'z' < c) && c != '-' {
			return false
		}
	}
	return true
}

// Detect returns the spans that the service finds in each text. A document that it does
// not answer, or answers with an error or a warning, is a failure.
func (d *Detector) Detect(ctx context.Context, texts []string) ([][]detect.Span, error) {
	return d.engine.Detect(ctx, texts)
}

// ask puts one request about at most five documents.
func (d *Detector) ask(ctx context.Context, bodies []string) ([][]remote.Finding, error) {
	bearer := ""
	if d.cfg.Token != nil {
		var err error
		if bearer, err = d.cfg.Token(ctx); err != nil || bearer == "" {
			return nil, &remote.Error{Reason: "no token for the service", Err: err}
		}
	}
	in := newRequest(&d.cfg, bodies)
	var out response
	if err := remote.Post(ctx, d.cfg.Transport, d.address, bearer, in, &out); err != nil {
		return nil, err
	}
	return d.read(&out, len(bodies))
}

// read makes findings of an answer about n documents.
func (d *Detector) read(out *response, n int) ([][]remote.Finding, error) {
	if len(out.Results.Errors) > 0 {
		return nil, &remote.Error{Reason: "a document was answered with an error"}
	}
	findings := make([][]remote.Finding, n)
	seen := make([]bool, n)
	for i := range out.Results.Documents {
		document := &out.Results.Documents[i]
		id, err := strconv.Atoi(document.ID)
		switch {
		case err != nil || id < 1 || id > n || seen[id-1]:
			return nil, &remote.Error{Reason: "a document has an unknown id"}
		case len(document.Warnings) > 0: // DocumentTruncated, LongWordsInDocument, those to come
			return nil, &remote.Error{Reason: "a document was answered with a warning"}
		}
		seen[id-1] = true
		for _, e := range document.Entities {
			kind := d.kind(e.Category, e.Subcategory)
			if kind == "" || e.Score < d.cfg.MinScore {
				continue
			}
			if e.Text == "" {
				return nil, &remote.Error{Reason: "a finding without its text"}
			}
			findings[id-1] = append(findings[id-1], remote.Finding{Start: e.Offset, End: e.Offset + e.Length, Kind: kind, Score: score(e.Score), Text: e.Text})
		}
	}
	for _, ok := range seen {
		if !ok {
			return nil, &remote.Error{Reason: "a document was not answered"}
		}
	}
	return findings, nil
}

// score keeps a guess below what a checksum proves.
func score(s float32) float32 { return min(s, 0.85) }

func (d *Detector) kind(category, subcategory string) detect.Kind {
	for _, name := range [...]string{subcategory, category} {
		if kind, ok := d.cfg.Kinds[name]; ok && name != "" {
			return kind
		}
	}
	if kind := Kind(subcategory); subcategory != "" && kind != redact.Other {
		return kind
	}
	return Kind(category)
}
