package openaiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const advice = "The SDK and package wire no longer say the same. For each line that is new or other than before, decide:\n" +
	"a method: give its route a row in the tables of client/internal/wire, or leave it refused;\n" +
	"a field: is it free text (value, name, json), a name that others refer to (identifier), media, a secret (blocked),\n" +
	"or only ever a constant, an id or a model? Put it into the shape of its object; what no shape has is text.\n" +
	"an event: give it a row in eventtable.go or streamthread.go. Then accept the table: go test ./client/openaiv3 -update"

// TestSDKMethods holds every field of the SDK's client, and every method of every service,
// to what the route table says of it.
func TestSDKMethods(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, field := range reflect.VisibleFields(reflect.TypeFor[openai.Client]()) {
		fmt.Fprintf(&out, "openai.Client.%s %s\n", field.Name, field.Type)
	}
	for _, c := range sdkCalls(t) {
		fmt.Fprintf(&out, "%-55s %s\n", c.name, c.routed())
	}
	testkit.Golden(t, "testdata/methods.golden", out.Bytes())
	if t.Failed() {
		t.Log(advice)
	}
}

// routed is what wire says of the call's route.
func (c *sdkCall) routed() string {
	if c.url == nil {
		return "sends nothing"
	}
	where := c.method + " " + strings.TrimPrefix(c.url.RequestURI(), "/openai/v1/")
	route, err := wire.Match(c.method, c.url)
	if err != nil {
		return where + ": " + codeOf(err)
	}
	return where + ": " + route.Operation.String()
}

// sdkCalls calls the methods of New's services.
func sdkCalls(t *testing.T) []sdkCall {
	t.Helper()
	calls := callEach(t, open(t, clienttest.Config{}).ai)
	testkit.True(t, len(calls) > 250, "methods were found")
	return calls
}

// TestSDKFields holds every string of every document that the SDK can send or decode to
// what wire takes it for. A field without a line is one that cannot hold a string.
func TestSDKFields(t *testing.T) {
	t.Parallel()
	table := &fieldTable{t: t, types: map[string]string{}, roots: map[string]bool{}}
	for _, c := range sdkCalls(t) {
		table.call(&c)
	}
	testkit.True(t, table.leaves > 3000, "fields were found")
	testkit.Golden(t, "testdata/fields.golden", table.out.Bytes())
	if t.Failed() {
		t.Log(advice)
	}
}

// A fieldTable writes the lines.
type fieldTable struct {
	t      *testing.T
	out    bytes.Buffer
	types  map[string]string // what was written of a type, and where
	roots  map[string]bool   // documents that were written
	leaves int
}

func (f *fieldTable) call(c *sdkCall) {
	if c.url == nil {
		return
	}
	route, err := wire.Match(c.method, c.url)
	if err != nil {
		return
	}
	if c.params != nil {
		f.query(c, route)
		switch c.media {
		case "application/json":
			f.document(route.Operation.String()+" request", c.params, func(doc []byte) ([]byte, []wire.Text, error) {
				q, err := wire.ParseRequest(route, doc, wire.Limits{})
				if err != nil {
					return nil, nil, err
				}
				return doc, q.Texts, nil
			})
		case "multipart/form-data":
			f.document(route.Operation.String()+" form", c.params, func(doc []byte) ([]byte, []wire.Text, error) {
				body, boundary := formOf(f.t, doc)
				q, err := wire.ParseForm(route, boundary, body, wire.Limits{})
				if err != nil {
					return nil, nil, err
				}
				return body, q.Texts, nil
			})
		}
	}
	switch {
	case c.result == nil, strings.HasPrefix(c.name, "VectorStores.Files.Upload"): // the answer is to a second call
	case c.stream:
		f.events(route, c.result)
	case !route.BinaryAnswer && !route.FileAnswer:
		f.document(route.Operation.String()+" answer", c.result, func(doc []byte) ([]byte, []wire.Text, error) {
			a, err := wire.ParseAnswer(route, doc, wire.Limits{})
			if err != nil {
				return nil, nil, err
			}
			return doc, a.Texts, nil
		})
	}
}

