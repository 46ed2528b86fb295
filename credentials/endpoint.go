package credentials

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A Lane says what kind of network a host lies on.
type Lane uint8

// The lanes.
const (
	Nowhere  Lane = iota // the credential has no business there
	Login                // Entra: a public address, https
	Identity             // this machine: loopback or link-local, mostly plain http
)

// String is the name of the lane.
func (l Lane) String() string { return name(l, "nowhere", "login", "identity") }

// Hosts are all peers of a credential, by lane, each as host:port. One transport has to
// serve them all: give it to [Config] as a Transport that picks the lane with
// [Hosts.Lane].
type Hosts struct {
	Login    []string
	Identity []string
}

// Lane is the lane of u, or [Nowhere]. Entra is spoken to over https alone.
func (h Hosts) Lane(u *url.URL) Lane {
	address := addressOf(u)
	switch {
	case address == "":
		return Nowhere
	case u.Scheme == "https" && slices.Contains(h.Login, address):
		return Login
	case slices.Contains(h.Identity, address):
		return Identity
	default:
		return Nowhere
	}
}

// Endpoints are the hosts that the credential of c will talk to. c needs no Transport yet.
//
// Errors: those of [New].
func Endpoints(c Config) (Hosts, error) {
	p, err := c.resolve()
	if err != nil {
		return Hosts{}, err
	}
	return p.hosts, nil
}

// loginHosts gives the peers of a workload identity. MSAL asks the public cloud's host
// whether to trust an authority that it does not know.
func loginHosts(c Config) []string {
	hosts := LoginHosts(c.Cloud)
	if len(hosts) == 1 {
		hosts = append(hosts, estates[0].logins[0])
	}
	for i, host := range hosts {
		hosts[i] = withPort(host, "443")
	}
	return hosts
}

// identityHosts gives the peer of a managed identity. Every variable that could lead
// elsewhere has to name this machine, even if the platform does not read it.
func identityHosts(p Platform, env environment) ([]string, error) {
	for _, variable := range []string{identityEndpoint, msiEndpoint, imdsEndpoint} {
		if value := env.get(variable); value != "" && local(value) == "" {
			return nil, &EndpointError{variable}
		}
	}
	variable, endpoint := p.endpoint()
	if value := env.get(variable); variable != "" && value != "" {
		endpoint = value
	}
	address := local(endpoint)
	if address == "" {
		return nil, &EndpointError{variable}
	}
	return []string{address}, nil
}

// local is the host:port of an http or https URL of this machine, or empty. Names other
// than localhost are not looked up: what they mean is up to whoever answers. Container
// Apps and Cloud Shell use localhost; RFC 6761, section 6.3, fixes its meaning, and the
// transport checks the address once more when it dials.
func local(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Fragment != "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	if host := u.Hostname(); !strings.EqualFold(host, "localhost") {
		ip, err := netip.ParseAddr(host)
		if err != nil || ip.Zone() != "" || ip.Is4In6() || !ip.IsLoopback() && !ip.IsLinkLocalUnicast() {
			return ""
		}
	}
	return addressOf(u)
}

// addressOf is the host:port that u leads to, in lower case, or empty.
func addressOf(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	switch {
	case host == "":
		return ""
	case port == "" && u.Scheme == "https":
		port = "443"
	case port == "" && u.Scheme == "http":
		port = "80"
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return ""
	}
	return net.JoinHostPort(host, port)
}

func withPort(host, port string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return net.JoinHostPort(host, port)
}
