package detect

import (
	"fmt"
	"strings"
)

// Table is the table of the package comment.
func Table() string {
	var b strings.Builder
	widths := [5]int{}
	rows := [][5]string{{"kind", "standard", "check", "context", "example"}, {}}
	for _, e := range registry {
		rows = append(rows, [5]string{string(e.kind), e.standard, e.check, e.context, e.example})
	}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for i := range rows[1] {
		rows[1][i] = strings.Repeat("-", widths[i])
	}
	for _, row := range rows {
		line := "//\t"
		for i, cell := range row {
			line += fmt.Sprintf("%-*s  ", widths[i], cell)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// ByExample are the examples of the table by kind.
func ByExample() map[Kind]string {
	m := map[Kind]string{}
	for _, e := range registry {
		m[e.kind] = e.example
	}
	return m
}
