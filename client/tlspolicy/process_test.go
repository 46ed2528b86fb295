package tlspolicy_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// tool finds a program of another maker, or skips the test.
func tool(t testing.TB, name string) string {
	t.Helper()
	for _, candidate := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// A process is a server of another maker.
type process struct {
	address string
	stdin   io.Writer
	output  *bytes.Buffer // to be read after stop
	stop    func()
}

// start runs a program until the test ends. It is ready when it says so on its output, with
// an address after the mark, or, without a mark, when address takes connections.
func start(t testing.TB, mark, address string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	stdin, err := cmd.StdinPipe()
	testkit.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	testkit.NoError(t, err)
	p := &process{address: address, stdin: stdin, output: new(bytes.Buffer)}
	cmd.Stderr = p.output
	testkit.NoError(t, cmd.Start())
	said, done := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if at, ok := strings.CutPrefix(lines.Text(), mark); ok && mark != "" && at != "" {
				select {
				case said <- strings.TrimSpace(at):
				default:
				}
			}
		}
	}()
	stopped := false
	p.stop = func() {
		if !stopped {
			stopped = true
			cancel()
			<-done
			_ = cmd.Wait() // it was killed
		}
	}
	t.Cleanup(p.stop)
	if mark == "" {
		awaitPort(t, p)
		return p
	}
	select {
	case p.address = <-said:
	case <-done:
		p.stop()
		t.Fatalf("%s has ended: %s", args[0], p.output)
	case <-time.After(10 * time.Second):
		t.Fatalf("%s does not start", args[0])
	}
	return p
}

func awaitPort(t testing.TB, p *process) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.address); err == nil {
			_ = c.Close()
			return
		}
	}
	p.stop()
	t.Fatalf("no server at %s: %s", p.address, p.output)
}
