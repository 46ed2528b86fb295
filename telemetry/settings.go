package telemetry

import (
	"math"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Setting is a number that a request may set. The zero Setting is not set; zero, too, is
// a temperature.
type Setting struct {
	Value float64
	Set   bool
}

// An Output is the kind of answer that a request asks for. The list is closed; anything
// else is not told.
type Output string

// The outputs.
const (
	OutputText   Output = "text"
	OutputJSON   Output = "json"
	OutputImage  Output = "image"
	OutputSpeech Output = "speech"
)

func (o Output) checked() string {
	switch o {
	case OutputText, OutputJSON, OutputImage, OutputSpeech:
		return string(o)
	default:
		return ""
	}
}

// Settings are what a request asks of the model besides its text. They are told on the
// span; absent ones are not.
type Settings struct {
	Temperature, TopP, FrequencyPenalty, PresencePenalty Setting
	// Seed is a whole number.
	Seed Setting
	// Output is the kind of answer, if the request says so.
	Output Output
	// Stops is how many stop sequences there are. Their text is the application's.
	Stops int
	// Dimensions and Encoding are those of embeddings; Encoding is "float" or "base64".
	Dimensions int
	Encoding   event.Token
	// ServiceTier is the tier that was asked for; "auto" is not told.
	ServiceTier event.Token
	// Effort is how much reasoning is asked for, Previous the answer that this call goes on
	// from. The vocabulary v1.41 has no words for either.
	Effort   event.Token
	Previous event.Token
}

// describe adds the settings.
func (s *Settings) describe(a *attributes, c Convention) {
	a.setting(keyTemperature, s.Temperature)
	a.setting(keyTopP, s.TopP)
	a.setting(keyFrequency, s.FrequencyPenalty)
	a.setting(keyPresence, s.PresencePenalty)
	if s.Seed.Set && math.Abs(s.Seed.Value) < most {
		a.number(keySeed, int(s.Seed.Value))
	}
	a.modest(keyStops, s.Stops)
	a.modest(keyDimensions, s.Dimensions)
	if !s.Encoding.IsZero() {
		*a = append(*a, keyEncodings.StringSlice([]string{s.Encoding.String()}))
	}
	if s.ServiceTier.String() != "auto" {
		a.token(keyRequestTier, s.ServiceTier)
	}
	if c == GenAIMain {
		a.token(keyEffort, s.Effort)
		a.token(keyPrevious, s.Previous)
	}
}
