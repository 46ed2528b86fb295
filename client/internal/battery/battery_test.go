package battery_test

import (
	"slices"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/battery"
)

// TestBattery runs the rows of all families. It is not parallel: goroutines, files and
// heap are those of the process.
func TestBattery(t *testing.T) {
	battery.Run(t, slices.Concat(rowsWay(), rowsDIAL(), rowsH1(), rowsEvil(), rowsH2(), rowsReal(), rowsCRED(), rowsLIM(), rowsSSE(), rowsRETRY(), rowsPE()))
}
