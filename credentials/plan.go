package credentials

import (
	"cmp"
	"context"
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
	case c.Source > WithAzd:
		return plan{}, &ConfigError{"Source", "there is no such source"}
	case authority(c.Cloud) == "":
		return plan{}, &ConfigError{"Cloud", "the login host is not an https URL"}
	case c.Source == Workload:
		p.platform = AKS
	case c.Source == Managed:
		p.platform = detectManaged(env)
	case c.Source == WithCertificate:
		p.platform = ClientCertificate
	case c.Source == WithAz:
		p.platform = AzureCLI
	case c.Source == WithAzd:
		p.platform = DeveloperCLI
	}
	switch p.platform {
	case AKS:
		return p, p.workload(c, env)
	case ClientCertificate:
		return p, p.certificate(c, env)
	case AzureCLI, DeveloperCLI:
		return p, p.developer(c)
	default:
		return p, p.managed(c, env)
	}
}

// developer takes a tenant and nothing else: the program knows who has signed in.
func (p *plan) developer(c Config) error {
	if c.ClientID != "" || c.ObjectID != "" || c.ResourceID != "" {
		return &ConfigError{"ClientID", "the identity is that of the person who signed in"}
	}
	p.tenantID = c.TenantID
	return nil
}

// certificate takes nothing from the environment: it is a choice, and made in one place.
func (p *plan) certificate(c Config, env environment) error {
	p.clientID, p.tenantID, p.hosts.Login = c.ClientID, c.TenantID, loginHosts(c)
	switch {
	case c.Certificate == nil:
		return &ConfigError{"Certificate", "it is required for this source"}
	case c.ObjectID != "" || c.ResourceID != "":
		return &ConfigError{"ClientID", "an application is named by its client id alone"}
	case c.ClientID == "":
		return &ConfigError{"ClientID", "it is required for this source"}
	case c.TenantID == "":
		return &ConfigError{"TenantID", "it is required for this source"}
	}
	return noRegion(env)
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
	return noRegion(env)
}

// noRegion refuses the variable that makes MSAL find the region out. It does so with an
// http.Client of its own, which honours proxies, and then asks a host that no list has.
// The variable of the process counts in any case.
func noRegion(env environment) error {
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
		return &ConfigError{"Source", "Service Fabric is not supported: give the workload a federated credential, or pass a credential of your own"}
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

func (p plan) build(c Config, options azcore.ClientOptions) (*inner, error) {
	switch p.platform {
	case AKS:
		return p.buildWorkload(options)
	case ClientCertificate:
		return &inner{make: p.signer(c.Certificate, options)}, nil
	case AzureCLI:
		own, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: p.tenantID})
		if err != nil {
			return nil, &ConfigError{"TenantID", "azidentity does not take it"}
		}
		return fixed(own), nil
	case DeveloperCLI:
		own, err := azidentity.NewAzureDeveloperCLICredential(&azidentity.AzureDeveloperCLICredentialOptions{TenantID: p.tenantID})
		if err != nil {
			return nil, &ConfigError{"TenantID", "azidentity does not take it"}
		}
		return fixed(own), nil
	default:
		return buildManaged(p.platform, c.id(), options)
	}
}

func buildManaged(p Platform, id azidentity.ManagedIDKind, options azcore.ClientOptions) (*inner, error) {
	own, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
		ClientOptions: options, ID: id,
	})
	if err != nil {
		return nil, &ConfigError{"Source", "azidentity sees another platform than " + p.String()}
	}
	// MSAL for Go v1.10.1 keeps tokens of managed identities for the whole process. Claims
	// of any kind get past that; their text goes nowhere.
	return &inner{now: own, claims: "{}"}, nil
}

// buildWorkload checks the configuration at once. What is built anew later forgets the
// tokens of the one before.
func (p plan) buildWorkload(options azcore.ClientOptions) (*inner, error) {
	build := func(_ context.Context, have string) (azcore.TokenCredential, string, error) {
		if have != "" {
			return nil, "", nil
		}
		own, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: options, ClientID: p.clientID, TenantID: p.tenantID, TokenFilePath: p.tokenFile,
		})
		if err != nil {
			return nil, "", &ConfigError{"TenantID", "azidentity does not take tenant, client id or cloud"}
		}
		return own, "1", nil
	}
	own, version, err := build(context.Background(), "")
	if err != nil {
		return nil, err
	}
	return &inner{make: build, now: own, version: version}, nil
}

// signer builds the credential of the certificate that there is at the time.
func (p plan) signer(source CertificateSource, options azcore.ClientOptions) func(context.Context, string) (azcore.TokenCredential, string, error) {
	return func(ctx context.Context, have string) (azcore.TokenCredential, string, error) {
		certificate, err := source.Certificate(ctx)
		if err != nil {
			return nil, "", err
		}
		if have != "" && certificate.Version == have {
			return nil, "", nil
		}
		chain, key, err := certificate.signing()
		if err != nil {
			return nil, "", err
		}
		own, err := azidentity.NewClientCertificateCredential(p.tenantID, p.clientID, chain, key,
			&azidentity.ClientCertificateCredentialOptions{ClientOptions: options})
		if err != nil {
			return nil, "", &ConfigError{"TenantID", "azidentity does not take tenant, client id, cloud or certificate"}
		}
		return own, certificate.Version, nil
	}
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
