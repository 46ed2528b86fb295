package telemetry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A registry is registry.json.
type registry struct {
	Vocabularies map[string]string
	Gates        map[string]string
	Spans        []struct{ On, Name, Kind string }
	Buckets      map[string][]float64
	Keys         []struct {
		Key, Type, Gate, Level, Note string
		On, Vocabularies, Values     []string
	}
	Metrics []struct {
		Name, Instrument, Unit, Buckets, Note string
		Vocabularies, Attributes              []string
	}
	Events []struct {
		Name, Success, Failure string
		OCSF                   int
		Log                    bool
		Details                []string
	}
}

func readRegistry(t testing.TB) *registry {
	t.Helper()
	r := &registry{}
	testkit.NoError(t, json.Unmarshal(telemetry.Registry(), r))
	return r
}

// fault says what is wrong with an attribute that stands in a place, by the registry.
func (r *registry) fault(a attribute.KeyValue, on, vocabulary string) string {
	for _, k := range r.Keys {
		prefix, many := strings.CutSuffix(k.Key, "*")
		if k.Key != string(a.Key) && !(many && strings.HasPrefix(string(a.Key), prefix)) {
			continue
		}
		switch {
		case !slices.Contains(k.On, on):
			return "does not belong on a " + on
		case k.Vocabularies != nil && !slices.Contains(k.Vocabularies, vocabulary):
			return "is not of " + vocabulary
		case typeOf(a.Value) != k.Type:
			return "is a " + typeOf(a.Value)
		}
		for _, word := range wordsOf(a.Value) {
			if !regexp.MustCompile(r.Gates[k.Gate]).MatchString(word) || k.Values != nil && !slices.Contains(k.Values, word) {
				return "has the value " + word
			}
		}
		return ""
	}
	return "is not in the registry"
}

func typeOf(v attribute.Value) string {
	switch v.Type() {
	case attribute.STRING:
		return "string"
	case attribute.INT64:
		return "int"
	case attribute.FLOAT64:
		return "double"
	case attribute.BOOL:
		return "boolean"
	case attribute.STRINGSLICE:
		return "string[]"
	default:
		return v.Type().String()
	}
}

func wordsOf(v attribute.Value) []string {
	switch v.Type() {
	case attribute.STRING:
		return []string{v.AsString()}
	case attribute.STRINGSLICE:
		return v.AsStringSlice()
	default:
		return nil
	}
}

// TestRegistryPage keeps REGISTRY.md, which is made from registry.json.
func TestRegistryPage(t *testing.T) {
	t.Parallel()
	r := readRegistry(t)
	var out strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&out, format, args...) }
	both := func(v []string) string {
		if v == nil {
			return "both"
		}
		return strings.Join(v, ", ")
	}
	p("# What is told\n\nMade from registry.json by `go test ./telemetry -run TestRegistryPage -update`.\n")
	p("\n## Spans\n\n| span | kind | name |\n|-|-|-|\n")
	for _, s := range r.Spans {
		p("| %s | %s | `%s` |\n", s.On, s.Kind, s.Name)
	}
	p("\n## Metrics\n\n| metric | instrument | unit | vocabulary | attributes | note |\n|-|-|-|-|-|-|\n")
	for _, m := range r.Metrics {
		p("| `%s` | %s | `%s` | %s | %s | %s |\n", m.Name, m.Instrument, m.Unit, both(m.Vocabularies), strings.Join(m.Attributes, ", "), m.Note)
	}
	p("\nBuckets:")
	for _, name := range []string{"seconds", "tokens"} {
		p(" %s %v.", name, r.Buckets[name])
	}
	p("\n\n## Attributes\n\n| key | type | on | level | vocabulary | gate | note |\n|-|-|-|-|-|-|-|\n")
	for _, k := range r.Keys {
		gate := k.Gate
		if k.Values != nil {
			gate = strings.Join(k.Values, ", ")
		}
		p("| `%s` | %s | %s | %s | %s | %s | %s |\n", k.Key, k.Type, strings.Join(k.On, ", "), k.Level, both(k.Vocabularies), gate, k.Note)
	}
	p("\n## Events\n\n| event | good | bad | OCSF class | log event | details |\n|-|-|-|-|-|-|\n")
	for _, e := range r.Events {
		p("| `%s` | %s | %s | %d | %t | %s |\n", e.Name, e.Success, e.Failure, e.OCSF, e.Log, strings.Join(e.Details, ", "))
	}
	testkit.Golden(t, "REGISTRY.md", []byte(out.String()))
}

// TestRegistryHasEveryKey compares the registry with the source: what is named there is
// here, and nothing is here that no code can emit.
func TestRegistryHasEveryKey(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	find := func(file, pattern, prefix string) {
		data, err := os.ReadFile(file)
		testkit.NoError(t, err)
		for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(data, -1) {
			named[prefix+string(m[1])] = true
		}
	}
	find("names.go", `attribute\.Key\("([^"]+)"\)`, "")
	find("logs.go", `"(audit\.[^"]+|sallyport\.[^"]+)"`, "")
	find("event/detail.go", `\sKey = "([^"]+)"`, "sallyport.")
	delete(named, "sallyport.redaction.count") // stands for its kinds
	named["sallyport.redaction.count.*"] = true
	for _, k := range readRegistry(t).Keys {
		testkit.True(t, named[k.Key], k.Key+" is in the source")
		delete(named, k.Key)
	}
	for key := range named {
		testkit.True(t, key == "sallyport.", key+" is in the registry")
	}
}

// TestRegistryOfEvents compares the events of the registry with package event.
func TestRegistryOfEvents(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("event/name.go")
	testkit.NoError(t, err)
	all := regexp.MustCompile(`Name = "([a-z_.]+)"`).FindAllSubmatch(data, -1)
	r := readRegistry(t)
	testkit.Equal(t, len(r.Events), len(all))
	known := map[string]bool{}
	for _, k := range r.Keys {
		known[k.Key] = true
	}
	for _, e := range r.Events {
		name := event.Name(strings.TrimPrefix(e.Name, "sallyport."))
		testkit.True(t, name.Valid(), e.Name+" is an event")
		testkit.Equal(t, event.SeverityFor(name, event.Success).String(), e.Success)
		testkit.Equal(t, event.SeverityFor(name, event.Failure).String(), e.Failure)
		var o struct {
			Class int `json:"class_uid"`
		}
		testkit.NoError(t, json.Unmarshal(event.OCSF(event.Event{Name: name}), &o))
		testkit.Equal(t, o.Class, e.OCSF)
		for _, d := range e.Details {
			testkit.True(t, known[d], d+" is in the registry")
		}
	}
}
