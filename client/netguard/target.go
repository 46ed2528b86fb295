package netguard

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// A target is one destination that is allowed.
type target struct {
	host string
	port uint16
}

func (c *Config) checkHosts(zones []Zone, f *faults) []target {
	if len(c.Hosts) == 0 {
		f.add("Hosts", "empty: a guard that allows no destination is of no use")
	}
	targets := make([]target, 0, len(c.Hosts))
	for i, entry := range c.Hosts {
		t, reason := c.parseTarget(entry, zones)
		if reason != "" {
			f.add(fmt.Sprintf("Hosts[%d]", i), reason)
			continue
		}
		targets = append(targets, t)
	}
	return targets
}

func (c *Config) parseTarget(entry string, zones []Zone) (t target, reason string) {
	t.port = 443
	if c.Lane == Identity {
		t.port = 80
	}
	name := strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]")
	if host, port, err := net.SplitHostPort(entry); err == nil {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return t, "not a port number"
		}
		name, t.port = host, uint16(n)
	}
	host, addr, err := parseHost(name)
	if err != nil {
		return t, "not a full host name in ASCII, nor an IP literal"
	}
	if c.Lane == Identity && !addr.IsValid() && host != localhost {
		return t, "the identity lane takes IP literals and localhost only"
	}
	t.host = host
	if c.Lane == Private {
		reason = c.Mode.refuses(host, addr, zones)
	}
	return t, reason
}
