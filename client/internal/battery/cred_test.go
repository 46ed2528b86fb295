package battery_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
)

const evil = "evil.openai.azure.com"

// A target is where a redirect leads: it makes a stranger there and says its URL.
type target func(b *battery.Bench) string

// otherHost is a host of its own on the Internet.
func otherHost(b *battery.Bench) string { return b.Elsewhere() }

// otherPort is another server on the address of the endpoint.
func otherPort(b *battery.Bench) string {
	return "https://" + b.Azure.Host() + ":" + port(b.Stranger(b.Private(9), 0))
}

// noTLS is the same without TLS.
func noTLS(b *battery.Bench) string {
	return "http://" + b.Azure.Host() + ":" + port(b.PlainStranger(b.Private(9), 0))
}

// itself is the endpoint.
func itself(b *battery.Bench) string { return b.Config.Endpoint }

func port(s *hostile.Server) string { return strconv.Itoa(int(s.Addr().Port())) }

// redirects makes the endpoint answer with a redirect.
func redirects(protocol string, status int, to target) func(*battery.Bench) {
	return func(b *battery.Bench) {
		where := ""
		b.Serve(protocol, func(c *hostile.Conn, r *hostile.Request) {
			c.Respond(r, status, "", "location", where+battery.ChatPath)
		})
		where = to(b)
	}
}

func rowsCRED() []battery.Row {
	want := battery.Want{Class: battery.Redirect, Sends: 1}
	var rows []battery.Row
	for _, protocol := range []string{"http/1.1", "h2"} {
		for _, r := range []struct {
			id, what string
			status   int
			to       target
		}{
			{"CRED-01", "307 to another host", 307, otherHost},
			{"CRED-01", "308 to another host", 308, otherHost},
			{"CRED-02", "307 to http", 307, noTLS},
			{"CRED-03", "307 to another port", 307, otherPort},
			{"CRED-03", "307 to itself", 307, itself},
			{"CRED-05", "301 to another host", 301, otherHost},
			{"CRED-05", "302 to another host", 302, otherHost},
			{"CRED-05", "303 to another host", 303, otherHost},
			{"CRED-05", "301 to the same host", 301, otherPort},
			{"CRED-05", "302 to the same host", 302, otherPort},
			{"CRED-05", "303 to the same host", 303, otherPort},
		} {
			rows = append(rows, battery.Row{ID: r.id, Case: r.what + ", " + protocol, Plain: battery.PlainChat, Setup: redirects(protocol, r.status, r.to), Want: want})
		}
	}
	rows = append(rows, battery.Row{
		ID: "CRED-10", Case: "401 that names another authority", Plain: battery.PlainChat, Setup: challenge,
		Want: battery.Want{Class: battery.Auth, Sends: 1},
	})
	for _, field := range []string{"Operation-Location", "Location", "Azure-AsyncOperation"} {
		rows = append(rows, battery.Row{
			ID: "CRED-13", Case: field + " to another host", Call: follow(field), Setup: points(field),
			Want: battery.Want{Class: battery.Origin, Sends: 1, Shared: true},
		})
	}
	rows = append(rows, battery.Row{
		ID: "CRED-15", Case: "a Host of the caller's", Want: battery.Want{Class: battery.Origin},
		Call: request(func(_ *battery.Bench, req *http.Request) { req.Host = evil }),
	})
	return append(append(append(rows, rowsEndpoint()...), rowsDeployment()...), rowsHeader()...)
}

// challenge answers 401 and watches which tokens are asked for.
func challenge(b *battery.Bench) {
	to := otherHost(b)
	b.Serve("h2", func(c *hostile.Conn, r *hostile.Request) {
		c.Respond(r, 401, `{"error":{"code":"401","message":"no"}}`, "content-type", "application/json",
			"www-authenticate", fmt.Sprintf(`Bearer authorization_uri="%s", resource="%s", scope="%s/.default"`, to, to, to))
	})
	b.Config.Credential = scoped{b, b.Canaries.Text("token")}
}

