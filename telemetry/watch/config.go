package watch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Rule is one of those that the package comment lists.
type Rule uint8

// The rules.
const (
	TokenSpike Rule = iota + 1
	CallSpike
	Refusals
	AuthFailures
	FirstDeployment
	OffHours
)

// String is the name of the rule, as it stands in the event.
func (r Rule) String() string {
	names := [...]string{"unknown", "token_spike", "call_spike", "refusals", "auth_failures", "first_deployment", "off_hours"}
	if int(r) < len(names) {
		return names[r]
	}
	return names[0]
}

// scope is what the rule is about.
func (r Rule) scope() string {
	switch r {
	case AuthFailures:
		return "global"
	case FirstDeployment:
		return "deployment"
	default:
		return "caller"
	}
}

func (r Rule) in(rules []Rule) bool { return slices.Contains(rules, r) }

// Hours are hours of the week. From is inside of them and To is not; with To before From
// they go over midnight, and belong to the day on which they begin. The zero Hours are
// always.
type Hours struct {
	// From and To are times since midnight, below 24 h. Alike, they are the whole day.
	From, To time.Duration
	// Days are the days of the week; none means all of them.
	Days []time.Weekday
	// Location is where these hours are; nil is UTC.
	Location *time.Location
}

func (h *Hours) always() bool { return h.From == h.To && len(h.Days) == 0 }

// has reports whether at is inside of the hours.
func (h *Hours) has(at time.Time) bool {
	local := at.In(h.Location)
	hour, minute, second := local.Clock()
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	day := local.Weekday()
	switch {
	case h.From == h.To:
		return h.day(day)
	case h.From < h.To:
		return h.day(day) && h.From <= clock && clock < h.To
	case clock >= h.From:
		return h.day(day)
	default:
		return clock < h.To && h.day((day+6)%7) // of yesterday's night
	}
}

func (h *Hours) day(d time.Weekday) bool { return len(h.Days) == 0 || slices.Contains(h.Days, d) }

func (c Config) withDefaults() Config {
	if c.Next == nil {
		c.Next = event.Discard{}
	}
	c.Next = event.Sinks(c.Next) // one that panics has not recorded
	c.Calls = Spike{Factor: cmp.Or(c.Calls.Factor, 4), Floor: cmp.Or(c.Calls.Floor, 60)}
	c.Tokens = Spike{Factor: cmp.Or(c.Tokens.Factor, 4), Floor: cmp.Or(c.Tokens.Floor, 100_000)}
	c.Refusals, c.AuthFailures = cmp.Or(c.Refusals, 10), cmp.Or(c.AuthFailures, 5)
	c.Callers = cmp.Or(c.Callers, 4096)
	c.Deployments, c.Hours.Days = slices.Clone(c.Deployments), slices.Clone(c.Hours.Days)
	c.HaltCaller, c.HaltAll = slices.Clone(c.HaltCaller), slices.Clone(c.HaltAll)
	if c.Hours.Location == nil {
		c.Hours.Location = time.UTC
	}
	return c
}

func (c *Config) validate() error {
	var faults []error
	check := func(ok bool, field, reason string) {
		if !ok {
			faults = append(faults, fmt.Errorf("%w: %s: %s", ErrConfig, field, reason))
		}
	}
	for name, s := range map[string]Spike{"Calls": c.Calls, "Tokens": c.Tokens} {
		check(s.Factor >= 1 && s.Factor <= 1e6, name+".Factor", "not between 1 and 1000000") // NaN is neither
		check(s.Floor > 0, name+".Floor", "negative")
	}
	check(c.Refusals > 0, "Refusals", "negative")
	check(c.AuthFailures > 0, "AuthFailures", "negative")
	check(c.Callers > 0 && c.Callers <= maxCallers, "Callers", "not between 1 and 1048576")
	for _, at := range []time.Duration{c.Hours.From, c.Hours.To} {
		check(at >= 0 && at < 24*time.Hour, "Hours", "not between midnight and midnight")
	}
	for _, day := range c.Hours.Days {
		check(day >= time.Sunday && day <= time.Saturday, "Hours.Days", "not a day")
	}
	for _, name := range c.Deployments {
		check(name != "" && event.NewToken(name).String() == name, "Deployments", "not a name")
	}
	for _, r := range slices.Concat(c.HaltCaller, c.HaltAll) {
		check(r >= TokenSpike && r <= OffHours, "HaltCaller, HaltAll", "not a rule")
	}
	for _, r := range c.HaltCaller {
		check(r.scope() == "caller", "HaltCaller", r.String()+" is about no caller")
	}
	check(c.Halt != nil || len(c.HaltCaller)+len(c.HaltAll) == 0, "Halt", "missing")
	return errors.Join(faults...)
}
