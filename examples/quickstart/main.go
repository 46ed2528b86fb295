// Quickstart sends a letter full of personal data to Azure OpenAI, and shows what happens
// to it on the way.
//
//	go run ./examples/quickstart [FILE]
//
// FILE is a text of your own, or - for standard input; without it the letter that comes
// with the program is sent. No Azure and no network are needed: the program starts a fake
// one on loopback, and builds its client just as an application would.
//
// It prints the text as it was sent, as it left the process, as it came back and as it was
// received, plain and streamed; then spans, metrics and audit records; then attempts that
// were refused. The exit status is 0 only if no value that was found in the text, and none
// of the fourteen that the letter is known to hold, has left the process, if the answer
// repeats the text as it was, and if every one of the attempts was refused. What no
// detector finds in a text of your own is shown as it left: look for it there.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	screen := &screen{out: os.Stdout, colour: isTerminal(os.Stdout)}
	err := run(ctx, screen, os.Args[1:], os.Stdin)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run is the program without the process around it. It shows everything, also after a
// promise was found broken, and then returns what was broken.
func run(ctx context.Context, screen *screen, args []string, stdin io.Reader) error {
	letter, err := read(args, stdin)
	if err != nil {
		return err
	}
	stand, err := open()
	if err != nil {
		return err
	}
	defer stand.close()

	screen.title("1. What the client has proved before the first call")
	report, err := stand.client.Check(ctx)
	if err != nil {
		return err
	}
	screen.text(report.String())

	plain, err := stand.send(ctx, letter, false)
	if err != nil {
		return err
	}
	screen.title("2. A letter, its way and its answer")
	plain.show(screen)
	broken := plain.verdict(screen)

	streamed, err := stand.send(ctx, letter, true)
	if err != nil {
		return err
	}
	screen.title("3. The same, streamed")
	streamed.showStream(screen)
	broken = errors.Join(broken, streamed.verdict(screen))

	screen.title("4. What was told about the two calls")
	broken = errors.Join(broken, stand.showTelemetry(ctx, screen))

	screen.title("5. What is refused")
	return errors.Join(broken, stand.attempts(ctx, screen))
}
