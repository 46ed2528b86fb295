package battery_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// rowsReal have a server of Debian in front of the endpoint, which says GOAWAY in its own
// way. They need the packages nginx and nghttp2-proxy, and are skipped without.
func rowsReal() []battery.Row {
	many := battery.Want{Sends: parallel * rounds, Behind: true, Shared: true, Final: true}
	few := many
	few.Sends = rounds
	return []battery.Row{
		{
			ID: "H2-06", Case: "nginx, GOAWAY after each request", Call: byOne, Want: few,
			Setup: nginx("keepalive_requests 1;"),
		},
		{
			ID: "H2-06", Case: "nginx, GOAWAY after ten requests", Call: often, Want: many,
			Setup: nginx("keepalive_requests 10;"),
		},
		{
			ID: "H2-06", Case: "nginx, reloaded in between", Call: reloaded, Want: many,
			Setup: nginx(""),
		},
		{
			ID: "H2-07", Case: "nginx, two streams at a time", Call: often, Want: many,
			Setup: nginx("http2_max_concurrent_streams 2;"),
		},
		{
			ID: "H2-06", Case: "nghttpx, GOAWAY at its end", Call: reloaded, Want: many,
			Setup: nghttpx(),
		},
		{
			ID: "H2-07", Case: "nghttpx, two streams at a time", Call: often, Want: many,
			Setup: nghttpx("--frontend-http2-max-concurrent-streams=2"),
		},
	}
}

const (
	parallel = 4
	rounds   = 6
)

// byOne makes one call after the other.
func byOne(b *battery.Bench) error {
	for range rounds {
		if err := b.Chat(); err != nil {
			return err
		}
	}
	return nil
}

// often makes many calls, some at once. Each is sent once and answered.
func often(b *battery.Bench) error { return interrupted(b, func() {}) }

// reloaded is often with a signal to the server in the middle of it, by which it begins
// anew and takes leave of its connections.
func reloaded(b *battery.Bench) error { return interrupted(b, b.Signal) }

func interrupted(b *battery.Bench, middle func()) error {
	var mu sync.Mutex
	var errs []error
	for round := range rounds {
		var all sync.WaitGroup
		for range parallel {
			all.Go(func() {
				_, err := read(b.Client.HTTPClient().Do(b.Request(battery.ChatPath, b.Prompt(false))))
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			})
		}
		all.Wait()
		if round == rounds/2 {
			middle()
		}
	}
	return errors.Join(errs...)
}

// A front is a server of Debian before the endpoint.
type front struct {
	command string
	config  func(dir, listen, backend string) string
	args    func(file string) []string
	reload  os.Signal
}

func nginx(more string) func(*battery.Bench) {
	return place(front{
		command: "nginx", reload: syscall.SIGHUP,
		config: func(dir, listen, backend string) string {
			return fmt.Sprintf(`daemon off; master_process on; worker_processes 1; error_log %[1]s/log; pid %[1]s/pid; user root;
events { worker_connections 64; }
http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
server { listen %[2]s ssl http2; ssl_certificate %[1]s/cert; ssl_certificate_key %[1]s/key; %[4]s
location / { proxy_pass http://%[3]s; proxy_http_version 1.1; } } }`, dir, listen, backend, more)
		},
		args: func(file string) []string { return []string{"-c", file, "-e", "stderr"} },
	})
}

func nghttpx(more ...string) func(*battery.Bench) {
	return place(front{
		command: "nghttpx", reload: syscall.SIGQUIT,
		config: func(dir, listen, backend string) string {
			host, port, _ := net.SplitHostPort(listen)
			there, thereport, _ := net.SplitHostPort(backend)
			return fmt.Sprintf("frontend=%s,%s\nbackend=%s,%s\nprivate-key-file=%s/key\ncertificate-file=%s/cert\nerrorlog-file=%s/log\n", host, port, there, thereport, dir, dir, dir)
		},
		args: func(file string) []string { return append([]string{"--conf=" + file, "--workers=1"}, more...) },
	})
}

// place puts the server before the endpoint, which then is plain HTTP/1.1.
func place(f front) func(*battery.Bench) {
	return func(b *battery.Bench) {
		path, err := exec.LookPath(f.command)
		if err != nil {
			path = "/usr/sbin/" + f.command
			if _, err := os.Stat(path); err != nil {
				b.Skip(f.command + " is not installed")
			}
		}
		b.ServeConfig(hostile.Config{})
		dir := b.TempDir()
		listen := net.JoinHostPort(b.Private(10).String(), fmt.Sprint(b.Server.Addr().Port()))
		write(b, dir, "conf", f.config(dir, listen, b.Server.Addr().String()))
		writeCertificate(b, dir)
		start := func() *exec.Cmd { return launch(b, path, listen, f.args(filepath.Join(dir, "conf"))) }
		running := start()
		b.Lead(b.Private(10))
		b.Signal = func() {
			testkit.NoError(b, running.Process.Signal(f.reload))
			if f.reload == syscall.SIGQUIT {
				_ = running.Wait() // it says goodbye and ends
				running = start()
			}
			time.Sleep(100 * time.Millisecond)
		}
		b.OnClose(func() {
			_ = running.Process.Signal(syscall.SIGTERM)
			_ = running.Wait() // its status does not matter
		})
	}
}

// launch starts a server and waits until it listens.
func launch(b *battery.Bench, path, listen string, args []string) *exec.Cmd {
	cmd := exec.Command(path, args...)
	testkit.NoError(b, cmd.Start())
	for range 200 {
		if c, err := net.DialTimeout("tcp", listen, time.Second); err == nil {
			_ = c.Close()
			return cmd
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatalf("%s does not listen", path)
	return nil
}

func write(b *battery.Bench, dir, name, text string) {
	testkit.NoError(b, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
}

func writeCertificate(b *battery.Bench, dir string) {
	cert := b.TLS().Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	testkit.NoError(b, err)
	write(b, dir, "cert", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})))
	write(b, dir, "key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
}
