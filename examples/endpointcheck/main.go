// Endpointcheck proves or refutes that an endpoint of Azure OpenAI is private, as it is seen
// from here, and says level by level what was found and what to do about what failed.
//
//	go run ./examples/endpointcheck -endpoint https://contoso.openai.azure.com [flags]
//
// It sends one request, without a token and without a prompt, and needs no credential. The
// exit status is 0 if the endpoint is proved to be private, up to the answer of the service;
// 1 if something is wrong; and 2 if nothing is known, as when DNS does not answer, or after
// a wrong command line. (go run itself turns 2 into 1, and prints it.)
//
// Without flags it shows itself at work on a fake Azure on loopback: once as it should be,
// and once for each of five ways in which private endpoints go wrong. What needs the word of
// Resource Manager, which the program does not ask, is played there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/sallyport-go/sallyport/client"
)

// The exit statuses.
const (
	statusPass    = 0
	statusFail    = 1
	statusUnknown = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	p := &program{stdout: os.Stdout, stderr: os.Stderr, colour: isTerminal(os.Stdout)}
	status := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(status)
}

// A program is what main runs, without the process around it.
type program struct {
	stdout, stderr io.Writer
	colour         bool
	// waivers are for tests, whose endpoints lie on loopback. No flag gives them.
	waivers []client.Waiver
}

func (p *program) run(ctx context.Context, args []string) int {
	opts, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(p.stdout)
		return statusPass
	case err != nil:
		return p.unusable(err)
	case opts.endpoint == "":
		return p.demonstrate(ctx, opts.json)
	}
	cfg, err := opts.config()
	if err != nil {
		return p.unusable(err)
	}
	cfg.Waivers = p.waivers
	found, err := check(ctx, cfg)
	if err != nil {
		return p.unusable(err)
	}
	if opts.json {
		return p.write(found.document(), found.status())
	}
	screen := &screen{out: p.stdout, colour: p.colour}
	screen.report(opts.endpoint, found)
	return found.status()
}

// unusable says why nothing is known.
func (p *program) unusable(err error) int {
	fmt.Fprintln(p.stderr, "endpointcheck:", err)
	fmt.Fprintln(p.stderr, "endpointcheck: -h prints the flags")
	return statusUnknown
}
