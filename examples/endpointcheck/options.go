package main

import (
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// options is the command line.
type options struct {
	endpoint string
	prefixes []netip.Prefix
	mode     netguard.Mode
	dns, ca  string
	pins     []tlspolicy.Pin
	json     bool
}

const usageText = `Endpointcheck proves or refutes that an endpoint of Azure OpenAI is private.

  endpointcheck -endpoint URL [flags]
  endpointcheck                         a demonstration, on a fake Azure

  -endpoint URL    the resource, such as https://contoso.openai.azure.com
  -prefix CIDR     where its private endpoint lies; may be repeated
                   (default RFC 1918 and fd00::/8)
  -mode MODE       strict, address, gateway or private_link (default strict)
  -dns HOST:PORT   the address of the DNS server (default the system's)
  -ca FILE         the only authorities to trust, in PEM (default the system's)
  -pin SPKI        "sha256/..." of an authority's key; needs two or more
  -json            the evidence for machines

It sends one request, with neither token nor prompt. Exit status:

  0  the endpoint is proved to be private     2  nothing is known, or the
  1  something is wrong, and how to mend it      command line is wrong
`

func usage(w io.Writer) { fmt.Fprint(w, usageText) }

// parse reads the command line.
func parse(args []string) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("endpointcheck", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	flags.StringVar(&o.endpoint, "endpoint", "", "")
	flags.StringVar(&o.dns, "dns", "", "")
	flags.StringVar(&o.ca, "ca", "", "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.TextVar(&o.mode, "mode", netguard.Strict, "")
	flags.Func("prefix", "", func(text string) error {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return errors.New("not a prefix such as 10.1.0.0/16")
		}
		o.prefixes = append(o.prefixes, prefix)
		return nil
	})
	flags.Func("pin", "", func(text string) error {
		pin, err := tlspolicy.ParsePin(text)
		o.pins = append(o.pins, pin)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var lonely []string
	flags.Visit(func(f *flag.Flag) {
		if f.Name != "json" {
			lonely = append(lonely, "-"+f.Name)
		}
	})
	if o.endpoint == "" && len(lonely) > 0 {
		return nil, errors.New(strings.Join(lonely, ", ") + " without -endpoint, or with an empty one")
	}
	return o, nil
}

// config is what an application has to say to sallyport about the same endpoint. The
// profile is not the one for production, where a process that somebody weakened does not
// start: here it shall be told what is wrong with it.
func (o *options) config() (client.Config, error) {
	cfg := client.Config{
		Endpoint: o.endpoint, Profile: client.Test, Credential: nobody{}, Audit: event.Discard{},
		Network: client.Network{AllowedPrefixes: o.prefixes, Mode: o.mode, DNS: o.dns},
	}
	cfg.TLS.Pins = o.pins
	if o.ca != "" {
		cfg.TLS.Roots, cfg.TLS.RootFiles = x509.NewCertPool(), []string{o.ca}
	}
	return cfg, cfg.Validate()
}
