package main

import (
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
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
}

// prefixes is a flag that may be repeated. In the environment they stand between commas.
type prefixes []netip.Prefix

func (p *prefixes) String() string { return fmt.Sprint([]netip.Prefix(*p)) }

func (p *prefixes) Set(text string) error {
	for part := range strings.SplitSeq(text, ",") {
		prefix, err := netip.ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return err
		}
		*p = append(*p, prefix)
	}
	return nil
}

func parse(args []string, lookup func(string) (string, bool), stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("chat", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.endpoint, "endpoint", "", "`URL` of the Azure OpenAI resource")
	flags.StringVar(&o.deployment, "deployment", "", "`NAME` of the model deployment")
	flags.StringVar(&o.api, "api", "v1", "style of the paths: v1 or deployments")
	flags.BoolVar(&o.stream, "stream", false, "print the answer as it comes")
	flags.StringVar(&o.ca, "ca", "", "PEM `FILE` of roots to trust in place of the system's")
	flags.Var(&o.prefixes, "prefix", "`CIDR` that private addresses lie in; may be repeated (default RFC 1918 and fd00::/8)")
	flags.StringVar(&o.dns, "dns", "", "`HOST:PORT` of the DNS server (default the system's)")
	flags.StringVar(&o.credential, "credential", "managed", "managed, workload or keyvault")
	flags.StringVar(&o.vault, "vault", "", "`URL` of the key vault, with -credential keyvault")
	flags.StringVar(&o.secret, "secret", "", "`NAME` of the key in the vault")
	flags.StringVar(&o.tenant, "tenant", "", "tenant that the calls are made for")
	flags.StringVar(&o.user, "user", "", "user that the calls are made for")
	flags.StringVar(&o.loopbackReason, "loopback-reason", "", "why 127.0.0.0/8 may be dialled; without a reason it may not")
	flags.StringVar(&o.file, "file", "", "`F`ile with one whole prompt, in place of standard input")
	if err := fromEnvironment(flags, lookup); err != nil {
		fmt.Fprintln(stderr, "chat:", err)
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
		err := fmt.Errorf("unexpected argument %s", strconv.Quote(flags.Arg(0)))
		fmt.Fprintln(stderr, "chat:", err)
		return nil, err
	}
	return o, nil
}

// fromEnvironment gives each flag its default: -loopback-reason takes that of
// SALLYPORT_LOOPBACK_REASON.
func fromEnvironment(flags *flag.FlagSet, lookup func(string) (string, bool)) error {
	var err error
	flags.VisitAll(func(f *flag.Flag) {
		name := "SALLYPORT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := lookup(name)
		if !ok || value == "" || err != nil {
			return
		}
		if setErr := f.Value.Set(value); setErr != nil {
			err = fmt.Errorf("%s: not a value for -%s", name, f.Name)
		}
	})
	return err
}

// config is the whole of what an application has to say to sallyport.
func (o *options) config() (client.Config, error) {
	cfg := client.Config{Endpoint: o.endpoint}
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
		cfg.KeyVault = client.KeyVault{Vault: o.vault, Secret: o.secret}
	default:
		return cfg, fmt.Errorf("-credential %q is none of managed, workload, keyvault", o.credential)
	}
	if o.deployment == "" {
		return cfg, fmt.Errorf("-deployment is missing")
	}
	if o.loopbackReason != "" {
		o.allowLoopback(&cfg)
	}
	return cfg, nil
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
