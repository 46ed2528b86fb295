package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
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
	if !s.colour || colour == "" || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func (s *screen) line(text string) { fmt.Fprintln(s.out, text) }

func (s *screen) title(text string) { s.line(s.paint(bold, text)) }

// text prints a paragraph.
func (s *screen) text(indent int, colour, text string) {
	for _, part := range wrap(text, width-indent) {
		s.line(strings.Repeat(" ", indent) + s.paint(colour, part))
	}
}

// width is how wide a text may get. Names and keys that are longer stay whole.
const width = 92

// row prints a mark, a caption and a text, whose further lines stand below its first.
func (s *screen) row(mark, colour, caption, text string) {
	const indent = 2 + 9 + 15
	for i, part := range wrap(text, width-indent) {
		if i > 0 {
			mark, caption = "", ""
		}
		s.line(strings.TrimRight("  "+s.paint(colour, mark)+strings.Repeat(" ", max(9-len(mark), 0))+fmt.Sprintf("%-15s", caption)+part, " "))
	}
}

// wrap cuts a text at blanks.
func wrap(text string, most int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > most {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// report prints all about an endpoint.
func (s *screen) report(endpoint string, f *finding) {
	s.line("")
	s.title(endpoint)
	s.show(f)
	s.evidence(f)
	s.verdict(f)
}

var colours = map[netguard.Verdict]string{netguard.Unknown: yellow, netguard.Pass: green, netguard.Warn: yellow, netguard.Fail: red}

// show prints the proof level by level, and what to do.
func (s *screen) show(f *finding) {
	s.line("")
	for _, step := range f.steps() {
		text := step.Text
		if step.Level == netguard.LevelControlPlane && f.proof().ARM == nil {
			text = "not asked: Resource Manager answers only those with a role on the resource"
		}
		s.row(strings.ToUpper(step.Verdict.String()), colours[step.Verdict], strings.ReplaceAll(step.Level.String(), "_", " "), text)
		if step.Fix != "" {
			s.row("", "", "", "To do: "+step.Fix+".")
		}
	}
}

// evidence prints what the proof stands on.
func (s *screen) evidence(f *finding) {
	e := f.proof()
	s.line("")
	fact := func(caption, text string) {
		if text != "" {
			s.row("", "", caption, text)
		}
	}
	s.chain(e)
	if e.Resolver.Addr != "" {
		fact("resolver", e.Resolver.String())
	}
	if e.Dialled.IsValid() {
		fact("dialled", e.Dialled.String())
	}
	if t := e.TLS; t != nil {
		fact("tls", t.String())
		fact("certificate", fmt.Sprintf("by %s, until %s, for %d names", t.Leaf.Issuer, t.Leaf.NotAfter.UTC().Format(time.DateOnly), t.Leaf.SANs))
		fact("public key", t.Leaf.SPKI)
		fact("pins", strings.TrimSpace(t.PinUse+" "+t.Pin))
		fact("staple", t.OCSP)
	}
	if e.Service != nil && e.Service.Status != 0 {
		fact("answer", strings.TrimSpace(fmt.Sprintf("status %d %s", e.Service.Status, e.Service.Region)))
	}
	for _, w := range f.report.Environment {
		fact("environment", w.String())
		fact("", "To do: "+w.Fix+".")
	}
	for _, limit := range e.Limits() {
		fact("not seen", limit)
	}
}

// chain prints how the name leads to its addresses.
func (s *screen) chain(e *netguard.Evidence) {
	s.row("", "", "name", e.Host)
	for _, r := range e.Chain {
		if r.Target != "" {
			s.row("", "", "", "-> "+r.Target)
		}
	}
	for _, j := range e.Addresses {
		text := "= " + j.IP.String() + ", " + strings.ReplaceAll(j.Class.String(), "_", " ")
		if j.Prefix.IsValid() {
			text += ", in " + j.Prefix.String()
		}
		s.row("", "", "", text)
	}
}

// verdict prints the last word.
func (s *screen) verdict(f *finding) {
	v := f.proved()
	text := "Neither proved nor refuted: what is not known does not count as a pass."
	switch {
	case f.interrupted():
		text = "Interrupted, so nothing is known."
	case v == netguard.Pass:
		text = "The endpoint is private, as seen from here, and its service answered."
	case v == netguard.Fail && f.code == "":
		text = "The way to the endpoint is private, and not the only one."
	case v == netguard.Fail:
		text = "The endpoint is not proved to be private, so no call would be sent to it."
	}
	s.line("")
	mark := strings.ToUpper(v.String())
	s.line("  " + s.paint(colours[v], mark) + strings.Repeat(" ", 9-len(mark)) + text)
	if f.why != "" && !f.interrupted() {
		s.text(11, faint, f.why)
	}
	s.line("")
}
