package tlspolicy

import "crypto/tls"

// VerdictOf is the verdict about a connection whose handshake is over, for those who keep
// records of connections: Config.Observe is told the same, but not of which connection. The
// config is one that [New] made, or a clone. It reports false for any other, and for a
// connection that does not keep the rules, or no longer does.
//
// It holds the connection against all rules once more, and tells nobody. In TLS 1.2 it knows
// the group, which is agreed on after Observe was told.
func VerdictOf(config *tls.Config, state *tls.ConnectionState) (Verdict, bool) {
	if config == nil || state == nil {
		return Verdict{}, false
	}
	cache, ok := config.ClientSessionCache.(*sessionCache)
	if !ok || cache.rules == nil {
		return Verdict{}, false
	}
	v, err := cache.rules.best(state, cache.rules.now())
	return v, err == nil
}
