package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A labelled line is one of the set that package detect makes from specifications.
type labelled struct {
	ID       json.Number `json:"id"`
	Text     string      `json:"text"`
	Entities []place     `json:"entities"`
	Redacted string      `json:"redacted"`
}

// A place is a value of a kind.
type place struct {
	Type  string `json:"type"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// TestQuality prints precision and recall of each kind for the filter with -jsonl, over some
// thousand labelled texts of which half hold nothing, in the formats and languages of many
// countries. A finding counts only if kind, start and end are right.
//
//	go test -run Quality -v ./examples/redact
func TestQuality(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds another test")
	}
	path := filepath.Join(t.TempDir(), "labelled.jsonl")
	make := exec.CommandContext(t.Context(), "go", "test", "-run", "^TestLabelled$", "../../redact/detect", "-args", "-labelled", path)
	if output, err := make.CombinedOutput(); err != nil {
		t.Fatalf("the set cannot be made: %v\n%s", err, output)
	}
	in, err := os.ReadFile(path)
	testkit.NoError(t, err)
	got := try(t, string(in), "-jsonl", "-action", "replace")
	testkit.Equal(t, got.status, statusOK)
	want, have := lines(t, string(in)), lines(t, got.stdout)
	testkit.Equal(t, len(have), len(want))
	testkit.True(t, len(want) >= 2000, "the set is large")

	type score struct{ right, missed, wrong int }
	scores := map[string]*score{}
	of := func(kind string) *score {
		if scores[kind] == nil {
			scores[kind] = &score{}
		}
		return scores[kind]
	}
	for i := range want {
		testkit.Equal(t, have[i].ID, want[i].ID)
		for _, p := range want[i].Entities {
			if slices.Contains(have[i].Entities, p) {
				of(p.Type).right++
				value := want[i].Text[p.Start:p.End] // a short one may stand in a placeholder by chance
				testkit.True(t, len(value) < 8 || !strings.Contains(have[i].Redacted, value), "what is found is replaced")
			} else {
				of(p.Type).missed++
			}
		}
		for _, p := range have[i].Entities {
			if !slices.Contains(want[i].Entities, p) {
				of(p.Type).wrong++
			}
		}
	}
	var table []string
	for kind, s := range scores {
		precision, recall := float64(s.right)/float64(max(1, s.right+s.wrong)), float64(s.right)/float64(max(1, s.right+s.missed))
		table = append(table, fmt.Sprintf("%-28s %9.3f %9.3f %6d", kind, precision, recall, s.right+s.missed))
		testkit.True(t, precision >= 0.98 && recall >= 0.98, table[len(table)-1])
	}
	slices.Sort(table)
	t.Logf("%d texts\n%-28s %9s %9s %6s\n%s", len(want), "kind", "precision", "recall", "values", strings.Join(table, "\n"))
}

// lines reads JSON lines.
func lines(t *testing.T, text string) (all []labelled) {
	t.Helper()
	for line := range strings.Lines(text) {
		var l labelled
		testkit.NoError(t, json.Unmarshal([]byte(line), &l))
		all = append(all, l)
	}
	return all
}
