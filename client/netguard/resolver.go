package netguard

import (
	"context"
	"net/netip"
)

// A Resolver looks up the addresses of a name, both families. Lookup gets an absolute
// name in lower case without its last dot and must not search, rewrite or cache beyond
// the records' time to live. It must be safe for concurrent use.
type Resolver interface {
	Lookup(ctx context.Context, name string) (Answer, error)
}

// An Answer is what a server said about one name. Nothing in it is trusted.
type Answer struct {
	// Server is who answered, such as "10.0.0.2:53/udp".
	Server string
	// A and AAAA are the records of the two answers. Both questions must have been
	// asked and answered.
	A, AAAA []Record
}

// A Record is a CNAME, with Target, or an address record, with Addr.
type Record struct {
	Owner  string
	Target string
	Addr   netip.Addr
	TTL    uint32
}

// A Link is one CNAME of a chain.
type Link struct {
	Owner  string `json:"owner"`
	Target string `json:"target"`
	TTL    uint32 `json:"ttl"`
}

// maxLinks is how long a chain may be. Azure's have one link, its public ones up to five.
const maxLinks = 8

// follow walks from host over the CNAMEs in records to the name that owns the addresses.
// Every record must take part: an owner that the chain does not reach, two targets for
// one name, a loop or more than eight links is a [*ChainError].
func follow(host string, records []Record) (chain []Link, addrs []netip.Addr, err error) {
	at := host
	for {
		link, ok, err := linkFrom(host, at, records)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			break
		}
		if len(chain) == maxLinks {
			return nil, nil, &ChainError{host, "the chain is a loop or longer than 8 links"}
		}
		chain = append(chain, link)
		at = link.Target
	}
	links := 0
	for _, r := range records {
		switch {
		case r.Target != "":
			links++
		case r.Owner != at:
			return nil, nil, &ChainError{host, "an address belongs to a name outside the chain"}
		default:
			addrs = append(addrs, r.Addr)
		}
	}
	if links != len(chain) {
		return nil, nil, &ChainError{host, "a link belongs to a name outside the chain"}
	}
	return chain, addrs, nil
}

// linkFrom finds the one CNAME that at owns.
func linkFrom(host, at string, records []Record) (link Link, found bool, err error) {
	for _, r := range records {
		if r.Target == "" || r.Owner != at {
			continue
		}
		if found {
			return link, true, &ChainError{host, "a name has two targets"}
		}
		link, found = Link{r.Owner, r.Target, r.TTL}, true
	}
	return link, found, nil
}

// end is the name to which a chain leads.
func end(host string, chain []Link) string {
	if len(chain) == 0 {
		return host
	}
	return chain[len(chain)-1].Target
}
