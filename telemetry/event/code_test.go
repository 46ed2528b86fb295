package event_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// constants returns the values of the string constants of a type in a file of this package.
func constants(t *testing.T, file, typ string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	testkit.NoError(t, err)
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		name, ok := spec.Type.(*ast.Ident)
		if ok && name.Name == typ {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			testkit.NoError(t, err)
			values = append(values, text)
		}
		return true
	})
	testkit.True(t, len(values) > 0, "there are constants of the type "+typ)
	return values
}

// TestCodes pins what each code means: its status, its event, its severity, its sentence.
func TestCodes(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	seen := map[string]bool{}
	for _, text := range constants(t, "code.go", "Code") {
		c := event.Code(text)
		testkit.True(t, !seen[text], text+" stands for one thing")
		seen[text] = true
		testkit.True(t, c.Valid(), text+" has a sentence and a status")
		testkit.Equal(t, event.NewToken(text).String(), text)
		testkit.True(t, c.Status() >= 400 && c.Status() < 500, text+" has a 4xx status")
		name := event.NameFor(c)
		testkit.True(t, name.Valid(), text+" has an event")
		fmt.Fprintf(&table, "%-27s %d  %-5s %-27s %s\n", c, c.Status(), event.SeverityFor(name, event.OutcomeOf(c)), name, c.Text())
	}
	testkit.Golden(t, "testdata/codes.golden", []byte(table.String()))
}

func TestCodeUnknown(t *testing.T) {
	t.Parallel()
	c := event.Code("made up on the spot")
	testkit.True(t, !c.Valid(), "it is not on the list")
	testkit.Equal(t, c.Checked(), event.Other)
	testkit.Equal(t, event.KillSwitch.Checked(), event.KillSwitch)
	testkit.Equal(t, event.Code("").Checked(), event.Code(""))
	testkit.Equal(t, c.Text(), event.Other.Text())
	testkit.Equal(t, c.Status(), event.Other.Status())
	testkit.Equal(t, event.NameFor(c), event.PolicyDecision)
	testkit.Equal(t, event.NameFor(""), event.RequestCompleted)
}
