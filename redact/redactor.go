package redact

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// minKey is the length of the output of SHA-256, below which RFC 2104, section 3,
// discourages keys.
const minKey = 32

// defaultMaxValues bounds the memory of a session when Config does not.
const defaultMaxValues = 10_000

// A Config says what is found and what is done about it. Its zero value looks for every
// kind, replaces it under a random key, refuses private keys and cloud credentials, and
// masks what an answer brings that was not asked with. New copies it.
type Config struct {
	// Group is what to look for if Kinds is empty, such as [detect.HIPAA]. Zero: [detect.All].
	Group detect.Set
	// Kinds are the kinds to look for, instead of a group.
	Kinds []detect.Kind
	// Rules find what only the caller knows, besides the kinds chosen: deny lists and
	// expressions, see [detect.Terms] and [detect.Regexp]. The kind of a rule may be one of
	// its own, and then be used in all of this Config. With rules, a [Guard] holds back more.
	Rules []*detect.Rule
	// Refuse are kinds that must not leave even as a placeholder: a text that holds one is
	// refused. They are looked for even if Kinds does not list them, like all that Actions
	// names. It is short for the same in Actions.
	Refuse []detect.Kind
	// Action is for the kinds that Actions does not list: Default, Replace, Mask, Hash or
	// Surrogate. What is refused by default stays so.
	Action Action
	// Actions say what is done about a kind. A kind that is not in it has Action.
	Actions map[detect.Kind]Action
	// Answer says what a [Guard] does about what it finds in an answer: Mask, Hash, Refuse,
	// or Allow, which only counts it. Default: Mask.
	Answer Action
	// Answers say the same for single kinds. A kind that is not in it has Answer.
	Answers map[detect.Kind]Action
	// Restore says which values come back.
	Restore Policy
	// Detectors find what package detect cannot. They are asked about every text, after it.
	Detectors []External
	// Key makes placeholders the same over restarts and replicas; at least 32 bytes.
	// Nil: a random key, so that placeholders of two Redactors have nothing in common.
	Key Key
	// MaxValues is the number of different values that one session may keep. Zero: 10,000.
	MaxValues int
}

// A Policy says which values come back into answers. Its zero value keeps back what only
// the system's own texts held, and keeps secrets out of tool calls.
type Policy struct {
	// System brings back values that were found in texts of origin [System] alone. The
	// user of an application should not see them because the model repeats them.
	System bool
	// ToolSecrets brings back secrets into the arguments of tool calls too.
	ToolSecrets bool
	// Never are kinds that are not brought back at all.
	Never []detect.Kind
}

// A Redactor opens sessions. The zero Redactor is not usable; use [New]. It is safe for
// concurrent use, never changes, and needs no closing.
type Redactor struct {
	find      detect.Set
	kinds     []detect.Kind // all that a placeholder can have
	fallback  Action
	actions   map[detect.Kind]Action
	answers   map[detect.Kind]Action
	listen    detect.Set // what a Guard looks for
	policy    Policy
	rules     []*detect.Rule
	external  []*external
	key       Key
	maxValues int
	pool      sync.Pool // of *work
	seeders   sync.Pool // of *seeder
}

// New checks c and reports every fault at once, each a [*FieldError].
func New(c Config) (*Redactor, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	r := &Redactor{
		fallback: c.Action, actions: maps.Clone(c.Actions), answers: maps.Clone(c.Answers),
		policy: c.Restore, key: slices.Clone(c.Key), maxValues: c.MaxValues,
	}
	r.policy.Never = slices.Clone(c.Restore.Never)
	if r.answers == nil {
		r.answers = map[detect.Kind]Action{}
	}
	r.kinds, r.rules = c.kinds(), slices.Clone(c.Rules)
	for _, k := range r.kinds {
		if r.answers[k] == Default {
			r.answers[k] = c.Answer
		}
	}
	if r.actions == nil {
		r.actions = map[detect.Kind]Action{}
	}
	for _, k := range c.Refuse {
		r.actions[k] = Refuse
	}
	r.find = r.wanted(&c)
	r.listen = r.find
	for k := range c.Answers {
		r.listen = r.listen.Union(detect.Of(k))
	}
	for i := range c.Detectors {
		r.external = append(r.external, newExternal(c.Detectors[i], r.kinds))
	}
	if c.Key == nil {
		r.key = make(Key, minKey)
		_, _ = rand.Read(r.key) // never fails, see crypto/rand
	}
	if c.MaxValues == 0 {
		r.maxValues = defaultMaxValues
	}
	return r, nil
}

