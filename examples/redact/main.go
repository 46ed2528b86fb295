// Redact is a filter: text goes in, and comes out without personal data and secrets.
//
//	go run ./examples/redact < text
//	go run ./examples/redact -jsonl documents.jsonl
//	go run ./examples/redact -map names.map < letter.txt > safe.txt
//	go run ./examples/redact -restore names.map < safe.txt
//
// Package detect finds, package redact replaces, and nothing leaves the machine. Inputs may
// be larger than memory: see text.go for how plain text is cut. With -jsonl each line
// {"id", "text"} becomes one line {"id", "entities", "redacted"}, where start and end of an
// entity are bytes of the text, without the escapes of JSON.
//
// The exit status is 1 if something failed or a line was bad, 2 for a wrong command line,
// and 3 if a value was found whose action is refuse. Messages go to standard error and
// never quote the input.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/sallyport-go/sallyport/redact"
)

// The exit statuses.
const (
	statusOK      = 0
	statusFailed  = 1
	statusUsage   = 2
	statusRefused = 3
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, isTerminal(os.Stderr)))
}

// run is the program without the process around it, so that a test can run it. Only on a
// terminal it draws how far it is.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, terminal bool) int {
	opts, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		usage(stdout)
		return statusOK
	}
	if err != nil {
		return misused(stderr, err)
	}
	in := stdin
	if opts.file != "" {
		file, err := os.Open(opts.file)
		if err != nil {
			return failed(stderr, err)
		}
		defer file.Close()
		in = file
	}
	if terminal {
		b := newBar(stderr, size(in))
		defer b.clear()
		in, stderr = &counted{in, b}, b
	}
	out := bufio.NewWriterSize(stdout, 64<<10)
	if opts.restore != "" {
		return ended(stderr, errors.Join(opts.putBack(in, out), out.Flush()))
	}
	return opts.redact(in, out, stderr)
}

// redact is run without -restore.
func (o *options) redact(in io.Reader, out *bufio.Writer, stderr io.Writer) int {
	f, err := o.filter()
	if errors.Is(err, redact.ErrConfig) {
		return misused(stderr, err)
	}
	if err != nil {
		return failed(stderr, err)
	}
	var status int
	if o.jsonl {
		status = f.lines(in, out, stderr)
	} else {
		status = ended(stderr, f.text(in, out, wide))
	}
	return max(status, ended(stderr, errors.Join(out.Flush(), f.saved.close())))
}

func misused(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "redact:", err)
	fmt.Fprintln(stderr, "redact: -h prints the flags")
	return statusUsage
}

func failed(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "redact:", err)
	return statusFailed
}

// ended prints how the work has ended and gives the exit status that it calls for.
func ended(stderr io.Writer, err error) int {
	var refused *redact.RefusedError
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &refused):
		fmt.Fprintln(stderr, "refused:", refused.Kind)
		return statusRefused
	}
	return failed(stderr, err)
}
