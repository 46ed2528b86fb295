package netguard

import (
	"fmt"
	"strings"
	"time"
)

// A Step is one level of a proof.
type Step struct {
	Level   Level   `json:"level"`
	Verdict Verdict `json:"verdict"`
	Rule    Rule    `json:"rule,omitempty"`
	// Text is what was found, Fix what to do about it. Neither quotes a peer.
	Text string `json:"text"`
	Fix  string `json:"fix,omitempty"`
}

// Meets reports whether everything that was asked for passed, and l is among what was
// proved. What is unknown meets nothing, and neither does a pass by waiver.
func (e Evidence) Meets(l Level) bool {
	if e.Verdict != Pass || l == LevelUnknown {
		return false
	}
	for _, s := range e.Steps() {
		if s.Level == l {
			return s.Verdict == Pass
		}
	}
	return false
}

// Steps is the proof level by level, the lowest first.
func (e Evidence) Steps() []Step {
	return []Step{e.stepAddress(), e.stepChain(), e.stepConnect(), e.stepService(), e.stepControlPlane()}
}

// step makes one step, unless the failure of the proof is at this level and so tells it.
func (e *Evidence) step(l Level, v Verdict, r Rule, text string) Step {
	if e.Verdict == Fail && findings[e.Rule].level == l {
		v, r, text = Fail, e.Rule, ""
	}
	s := Step{Level: l, Verdict: v, Rule: r, Text: text}
	known := findings[r]
	if text == "" {
		s.Text = e.fill(known.text)
	}
	if v == Fail || v == Warn {
		s.Fix = e.fill(known.fix)
	}
	return s
}

const (
	notReached = "not reached"
	notAsked   = "not asked"
)

func (e *Evidence) stepAddress() Step {
	if e.Level < LevelAddress {
		return e.step(LevelAddress, Unknown, "", notReached)
	}
	v, r := Pass, RuleAllowed
	for _, a := range e.Addresses {
		switch a.Rule {
		case RuleWaiver:
			v, r = Warn, a.Rule
		case RuleLane:
			r = a.Rule
		default:
		}
	}
	return e.step(LevelAddress, v, r, "")
}

func (e *Evidence) stepChain() Step {
	switch {
	case e.Proved && e.Level >= LevelAddress:
		return e.step(LevelChain, Pass, "", "leads to its own name in "+e.Zone.Private)
	case e.Lane != Private:
		return e.step(LevelChain, Unknown, "", "not demanded in the "+e.Lane.String()+" lane")
	case e.Mode == PrivateLink:
		return e.step(LevelChain, Unknown, "", "not demanded: the host is itself a name of the private zone")
	case e.Mode != Strict:
		return e.step(LevelChain, Unknown, "", "not demanded in the mode "+e.Mode.String())
	default:
		return e.step(LevelChain, Unknown, "", notReached)
	}
}

func (e *Evidence) stepConnect() Step {
	switch {
	case e.Level >= LevelConnect:
		return e.step(LevelConnect, Pass, "", "the peer is "+e.Dialled.String())
	case e.Verdict == Fail:
		return e.step(LevelConnect, Unknown, "", notReached)
	default:
		return e.step(LevelConnect, Unknown, "", notAsked)
	}
}

func (e *Evidence) stepService() Step {
	if e.Service == nil {
		return e.step(LevelService, Unknown, "", notAsked)
	}
	return e.step(LevelService, e.Service.Verdict, e.Service.Rule, "")
}

func (e *Evidence) stepControlPlane() Step {
	if e.ARM == nil {
		return e.step(LevelControlPlane, Unknown, "", notAsked)
	}
	return e.step(LevelControlPlane, e.ARM.Verdict, e.ARM.Rule, "")
}

// String is one line for people.
func (e Evidence) String() string {
	var b strings.Builder
	b.WriteString(e.Host + ": " + e.Verdict.String() + " at " + e.Level.String() + " (" + e.Lane.String() + " lane, " + e.Mode.String() + ")")
	for i := range e.Chain {
		if t := e.Chain[i].Target; t != "" {
			b.WriteString(" -> " + t)
		}
	}
	for i, a := range e.Addresses {
		b.WriteString([...]string{" = ", ", "}[min(i, 1)] + a.String())
	}
	if e.Resolver.Addr != "" {
		b.WriteString("; resolver " + e.Resolver.String())
	}
	if e.Dialled.IsValid() {
		b.WriteString("; dialled " + e.Dialled.String())
	}
	if e.Rule != "" {
		b.WriteString("; " + string(e.Rule))
	}
	return b.String()
}

// Report is the whole proof for people, level by level, with what to do about each level
// that failed.
func (e Evidence) Report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "endpoint %s (%s lane, mode %s): %s, proved to level %s\n",
		e.Host, e.Lane, e.Mode, strings.ToUpper(e.Verdict.String()), e.Level)
	for _, s := range e.Steps() {
		text := s.Text
		if s.Rule != "" {
			text += " [" + string(s.Rule) + "]"
		}
		fmt.Fprintf(&b, "  %-13s  %-7s  %s\n", s.Level, strings.ToUpper(s.Verdict.String()), text)
		if s.Fix != "" {
			fmt.Fprintf(&b, "  %-13s           to do: %s\n", "", s.Fix)
		}
	}
	if e.Resolver.Addr != "" {
		fmt.Fprintf(&b, "  resolver       %s\n", e.Resolver)
	}
	for i := range e.Chain {
		fmt.Fprintf(&b, "  record         %s\n", e.Chain[i])
	}
	for _, a := range e.Addresses {
		fmt.Fprintf(&b, "  address        %s\n", a)
	}
	for _, line := range e.TLS.lines() {
		fmt.Fprintf(&b, "  %-13s  %s\n", line[0], line[1])
	}
	if e.Service != nil && e.Service.Region != "" {
		fmt.Fprintf(&b, "  region         %s\n", e.Service.Region)
	}
	for _, name := range e.Environment {
		fmt.Fprintf(&b, "  environment    %s\n", name)
	}
	for _, limit := range e.Limits() {
		fmt.Fprintf(&b, "  limit          %s\n", limit)
	}
	fmt.Fprintf(&b, "  at             %s", e.At.UTC().Format(time.RFC3339))
	if !e.ValidUntil.IsZero() {
		fmt.Fprintf(&b, ", valid until %s", e.ValidUntil.UTC().Format(time.RFC3339))
	}
	b.WriteByte('\n')
	return b.String()
}