// scoped is an identity that has a token for Azure OpenAI alone.
type scoped struct {
	b     *battery.Bench
	token string
}

func (s scoped) GetToken(_ context.Context, options azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(options.Scopes) != 1 || options.Scopes[0] != "https://cognitiveservices.azure.com/.default" || options.Claims != "" || options.TenantID != "" {
		s.b.Errorf("a token was asked for by %+v", options)
	}
	return azcore.AccessToken{Token: s.token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// points makes the endpoint answer well, with a field that leads elsewhere.
func points(field string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		to := ""
		script := func(c *hostile.Conn, r *hostile.Request) {
			c.Respond(r, 200, answer(b), "content-type", "application/json", strings.ToLower(field), to+battery.ChatPath)
		}
		b.Serve("h2", script)
		if to = b.Config.Endpoint; b.Hostile {
			to = otherHost(b)
		}
		b.Server.Script(script)
	}
}

// follow makes the call and then one to where the answer points.
func follow(field string) func(*battery.Bench) error {
	return func(b *battery.Bench) error {
		resp, err := b.Client.HTTPClient().Do(b.Request(battery.ChatPath, b.Prompt(false)))
		if err != nil {
			return err
		}
		where := resp.Header.Get(field)
		if err := resp.Body.Close(); err != nil {
			return err
		}
		if where == "" {
			return b.Chat()
		}
		req, err := http.NewRequest(http.MethodPost, where, strings.NewReader(b.Prompt(false)))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		return b.Do(req)
	}
}

// request makes a call whose request was changed, if b.Hostile.
func request(change func(*battery.Bench, *http.Request)) func(*battery.Bench) error {
	return func(b *battery.Bench) error {
		req := b.Request(battery.ChatPath, b.Prompt(false))
		if b.Hostile {
			change(b, req)
		}
		return b.Do(req)
	}
}

// configured makes a client whose configuration was changed, if b.Hostile.
func configured(change func(*battery.Bench)) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Serve("h2", nil)
		if b.Hostile {
			change(b)
		}
	}
}

func rowsEndpoint() []battery.Row {
	refused := battery.Want{Class: battery.Config, Unrecorded: true, Final: true}
	var rows []battery.Row
	add := func(id, what string, change func(string) string) {
		rows = append(rows, battery.Row{ID: id, Case: what, Want: refused, Setup: configured(func(b *battery.Bench) { b.Config.Endpoint = change(b.Config.Endpoint) })})
	}
	after := func(tail string) func(string) string { return func(url string) string { return url + tail } }
	add("CRED-17", "a user in the endpoint", func(url string) string { return strings.Replace(url, "//", "//user:pass@", 1) })
	add("CRED-17", "a query", after("?a=b"))
	add("CRED-17", "a fragment", after("#a"))
	add("CRED-17", "a path that climbs", after("/openai/../"))
	add("CRED-17", "a path", after("/openai"))
	add("CRED-17", "a blank", after(" "))
	add("CRED-18", "http", func(url string) string { return strings.Replace(url, "https", "http", 1) })
	add("CRED-18", "no scheme", func(url string) string { return strings.TrimPrefix(url, "https://") })
	return append(rows, battery.Row{
		ID: "CRED-18", Case: "a request over http", Want: battery.Want{Class: battery.Scheme},
		Call: request(func(_ *battery.Bench, req *http.Request) { req.URL.Scheme = "http" }),
	})
}

