package wire

import "strconv"

// A Setting is a number that a body may hold. The zero Setting is absent.
type Setting struct {
	Value float64
	Set   bool
}

// Tuning is what a request asks of the model besides its texts, for the span of the call.
// It decides nothing, so a value of another type than documented is absent and no fault:
// the service will say so.
type Tuning struct {
	Temperature, TopP, FrequencyPenalty, PresencePenalty, Seed Setting
	// Dimensions is that of embeddings, or zero.
	Dimensions int
	// JSON reports that the answer shall be JSON.
	JSON bool
	// Tier, Encoding and Effort are documented words, or "other".
	Tier, Encoding, Effort string
}

// otherWord is what a word becomes that is not documented.
const otherWord = "other"

// noteTuning remembers a value of the request. Null is absent.
func (w *walker) noteTuning(m mark, first byte, v span) {
	t := &w.tuning
	switch m {
	case markTemperature:
		t.Temperature = w.decimal(first, v)
	case markTopP:
		t.TopP = w.decimal(first, v)
	case markFrequency:
		t.FrequencyPenalty = w.decimal(first, v)
	case markPresence:
		t.PresencePenalty = w.decimal(first, v)
	case markSeed:
		t.Seed = w.decimal(first, v)
	case markDimensions:
		t.Dimensions, _ = w.count(first, v)
	case markTier:
		t.Tier = w.oneOf(first, v, tierWord)
	case markEncoding:
		t.Encoding = w.oneOf(first, v, encodingWord)
	case markEffort:
		t.Effort = w.oneOf(first, v, effortWord)
	case markFormat:
		t.JSON = t.JSON || w.oneOf(first, v, formatWord) == "json"
	case markFingerprint:
		w.fingerprint = w.contents(first, v)
	}
}

func (w *walker) decimal(first byte, v span) Setting {
	if first != '0' {
		return Setting{}
	}
	digits := 0
	for _, c := range w.b[v.start:v.end] {
		if '0' <= c && c <= '9' {
			digits++
		}
	}
	if digits >= minDigits {
		return Setting{} // nobody tunes so finely, and what has so many may be a person's
	}
	value, err := strconv.ParseFloat(string(w.b[v.start:v.end]), 64)
	if err != nil {
		return Setting{}
	}
	return Setting{value, true}
}

// oneOf is the documented word at v. The words are constants, so that nothing allocates.
func (w *walker) oneOf(first byte, v span, known func([]byte) string) string {
	if first != '"' {
		return ""
	}
	return known(w.bytes(inner(v)))
}

func tierWord(b []byte) string {
	switch string(b) {
	case "auto":
		return "auto"
	case "default":
		return "default"
	case "flex":
		return "flex"
	case "scale":
		return "scale"
	case "priority":
		return "priority"
	case "standard":
		return "standard"
	}
	return otherWord
}

func encodingWord(b []byte) string {
	switch string(b) {
	case "float":
		return "float"
	case "base64":
		return "base64"
	}
	return otherWord
}

func effortWord(b []byte) string {
	switch string(b) {
	case "none":
		return "none"
	case "minimal":
		return "minimal"
	case "low":
		return "low"
	case "medium":
		return "medium"
	case "high":
		return "high"
	case "xhigh":
		return "xhigh"
	}
	return otherWord
}

func formatWord(b []byte) string {
	switch string(b) {
	case "json_object", "json_schema":
		return "json"
	}
	return otherWord
}