// query writes what becomes of the parameters of a query.
func (f *fieldTable) query(c *sdkCall, route wire.Route) {
	for _, field := range reflect.VisibleFields(c.params) {
		name, _, _ := strings.Cut(field.Tag.Get("query"), ",")
		if name == "" {
			continue
		}
		switch field.Type.Kind() {
		case reflect.Slice:
			name += "[]"
		case reflect.Map:
			name += "[key]"
		default:
		}
		said := "refused"
		for _, probe := range []struct{ value, outcome string }{
			{"true", "a flag"}, {"12", "a number"}, {"asc", "a constant"}, {"completed", "a constant"},
			{"message.output_text.logprobs", "a constant"}, {"step_details.tool_calls[*].file_search.results[*].content", "a constant"},
			{"gpt-4o", "a model"}, {"call_CanarY", "an id"}, {words, "TEXT"},
		} {
			u := *c.url
			u.RawQuery = url.QueryEscape(name) + "=" + url.QueryEscape(probe.value)
			if _, err := wire.Match(c.method, &u); err == nil {
				said = probe.outcome
			}
		}
		if said == "TEXT" {
			f.t.Errorf("%s: the query may say anything as %s", c.name, name)
		}
		fmt.Fprintf(&f.out, "%s query ?%s: %s\n", route.Operation, name, said)
	}
}

// events writes a line per event of a stream and what is in it.
func (f *fieldTable) events(route wire.Route, event reflect.Type) {
	root := route.Operation.String() + " event"
	variants := variantsOf(event)
	if len(variants) == 0 {
		f.document(root, event, streamed(route, ""))
	}
	for _, variant := range variants {
		name := strings.Trim(tagOf(variant), "()")
		if data, ok := variant.FieldByName("Data"); ok { // the name is that of the event, the data is all of it
			f.document(root+" "+name, data.Type, streamed(route, name))
			continue
		}
		f.document(root+" "+name, variant, streamed(route, ""))
	}
}

// streamed asks about the one event of a stream. An event has an id, by which wire keeps
// the pieces of runs apart.
func streamed(route wire.Route, name string) asker {
	return func(doc []byte) ([]byte, []wire.Text, error) {
		var has struct{ ID *string }
		if name != "" && json.Unmarshal(doc, &has) == nil && has.ID == nil {
			doc = append([]byte(`{"id":"msg_1",`), doc[1:]...)
		}
		chunk, err := wire.NewStream(route, wire.Limits{}).Parse(&wire.Event{Name: []byte(name), Data: doc})
		if err != nil {
			return nil, nil, err
		}
		return doc, chunk.Texts, nil
	}
}

// document writes the lines of one kind of document.
func (f *fieldTable) document(root string, t reflect.Type, ask asker) {
	if f.roots[root+t.String()] {
		return // the same document is sent by two methods
	}
	f.roots[root+t.String()] = true
	w := walker{}
	f.print(root, f.answer(root, w.walk("", t, func(v string) string { return v }), ask))
}

// An answered is a node with what wire said of its leaf.
type answered struct {
	*node

	said string
	kids []*answered
	sum  string // the lines of all leaves, relative to the node
}

func (f *fieldTable) answer(root string, n *node, ask asker) *answered {
	a := &answered{node: n}
	if n.leaf != nil {
		said, lost := ask.ask(n.leaf)
		f.leaves++
		if lost {
			f.t.Errorf("%s %s: words are not found there", root, n.path)
		}
		if said != "" {
			a.said = n.leaf.kind + ": " + said
		}
		return a
	}
	var sum strings.Builder
	for _, kid := range n.kids {
		k := f.answer(root, kid, ask)
		a.kids = append(a.kids, k)
		if k.said != "" {
			sum.WriteString(strings.TrimPrefix(kid.path, n.path) + " " + k.said + "\n")
		}
		for line := range strings.Lines(k.sum) {
			sum.WriteString(strings.TrimPrefix(kid.path, n.path) + line)
		}
	}
	a.sum = sum.String()
	return a
}

// fewLines is up to where lines are repeated rather than referred to.
const fewLines = 2

// print writes the lines of a node. Where a type has the same lines as it had before, one
// line says so.
func (f *fieldTable) print(root string, a *answered) {
	path := a.path
	if path == "" {
		path = "(all)"
	}
	if a.said != "" {
		fmt.Fprintf(&f.out, "%s %s: %s\n", root, path, a.said)
	}
	if a.name != "" && strings.Count(a.sum, "\n") > fewLines {
		key := a.name + "\n" + a.sum
		if like, ok := f.types[key]; ok {
			fmt.Fprintf(&f.out, "%s %s: like %s\n", root, path, like)
			return
		}
		f.types[key] = root + " " + path
	}
	for _, kid := range a.kids {
		f.print(root, kid)
	}
}
