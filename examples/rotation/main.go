// Rotation shows a service under steady load while its key is rotated four times, each old
// key is disabled, the vault throttles and then goes away for a while.
//
//	go run ./examples/rotation [-pinned]
//
// No Azure and no network are needed: the program starts a fake one on loopback, and builds
// its client just as an application would, with the key in a vault. It takes a quarter of a
// minute, then draws a chart of calls, keys that were refused, reads of the vault and
// failures.
//
// The exit status is 0 only if no call failed: at every moment there was a good key, in
// memory or in the vault, so none need have. With -pinned the client has the first key as a
// static one, as an application that reads it once at its start, and calls fail.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "rotation:", err)
		os.Exit(1)
	}
}

// slot is how long one column of the chart lasts.
const slot = 250 * time.Millisecond

// run is the program without the process around it.
func run(ctx context.Context, out io.Writer, args []string) error {
	flags := flag.NewFlagSet("rotation", flag.ContinueOnError)
	flags.SetOutput(out)
	pinned := flags.Bool("pinned", false, "hold the first key, as an application does that reads it once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	stand, err := open(*pinned)
	if err != nil {
		return err
	}
	defer stand.close()
	columns, err := stand.play(ctx, slot)
	if err != nil {
		return err
	}
	draw(out, columns)
	stand.tell(out)
	return stand.verdict(columns)
}