// rowsDeployment are names of deployments that would leave their place in a path.
func rowsDeployment() []battery.Row {
	var rows []battery.Row
	add := func(what, name string, path func(string) string, class battery.Class) {
		rows = append(rows, battery.Row{
			ID: "CRED-20", Case: what, Want: battery.Want{Class: class},
			Setup: func(b *battery.Bench) {
				b.Serve("h2", nil)
				b.Config.API = client.Deployments
			},
			Call: request(func(b *battery.Bench, req *http.Request) {
				*req = *b.Request(path(name), strings.Replace(b.Prompt(false), `"gpt-4o"`, strconv.Quote(name), 1))
			}),
		})
	}
	inBody := func(string) string { return battery.ChatPath }
	for _, name := range []string{"a/../../other", "a%2f..", "a?x=", "a#", "a b", "a\r\nX: y", strings.Repeat("a", 300), "..", "a/b", "ä"} {
		what := name[:min(len(name), 12)]
		add(fmt.Sprintf("model %q", what), name, inBody, battery.Field)
	}
	add("no model", "", inBody, battery.Field)
	inPath := func(name string) string {
		return "/openai/deployments/" + name + "/chat/completions?api-version=2024-10-21"
	}
	for _, name := range []string{"a/../../other", "a%2f..", "a%20b", "%2e%2e", strings.Repeat("a", 300)} {
		add(fmt.Sprintf("path %q", name[:min(len(name), 12)]), name, inPath, battery.Route)
	}
	return rows
}

// rowsHeader are headers with line breaks, and credentials of the caller's.
func rowsHeader() []battery.Row {
	var rows []battery.Row
	broken := battery.Want{Class: battery.Header}
	for _, field := range []string{"X-Tag", "User-Agent", "Idempotency-Key", "Accept"} {
		for what, text := range map[string]string{"CRLF": "\r\nX: ", "LF": "\n", "NUL": "\x00"} {
			rows = append(rows, battery.Row{
				ID: "CRED-22", Case: what + " in " + field, Want: broken,
				Setup: configured(func(b *battery.Bench) { b.Config.Headers = []string{"X-Tag"} }),
				Call: request(func(b *battery.Bench, req *http.Request) {
					req.Header[field] = []string{"a" + text + b.Canaries.Text("key")}
				}),
			})
		}
	}
	rows = append(rows, battery.Row{
		ID: "CRED-22", Case: "CRLF in the API key", Want: battery.Want{Class: battery.Config, Unrecorded: true, Final: true},
		Setup: func(b *battery.Bench) {
			b.Serve("h2", nil)
			key := b.Canaries.Text("key")
			if b.Hostile {
				key += "\r\nX: y"
			}
			b.Config.Credential, b.Config.APIKey = nil, credentials.NewSecret(key)
			b.Config.Waivers = append(b.Config.Waivers, unsafeallow.StaticAPIKey("the row is about keys", time.Now().Add(time.Hour)))
		},
	})
	// What SDKs set by themselves is taken off, since some of them cannot be made without a
	// key. What no SDK sets is refused.
	for _, field := range []string{"Api-Key", "Ocp-Apim-Subscription-Key", "Authorization"} {
		rows = append(rows, battery.Row{
			ID: "CRED-24", Case: field + " of the caller's, taken off", Call: ownCredential(field), Want: battery.Want{Sends: 1},
			Setup: func(b *battery.Bench) { b.Serve("http/1.1", nil) },
		})
	}
	for _, field := range []string{"API-KEY", "Api_Key", "authorization", "Proxy-Authorization", "Cookie"} {
		rows = append(rows, battery.Row{
			ID: "CRED-24", Case: field + " of the caller's", Call: ownCredential(field), Want: broken,
			Setup: func(b *battery.Bench) { b.Serve("http/1.1", nil) },
		})
	}
	return append(rows, battery.Row{
		ID: "CRED-24", Case: "a key without the waiver", Want: battery.Want{Class: battery.StaticSecret, Unrecorded: true, Final: true},
		Setup: configured(func(b *battery.Bench) {
			b.Config.Credential, b.Config.APIKey = nil, credentials.NewSecret(b.Canaries.Text("key"))
		}),
	})
}

// ownCredential makes a call with a credential of the caller's, which must not travel.
func ownCredential(field string) func(*battery.Bench) error {
	return func(b *battery.Bench) error {
		req := b.Request(battery.ChatPath, b.Prompt(false))
		if b.Hostile {
			req.Header[field] = []string{b.Canaries.Text("key")}
		}
		err := b.Do(req)
		for _, found := range b.Canaries.Find(b.Server.Received()) {
			if strings.HasPrefix(found, "key ") {
				b.Errorf("the server got the %s", found)
			}
		}
		return err
	}
}
