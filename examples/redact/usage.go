package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const usageHead = `Redact replaces personal data and secrets in text.

  redact [flags] [FILE]      without FILE, standard input
`

const usageTail = `
The kinds are in the documentation of package redact/detect. -action default is what
package redact does for prompts: it refuses private keys and cloud credentials, and
replaces the rest. The map file holds the values; only its owner can read it, and an
existing file is never overwritten. With one -key, one value has the same placeholder in
every run. Exit status:

  0  done                              2  the command line is wrong
  1  something failed, or bad lines    3  a value was refused
`

// groups are the flags by what they are about.
var groups = []struct {
	title string
	flags []string
}{
	{"What to find", []string{"kinds", "group", "min-score"}},
	{"What to do about it", []string{"action", "key", "jsonl"}},
	{"The way back", []string{"map", "restore"}},
}

// usage prints the help.
func usage(w io.Writer) {
	flags := (&options{}).flags()
	fmt.Fprint(w, usageHead)
	for _, group := range groups {
		fmt.Fprintf(w, "\n%s\n", group.title)
		for _, name := range group.flags {
			fmt.Fprintln(w, usageLine(flags.Lookup(name)))
		}
	}
	fmt.Fprint(w, usageTail)
}

func usageLine(f *flag.Flag) string {
	argument, text := flag.UnquoteUsage(f)
	if f.DefValue != "" && f.DefValue != "false" {
		text += " (default " + f.DefValue + ")"
	}
	text = strings.TrimPrefix(text, argument+" ") // it stands before the text already
	return fmt.Sprintf("  %-18s %s", "-"+f.Name+" "+argument, text)
}
