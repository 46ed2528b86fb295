package credentials

import (
	"slices"
	"strings"
	"time"
)

// clockSkew is how far this machine's clock and another may differ. Entra itself allows
// five minutes: Microsoft Learn, "Access tokens in the Microsoft identity platform",
// 2026-11-23.
const clockSkew = 5 * time.Minute

// A Guard says which tokens may be used. It reads what a token says of itself, whose
// signature only the service can check: it is a guard against misconfiguration, such as the
// identity of another stage, and no proof of anything. A token that cannot be read, because
// it is encrypted or of another form, passes.
//
// The zero Guard refuses the tokens of users and those that an application got with a
// client secret, and tokens that are not valid yet. It is a value and safe for concurrent
// use while its lists are not changed.
type Guard struct {
	// Tenants, Audiences, Applications and Objects are the values that tid, aud, appid (or
	// azp) and oid may have. An empty list allows all. Ids are compared without regard to
	// case, audiences without a slash at their end.
	Tenants, Audiences, Applications, Objects []string
	// Users lets the tokens of people pass, as the Azure CLI gives them.
	Users bool
}

// Check returns nil if token may be used.
//
// Errors: [*GuardError], which quotes nothing; errors.Is(err, [ErrGuard]), and [ErrClock]
// for a token that is not valid yet.
func (g Guard) Check(token Secret) error {
	c, ok := claimsOf(token.Cleartext())
	if !ok {
		return nil
	}
	return g.judge(c, time.Now())
}

func (g Guard) judge(c claims, now time.Time) error {
	switch {
	case c.user && !g.Users:
		return &GuardError{Rule: "it is the token of a user: sign in as a workload, or set Guard.Users"}
	case c.secret:
		return &GuardError{Rule: "the application signed in with a client secret: use a managed identity", static: true}
	case !listed(g.Tenants, c.tenant):
		return &GuardError{Rule: "its tenant is not in Guard.Tenants"}
	case !listed(g.Applications, c.application):
		return &GuardError{Rule: "its application is not in Guard.Applications"}
	case !listed(g.Objects, c.object):
		return &GuardError{Rule: "its object is not in Guard.Objects"}
	case len(g.Audiences) > 0 && !slices.ContainsFunc(g.Audiences, func(a string) bool { return c.isFor(strings.TrimSuffix(a, "/")) }):
		return &GuardError{Rule: "its audience is not in Guard.Audiences"}
	case c.begins.After(now.Add(clockSkew)):
		return &GuardError{Rule: "it is not valid yet: compare this machine's clock", clock: true}
	default:
		return nil
	}
}

func listed(list []string, value string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(item string) bool { return value != "" && strings.EqualFold(item, value) })
}
