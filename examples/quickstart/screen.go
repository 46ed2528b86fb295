package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// A screen prints, in colour on a terminal and plain elsewhere.
type screen struct {
	out    io.Writer
	colour bool
}

// The colours, as ANSI codes.
const (
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	faint  = "2"
)

// isTerminal reports whether f is one that wants colour (https://no-color.org).
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	_, no := os.LookupEnv("NO_COLOR")
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && !no
}

func (s *screen) paint(colour, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (s *screen) title(text string) { fmt.Fprintf(s.out, "\n%s\n\n", s.paint(bold, text)) }

func (s *screen) line(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// text prints a text, indented.
func (s *screen) text(text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		fmt.Fprintf(s.out, "  %s\n", strings.TrimRight(line, "\r\n"))
	}
}

// marked prints a text with the words in a colour.
func (s *screen) marked(text string, words []string, colour string) {
	if s.colour && len(words) > 0 {
		words = slices.Clone(words)
		// Longer ones first: the replacer takes the first that fits.
		slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
		pairs := make([]string, 0, 2*len(words))
		for _, word := range words {
			pairs = append(pairs, word, s.paint(colour, word))
		}
		text = strings.NewReplacer(pairs...).Replace(text)
	}
	s.text(text)
}