// wanted is the set of kinds to look for: those chosen, and those that an action other
// than Allow is asked for.
func (r *Redactor) wanted(c *Config) detect.Set {
	chosen := c.Group
	if len(c.Kinds) > 0 {
		chosen = detect.Of(c.Kinds...)
	}
	var all []detect.Kind
	for _, k := range detect.Kinds() {
		if a := r.actions[k]; a != Allow && (chosen.Has(k) || a != Default) {
			all = append(all, k)
		}
	}
	return detect.Of(all...)
}

// kinds are all that a value can have, in the order of counts.
func (c *Config) kinds() []detect.Kind {
	kinds := append(detect.Kinds(), Other)
	for _, rule := range c.Rules {
		if rule != nil && rule.Kind().WellFormed() && !slices.Contains(kinds, rule.Kind()) {
			kinds = append(kinds, rule.Kind())
		}
	}
	return append(kinds, Placeholder)
}

// validate collects every fault.
func (c Config) validate() error {
	f := faults{known: c.kinds()}
	f.rules(c.Rules)
	f.kinds("Kinds", c.Kinds)
	f.kinds("Refuse", c.Refuse)
	if c.Action > Surrogate {
		f.add("Action", "not one of default, replace, mask, hash, surrogate")
	}
	for _, k := range sortedKinds(c.Actions) {
		f.action("Actions", k, c.Actions[k] < actions && k != Placeholder)
		if c.Actions[k] != Refuse && slices.Contains(c.Refuse, k) && f.knows(k) {
			f.add("Actions["+string(k)+"]", "Refuse lists the kind too")
		}
	}
	if !forAnswers(c.Answer) {
		f.add("Answer", "not one of default, mask, hash, refuse, allow")
	}
	for _, k := range sortedKinds(c.Answers) {
		f.action("Answers", k, forAnswers(c.Answers[k]))
	}
	f.kinds("Restore.Never", c.Restore.Never)
	f.detectors(c.Detectors)
	if c.Key != nil && len(c.Key) < minKey {
		f.add("Key", fmt.Sprintf("shorter than %d bytes", minKey))
	}
	if c.MaxValues < 0 {
		f.add("MaxValues", "negative")
	}
	return errors.Join(f.errs...)
}

// forAnswers reports whether a can be done about an answer, which nobody restores.
func forAnswers(a Action) bool {
	return a == Default || a == Mask || a == Hash || a == Refuse || a == Allow
}

// faults are those of a Config.
type faults struct {
	known []detect.Kind
	errs  []error
}

func (f *faults) add(path, reason string) { f.errs = append(f.errs, &FieldError{path, reason}) }

func (f *faults) knows(k detect.Kind) bool { return k != Placeholder && slices.Contains(f.known, k) }

// rules checks the kinds of rules: a placeholder must not hold what looks like the digits
// of another.
func (f *faults) rules(rules []*detect.Rule) {
	for i, rule := range rules {
		path := fmt.Sprintf("Rules[%d]", i)
		switch {
		case rule == nil || !rule.Kind().WellFormed():
			f.add(path, "finds nothing")
		case rule.Kind() == Placeholder:
			f.add(path, "has the kind of look-alikes")
		case nextCode(string(rule.Kind()), 0) >= 0:
			f.add(path, "has a kind that no placeholder can have")
		}
	}
}

func (f *faults) kinds(path string, list []detect.Kind) {
	for i, k := range list {
		if !f.knows(k) {
			f.add(fmt.Sprintf("%s[%d]", path, i), "unknown kind")
		}
	}
}

func (f *faults) action(path string, k detect.Kind, ok bool) {
	switch {
	case !f.knows(k):
		f.add(path, "unknown kind")
	case !ok:
		f.add(path+"["+string(k)+"]", "not an action for it")
	}
}

func sortedKinds(m map[detect.Kind]Action) []detect.Kind { return slices.Sorted(maps.Keys(m)) }
