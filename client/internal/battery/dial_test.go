package battery_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

func rowsDIAL() []battery.Row {
	refused := battery.Want{Class: battery.Config, Unrecorded: true, Final: true}
	address := battery.Want{Class: battery.Address, Final: true}
	var rows []battery.Row
	for _, endpoint := range []string{"unix:///run/azure.sock", "https://@azure", "udp://contoso.openai.azure.com", "https://[fe80::1%25eth0]", "https://contoso.openai.azure.com:0"} {
		rows = append(rows, battery.Row{
			ID: "DIAL-06", Case: endpoint, Want: refused,
			Setup: configured(func(b *battery.Bench) { b.Config.Endpoint = endpoint }),
		})
	}
	rows = append(rows, battery.Row{
		ID: "DIAL-07", Case: "public IPv6 beside private IPv4", Want: address,
		Setup: configured(func(b *battery.Bench) {
			b.Lead(b.Server.Addr().Addr(), netip.MustParseAddr("2603:1020::9"))
		}),
	}, battery.Row{
		ID: "DIAL-07", Case: "public IPv4 beside private IPv4", Want: address,
		Setup: configured(func(b *battery.Bench) {
			b.Stranger(b.Public(9), b.Server.Addr().Port())
			b.Lead(b.Server.Addr().Addr(), b.Public(9))
		}),
	})
	for _, protocol := range []string{"http/1.1", "h2"} {
		rows = append(rows, battery.Row{
			ID: "DIAL-11", Case: "a tighter client, idle connections, " + protocol, Call: tightened,
			Setup: func(b *battery.Bench) { b.Serve(protocol, nil) },
			Want:  battery.Want{Class: battery.Address, Sends: 1, Final: true},
		}, battery.Row{
			ID: "DIAL-11", Case: "Halt and Resume, " + protocol, Call: resumed,
			Setup: func(b *battery.Bench) { b.Serve(protocol, nil) },
			Want:  battery.Want{Sends: 2},
		}, battery.Row{
			ID: "DIAL-12", Case: "Halt in three streams, " + protocol, Call: halted,
			Setup: func(b *battery.Bench) { b.Serve(protocol, stalls) },
			Want:  battery.Want{Class: battery.Killed, Sends: 4, Events: 3, Within: time.Second, Text: "Good day.", Final: true},
		}, battery.Row{
			ID: "DIAL-aged", Case: "a connection that is too old, " + protocol, Call: aged,
			Setup: func(b *battery.Bench) {
				b.Config.MaxConnAge = 20 * time.Millisecond
				b.Serve(protocol, nil)
			},
			Want: battery.Want{Class: battery.Address, Sends: 1, Final: true},
		})
	}
	return rows
}

// stalls sends the beginning of a stream and nothing more.
func stalls(c *hostile.Conn, r *hostile.Request) {
	if !r.Streamed() {
		c.Answer(r, 200, "application/json", hostile.Completion("Good day."))
		return
	}
	if c.HTTP2() {
		c.Headers(r.Stream, false, ":status", "200", "content-type", "text/event-stream")
		c.Data(r.Stream, false, []byte(delta))
		return
	}
	c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n", chunk(delta))
	<-c.Server().Over()
}

// tightened calls, and calls again with a client that may go elsewhere only.
func tightened(b *battery.Bench) error {
	if err := b.Chat(); err != nil || !b.Hostile {
		return err
	}
	b.Config.Network.AllowedPrefixes = []netip.Prefix{netip.MustParsePrefix("127.11.0.0/16")}
	if err := b.Open(); err != nil {
		return err
	}
	b.Text = ""
	return b.Chat()
}

// aged calls, waits until the connection is too old, and calls again, when the name leads
// elsewhere.
func aged(b *battery.Bench) error {
	if err := b.Chat(); err != nil || !b.Hostile {
		return err
	}
	b.Stranger(b.Public(9), b.Server.Addr().Port())
	b.Lead(b.Public(9))
	time.Sleep(30 * time.Millisecond)
	b.Text = ""
	return b.Chat()
}

// resumed calls before and after a halt, and wants another connection.
func resumed(b *battery.Bench) error {
	if err := b.Chat(); err != nil {
		return err
	}
	if err := b.Client.Halt("a row of the battery"); err != nil {
		return err
	}
	if err := b.Client.Resume(b.Context()); err != nil {
		return err
	}
	if err := b.Chat(); err != nil {
		return err
	}
	if all := b.Server.Requests(); all[0].Conn == all[1].Conn {
		b.Error("the connection from before the halt was used again")
	}
	return nil
}

// halted opens three streams, and a connection that is idle then, and halts the client.
func halted(b *battery.Bench) error {
	if err := b.Chat(); err != nil || !b.Hostile {
		return err
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	b.Text = ""
	for range 3 {
		resp, err := b.Client.HTTPClient().Do(b.Request(battery.ChatPath, b.Prompt(true)))
		if err != nil {
			return err
		}
		all.Go(func() {
			text, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			b.Text = string(text)
			errs = append(errs, err)
		})
	}
	time.Sleep(20 * time.Millisecond)
	start := time.Now()
	if err := b.Client.Halt("a row of the battery"); err != nil {
		return err
	}
	all.Wait()
	if took := time.Since(start); took > 100*time.Millisecond {
		b.Errorf("the streams ended after %v", took)
	}
	for _, err := range errs {
		if err == nil {
			return errors.New("a stream ended well")
		}
	}
	return errs[0]
}

// TestNoForeignTransport is DIAL-02 and DIAL-16: there is no field of a configuration by
// which a proxy, a dialer, a transport or a jar could come in, save for two, of which one
// is refused and the other is an identity of the application.
func TestNoForeignTransport(t *testing.T) {
	t.Parallel()
	var found []string
	walk(reflect.TypeFor[client.Config](), "Config", map[reflect.Type]bool{}, &found)
	if len(found) != 1 || found[0] != "Config.Credentials.Transport" {
		t.Errorf("fields that could carry a transport: %v", found)
	}
	b := clienttest.New(t, clienttest.Config{})
	cfg := client.Config{Endpoint: b.Endpoint()}
	cfg.Credentials.Transport = http.DefaultClient
	var fault *client.FieldError
	if err := cfg.Validate(); !errors.As(err, &fault) {
		t.Error("a transport for credentials is no fault")
	}
}

// foreign are the types by which net/http lets others in.
var foreign = []reflect.Type{
	reflect.TypeFor[http.RoundTripper](), reflect.TypeFor[*http.Client](), reflect.TypeFor[*http.Transport](), reflect.TypeFor[http.CookieJar](),
	reflect.TypeFor[func(*http.Request) (*url.URL, error)](), reflect.TypeFor[azpolicy.Transporter](),
}

func walk(typ reflect.Type, path string, seen map[reflect.Type]bool, found *[]string) {
	for _, f := range foreign {
		if typ == f || f.Kind() == reflect.Interface && typ.Kind() != reflect.Interface && typ.Implements(f) {
			*found = append(*found, path)
			return
		}
	}
	if seen[typ] {
		return
	}
	seen[typ] = true
	switch typ.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Struct:
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() {
				walk(f.Type, fmt.Sprintf("%s.%s", path, f.Name), seen, found)
			}
		}
	case reflect.Slice, reflect.Pointer, reflect.Map:
		walk(typ.Elem(), path, seen, found)
	}
}
