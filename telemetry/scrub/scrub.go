package scrub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/sallyport-go/sallyport/telemetry"
)

// ErrConfig is what every fault of a [Config] is.
var ErrConfig = errors.New("scrub: wrong configuration")

// other stands for a name that was there and may not be told.
const other = "_OTHER"

// A Config says what may leave besides what is known. The zero Config is the strictest.
type Config struct {
	// Keys are attributes of the application, with any value: who names a key answers for
	// its values. A "*" at the end stands for any rest.
	Keys []string
	// Bodies are the scopes, such as names of packages, whose log bodies may leave.
	Bodies []string
	// MeterProvider counts what is dropped, in sallyport.scrub.dropped by signal and what.
	// Nil counts in [Scrubber.Dropped] alone.
	MeterProvider metric.MeterProvider
}

// A Scrubber decorates exporters. Use [New]. It is safe for concurrent use, starts no
// goroutine, and needs no closing; closing a decorated exporter closes the one behind it.
type Scrubber struct {
	known    map[string]rule
	prefixes []prefixRule
	bodies   []string
	dropped  [whats]atomic.Int64
	counter  metric.Int64Counter
}

// A rule says what an attribute may hold. A nil shape lets every value through.
type rule struct {
	shape *regexp.Regexp
	words []string
}

type prefixRule struct {
	prefix string
	rule   rule
}

// plain is the shape of values of keys that are no keys of ours: routes, types, names.
// It has no spaces, no quotes, and nothing of a query.
var plain = regexp.MustCompile(`^[A-Za-z0-9._:/{}<>*$-]{1,128}$`)

// name is the shape of the names of spans and events: at most three plain words.
var name = regexp.MustCompile(`^[A-Za-z0-9._:/{}<>*$-]{1,128}( [A-Za-z0-9._:/{}<>*$-]{1,128}){0,2}$`)

// standard are keys of the OpenTelemetry conventions whose values are numbers or chosen by
// the code that sets them. Keys with paths, addresses of clients, texts or statements are
// not here.
var standard = []string{
	"http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.address", "server.port",
	"network.protocol.name", "network.protocol.version", "network.transport", "network.type", "error.type", "exception.type",
	"rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code", "db.system.name", "db.operation.name", "messaging.system",
	"messaging.operation.type", "otel.*", "service.*", "telemetry.*", "deployment.environment.name", "os.type", "host.arch",
	"process.pid", "process.runtime.name", "process.runtime.version", "cloud.*", "k8s.*", "container.id", "go.*", "thread.id",
	"signal", "what",
}

// registry is what is needed of telemetry's registry.
type registry struct {
	Gates map[string]string
	Keys  []struct {
		Key, Gate string
		Values    []string
	}
}

// New returns a Scrubber. Its error is [ErrConfig], or what the meter provider says.
func New(cfg Config) (*Scrubber, error) {
	s := &Scrubber{known: map[string]rule{}, bodies: slices.Clone(cfg.Bodies)}
	if err := s.allowRegistry(); err != nil {
		return nil, err
	}
	for _, key := range standard {
		s.allow(key, rule{shape: plain}) // other libraries have other words for error.type
	}
	for _, key := range cfg.Keys {
		if key == "" || key == "*" || strings.Contains(strings.TrimSuffix(key, "*"), "*") {
			return nil, fmt.Errorf("%w: Keys: not a key", ErrConfig)
		}
		s.allow(key, rule{})
	}
	if cfg.MeterProvider == nil {
		return s, nil
	}
	var err error
	s.counter, err = cfg.MeterProvider.Meter("github.com/sallyport-go/sallyport/telemetry/scrub").Int64Counter(
		"sallyport.scrub.dropped", metric.WithUnit("{item}"), metric.WithDescription("What was kept from leaving."))
	return s, err
}

func (s *Scrubber) allow(key string, r rule) {
	if prefix, ok := strings.CutSuffix(key, "*"); ok {
		s.prefixes = append(s.prefixes, prefixRule{prefix, r})
		return
	}
	s.known[key] = r
}

