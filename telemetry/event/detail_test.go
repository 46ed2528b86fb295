package event_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"encoding/json"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// full is an event with all that events can have.
func full(t testing.TB) event.Event {
	t.Helper()
	p, err := event.NewPseudonymizer([]byte(strings.Repeat("k", 32)))
	testkit.NoError(t, err)
	return event.Event{
		Time: time.Unix(1_800_000_000, 0), CallID: event.NewToken("01JD"), Caller: p.Caller("contoso", "max", "letters"),
		Host: event.NewHost("contoso.openai.azure.com"), Operation: event.Chat, Deployment: event.NewToken("gpt-4o"), Policy: event.NewToken("gate"), Status: 401,
		Model: event.NewModel("gpt-4o"), Tokens: event.Tokens{Input: 1, Output: 2, Known: true}, Counts: []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 2}},
		Restored: 1, Withheld: 3, Network: event.Network{AddressClass: event.NewToken("public"), TLSVersion: 0x0303},
		RequestID: event.NewRequestID("9c858901-8a57-4791-81fe-4c455b099bc9"), Config: event.Digest{1},
		Waiver: event.Waiver{Kind: event.NewToken("loopback"), Until: time.Unix(1_800_000_000, 0), Reason: event.NewOperatorText("demo")},
		State:  event.On, Lost: 3, Version: event.NewToken("3f0c"), Age: time.Hour,
	}
}

func told(e event.Event) string {
	var parts []string
	e.Describe(func(d event.Detail) {
		if d.Word().IsZero() {
			parts = append(parts, fmt.Sprintf("%s=%d", d.Key(), d.Number()))
		} else {
			parts = append(parts, fmt.Sprintf("%s=%s", d.Key(), d.Word()))
		}
	})
	return strings.Join(parts, " ")
}

// TestDescribe pins what each name and each code tells.
func TestDescribe(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, name := range constants(t, "name.go", "Name") {
		e := full(t)
		e.Name, e.Outcome = event.Name(name), event.Success
		fmt.Fprintf(&out, "%s: %s\n", name, told(e))
	}
	for _, code := range constants(t, "code.go", "Code") {
		e := full(t)
		e.Code, e.Name, e.Outcome = event.Code(code), event.NameFor(event.Code(code)), event.Failure
		fmt.Fprintf(&out, "%s: %s %s\n", code, e.Name, told(e))
	}
	testkit.True(t, !strings.Contains(out.String(), "demo"), "the operator's text is told to the audit log alone")
	testkit.Golden(t, "testdata/describe.golden", []byte(out.String()))
}

// TestOwnDetailsWin checks that what is said with the event is not said twice.
func TestOwnDetailsWin(t *testing.T) {
	t.Parallel()
	e := event.Event{Name: event.RateExceeded, Code: event.LocalRateLimited, Details: []event.Detail{
		event.Word(event.KeySource, "redis"), event.Number(event.KeyLimit, 60)}}
	testkit.Equal(t, told(e), "result=rejected source=redis limit=60")
}

func TestDetails(t *testing.T) {
	t.Parallel()
	name := event.NewToken("v1")
	for what, test := range map[string]struct {
		got       event.Detail
		key, word string
		number    int64
	}{
		"a word":                {event.Word(event.KeyStage, "tool"), "stage", "tool", 0},
		"not a word of the key": {event.Word(event.KeyStage, "canary"), "stage", other, 0},
		"a word for a number":   {event.Word(event.KeyLimit, "60"), "limit", other, 0},
		"no key":                {event.Word("canary", "true"), other, other, 0},
		"a name":                {event.Named(event.KeyPolicyVersion, name), "policy.version", "v1", 0},
		"a name off the list":   {event.Named(event.KeyStage, name), "stage", other, 0},
		"a name for a number":   {event.Named(event.KeyLimit, name), "limit", other, 0},
		"no name":               {event.Named(event.KeyZone, event.Token{}), "zone", other, 0},
		"a name under no key":   {event.Named("canary", name), other, other, 0},
		"a number":              {event.Number(event.KeyLimit, -1), "limit", "", -1},
		"a number for a word":   {event.Number(event.KeyStage, 1), "stage", other, 0},
		"a number under no key": {event.Number("canary", 1), other, other, 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, test.got.Key(), test.key)
			testkit.Equal(t, test.got.Word().String(), test.word)
			testkit.Equal(t, test.got.Number(), test.number)
		})
	}
}

// TestKeysAreTaken checks that each key takes a word or a number: a key that stands in no
// table takes neither.
func TestKeysAreTaken(t *testing.T) {
	t.Parallel()
	for _, text := range constants(t, "detail.go", "Key") {
		testkit.Equal(t, event.Number(event.Key(text), 1).Key(), text)
	}
}

