package main

import (
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// options is the command line.
type options struct {
	endpoint, deployment, api string
	stream                    bool
	ca, dns                   string
	prefixes                  prefixes
	credential, vault, secret string
	tenant, user              string
	loopbackReason            string
	file                      string
	verbose                   bool
}

// prefixes is a flag that may be repeated. In the environment they stand between commas.
type prefixes []netip.Prefix

func (p *prefixes) String() string {
	texts := make([]string, len(*p))
	for i, prefix := range *p {
		texts[i] = prefix.String()
	}
	return strings.Join(texts, ",")
}

func (p *prefixes) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return errors.New("not a prefix such as 10.1.0.0/16")
		}
		*p = append(*p, prefix)
	}
	return nil
}

// flags declares the command line. The order of a group in usage.go is the one in which a
// person needs them.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("chat", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	flags.StringVar(&o.endpoint, "endpoint", "", "`URL` the Azure OpenAI resource")
	flags.StringVar(&o.deployment, "deployment", "", "`NAME` the model deployment")
	flags.StringVar(&o.api, "api", "v1", "`STYLE` the paths: v1 or deployments")
	flags.BoolVar(&o.stream, "stream", false, "print the answers as they come")
	flags.StringVar(&o.file, "file", "", "`FILE` one whole prompt in place of lines; - is standard input")
	flags.StringVar(&o.credential, "credential", "managed", "`KIND` managed, workload, or keyvault for an API key")
	flags.StringVar(&o.vault, "vault", "", "`URL` the key vault")
	flags.StringVar(&o.secret, "secret", "", "`NAME` the secret that holds the key")
	flags.Var(&o.prefixes, "prefix", "`CIDR` where the endpoint lies; may be repeated (default RFC 1918, fd00::/8)")
	flags.StringVar(&o.dns, "dns", "", "`HOST:PORT` the address of the DNS server (default the system's)")
	flags.StringVar(&o.ca, "ca", "", "`FILE` the only roots to trust, in PEM (default the system's)")
	flags.StringVar(&o.loopbackReason, "loopback-reason", "", "`TEXT` why 127.0.0.0/8 may be dialled, in the development profile; without a reason it may not")
	flags.StringVar(&o.tenant, "tenant", "", "`NAME` the tenant that the calls are made for")
	flags.StringVar(&o.user, "user", "", "`NAME` the user that the calls are made for")
	flags.BoolVar(&o.verbose, "v", false, "print the audit records to standard error too")
	return flags
}

// parse reads the environment and then the command line, which wins.
func parse(args []string, lookup func(string) (string, bool)) (*options, error) {
	o := &options{}
	flags := o.flags()
	if err := fromEnvironment(flags, lookup); err != nil {
		return nil, err
	}
	// A flag on the command line replaces the list of the environment.
	inherited := o.prefixes
	o.prefixes = nil
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if len(o.prefixes) == 0 {
		o.prefixes = inherited
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// variable is where a flag has its default: that of -loopback-reason is in
// SALLYPORT_LOOPBACK_REASON.
func variable(name string) string {
	return "SALLYPORT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

func fromEnvironment(flags *flag.FlagSet, lookup func(string) (string, bool)) error {
	var err error
	flags.VisitAll(func(f *flag.Flag) {
		value, _ := lookup(variable(f.Name))
		if value == "" || err != nil {
			return
		}
		if f.Value.Set(value) != nil {
			err = fmt.Errorf("%s holds no value for -%s", variable(f.Name), f.Name)
		}
	})
	return err
}

// config is the whole of what an application has to say to sallyport.
func (o *options) config(stderr io.Writer) (client.Config, error) {
	cfg := client.Config{Endpoint: o.endpoint, Audit: o.audit(stderr)}
	cfg.Network.AllowedPrefixes = o.prefixes
	cfg.Network.DNS = o.dns
	if o.ca != "" {
		cfg.TLS.Roots, cfg.TLS.RootFiles = x509.NewCertPool(), []string{o.ca}
	}
	switch o.api {
	case "v1":
	case "deployments":
		cfg.API = client.Deployments
	default:
		return cfg, fmt.Errorf("-api %q is neither v1 nor deployments", o.api)
	}
	switch o.credential {
	case "managed":
		cfg.Credentials.Source = credentials.Managed
	case "workload":
		cfg.Credentials.Source = credentials.Workload
	case "keyvault":
		if o.vault == "" || o.secret == "" {
			return cfg, errors.New("-credential keyvault needs -vault and -secret")
		}
		cfg.KeyVault = client.KeyVault{Vault: o.vault, Secret: o.secret}
	default:
		return cfg, fmt.Errorf("-credential %q is none of managed, workload and keyvault", o.credential)
	}
	if o.credential != "keyvault" && (o.vault != "" || o.secret != "") {
		return cfg, errors.New("-vault and -secret want -credential keyvault")
	}
	if o.deployment == "" {
		return cfg, errors.New("-deployment is missing")
	}
	if o.loopbackReason != "" {
		o.allowLoopback(&cfg)
	}
	return cfg, nil
}

// audit is a log for people, if they ask for one: standard error is for refusals. What has
// to prove something later goes to telemetry/audit, as in the quickstart.
func (o *options) audit(stderr io.Writer) event.Sink {
	if !o.verbose {
		return event.Discard{}
	}
	return event.NewLog(slog.New(slog.NewTextHandler(stderr, nil)))
}

// allowLoopback makes the client one for development, which may take the waiver. If no
// -prefix says which part of the loopback network is meant, it is all of it.
func (o *options) allowLoopback(cfg *client.Config) {
	cfg.Profile = client.Development
	cfg.Waivers = append(cfg.Waivers, unsafeallow.Loopback(o.loopbackReason, time.Now().Add(24*time.Hour)))
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	for _, prefix := range o.prefixes {
		if loopback.Overlaps(prefix) {
			return
		}
	}
	cfg.Network.AllowedPrefixes = append(cfg.Network.AllowedPrefixes, loopback)
}
