package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
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
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// isTerminal reports whether f is one that wants colour (https://no-color.org: any value
// but the empty one means no).
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	no, _ := os.LookupEnv("NO_COLOR")
	term, _ := os.LookupEnv("TERM")
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && no == "" && term != "dumb"
}

func (s *screen) paint(colour, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (s *screen) title(text string) { fmt.Fprintf(s.out, "\n%s\n", s.paint(bold, text)) }

func (s *screen) caption(text string) { fmt.Fprintf(s.out, "\n  %s\n", s.paint(cyan, text)) }

// line prints a line, indented, without blanks at its end.
func (s *screen) line(format string, args ...any) {
	fmt.Fprintln(s.out, strings.TrimRight("  "+fmt.Sprintf(format, args...), " "))
}

// text prints a text, indented.
func (s *screen) text(text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		s.line("  %s", strings.TrimRight(line, "\r\n"))
	}
}

// marked prints a text with the words in a colour.
func (s *screen) marked(text string, words []string, colour string) {
	s.text(s.mark(text, words, colour))
}

func (s *screen) mark(text string, words []string, colour string) string {
	if !s.colour || len(words) == 0 {
		return text
	}
	words = slices.Clone(words)
	// Longer ones first: the replacer takes the first that fits.
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(words))
	for _, word := range words {
		pairs = append(pairs, word, s.paintLines(colour, word))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// paintLines paints each line by itself: a value may go over several.
func (s *screen) paintLines(colour, text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = s.paint(colour, line)
	}
	return strings.Join(lines, "\n")
}

// excerpt prints the lines of a text that hold one of the words, and counts the others. A
// text without any is printed as it is.
func (s *screen) excerpt(text string, words []string, colour string) {
	text = strings.TrimRight(text, "\n")
	shown := touched(text, words)
	if !slices.Contains(shown, true) {
		s.marked(text, words, colour)
		return
	}
	lines := strings.Split(s.mark(text, words, colour), "\n")
	for i := 0; i < len(lines); {
		n := 0
		for i+n < len(lines) && !shown[i+n] {
			n++
		}
		if n > 1 {
			s.line("  %s", s.paint(faint, "("+counted(n, "line")+" without a value)"))
			i += n
			continue
		}
		s.line("  %s", strings.TrimRight(lines[i], "\r"))
		i++
	}
}

// touched says of each line of text whether a word is on it, at least in part.
func touched(text string, words []string) []bool {
	shown := make([]bool, strings.Count(text, "\n")+1)
	for _, word := range words {
		for at := 0; word != ""; {
			i := strings.Index(text[at:], word)
			if i < 0 {
				break
			}
			first := strings.Count(text[:at+i], "\n")
			for line := first; line <= first+strings.Count(word, "\n"); line++ {
				shown[line] = true
			}
			at += i + len(word)
		}
	}
	return shown
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// quoted is a row of pieces.
func (s *screen) quoted(pieces []string, colour string) string {
	texts := make([]string, len(pieces))
	for i, piece := range pieces {
		texts[i] = s.paint(colour, strconv.Quote(piece))
	}
	return "  " + strings.Join(texts, " ")
}