// TestEveryCodeHasItsEvent checks that the table of events names each code: none falls
// through to the event that unknown codes have.
func TestEveryCodeHasItsEvent(t *testing.T) {
	t.Parallel()
	parsed, err := parser.ParseFile(token.NewFileSet(), "name.go", nil, 0)
	testkit.NoError(t, err)
	inTable := map[string]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "names" {
			return true
		}
		for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
			inTable[element.(*ast.KeyValueExpr).Key.(*ast.Ident).Name] = true
		}
		return false
	})
	parsed, err = parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	testkit.NoError(t, err)
	n := 0
	ast.Inspect(parsed, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			if typ, ok := spec.Type.(*ast.Ident); ok && typ.Name == "Code" {
				n++
				testkit.True(t, inTable[spec.Names[0].Name], spec.Names[0].Name+" has its event")
			}
		}
		return true
	})
	testkit.Equal(t, len(inTable), n)
}

// TestCodesAreNotMadeUp checks that no code of the module makes a Code of a string of its
// own: what is refused anywhere has one of the list, and hence an event.
func TestCodesAreNotMadeUp(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		files++
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok && fun.Sel.Name == "Code" {
				x, _ := fun.X.(*ast.Ident)
				_, literal := call.Args[0].(*ast.BasicLit)
				testkit.True(t, x == nil || x.Name != "event" || !literal, path+" makes no code of its own")
			}
			return true
		})
		return nil
	})
	testkit.NoError(t, err)
	testkit.True(t, files > 100, "the module was read")
}

// ocsfRequired are the attributes that the classes demand besides those of every event
// (github.com/ocsf/ocsf-schema, events/*.json).
var ocsfRequired = map[int][]string{
	2003: {"finding_info", "compliance"}, 2004: {"finding_info"}, 3002: {"user", "dst_endpoint"}, 3004: {"entity"},
	4001: {"dst_endpoint"}, 6002: {"app"}, 6003: {"actor", "api", "src_endpoint"},
}

// TestOCSF pins the object of each name, and checks what the schema demands.
func TestOCSF(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	sink := event.NewOCSF(&out)
	for _, name := range constants(t, "name.go", "Name") {
		for _, bare := range []bool{false, true} {
			e := full(t)
			e.Name, e.Outcome, e.Code = event.Name(name), event.Failure, event.PIIBlocked
			if bare {
				e = event.Event{Time: e.Time, Name: e.Name}
			}
			e.Severity = event.SeverityFor(e.Name, e.Outcome)
			testkit.NoError(t, sink.Record(t.Context(), e))
			var o map[string]any
			testkit.NoError(t, json.Unmarshal(event.OCSF(e), &o))
			class := int(o["class_uid"].(float64))
			testkit.Equal(t, int(o["type_uid"].(float64)), class*100+int(o["activity_id"].(float64)))
			testkit.Equal(t, int(o["category_uid"].(float64)), class/1000)
			testkit.True(t, ocsfRequired[class] != nil, "the class is one of those")
			for _, key := range append([]string{"time", "severity_id", "metadata"}, ocsfRequired[class]...) {
				testkit.True(t, o[key] != nil, name+" has "+key)
			}
			if o["activity_id"].(float64) == 99 {
				testkit.True(t, o["activity_name"] != nil, name+" names its activity")
			}
		}
	}
	testkit.Equal(t, bytes.Count(out.Bytes(), []byte("\n")), 2*len(constants(t, "name.go", "Name")))
	testkit.Golden(t, "testdata/ocsf.golden", out.Bytes())
}

func TestOCSFTellsNothing(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	e := event.Event{
		Name: event.Name(set.Text("name")), Code: event.Code(set.Text("code")), Operation: event.Operation(set.Text("operation")),
		Waiver:  event.Waiver{Reason: event.NewOperatorText(set.Text("reason"))},
		Details: []event.Detail{event.Word(event.Key(set.Text("key")), set.Text("word"))},
	}
	testkit.Equal(t, strings.Join(set.Find(event.OCSF(e)), ", "), "")
}

type short struct{}

func (short) Write(p []byte) (int, error) { return len(p) - 1, errors.New("canary") }

func TestOCSFNotWritten(t *testing.T) {
	t.Parallel()
	err := event.NewOCSF(short{}).Record(t.Context(), event.Event{})
	testkit.ErrorIs(t, err, event.ErrNotWritten)
	testkit.True(t, !strings.Contains(err.Error(), "canary"), "the writer's text is not told")
}

func TestAnswerWords(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		of       func(string) event.Token
		in, want string
	}{
		{event.NewTier, "priority", "priority"}, {event.NewTier, "canary", other}, {event.NewTier, "", ""},
		{event.NewEncoding, "base64", "base64"}, {event.NewEncoding, "canary", other},
		{event.NewEffort, "xhigh", "xhigh"}, {event.NewEffort, "canary", other},
		{event.NewFingerprint, "fp_44709d6fcb", "fp_44709d6fcb"}, {event.NewFingerprint, "", ""}, {event.NewFingerprint, "fp_", other},
		{event.NewFingerprint, "44709d6fcb", other}, {event.NewFingerprint, "fp_00112233445566778", other}, {event.NewFingerprint, "fp_0max0", other}, {event.NewFingerprint, "fp_AB", other},
	} {
		testkit.Equal(t, test.of(test.in).String(), test.want)
	}
}
