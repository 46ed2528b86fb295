package remote

import (
	"context"
	"time"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A Finding is what a service has found in one document, in its units.
type Finding struct {
	Start, End int
	Kind       detect.Kind
	Score      float32
	Text       string // what it quotes, to be checked; "": nothing
}

// A Config is what a service takes, and how it is asked. All fields but those of the cache
// must be set.
type Config struct {
	Unit      Unit
	Longest   int // document, in characters
	Overlap   int // of documents of one text, in characters; less than half of Longest
	Batch     int // documents in a request
	Documents int // in all, of one question
	// Ask puts one request: findings for each of the documents, in order.
	Ask func(ctx context.Context, documents []string) ([][]Finding, error)
	// CacheSize is how many documents' answers are kept, CacheTTL for how long.
	CacheSize int
	CacheTTL  time.Duration
}

// An Engine is the Detect method of a detector. It is safe for concurrent use.
type Engine struct {
	cfg   Config
	cache *cache
}

// New returns an engine.
func New(cfg Config) *Engine { return &Engine{cfg, newCache(cfg.CacheSize, cfg.CacheTTL)} }

// Detect returns the spans in each text.
func (e *Engine) Detect(ctx context.Context, texts []string) ([][]detect.Span, error) {
	var documents []document
	for i, text := range texts {
		if text == "" {
			continue // some services fail on it
		}
		documents = split(documents, i, text, e.cfg.Longest, e.cfg.Overlap)
		if len(documents) > e.cfg.Documents {
			return nil, &Error{Reason: "the texts are too long to ask about"}
		}
	}
	found := make(map[key][]detect.Span, len(documents))
	var open []string
	for _, d := range documents {
		k := e.cache.key(d.body)
		if _, twice := found[k]; twice {
			continue
		}
		spans, ok := e.cache.get(k)
		found[k] = spans
		if !ok {
			open = append(open, d.body)
		}
	}
	for len(open) > 0 {
		n := min(len(open), e.cfg.Batch)
		if err := e.ask(ctx, open[:n], found); err != nil {
			return nil, err
		}
		open = open[n:]
	}
	out := make([][]detect.Span, len(texts))
	for _, d := range documents {
		for _, span := range found[e.cache.key(d.body)] {
			span.Start, span.End = span.Start+d.start, span.End+d.start
			out[d.text] = append(out[d.text], span)
		}
	}
	return out, nil
}

// ask puts one request and keeps what is answered.
func (e *Engine) ask(ctx context.Context, bodies []string, found map[key][]detect.Span) error {
	valid := make([]string, len(bodies))
	for i, body := range bodies {
		valid[i] = Valid(body)
	}
	answers, err := e.cfg.Ask(ctx, valid)
	if err != nil {
		return err
	}
	if len(answers) != len(bodies) {
		return &Error{Reason: "not an answer for each document"}
	}
	for i, body := range bodies {
		spans, err := toBytes(body, e.cfg.Unit, answers[i])
		if err != nil {
			return err
		}
		k := e.cache.key(body)
		found[k] = spans
		e.cache.put(k, spans)
	}
	return nil
}

// toBytes makes spans of findings. One whose quotation is not what stands there was
// counted in other units.
func toBytes(body string, unit Unit, findings []Finding) ([]detect.Span, error) {
	if len(findings) == 0 {
		return nil, nil
	}
	index := NewIndex(body, unit)
	spans := make([]detect.Span, 0, len(findings))
	for _, f := range findings {
		from, to, ok := index.Bytes(f.Start, f.End)
		if !ok {
			return nil, &Error{Reason: "an offset outside of the document"}
		}
		if f.Text != "" && f.Text != Valid(body[from:to]) {
			return nil, &Error{Reason: "a finding is not what stands at its offset"}
		}
		spans = append(spans, detect.Span{Start: from, End: to, Kind: f.Kind, Score: f.Score})
	}
	return spans, nil
}
