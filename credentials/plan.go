package credentials

import (
	"cmp"
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/sallyport-go/sallyport/credentials/internal/fence"
)

// A plan is a Config with every choice made.
type plan struct {
	platform                      Platform
	hosts                         Hosts
	clientID, tenantID, tokenFile string
}

// resolve makes the choices and checks them.
func (c Config) resolve() (plan, error) {
	env := environment{c.Lookup}
	p := plan{platform: Detect(c.Lookup)}
	switch {
	case c.Source > Workload:
		return plan{}, &ConfigError{"Source", "there is no such source"}
	case authority(c.Cloud) == "":
		return plan{}, &ConfigError{"Cloud", "the login host is not an https URL"}
	case c.Source == Workload:
		p.platform = AKS
	case c.Source == Managed:
		p.platform = detectManaged(env)
	}
	if p.platform == AKS {
		return p, p.workload(c, env)
	}
	return p, p.managed(c, env)
}

func (p *plan) workload(c Config, env environment) error {
	p.clientID = cmp.Or(c.ClientID, env.get(clientID))
	p.tenantID = cmp.Or(c.TenantID, env.get(tenantID))
	p.tokenFile = cmp.Or(c.TokenFile, env.get(federatedTokenFile))
	p.hosts.Login = loginHosts(c)
	switch {
	case c.ObjectID != "" || c.ResourceID != "":
		return &ConfigError{"ClientID", "a workload identity is named by its client id alone"}
	case p.clientID == "":
		return &ConfigError{"ClientID", "neither the field nor " + clientID + " is set"}
	case p.tenantID == "":
		return &ConfigError{"TenantID", "neither the field nor " + tenantID + " is set"}
	case p.tokenFile == "":
		return &ConfigError{"TokenFile", "neither the field nor " + federatedTokenFile + " is set"}
	}
	// MSAL finds the region out with an http.Client of its own, which honours proxies, and
	// then asks a host that no list has. The variable of the process counts in any case.
	if _, set := os.LookupEnv(regionalAuthority); set || env.has(regionalAuthority) {
		return &EndpointError{regionalAuthority}
	}
	return nil
}

func (p *plan) managed(c Config, env environment) (err error) {
	ids := 0
	for _, id := range []string{c.ClientID, c.ObjectID, c.ResourceID} {
		if id != "" {
			ids++
		}
	}
	switch {
	case ids > 1:
		return &ConfigError{"ClientID", "only one of ClientID, ObjectID and ResourceID may be set"}
	case p.platform == ServiceFabric:
		// azidentity wants a bare *http.Transport there, which no guarded transport is.
		return &ConfigError{"Source", "Service Fabric is not supported"}
	case ids == 1 && p.platform == CloudShell:
		return &ConfigError{"ClientID", "Cloud Shell has no user-assigned identities"}
	case p.platform == AzureML && (c.ObjectID != "" || c.ResourceID != ""):
		return &ConfigError{"ClientID", "Azure ML names user-assigned identities by client id alone"}
	}
	p.hosts.Identity, err = identityHosts(p.platform, env)
	return err
}

// fence lets requests through to the hosts of the plan alone, whatever the environment or
// an answer of the server says by then.
func (p plan) fence(transport policy.Transporter) policy.Transporter {
	variable, _ := p.platform.endpoint()
	return fence.New(transport, func(r *http.Request) error {
		if p.hosts.Lane(r.URL) == Nowhere {
			return &EndpointError{variable}
		}
		return nil
	}, nil)
}

func (p plan) build(c Config, options azcore.ClientOptions) (azcore.TokenCredential, error) {
	if p.platform == AKS {
		inner, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, ClientID: p.clientID, TenantID: p.tenantID, TokenFilePath: p.tokenFile,
		})
		if err != nil {
			return nil, &ConfigError{"TenantID", "azidentity does not take tenant, client id or cloud"}
		}
		return inner, nil
	}
	inner, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
		ClientOptions: options, ID: c.id(),
	})
	if err != nil {
		return nil, &ConfigError{"Source", "azidentity sees another platform than " + p.platform.String()}
	}
	return inner, nil
}

// id is the user-assigned identity, or nil.
func (c Config) id() azidentity.ManagedIDKind {
	switch {
	case c.ClientID != "":
		return azidentity.ClientID(c.ClientID)
	case c.ObjectID != "":
		return azidentity.ObjectID(c.ObjectID)
	case c.ResourceID != "":
		return azidentity.ResourceID(c.ResourceID)
	default:
		return nil
	}
}
