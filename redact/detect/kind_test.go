package detect_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// TestTable keeps the table of the package comment true; -update writes it.
func TestTable(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("doc.go")
	testkit.NoError(t, err)
	before, _, _ := strings.Cut(string(data), "//\tkind ")
	want := before + detect.Table() + "package detect\n"
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		testkit.NoError(t, os.WriteFile("doc.go", []byte(want), 0o600))
		return
	}
	testkit.True(t, string(data) == want, "the table in doc.go is that of the registry; run with -update")
}

func TestKinds(t *testing.T) {
	t.Parallel()
	kinds := detect.Kinds()
	for _, k := range kinds {
		_, err := os.Stat(filepath.Join("testdata", strings.ToLower(string(k)), "vectors.txt"))
		testkit.NoError(t, err)
		testkit.True(t, k.Valid() && k.WellFormed() && detect.Of(k).Has(k) && !detect.Of().Has(k), string(k)+" is in its sets")
		testkit.Equal(t, strings.Trim(string(k), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), "")
		testkit.Equal(t, detect.Secrets().Has(k), detect.Secrets().Union(detect.Of()).Has(k))
	}
	testkit.Equal(t, detect.Of(kinds...).Has("OTHER"), false)
	testkit.Equal(t, detect.Kind("OTHER").Valid(), false)
	testkit.Equal(t, detect.Secrets().Has(detect.JWT), true)
	testkit.Equal(t, detect.Secrets().Has(detect.EmailAddress), false)
	testkit.Equal(t, detect.Of("OTHER"), detect.Of())
	testkit.Equal(t, detect.Of().Union(detect.All()), detect.All())
}

// Every kind can be asked for alone, and then nothing else is found.
func TestOneKind(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		for _, k := range detect.Kinds() {
			for _, s := range detect.Find(nil, v.text, detect.Of(k)) {
				testkit.Equal(t, s.Kind, k)
			}
		}
		testkit.Equal(t, len(detect.Find(nil, v.text, detect.Of())), 0)
	}
}

// Find appends: what is in dst stays.
func TestAppend(t *testing.T) {
	t.Parallel()
	mine := []detect.Span{{Start: 5, End: 9, Kind: "MINE"}}
	got := detect.Find(mine, "x jane@example.com", detect.All())
	testkit.Equal(t, len(got), 2)
	testkit.Equal(t, got[0], mine[0])
	testkit.Equal(t, got[1].Start, 2)
}

// Where findings meet, one span covers all of them.
func TestOverlap(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"4111111111111111@example.com":        "CREDIT_CARD 4111111111111111@example.com",
		`password: "jane@example.com"`:        "EMAIL_ADDRESS jane@example.com",
		"password=DE89370400440532013000":     "IBAN_CODE DE89370400440532013000",
		"tel 4111 1111 1111 1111":             "CREDIT_CARD 4111 1111 1111 1111",
		`secret = "x 192.0.2.7"`:              "IP_ADDRESS 192.0.2.7",
		"postgres://u:4111111111111111@h.org": "CREDIT_CARD 4111111111111111",
	} {
		testkit.DeepEqual(t, found(text, detect.Find(nil, text, detect.All())), []string{want})
	}
}

func ExampleFind() {
	text := "Write to jane@example.com or call +1 (415) 555-2671."
	for _, s := range detect.Find(nil, text, detect.All()) {
		fmt.Println(s.Kind, text[s.Start:s.End])
	}
	// Output:
	// EMAIL_ADDRESS jane@example.com
	// PHONE_NUMBER +1 (415) 555-2671
}

func ExampleScanner() {
	var s detect.Scanner
	for _, text := range []string{"jane＠example.com", "nothing"} {
		fmt.Println(len(s.Find(nil, text, detect.Of(detect.EmailAddress))))
	}
	// Output:
	// 1
	// 0
}

func ExampleFindField() {
	for _, name := range []string{"phone", "order"} {
		fmt.Println(name, len(detect.FindField(nil, name, "4155552671", detect.All())))
	}
	// Output:
	// phone 1
	// order 0
}

// Every example of the table is found as what it is an example of, but for those that leave a
// part out and the kinds that only word lists find.
func TestTableExamples(t *testing.T) {
	t.Parallel()
	for kind, example := range detect.ByExample() {
		if example == "none" || strings.Contains(example, "…") {
			continue
		}
		spans := detect.Find(nil, example, detect.All().Union(detect.Of(kind)))
		if kind == detect.URL {
			spans = detect.Find(nil, example, detect.Of(kind))
		}
		testkit.True(t, len(spans) == 1 && spans[0].Kind == kind, string(kind)+": "+example)
	}
}
