package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// draw prints the chart: a row for each thing that is counted, a character for each slot.
func draw(out io.Writer, columns []column) {
	row := func(name string, value func(column) int64, cell func(n, most int64) rune) {
		var most, sum int64
		for _, c := range columns {
			most, sum = max(most, value(c)), sum+value(c)
		}
		var text strings.Builder
		for _, c := range columns {
			text.WriteRune(cell(value(c), most))
		}
		fmt.Fprintf(out, "%-9s%s %5d\n", name, text.String(), sum)
	}
	var story strings.Builder
	for _, c := range columns {
		story.WriteRune(c.mark)
	}
	fmt.Fprintf(out, "%-9s%s\n", "story", story.String())
	row("calls", func(c column) int64 { return c.calls }, bar)
	row("refused", func(c column) int64 { return c.refused }, digit)
	row("vault", func(c column) int64 { return c.reads }, digit)
	row("bad reads", func(c column) int64 { return c.bad }, digit)
	row("failures", func(c column) int64 { return c.fails }, digit)
	fmt.Fprintf(out, "\n"+
		"N  a new key is in the vault          D  the old one is disabled\n"+
		"R  a leaked key is replaced at once   t  the vault throttles   x  it is away\n"+
		"refused: keys that the service did not take, and were replaced; vault: requests to it;\n"+
		"bad reads: reads of the vault that brought nothing; failures: calls that failed\n")
}

// bar is the height of n as a block, out of eight.
func bar(n, most int64) rune {
	if n == 0 || most == 0 {
		return ' '
	}
	return []rune("▁▂▃▄▅▆▇█")[min(7, n*8/(most+1))]
}

// digit is n, as far as one character can tell it.
func digit(n, _ int64) rune {
	switch {
	case n == 0:
		return '.'
	case n > 9:
		return '#'
	default:
		return rune('0' + n)
	}
}

// tell prints what the audit log has about the keys. It never has the keys themselves.
func (s *stand) tell(out io.Writer) {
	fmt.Fprintln(out, "\non record:")
	for _, e := range s.journal.named(event.CredentialRotated) {
		fmt.Fprintf(out, "  %s  version %s, %s old\n", e.Name, e.Version, e.Age.Round(1e8))
	}
	if failed := s.journal.named(event.AuthFailed); len(failed) > 0 {
		fmt.Fprintf(out, "  %s  %d of the reads of the vault, the first with %s\n", event.AuthFailed, len(failed), failed[0].Code)
	}
}
