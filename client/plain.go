package client

import (
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/stage"
)

var apiVersionShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// checkPlain checks the fields that no other package knows.
func (p *parts) checkPlain() {
	cfg := &p.cfg
	p.endpoint = p.checkURL("Endpoint", cfg.Endpoint)
	switch cfg.API {
	case V1:
		if cfg.APIVersion != "" {
			p.faults.add("APIVersion", "is for the Deployments style")
		}
	case Deployments:
		if p.apiVersion = cfg.APIVersion; p.apiVersion == "" {
			p.apiVersion = DefaultAPIVersion
		}
		if !apiVersionShape.MatchString(p.apiVersion) {
			p.faults.add("APIVersion", "is not a date such as "+DefaultAPIVersion)
		}
	default:
		p.faults.add("API", "is not a style that exists")
	}
	if cfg.Profile > Development {
		p.faults.add("Profile", "is not a profile that exists")
	}
	judgeWaivers(&p.faults, cfg.Profile, cfg.Waivers, time.Now())
	p.checkHeaders()
	p.checkBounds()
	p.faults.wrap("Retry", cfg.Retry.Validate())
	p.faults.wrap("Breaker", cfg.Breaker.Validate())
}

// checkURL returns the URL of a host, or one that leads nowhere.
func (p *parts) checkURL(path, text string) *url.URL {
	nowhere := &url.URL{Scheme: "https"}
	if text == "" {
		p.faults.add(path, "is missing")
		return nowhere
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" {
		p.faults.add(path, "is not a URL such as https://contoso.openai.azure.com")
		return nowhere
	}
	before := len(p.faults)
	for _, rule := range []struct {
		broken bool
		reason string
	}{
		{u.Scheme != "https", "is not https"},
		{u.User != nil, "holds a user or password"},
		{u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "",
			"has a path, query or fragment: only scheme, host and port belong here"},
		{strings.HasSuffix(u.Host, ":") || u.Port() != "" && !isPort(u.Port()), "has a port that does not exist"},
	} {
		if rule.broken {
			p.faults.add(path, rule.reason)
		}
	}
	if len(p.faults) > before {
		return nowhere
	}
	return &url.URL{Scheme: "https", Host: strings.TrimSuffix(strings.ToLower(u.Host), ":443")}
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n > 0 && n < 1<<16
}

// hostPort is where u leads to.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (p *parts) checkHeaders() {
	for i, name := range p.cfg.Headers {
		switch path := index("Headers", i); {
		case name == "" || strings.ContainsFunc(name, notToken):
			p.faults.add(path, "is not the name of a header")
		case stage.Forbidden(textproto.CanonicalMIMEHeaderKey(name)):
			p.faults.add(path, "is a header that the client itself decides on")
		}
	}
	if p.cfg.KeyHeader == "" {
		p.cfg.KeyHeader = "api-key"
	}
	p.cfg.KeyHeader = textproto.CanonicalMIMEHeaderKey(p.cfg.KeyHeader)
	if !slices.Contains([]string{"Api-Key", "Ocp-Apim-Subscription-Key"}, p.cfg.KeyHeader) {
		p.faults.add("KeyHeader", "is neither api-key nor Ocp-Apim-Subscription-Key")
	}
}

// notToken reports whether r may not stand in the name of a header (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	return r >= 0x7f || r <= ' ' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

func (p *parts) checkBounds() {
	const most = 1 << 30
	for _, limit := range []struct {
		path string
		n    int
	}{{"MaxBodyBytes", p.cfg.MaxBodyBytes}, {"MaxHeaderBytes", p.cfg.MaxHeaderBytes}, {"MaxLineBytes", p.cfg.MaxLineBytes}, {"MaxEventBytes", p.cfg.MaxEventBytes}} {
		if limit.n < 0 || limit.n > most {
			p.faults.add(limit.path, "is not between 0 and 1 GiB")
		}
	}
	for _, timeout := range []struct {
		path string
		d    time.Duration
	}{{"HandshakeTimeout", p.cfg.HandshakeTimeout}, {"HeaderTimeout", p.cfg.HeaderTimeout}, {"IdleTimeout", p.cfg.IdleTimeout},
		{"TotalTimeout", p.cfg.TotalTimeout}, {"MaxConnAge", p.cfg.MaxConnAge}} {
		if timeout.d < 0 {
			p.faults.add(timeout.path, "is negative")
		}
	}
	demand(&p.faults, "Rules", p.cfg.Rules)
	demand(&p.faults, "PerCall", p.cfg.PerCall)
	demand(&p.faults, "PerAttempt", p.cfg.PerAttempt)
}

// demand adds a fault for each element that is nil.
func demand[T any](f *faults, path string, list []T) {
	for i := range list {
		if any(list[i]) == nil {
			f.add(index(path, i), "is nil")
		}
	}
}
