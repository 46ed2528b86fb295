package edge

import (
	"context"
	"crypto/tls"
	"net"
	"time"
)

// A Config describes a Transport. A zero limit or time means its default; there is no
// way to say "no limit".
type Config struct {
	// Dial makes every connection. Nil refuses every request.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is the policy. Nil refuses every https request.
	TLS *tls.Config
	// Insecure turns to plain http, and http alone: for the identity endpoints of the
	// platform, which have nothing else.
	Insecure bool

	// DialTimeout bounds lookup and connect. Default 5 s.
	DialTimeout time.Duration
	// TLSTimeout bounds the handshake. Default 10 s.
	TLSTimeout time.Duration
	// HeaderTimeout bounds the wait from the end of the request to the header of the
	// answer. Default 5 min: a reasoning model that does not stream thinks that long.
	HeaderTimeout time.Duration
	// IdleBodyTimeout bounds the wait for the next byte of an answer. Default 60 s.
	IdleBodyTimeout time.Duration
	// TotalTimeout bounds an exchange to the end of its answer. Default 30 min.
	TotalTimeout time.Duration
	// IdleConnTimeout is how long an unused connection is kept. Default 60 s.
	IdleConnTimeout time.Duration
	// MaxConnAge is how long connections of one generation are reused. Default 5 min.
	MaxConnAge time.Duration

	// MaxHeaderBytes bounds the header of an answer with all 1xx before it. Default 64 KiB.
	MaxHeaderBytes int64
	// MaxBodyBytes bounds an answer. Default 32 MiB.
	MaxBodyBytes int64
	// MaxConnsPerHost bounds connections to one host. Default 128.
	MaxConnsPerHost int
}

// withDefaults fills what is zero or negative.
func (c Config) withDefaults() Config {
	fill(&c.DialTimeout, 5*time.Second)
	fill(&c.TLSTimeout, 10*time.Second)
	fill(&c.HeaderTimeout, 5*time.Minute)
	fill(&c.IdleBodyTimeout, time.Minute)
	fill(&c.TotalTimeout, 30*time.Minute)
	fill(&c.IdleConnTimeout, time.Minute)
	fill(&c.MaxConnAge, 5*time.Minute)
	fill(&c.MaxHeaderBytes, 64<<10)
	fill(&c.MaxBodyBytes, 32<<20)
	fill(&c.MaxConnsPerHost, 128)
	return c
}

func fill[T int | int64 | time.Duration](field *T, standard T) {
	if *field <= 0 {
		*field = standard
	}
}
