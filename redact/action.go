package redact

import (
	"github.com/sallyport-go/sallyport/redact/detect"
)

// An Action is what is done about a value.
type Action uint8

// The actions. Only what Replace and Surrogate put in place of a value can be restored.
const (
	// Default is Refuse for private keys and for cloud credentials that nothing else looks
	// like, and Replace for everything else.
	Default Action = iota
	// Replace puts a placeholder in place of the value.
	Replace
	// Mask puts asterisks in place of letters and digits. Numbers keep their last four, an
	// e-mail address its first letter; of secrets nothing is kept, not even their length.
	Mask
	// Hash puts the kind, a # and 13 digits in place of the value, keyed like a placeholder:
	// the same value has the same hash in a scope, and none in common with another.
	Hash
	// Surrogate puts an invented value of the same form in its place, keyed like a
	// placeholder, where one exists that cannot be anybody's; see [Fakes]. Elsewhere it is
	// Replace.
	Surrogate
	// Refuse lets no text that holds the value through.
	Refuse
	// Allow does nothing. The kind is not even looked for.
	Allow

	actions // how many there are
)

// String returns the name of a in lower case.
func (a Action) String() string {
	names := [actions]string{"default", "replace", "mask", "hash", "surrogate", "refuse", "allow"}
	if a >= actions {
		return "unknown"
	}
	return names[a] //nolint:gosec // a is below the length
}

// certain is the score from which on nothing else looks like a finding.
const certain = 0.9

// defaultAction is the action for a finding whose kind the configuration says nothing of.
// A cloud credential is refused if its form gives it away: a key that is one by its name
// alone, as in "api_key = …", is replaced.
func defaultAction(k detect.Kind, score float32) Action {
	switch k {
	case detect.PrivateKey:
		return Refuse
	case detect.AzureKey, detect.AzureSAS, detect.EntraSecret, detect.AWSKey, detect.GCPKey:
		if score >= certain {
			return Refuse
		}
	}
	return Replace
}

// action is what the configuration says about a finding. A default action for all kinds
// does not weaken what is refused by default.
func (r *Redactor) action(span detect.Span) Action {
	if span.Kind == Placeholder {
		return Replace
	}
	if a := r.actions[span.Kind]; a != Default {
		return a
	}
	if a := defaultAction(span.Kind, span.Score); a == Refuse || r.fallback == Default {
		return a
	}
	return r.fallback
}
