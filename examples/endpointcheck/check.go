package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// nobody is the credential of one who has none. A check asks whether there is a token, and
// sends it nowhere.
type nobody struct{}

func (nobody) GetToken(context.Context, azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "none", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// A finding is what is known about an endpoint.
type finding struct {
	report *client.Report
	code   event.Code // of what failed, or empty
	why    string     // the same in words
}

// check asks. Its error is that nothing could be asked.
func check(ctx context.Context, cfg client.Config) (*finding, error) {
	c, err := client.New(cfg)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	report, err := c.Check(ctx)
	if report == nil {
		return nil, err
	}
	f := &finding{report: report, code: policy.CodeOf(err)}
	f.why = whyOf(err)
	return f, nil
}

// whyOf is what the innermost refusal says of its cause. Refusals hold nothing secret, and
// of causes only those that promise the same are told.
func whyOf(err error) string {
	why := ""
	var refusal *policy.RefusalError
	for errors.As(err, &refusal) {
		why, err = string(refusal.Code)+": "+refusal.Code.Text(), refusal.Err
		var safe interface {
			error
			Safe()
		}
		if errors.As(err, &safe) {
			why = string(refusal.Code) + ": " + safe.Error()
		}
	}
	return why
}

func (f *finding) proof() *netguard.Evidence { return &f.report.Endpoint }

// unanswered reports whether DNS said nothing that can be trusted. Calls are refused then,
// but nothing is refuted.
func (f *finding) unanswered() bool {
	return f.proof().Rule == netguard.RuleDNS || f.proof().Rule == netguard.RuleServFail
}

// interrupted reports whether the user did not wait for the end: that refutes nothing.
func (f *finding) interrupted() bool { return f.code == event.Canceled }

// proved is the verdict on all that was asked for: a pass goes at least to the answer of
// the service.
func (f *finding) proved() netguard.Verdict {
	e := f.proof()
	switch {
	case f.interrupted(), f.unanswered():
		return netguard.Unknown
	case e.Verdict == netguard.Fail:
		return netguard.Fail
	case f.code == "" && e.Meets(netguard.LevelService):
		return netguard.Pass
	default:
		return netguard.Unknown
	}
}

// steps is the proof level by level. A level that says nothing has not failed.
func (f *finding) steps() []netguard.Step {
	steps := f.proof().Steps()
	for i := range steps {
		if f.proved() == netguard.Unknown && steps[i].Verdict == netguard.Fail {
			steps[i].Verdict = netguard.Unknown
		}
	}
	return steps
}

func (f *finding) status() int {
	switch f.proved() {
	case netguard.Pass:
		return statusPass
	case netguard.Fail:
		return statusFail
	default:
		return statusUnknown
	}
}

// A document is a finding for machines.
type document struct {
	Case        string            `json:"case,omitempty"` // of the demonstration
	Verdict     netguard.Verdict  `json:"verdict"`
	Code        event.Code        `json:"code,omitempty"`
	Why         string            `json:"why,omitempty"`
	Steps       []netguard.Step   `json:"steps"`
	Evidence    netguard.Evidence `json:"evidence"`
	Environment []client.Weakness `json:"environment,omitempty"`
}

func (f *finding) document() document {
	return document{Verdict: f.proved(), Code: f.code, Why: f.why, Steps: f.steps(), Evidence: *f.proof(), Environment: f.report.Environment}
}

// write prints a document, or several, and passes status on.
func (p *program) write(document any, status int) int {
	text, err := json.MarshalIndent(document, "", "  ")
	if err == nil {
		_, err = fmt.Fprintln(p.stdout, string(text))
	}
	if err != nil {
		return p.unusable(err)
	}
	return status
}
