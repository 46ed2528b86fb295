package presidio

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/redact/internal/remote"
)

// What is asked at a time. The models of Presidio take a million characters at most, and
// minutes for them; this is a second's work.
const (
	longest   = 20_000
	overlap   = 500
	batch     = 16
	documents = 512
)

// A Config says whom to ask, and how. Endpoint and Transport must be set.
type Config struct {
	// Endpoint is such as "http://localhost:5002". Without https it must be on this machine.
	Endpoint string
	// Transport sends. Redirects are not followed.
	Transport http.RoundTripper
	// Token, if not nil, returns a bearer token for what stands in front of the analyzer.
	Token func(ctx context.Context) (string, error)
	// Language of the texts. "": en.
	Language string
	// Entities are what to look for, by Presidio's names. Empty: all that it knows.
	Entities []string
	// MinScore leaves out what Presidio is less sure of. Zero: nothing.
	MinScore float32
	// Kinds adds to what [Kind] makes of an entity type; "" leaves it out.
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
	if c.Language == "" {
		c.Language = "en"
	}
	c.Entities = slices.Clone(c.Entities)
	kinds := make(map[string]detect.Kind, len(c.Kinds))
	for entity, kind := range c.Kinds {
		kinds[entity] = kind
	}
	c.Kinds = kinds
	d := &Detector{cfg: c, address: remote.Join(c.Endpoint, "/analyze")}
	d.engine = remote.New(remote.Config{
		Unit: remote.CodePoints, Longest: longest, Overlap: overlap, Batch: batch, Documents: documents,
		Ask: d.ask, CacheSize: c.CacheSize, CacheTTL: c.CacheTTL,
	})
	return d, nil
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

// Detect returns the spans that the analyzer finds in each text.
func (d *Detector) Detect(ctx context.Context, texts []string) ([][]detect.Span, error) {
	return d.engine.Detect(ctx, texts)
}

// The request and the answer of POST /analyze. Offsets are characters.
type request struct {
	Text      []string `json:"text"`
	Language  string   `json:"language"`
	Entities  []string `json:"entities,omitempty"`
	Threshold float32  `json:"score_threshold,omitempty"`
}

type entity struct {
	Type  string  `json:"entity_type"`
	Start int     `json:"start"`
	End   int     `json:"end"`
	Score float32 `json:"score"`
}

// ask puts one request.
func (d *Detector) ask(ctx context.Context, bodies []string) ([][]remote.Finding, error) {
	bearer := ""
	if d.cfg.Token != nil {
		var err error
		if bearer, err = d.cfg.Token(ctx); err != nil || bearer == "" {
			return nil, &remote.Error{Reason: "no token for the service", Err: err}
		}
	}
	in := request{bodies, d.cfg.Language, d.cfg.Entities, d.cfg.MinScore}
	var out [][]entity
	if err := remote.Post(ctx, d.cfg.Transport, d.address, bearer, in, &out); err != nil {
		return nil, err
	}
	findings := make([][]remote.Finding, len(out))
	for i, entities := range out {
		for _, e := range entities {
			if kind := d.kind(e.Type); kind != "" && e.Score >= d.cfg.MinScore {
				findings[i] = append(findings[i], remote.Finding{Start: e.Start, End: e.End, Kind: kind, Score: min(e.Score, 0.85)})
			}
		}
	}
	return findings, nil
}

func (d *Detector) kind(entity string) detect.Kind {
	if kind, ok := d.cfg.Kinds[entity]; ok {
		return kind
	}
	return Kind(entity)
}

// Kind returns the kind for an entity type of Presidio: mostly that of the same name. ""
// is for DATE_TIME and URL, which would take every date and link out of a text; a type
// that is not known is [redact.Other].
func Kind(entity string) detect.Kind {
	switch entity {
	case "DATE_TIME", "URL":
		return ""
	case "NRP":
		return redact.Other
	case "US_BANK_NUMBER":
		return detect.BankAccount
	case "US_DRIVER_LICENSE":
		return detect.DriverLicense
	case "US_PASSPORT":
		return detect.Passport
	}
	if kind := detect.Kind(entity); kind.Valid() {
		return kind
	}
	return redact.Other
}
