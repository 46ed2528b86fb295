package credentials

import (
	"context"
	"errors"
	"regexp"

	"github.com/sallyport-go/sallyport/credentials/internal/fence"
	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
)

// failure says what happened without quoting err.
func (c *Credential) failure(ctx context.Context, trace *fence.Trace, err error) *TokenError {
	e := &TokenError{Platform: c.platform, Status: trace.Status(), cause: trace.Cause(), wait: trace.RetryAfter()}
	var own interface {
		error
		Safe()
	}
	switch {
	case refresh.GaveUp(ctx):
		e.cause = ctx.Err() // not context.Cause: nobody knows what its text holds
	case e.cause == nil && errors.As(err, &own):
		e.cause = own
	}
	if err != nil {
		e.Code = entraCode.FindString(err.Error())
	}
	switch {
	case e.cause != nil:
	case trace.Skew().Abs() > clockSkew:
		e.why = ErrClock
	case c.missing(e.Status):
		e.why = ErrNoIdentity
	}
	e.Advice = c.advice(e)
	return e
}

// ended is the error for a token that had ended when it came, which only a clock can do.
func (c *Credential) ended(trace *fence.Trace) *TokenError {
	e := &TokenError{Platform: c.platform, Status: trace.Status(), why: ErrClock}
	e.Advice = c.advice(e)
	return e
}

// missing reports whether a failure with this status means that there is no identity.
func (c *Credential) missing(status int) bool {
	switch c.platform {
	case VirtualMachine:
		return status == 0 || status == 400
	case AzureCLI, DeveloperCLI:
		return true
	case AKS, ClientCertificate, Application, Unknown:
		return false
	default:
		return status == 400
	}
}

// entraCode matches the numbers of Microsoft Learn, "Microsoft Entra authentication and
// authorization error codes", 2026-11-23.
var entraCode = regexp.MustCompile(`\bAADSTS[0-9]{5,7}\b`)

func (c *Credential) advice(e *TokenError) string {
	switch {
	case e.why == ErrClock: //nolint:errorlint // it is set here and never wrapped
		return "compare this machine's clock with the right time: they are more than five minutes apart"
	case c.platform == AzureCLI:
		return "is az on the path, and has \"az login\" been run?"
	case c.platform == DeveloperCLI:
		return "is azd on the path, and has \"azd auth login\" been run?"
	case c.platform == Application:
		return "the credential is the application's own; it says no more"
	case c.platform == ClientCertificate && e.Status == 0:
		return "can the login host be reached, and the certificate be read?"
	case c.platform == ClientCertificate:
		return "is the certificate registered with the application, and not expired?"
	case c.platform == AKS && e.Status == 0:
		return "can the pod read its federated token file and reach the login host?"
	case c.platform == AKS:
		return "does the federated credential of the application match issuer, subject and audience of the service account?"
	case c.platform == VirtualMachine && e.Status == 0:
		return "no metadata service answered: is this machine in Azure? elsewhere use Azure Arc or workload identity"
	case e.Status == 400:
		return "is the managed identity assigned to this resource?"
	case e.Status == 429:
		return "the identity endpoint is asked too often: share one credential"
	case e.Status == 0:
		return "the identity endpoint did not answer in time"
	default:
		return "the identity endpoint refused or could not be understood"
	}
}
