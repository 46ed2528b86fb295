package credentials

import (
	"os"
	"runtime"
)

// A Source is the kind of identity that a configuration asks for.
type Source uint8

// The sources.
const (
	Auto            Source = iota // Workload if its three variables are set, else Managed
	Managed                       // the managed identity of the machine, no public hop
	Workload                      // a Kubernetes service account, exchanged at Entra's public login host
	WithCertificate               // an application with a certificate, by Config.Certificate; never by itself
	WithAz                        // the Azure CLI of a developer, az; never by itself
	WithAzd                       // the Azure Developer CLI, azd; never by itself
)

// String is the name that stands in events and reports.
func (s Source) String() string {
	return name(s, "auto", "managed identity", "workload identity", "client certificate", "Azure CLI", "Azure Developer CLI")
}

// Developer reports whether the source is a person at a machine. It runs a program that it
// finds on the path, which uses a network of its own, past every guard: it is for
// development and for nothing else.
func (s Source) Developer() bool { return s == WithAz || s == WithAzd }

// A Platform is the place whose identity is used. The zero Platform is unknown.
type Platform uint8

// The platforms, in the order in which they are looked for.
const (
	Unknown        Platform = iota
	AKS                     // workload identity: a federated token file
	ServiceFabric           // IDENTITY_ENDPOINT, IDENTITY_HEADER and IDENTITY_SERVER_THUMBPRINT
	ContainerApps           // as App Service, and CONTAINER_APP_NAME
	AppService              // IDENTITY_ENDPOINT and IDENTITY_HEADER; Functions too
	AzureML                 // MSI_ENDPOINT and MSI_SECRET
	CloudShell              // MSI_ENDPOINT
	Arc                     // IDENTITY_ENDPOINT and IMDS_ENDPOINT, or the agent is installed
	VirtualMachine          // nothing is set: the metadata service at 169.254.169.254

	ClientCertificate // Config.Source alone leads to these, and Wrap to the last
	AzureCLI
	DeveloperCLI
	Application
)

// String is the name that stands in events and reports.
func (p Platform) String() string {
	return name(p, "unknown", "AKS workload identity", "Service Fabric", "Container Apps", "App Service",
		"Azure ML", "Cloud Shell", "Azure Arc", "IMDS", "client certificate", "Azure CLI", "Azure Developer CLI", "application")
}

// endpoint is the variable that says where the platform's identity endpoint is, and the
// URL that holds when it is not set.
func (p Platform) endpoint() (variable, fallback string) {
	switch p {
	case ServiceFabric, ContainerApps, AppService:
		return identityEndpoint, ""
	case AzureML, CloudShell:
		return msiEndpoint, ""
	case Arc:
		return identityEndpoint, "http://127.0.0.1:40342"
	case VirtualMachine:
		return "", "http://169.254.169.254"
	default:
		return "", ""
	}
}

// Detect names the platform whose identity source [Auto] would use. A nil lookup reads the
// environment of the process. It asks nobody: "IMDS" means that no other platform showed.
//
// The order is the one of azidentity v1.15.0, which decides by the same variables.
func Detect(lookup func(string) (string, bool)) Platform {
	env := environment{lookup}
	if env.has(federatedTokenFile) && env.has(clientID) && env.has(tenantID) {
		return AKS
	}
	return detectManaged(env)
}

func detectManaged(env environment) Platform {
	identity := env.has(identityEndpoint)
	switch {
	case identity && env.has(identityHeader) && env.has(identityThumbprint):
		return ServiceFabric
	case identity && env.has(identityHeader) && env.has(containerAppName):
		return ContainerApps
	case identity && env.has(identityHeader):
		return AppService
	case env.has(msiEndpoint) && env.has(msiSecret):
		return AzureML
	case env.has(msiEndpoint):
		return CloudShell
	case identity && env.has(imdsEndpoint), arcAgent(env):
		return Arc
	default:
		return VirtualMachine
	}
}

// arcAgent reports whether the agent of Azure Arc is installed.
func arcAgent(env environment) bool {
	path := ""
	switch runtime.GOOS {
	case "linux":
		path = "/opt/azcmagent/bin/himds"
	case "windows":
		path = env.get("ProgramData") + `\AzureConnectedMachineAgent\himds.exe`
	}
	_, err := os.Stat(path)
	return err == nil
}

func name[T ~uint8](i T, names ...string) string {
	if int(i) < len(names) {
		return names[i]
	}
	return names[0]
}
