package netguard

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

// A client asks DNS servers. It has no hosts file, no search list and no cache: the
// answer is used for one connection.
type client struct {
	fixed   []netip.AddrPort // nil is what /etc/resolv.conf says at each lookup
	timeout time.Duration
}

var _ Resolver = (*client)(nil)

// newClient makes a client. The server is an IP literal with a port, or empty.
func newClient(server string, timeout time.Duration) *client {
	c := &client{timeout: timeout}
	if addr, err := netip.ParseAddrPort(server); err == nil {
		c.fixed = []netip.AddrPort{addr}
	}
	if c.timeout == 0 {
		c.timeout = defaultLookupTimeout
	}
	return c
}

const (
	// attempts is how often a silent or failing server is asked within the timeout.
	attempts = 3
	// maxStray is how many foreign packets one attempt reads before it gives up.
	maxStray = 256
	// resolvConf names the servers, see resolv.conf(5).
	resolvConf = "/etc/resolv.conf"
)

// Lookup asks for A and AAAA. Silence and SERVFAIL are tried again, with the next server
// if there is one; an answer that is there, but wrong, is final.
func (c *client) Lookup(ctx context.Context, name string) (Answer, error) {
	servers, err := c.servers()
	if err != nil {
		return Answer{}, &ResolveError{Host: name, Reason: "no DNS server is known"}
	}
	until := time.Now().Add(c.timeout) // each attempt has its share of it as the deadline of its socket
	var last error
	for i := range attempts {
		server := servers[i%len(servers)]
		ex := exchange{server: server, deadline: time.Now().Add(time.Until(until) / time.Duration(attempts-i))}
		answer, err := ex.run(ctx, name)
		if err == nil {
			return answer, nil
		}
		last = resolveError(ctx, name, server.String(), err)
		if ctx.Err() != nil || !again(err) || !time.Now().Before(until) {
			break
		}
		if errors.Is(err, ErrServerFailed) && len(servers) == 1 {
			break
		}
	}
	return Answer{}, last
}

// again reports whether another attempt can help.
func again(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, ErrServerFailed) || errors.Is(err, errStray) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

func resolveError(ctx context.Context, name, server string, err error) *ResolveError {
	e := &ResolveError{Host: name, Server: server, Err: err}
	switch {
	case errors.Is(err, errNXDomain):
		e.Missing, e.Reason = true, "the name does not exist (NXDOMAIN)"
	case errors.Is(err, ErrServerFailed):
		e.Reason = "the server failed (SERVFAIL or a refusal)"
	case errors.Is(err, errClass):
		e.Reason = "the answer holds a record of another class"
	case errors.Is(err, errMalformed), errors.Is(err, errTruncated):
		e.Reason = "the answer is malformed"
	default:
		e.Reason = "the server did not answer"
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(cause, context.Canceled) {
		e.Reason, e.Err = "canceled", cause
	}
	return e
}

// servers are those of the configuration, else the first three of resolv.conf, as the
// C library has it.
func (c *client) servers() ([]netip.AddrPort, error) {
	if c.fixed != nil {
		return c.fixed, nil
	}
	file, err := os.Open(resolvConf)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return nil, err
	}
	return nameservers(string(data))
}

func nameservers(conf string) (servers []netip.AddrPort, err error) {
	for line := range strings.Lines(conf) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if addr, err := netip.ParseAddr(fields[1]); err == nil && len(servers) < 3 {
			servers = append(servers, netip.AddrPortFrom(addr, 53))
		}
	}
	if len(servers) == 0 {
		return nil, ErrResolve
	}
	return servers, nil
}