func (s *Scrubber) allowRegistry() error {
	var r registry
	if err := json.Unmarshal(telemetry.Registry(), &r); err != nil {
		return fmt.Errorf("%w: the registry", ErrConfig)
	}
	gates := map[string]*regexp.Regexp{}
	for name, text := range r.Gates {
		gate, err := regexp.Compile(text)
		if err != nil {
			return fmt.Errorf("%w: the registry", ErrConfig)
		}
		gates[name] = gate
	}
	for _, k := range r.Keys {
		s.allow(k.Key, rule{gates[k.Gate], k.Values})
	}
	return nil
}

// keeps reports whether an attribute may leave.
func (s *Scrubber) keeps(a attribute.KeyValue) bool {
	if r, ok := s.known[string(a.Key)]; ok {
		return r.fits(a.Value)
	}
	for _, p := range s.prefixes {
		if strings.HasPrefix(string(a.Key), p.prefix) {
			return p.rule.fits(a.Value)
		}
	}
	return false
}

// fits reports whether a value is a number, or its words have the shape.
func (r rule) fits(v attribute.Value) bool {
	switch v.Type() {
	case attribute.BOOL, attribute.INT64, attribute.FLOAT64, attribute.BOOLSLICE, attribute.INT64SLICE, attribute.FLOAT64SLICE:
		return true
	case attribute.STRING:
		return r.word(v.AsString())
	case attribute.STRINGSLICE:
		return !slices.ContainsFunc(v.AsStringSlice(), func(w string) bool { return !r.word(w) })
	default:
		return r.shape == nil // maps and the like hold anything
	}
}

func (r rule) word(w string) bool {
	return (r.shape == nil || r.shape.MatchString(w)) && (r.words == nil || slices.Contains(r.words, w))
}

// filter returns the attributes that may leave, in a slice of its own if that are not all.
func (s *Scrubber) filter(ctx context.Context, signal string, all []attribute.KeyValue) []attribute.KeyValue {
	bad := slices.IndexFunc(all, func(a attribute.KeyValue) bool { return !s.keeps(a) })
	if bad < 0 {
		return all
	}
	kept := append([]attribute.KeyValue(nil), all[:bad]...)
	for _, a := range all[bad:] {
		if s.keeps(a) {
			kept = append(kept, a)
		}
	}
	s.drop(ctx, signal, Attributes, len(all)-len(kept))
	return kept
}

// name returns n if it is a name, and [other] otherwise.
func (s *Scrubber) name(ctx context.Context, signal, n string) string {
	if n == "" || name.MatchString(n) {
		return n
	}
	s.drop(ctx, signal, Names, 1)
	return other
}

// Resource returns r without the attributes off the list, for providers whose signals no
// decorator sees.
func (s *Scrubber) Resource(r *resource.Resource) *resource.Resource {
	if r == nil {
		return nil
	}
	return resource.NewWithAttributes(r.SchemaURL(), s.filter(context.Background(), "resource", r.Attributes())...)
}

// A What is a kind of thing that is dropped.
type What uint8

// The kinds.
const (
	Attributes What = iota // of anything
	Statuses               // texts of a span's status
	Names                  // of spans and events; they became "_OTHER"
	States                 // trace states
	Bodies                 // of log records
	Points                 // of metrics, for their attributes
	Exemplars              // attributes of exemplars

	whats
)

// String is the word that the counter has.
func (w What) String() string {
	words := [...]string{"attributes", "statuses", "names", "states", "bodies", "points", "exemplars"}
	if int(w) < len(words) {
		return words[w]
	}
	return other
}

// Dropped is how many of the kind were dropped so far.
func (s *Scrubber) Dropped(w What) int {
	if w >= whats {
		return 0
	}
	return int(s.dropped[w].Load())
}

func (s *Scrubber) drop(ctx context.Context, signal string, w What, n int) {
	if n == 0 {
		return
	}
	s.dropped[w].Add(int64(n))
	if s.counter != nil && s.counter.Enabled(ctx) {
		s.counter.Add(ctx, int64(n), metric.WithAttributes(attribute.String("signal", signal), attribute.String("what", w.String())))
	}
}
