package redisstore_test

import (
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// TestMain plays a replica where a test started this binary as one.
func TestMain(m *testing.M) {
	if addr := os.Getenv("REDISSTORE_REPLICA"); addr != "" {
		replica(addr)
		os.Exit(0)
	}
	testkit.Main(m)
}

// A server is a Redis of the test's own.
type server struct {
	port, bus int
	dir       string
	cmd       *exec.Cmd
}

// start starts a Redis on a free loopback port, and ends it with the test. Without a
// redis-server the test is skipped.
func start(t testing.TB, options ...string) *server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("there is no redis-server: install the package of that name to run this test")
	}
	s := &server{port: freePort(t), bus: freePort(t), dir: t.TempDir()}
	if len(options) > 0 {
		options = append(options, "--cluster-port", strconv.Itoa(s.bus))
	}
	for range 3 { // another process may take the port first
		if s.run(t, binary, options...) {
			t.Cleanup(s.kill)
			return s
		}
		s.port, s.bus = freePort(t), freePort(t)
		if len(options) > 0 {
			options[len(options)-1] = strconv.Itoa(s.bus)
		}
	}
	t.Fatal("redis-server does not answer")
	return nil
}

// run starts the server on its port and reports whether it answers.
func (s *server) run(t testing.TB, binary string, options ...string) bool {
	t.Helper()
	args := append([]string{"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", s.dir}, options...)
	s.cmd = exec.Command(binary, args...)
	testkit.NoError(t, s.cmd.Start())
	c := redis.NewClient(&redis.Options{Addr: s.addr(), MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = c.Close() }()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if info, err := c.Info(t.Context(), "server").Result(); err == nil && strings.Contains(info, fmt.Sprintf("process_id:%d\r", s.cmd.Process.Pid)) {
			return true
		}
	}
	s.kill()
	return false
}

func (s *server) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// kill ends the server as a crash would. What it held is lost.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// restart starts it again, empty.
func (s *server) restart(t testing.TB) {
	t.Helper()
	testkit.True(t, s.run(t, s.cmd.Path), "redis-server answers again")
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

func connect(t testing.TB, addr string) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

var namespaces atomic.Int64

// config is a closed store with a namespace of its own.
func config(client redis.UniversalClient) redisstore.Config {
	return redisstore.Config{
		Client: client, Secret: []byte(fmt.Sprintf("%032d", 1)), Failure: redisstore.Closed(),
		Namespace: fmt.Sprint("test-", namespaces.Add(1)), Timeout: 5 * time.Second,
	}
}

func open(t testing.TB, cfg redisstore.Config) *redisstore.Store {
	t.Helper()
	s, err := redisstore.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// still is a limit of which hardly anything is regained during a test.
func still(n int64) ratelimit.Limit { return ratelimit.PerMinute(1).WithBurst(n) }

func user(name string, q ratelimit.Quota, requests, tokens int64) ratelimit.Charge {
	return ratelimit.Charge{Key: ratelimit.UserKey("contoso", name), Quota: q, Requests: requests, Tokens: tokens}
}

func take(t testing.TB, s ratelimit.Store, charges ...ratelimit.Charge) (ratelimit.Lease, error) {
	t.Helper()
	return s.Take(t.Context(), charges)
}

func exceeded(t testing.TB, err error) *ratelimit.ExceededError {
	t.Helper()
	var e *ratelimit.ExceededError
	if !errors.As(err, &e) {
		t.Fatalf("no ExceededError: %v", err)
	}
	return e
}

// left is how many tokens the bucket of c has, of most, whose limit is still: by how long
// most of them would have to be waited for.
func left(t testing.TB, s ratelimit.Store, c ratelimit.Charge, most int64) int64 {
	t.Helper()
	c.Requests, c.Tokens = 0, most
	lease, err := take(t, s, c)
	if err == nil {
		lease.Cancel()
		return most
	}
	return most - int64(math.Ceil(exceeded(t, err).RetryAfter.Minutes()))
}

// leaves waits until the bucket of c has want tokens of most.
func leaves(t testing.TB, s ratelimit.Store, c ratelimit.Charge, most, want int64) {
	t.Helper()
	got := int64(0)
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); settle() {
		if got = left(t, s, c, most); got == want {
			return
		}
	}
	t.Errorf("%d left, want %d", got, want)
}

// settle waits until settlements have been sent.
func settle() { time.Sleep(60 * time.Millisecond) }
