// Chat is a small application on sallyport. It sends prompts to a deployment of Azure
// OpenAI and prints the answers.
//
//	go run ./examples/chat -endpoint https://contoso.openai.azure.com -deployment gpt-4o < prompts.txt
//
// It reads one prompt per line from standard input, or one whole prompt with -file, and
// prints each answer to standard output. A refusal goes to standard error as
// "refused: CODE: text", and the exit status is then 3. Other failures give status 1, and
// a wrong command line 2. Each flag takes its default from the environment, so
// -endpoint from SALLYPORT_ENDPOINT and so on.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The exit statuses.
const (
	statusOK      = 0
	statusFailed  = 1
	statusUsage   = 2
	statusRefused = 3
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	status := run(ctx, os.Args[1:], os.LookupEnv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program without the process around it, so that a test can run it.
func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdin io.Reader, stdout, stderr io.Writer) int {
	opts, err := parse(args, lookup)
	if errors.Is(err, flag.ErrHelp) {
		usage(stdout)
		return statusOK
	}
	if err != nil {
		return misused(stderr, err)
	}
	cfg, err := opts.config(stderr)
	if err != nil {
		return misused(stderr, err)
	}
	c, err := client.New(cfg)
	if err != nil {
		return report(stderr, err)
	}
	defer c.Close()

	chat := &chat{ai: openaiv3.New(c), deployment: opts.deployment, stream: opts.stream, out: stdout}
	ctx = policy.WithCaller(ctx, policy.Caller{Tenant: opts.tenant, User: opts.user, App: "chat"})
	if opts.file != "" {
		return whole(ctx, chat, opts.file, stdin, stderr)
	}
	return lines(ctx, chat, stdin, stderr)
}

func misused(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "chat:", err)
	fmt.Fprintln(stderr, "chat: -h prints the flags")
	return statusUsage
}

// whole asks once, with all of a file.
func whole(ctx context.Context, chat *chat, file string, stdin io.Reader, stderr io.Writer) int {
	read := func() ([]byte, error) { return os.ReadFile(file) }
	if file == "-" {
		read = func() ([]byte, error) { return io.ReadAll(stdin) }
	}
	prompt, err := read()
	if err != nil {
		fmt.Fprintln(stderr, "chat:", err)
		return statusFailed
	}
	return report(stderr, chat.ask(ctx, string(prompt)))
}

// lines asks once per line. The worst status of all of them is the result.
func lines(ctx context.Context, chat *chat, stdin io.Reader, stderr io.Writer) int {
	status := statusOK
	prompts, failed := read(ctx, stdin)
	for {
		select {
		case <-ctx.Done():
			return max(status, report(stderr, ctx.Err()))
		case prompt, more := <-prompts:
			if more {
				status = max(status, report(stderr, chat.ask(ctx, prompt)))
				continue
			}
			if err := <-failed; err != nil {
				fmt.Fprintln(stderr, "chat: standard input:", err)
				return max(status, statusFailed)
			}
			return status
		}
	}
}

// read gives the lines of stdin that are not blank, and how reading them ended. A read
// that waits for a person cannot be interrupted, so it has a goroutine to itself, which
// ends with ctx and the read, or with the process.
func read(ctx context.Context, stdin io.Reader) (prompts <-chan string, failed <-chan error) {
	lines, end := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(stdin)
		scanner.Buffer(nil, longestLine)
		for scanner.Scan() {
			if strings.TrimSpace(scanner.Text()) == "" {
				continue
			}
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				end <- nil
				return
			}
		}
		end <- scanner.Err()
	}()
	return lines, end
}

// longestLine bounds a prompt on standard input, in bytes.
const longestLine = 4 << 20

type chat struct {
	ai         openai.Client
	deployment string
	stream     bool
	out        io.Writer
}

// ask sends one prompt and prints the answer as it comes.
func (c *chat) ask(ctx context.Context, prompt string) error {
	if !utf8.ValidString(prompt) {
		return policy.Refuse("chat", event.BodyEncoding, nil) // the SDK would replace what is not text
	}
	params := openai.ChatCompletionNewParams{
		Model:    c.deployment,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(prompt)},
	}
	if c.stream {
		return c.askStream(ctx, params)
	}
	answer, err := c.ai.Chat.Completions.New(ctx, params)
	if err != nil {
		return err
	}
	for _, choice := range answer.Choices {
		if _, err := fmt.Fprintln(c.out, choice.Message.Content+choice.Message.Refusal); err != nil {
			return errLost
		}
	}
	return nil
}

// errLost is an answer that could not be printed.
var errLost = errors.New("the answer could not be written to standard output")

func (c *chat) askStream(ctx context.Context, params openai.ChatCompletionNewParams) error {
	params.StreamOptions.IncludeUsage = param.NewOpt(true)
	stream := c.ai.Chat.Completions.NewStreaming(ctx, params)
	defer stream.Close()
	printed := false
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			piece := choice.Delta.Content + choice.Delta.Refusal
			if _, err := fmt.Fprint(c.out, piece); err != nil {
				return errLost
			}
			printed = printed || piece != ""
		}
	}
	if printed {
		if _, err := fmt.Fprintln(c.out); err != nil {
			return errLost
		}
	}
	return stream.Err()
}

// report prints an error and gives the exit status that it calls for. What the service
// says about a failure is not printed: it may quote the prompt.
func report(stderr io.Writer, err error) int {
	var refusal *policy.RefusalError
	var service *openai.Error
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &refusal):
		fmt.Fprintf(stderr, "refused: %s: %s\n", refusal.Code, reason(refusal))
		return statusRefused
	case errors.As(err, &service):
		fmt.Fprintln(stderr, "failed:", service.StatusCode, known(service))
		return statusFailed
	case errors.Is(err, errLost):
		fmt.Fprintln(stderr, "failed:", err)
		return statusFailed
	default:
		fmt.Fprintln(stderr, "failed:", policy.CodeOf(err))
		return statusFailed
	}
}

// serviceCodes are what the service is known to write into the code of an error.
var serviceCodes = []string{"content_filter", "context_length_exceeded", "DeploymentNotFound", "PermissionDenied", "AccessDenied",
	"AuthenticationTypeDisabled", "insufficient_quota", "rate_limit_exceeded", "invalid_request_error", "401", "429"}

// known is the code of the service's error if it is one of the list, else the words for
// its status: a code that the service made up may quote the prompt as well.
func known(service *openai.Error) string {
	if slices.Contains(serviceCodes, service.Code) {
		return service.Code
	}
	return http.StatusText(service.StatusCode)
}

// reason is the text of a refusal without the code that it begins with.
func reason(refusal *policy.RefusalError) string {
	text := refusal.Error()
	if _, after, ok := strings.Cut(text, ": "+string(refusal.Code)+": "); ok {
		return after
	}
	return text
}
