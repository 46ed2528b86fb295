package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// masks take the place of what is random in a fake.
var masks = []struct {
	random *regexp.Regexp
	fixed  string
}{
	{regexp.MustCompile(`127\.(10|20)\.\d+\.`), "127.$1.7."},
	{regexp.MustCompile(`:\d{4,5}\b`), ":41000"},
	{regexp.MustCompile(`clienttest [A-Z0-9]{8}`), "clienttest ABCDEFGH"},
	{regexp.MustCompile(`sha256/[A-Za-z0-9+/]{43}=`), "sha256/" + strings.Repeat("k", 43) + "="},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`), "2026-12-02T09:00:00Z"},
}

func mask(text string) string {
	for _, m := range masks {
		text = m.random.ReplaceAllString(text, m.fixed)
	}
	return text
}

// masked is the finding of a fake whose addresses, keys and times are always the same.
func masked(t *testing.T, f *finding) *finding {
	t.Helper()
	text, err := json.Marshal(f.proof())
	testkit.NoError(t, err)
	*f.proof() = netguard.Evidence{}
	testkit.NoError(t, json.Unmarshal([]byte(mask(string(text))), f.proof()))
	f.why = mask(f.why)
	return f
}

// Each scene is what it is said to be, and looks as it should.
func TestScenes(t *testing.T) {
	t.Parallel()
	var out, machines bytes.Buffer
	encoder := json.NewEncoder(&machines)
	encoder.SetIndent("", "  ")
	for i, s := range scenes() {
		f, err := s.play(t.Context())
		testkit.NoError(t, err)
		testkit.True(t, s.found(f), s.name+": "+f.proof().Report())
		f = masked(t, f)
		(&screen{out: &out}).scene(i, &s, f)
		testkit.NoError(t, encoder.Encode(f.document()))
	}
	testkit.Golden(t, "testdata/scenes.golden", out.Bytes())
	testkit.Golden(t, "testdata/documents.golden", machines.Bytes())
	testkit.Equal(t, len(scenes()), 6)
}

// The report on an endpoint of the user's, good and bad.
func TestReports(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, reply := range []clienttest.Reply{{}, clienttest.SelectedNetworks()} {
		azure := clienttest.New(t, clienttest.Config{})
		azure.Script(clienttest.Model, reply)
		opts, err := parse(flagsTo(azure))
		testkit.NoError(t, err)
		cfg, err := opts.config()
		testkit.NoError(t, err)
		cfg.Waivers = loopback()
		f, err := check(t.Context(), cfg)
		testkit.NoError(t, err)
		screen := &screen{out: &out}
		screen.report("https://contoso.openai.azure.com", masked(t, f))
	}
	testkit.Golden(t, "testdata/reports.golden", out.Bytes())
}

// Without flags the program plays all scenes, for people and for machines.
func TestDemonstration(t *testing.T) {
	t.Parallel()
	got := try(t.Context())
	testkit.Equal(t, got.status, statusPass)
	testkit.Equal(t, got.stderr, "")
	testkit.True(t, strings.HasSuffix(got.stdout, "\n6 of 6 were told for what they are.\n"), got.stdout)
	for i, s := range scenes() {
		testkit.True(t, strings.Contains(got.stdout, "\n"+string(rune('1'+i))+". "+s.name+"\n"), s.name)
	}

	machines := try(t.Context(), "-json")
	testkit.Equal(t, machines.status, statusPass)
	var documents []document
	testkit.NoError(t, json.Unmarshal([]byte(machines.stdout), &documents))
	testkit.Equal(t, len(documents), 6)
	for i, d := range documents {
		testkit.Equal(t, d.Case, scenes()[i].name)
		testkit.Equal(t, d.Verdict, scenes()[i].verdict)
	}
}

// A scene that is not what it is said to be is told, so that the test of it means something.
func TestWrongScene(t *testing.T) {
	t.Parallel()
	good, bad := scenes()[0], scenes()[1]
	bad.set = good.set
	f, err := bad.play(t.Context())
	testkit.NoError(t, err)
	testkit.True(t, !bad.found(f), "nothing is wrong with the name")
	var out bytes.Buffer
	(&screen{out: &out}).scene(1, &bad, f)
	testkit.True(t, strings.Contains(out.String(), "This is not what the scene should show."), "it says so")
}
