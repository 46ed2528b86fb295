package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const usageHead = `Chat sends prompts through sallyport to a deployment of Azure OpenAI.

  chat -endpoint URL -deployment NAME [flags] < prompts

Each line of standard input is a prompt, and each answer goes to standard output.
`

const usageTail = `
Each flag takes its default from the environment: -loopback-reason from
SALLYPORT_LOOPBACK_REASON, -prefix from SALLYPORT_PREFIX with commas, and so on.

A refusal goes to standard error as "refused: CODE: text", any other failure as
"failed: CODE". The other lines are sent all the same. Exit status:

  0  everything was answered      2  the command line is wrong
  1  something failed             3  something was refused
`

// groups are the flags by what they are about.
var groups = []struct {
	title string
	flags []string
}{
	{"What to ask", []string{"endpoint", "deployment", "api", "stream", "file"}},
	{"Who asks", []string{"credential", "vault", "secret", "tenant", "user"}},
	{"The way there", []string{"prefix", "dns", "ca", "loopback-reason"}},
	{"Records", []string{"v"}},
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
	return fmt.Sprintf("  %-22s %s", "-"+f.Name+" "+argument, text)
}
