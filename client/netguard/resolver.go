package netguard

import "context"

// A Resolver looks up the addresses of a name, both families. Lookup gets an absolute
// name in lower case without its last dot and must not search, rewrite or cache beyond
// the records' time to live; the names in its answer have the same spelling. It must be
// safe for concurrent use. An error that is not a [*ResolveError] becomes one.
type Resolver interface {
	Lookup(ctx context.Context, name string) (Answer, error)
}

// An Answer is what a server said about one name. Nothing in it is trusted.
type Answer struct {
	// Server is who answered.
	Server Server
	// A and AAAA are the records of the two answers. Both questions must have been
	// asked and answered.
	A, AAAA []Record
}

// A Server is a DNS server and how it was asked.
type Server struct {
	Addr  string `json:"addr"`  // such as "10.0.0.2:53"
	Proto string `json:"proto"` // "udp", or "tcp" if any of the answer came by it
}

// String is "10.0.0.2:53/udp".
func (s Server) String() string { return s.Addr + "/" + s.Proto }

// maxLinks is how long a chain may be. Azure's have one link, its public ones up to five.
const maxLinks = 8

// follow walks from host over the CNAMEs in records to the name that owns the addresses,
// and returns the links in order with the addresses behind them. Every record must take
// part: an owner that the chain does not reach, two targets for one name, a loop or more
// than eight links is a [*ChainError].
func follow(host string, records []Record) (chain []Record, links int, err error) {
	chain = make([]Record, 0, len(records))
	at := host
	for {
		link, ok := linkFrom(at, records)
		if !ok {
			break
		}
		if name, ok := parseName(link.Target); !ok || name != link.Target {
			return nil, 0, &ChainError{host, "a target is not a name"}
		}
		if links == maxLinks {
			return nil, 0, &ChainError{host, "the chain is a loop or longer than 8 links"}
		}
		chain = append(chain, link)
		at, links = link.Target, links+1
	}
	total := 0
	for _, r := range records {
		switch {
		case r.Target != "":
			total++
		case r.Owner != at:
			return nil, 0, &ChainError{host, "an address belongs to a name outside the chain"}
		default:
			chain = append(chain, r)
		}
	}
	if total != links {
		return nil, 0, &ChainError{host, "a link belongs to a name outside the chain, or a name has two"}
	}
	return chain, links, nil
}

// linkFrom finds the CNAME that at owns. Were there two, the count of links tells.
func linkFrom(at string, records []Record) (Record, bool) {
	for _, r := range records {
		if r.Target != "" && r.Owner == at {
			return r, true
		}
	}
	return Record{}, false
}

// end is the name to which the links of a chain lead.
func end(host string, links []Record) string {
	if len(links) == 0 {
		return host
	}
	return links[len(links)-1].Target
}
