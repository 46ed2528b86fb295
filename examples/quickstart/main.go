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
// were refused. The exit status is 0 only if no value that was found in the text has left
// the process, all of them came back, and every one of the attempts was refused.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
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

//go:embed letter.txt
var letter string

// text is what to send. The secrets of the letter are made up on the spot, so that no
// scanner of source code mistakes them for real ones.
func text(args []string, stdin io.Reader) (string, error) {
	switch {
	case len(args) > 1:
		return "", fmt.Errorf("want one FILE, have %d arguments", len(args))
	case len(args) == 0:
		token := strings.Repeat("Zm9vYmFy", 5) + ".7"
		key := strings.Repeat("4f1c9ae2", 4)
		return strings.NewReplacer("{{token}}", token, "{{key}}", key).Replace(letter), nil
	case args[0] == "-":
		data, err := io.ReadAll(stdin)
		return string(data), err
	default:
		data, err := os.ReadFile(args[0])
		return string(data), err
	}
}

// run is the program without the process around it.
func run(ctx context.Context, screen *screen, args []string, stdin io.Reader) error {
	letter, err := text(args, stdin)
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

	values := valuesIn(letter)
	for _, streamed := range []bool{false, true} {
		trial, err := stand.send(ctx, letter, streamed)
		if err != nil {
			return err
		}
		trial.show(screen, values)
		if err := trial.verdict(screen, letter, values); err != nil {
			return err
		}
	}
	if err := stand.showTelemetry(ctx, screen); err != nil {
		return err
	}
	return stand.attempts(ctx, screen)
}
