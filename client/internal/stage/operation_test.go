package stage_test

import (
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Every operation of the route table has its name in records, and only one.
func TestOperationsAreOnRecord(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for op := wire.Unknown + 1; op.String() != wire.Unknown.String(); op++ {
		testkit.Equal(t, string(event.OperationOf(op.String())), op.String())
		testkit.True(t, !seen[op.String()], op.String()+" stands for one operation")
		seen[op.String()] = true
	}
	testkit.True(t, len(seen) > 80, "all operations were seen")
}
