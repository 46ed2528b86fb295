package battery

import (
	"fmt"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// A Row is one attack.
type Row struct {
	// ID names the row, as "H1-18". Several rows may have one ID and differ in Case, which
	// says in a few words what is done.
	ID, Case string
	// Setup prepares the bench: it makes the servers, and changes the configuration. It
	// runs for the control too, when what it is given to do to requests is not done; what
	// it does itself it must not do unless b.Hostile. Nil leaves the bench as it is.
	Setup func(b *Bench)
	// Call makes the call. Nil is [Bench.Chat].
	Call func(b *Bench) error
	// Plain makes the call with a client that has no protection, and says in a few words
	// what came of it.
	Plain func(b *Bench) string
	// Want is what must come of the hostile call.
	Want Want
}

// A Want is what must come of a call.
type Want struct {
	// Class is why it fails.
	Class Class
	// Text is what the model has said when it fails, see [Said]. It is not looked at if the
	// call succeeds.
	Text string
	// Sends is how many prompts the server gets, or Any.
	Sends int
	// Most bounds the prompts where Sends is Any.
	Most int
	// Within bounds the call beside its total timeout. Zero means that alone.
	Within time.Duration
	// Heap bounds how much the heap grows, in bytes. Zero is 16 MiB.
	Heap uint64
	// Unrecorded says that the call never reaches the audit log, as a configuration that
	// is refused does not.
	Unrecorded bool
	// Final says that the client is of no use afterwards, so that no further call is made.
	Final bool
	// Events is how many security events there are, or Any, if it is not one of a violation.
	Events int
	// Behind says that another server stands before the endpoint, which may hold back what it
	// is sent.
	Behind bool
	// Shared says that the connection did nothing wrong and may be used again.
	Shared bool
}

// Any is for Want.Sends: as many as the audit log says.
const Any = -1

// Run runs the rows, one after the other, as subtests that are named by their IDs, and
// prints a table under -v. Afterwards there are as many goroutines and files as before.
func Run(t *testing.T, rows []Row) {
	t.Helper()
	before := census()
	said := capture(t)
	var results []string
	for _, group := range grouped(rows) {
		t.Run(group[0].ID, func(t *testing.T) {
			for i := range group {
				if len(group) == 1 {
					results = append(results, group[0].run(t, said))
					continue
				}
				t.Run(group[i].Case, func(t *testing.T) { results = append(results, group[i].run(t, said)) })
			}
		})
	}
	said.restore()
	if after, ok := settled(before, settleTime); !ok {
		t.Errorf("INV-3: after the battery there are %v, before there were %v", after, before)
	}
	if testing.Verbose() {
		print(t, results)
	}
}

// grouped puts rows with one ID together, in the order of their first ones.
func grouped(rows []Row) [][]Row {
	var groups [][]Row
	place := map[string]int{}
	for _, row := range rows {
		i, known := place[row.ID]
		if !known {
			i = len(groups)
			place[row.ID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], row)
	}
	return groups
}

func print(t *testing.T, results []string) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "id\tcase\tplain client\tsallyport")
	for _, line := range results {
		_, _ = fmt.Fprintln(w, line)
	}
	_ = w.Flush() // into memory
	_, _ = fmt.Fprint(t.Output(), table.String())
}
