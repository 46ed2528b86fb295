package telemetry

import (
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Call is what is known of a call before it is sent.
type Call struct {
	Operation  event.Operation
	Deployment event.Token
	Stream     bool
	// ID joins the span with audit records and refusals.
	ID event.Token
	// Caller is told on the span alone.
	Caller event.Caller
	// Settings are what else the request asks for; nil is nothing. They are not changed
	// while the call runs.
	Settings *Settings
	// Choices is how many answers are asked for, MaxOutput the most tokens of one. Zero is
	// not said.
	Choices, MaxOutput int
}

// A Result is what is known of a call at its end. Zero fields are not told.
type Result struct {
	// Code is why it was refused or failed; empty on success.
	Code event.Code
	// Status is the HTTP status of the final answer.
	Status     int
	Model      event.Token
	ResponseID event.Token
	Finish     []event.Finish
	Tokens     event.Tokens
	Attempts   int
	// Counts says what was replaced, Restored how many values came back, Found what the
	// answer brought.
	Counts    []event.Count
	Restored  int
	Found     []event.Count
	Region    event.Token
	RequestID event.Token
	// ServiceTier and Fingerprint are what the service says of its tier and its system.
	ServiceTier event.Token
	Fingerprint event.Token
	// Network is the proof of the connection of the last attempt.
	Network event.Network
}

// describe adds what samplers need not know and hence waits for the end: setting
// attributes once costs least.
func (c *Call) describe(a *attributes, v Convention) {
	a.token(keyCallID, c.ID)
	a.pseudonym(keyPseudoUser, c.Caller.User)
	a.pseudonym(keyTenant, c.Caller.Tenant)
	a.pseudonym(keyApp, c.Caller.App)
	if c.Choices > 1 {
		a.modest(keyChoices, c.Choices)
	}
	a.modest(keyMaxTokens, c.MaxOutput)
	if c.Settings == nil {
		return
	}
	c.Settings.describe(a, v)
	if outputType(c.Operation) == "" { // those that have one said so at the start
		a.text(keyOutput, c.Settings.Output.checked())
	}
}
