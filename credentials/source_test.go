package credentials_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestDetect(t *testing.T) {
	t.Parallel()
	const e, h, th, me, ms, im = "IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT", "MSI_ENDPOINT", "MSI_SECRET", "IMDS_ENDPOINT"
	const ci, ti, tf = "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"
	for name, c := range map[string]struct {
		env  []string
		want credentials.Platform
	}{
		"nothing":             {nil, credentials.VirtualMachine},
		"service fabric":      {[]string{e, "x", h, "x", th, "x"}, credentials.ServiceFabric},
		"app service":         {[]string{e, "x", h, "x"}, credentials.AppService},
		"container apps":      {[]string{e, "x", h, "x", "CONTAINER_APP_NAME", "x"}, credentials.ContainerApps},
		"azure ml":            {[]string{me, "x", ms, "x"}, credentials.AzureML},
		"cloud shell":         {[]string{me, "x"}, credentials.CloudShell},
		"arc":                 {[]string{e, "x", im, "x"}, credentials.Arc},
		"header wins":         {[]string{e, "x", h, "x", me, "x", im, "x"}, credentials.AppService},
		"msi before arc":      {[]string{e, "x", im, "x", me, "x"}, credentials.CloudShell},
		"endpoint alone":      {[]string{e, "x"}, credentials.VirtualMachine},
		"empty counts not":    {[]string{e, "", h, "x"}, credentials.VirtualMachine},
		"workload":            {[]string{ci, "x", ti, "x", tf, "x", e, "x", h, "x"}, credentials.AKS},
		"two of three":        {[]string{ci, "x", ti, "x"}, credentials.VirtualMachine},
		"client secret aside": {[]string{"AZURE_CLIENT_SECRET", "x", ci, "x", ti, "x"}, credentials.VirtualMachine},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, credentials.Detect(lookup(c.env...)), c.want)
		})
	}
	testkit.Equal(t, credentials.Platform(200).String(), "unknown")
	testkit.Equal(t, credentials.Source(200).String(), "auto")
}

func TestStaticSecrets(t *testing.T) {
	t.Parallel()
	testkit.DeepEqual(t, credentials.StaticSecrets(lookup()), []string(nil))
	testkit.DeepEqual(t, credentials.StaticSecrets(lookup("OPENAI_API_KEY", "", "AZURE_CLIENT_ID", "x")), []string(nil))
	all := []string{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_USERNAME",
		"AZURE_PASSWORD", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "AZURE_OPENAI_KEY", "AZURE_OPENAI_AD_TOKEN"}
	for _, name := range all {
		testkit.DeepEqual(t, credentials.StaticSecrets(lookup(name, "x")), []string{name})
	}
	testkit.DeepEqual(t, credentials.StaticSecrets(func(string) (string, bool) { return "x", true }), all)
}

func TestScope(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		host  string
		cloud cloud.Configuration
		want  string
	}{
		{"contoso.openai.azure.com", cloud.Configuration{}, "https://cognitiveservices.azure.com/.default"},
		{"contoso.openai.azure.com", cloud.AzurePublic, "https://cognitiveservices.azure.com/.default"},
		{"contoso.services.ai.azure.com", cloud.Configuration{}, "https://ai.azure.com/.default"},
		{"CONTOSO.Services.AI.azure.com.", cloud.Configuration{}, "https://ai.azure.com/.default"},
		{"services.ai.azure.com.example", cloud.Configuration{}, "https://cognitiveservices.azure.com/.default"},
		{"contoso.openai.azure.us", cloud.AzureGovernment, "https://cognitiveservices.azure.us/.default"},
		{"contoso.services.ai.azure.com", cloud.AzureGovernment, "https://cognitiveservices.azure.us/.default"},
		{"contoso.openai.azure.cn", cloud.AzureChina, "https://cognitiveservices.azure.cn/.default"},
	} {
		testkit.Equal(t, credentials.Scope(c.host, c.cloud), c.want)
	}
}

// local endpoints are those a request may go to; the property is that of FuzzEndpoint.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		endpoint string
		want     string // host:port, or empty for a refusal
	}{
		"loopback":         {"http://127.0.0.1:41056/msi/token/", "127.0.0.1:41056"},
		"loopback https":   {"https://127.0.0.1/msi", "127.0.0.1:443"},
		"link-local":       {"http://169.254.129.4:8081/msi/token", "169.254.129.4:8081"},
		"IPv6":             {"http://[::1]:80/x", "[::1]:80"},
		"IPv6 link-local":  {"http://[fe80::1]/x", "[fe80::1]:80"},
		"localhost":        {"http://LocalHost:42356/msi/token", "localhost:42356"},
		"with query":       {"http://127.0.0.1:1/x?a=b", "127.0.0.1:1"},
		"a name":           {"http://identity.example/msi", ""},
		"like localhost":   {"http://localhost.example:1/", ""},
		"like loopback":    {"http://127.0.0.1.example:1/", ""},
		"private":          {"http://10.0.0.4/msi", ""},
		"public":           {"http://20.1.2.3/msi", ""},
		"short spelling":   {"http://127.1/msi", ""},
		"decimal spelling": {"http://2130706433/msi", ""},
		"octal spelling":   {"http://0177.0.0.1/msi", ""},
		"mapped":           {"http://[::ffff:127.0.0.1]/msi", ""},
		"zone":             {"http://[fe80::1%25eth0]/msi", ""},
		"unspecified":      {"http://0.0.0.0/msi", ""},
		"user":             {"http://127.0.0.1:1@evil.example/msi", ""},
		"user before":      {"http://user@127.0.0.1:1/msi", ""},
		"other scheme":     {"ftp://127.0.0.1:1/msi", ""},
		"no scheme":        {"127.0.0.1:1/msi", ""},
		"no host":          {"http:///msi", ""},
		"port zero":        {"http://127.0.0.1:0/", ""},
		"port too large":   {"http://127.0.0.1:65536/", ""},
		"fragment":         {"http://127.0.0.1:1/#x", ""},
		"control byte":     {"http://127.0.0.1:1/\x00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hosts, err := credentials.Endpoints(credentials.Config{Lookup: lookup("IDENTITY_ENDPOINT", c.endpoint, "IDENTITY_HEADER", "h")})
			if c.want == "" {
				testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
				testkit.Equal(t, err.Error(), "credentials: the identity request would leave its lane: look at IDENTITY_ENDPOINT")
				return
			}
			testkit.NoError(t, err)
			testkit.DeepEqual(t, hosts, credentials.Hosts{Identity: []string{c.want}})
		})
	}
}

func TestEndpointsByPlatform(t *testing.T) {
	t.Parallel()
	workload := lookup("AZURE_CLIENT_ID", "c", "AZURE_TENANT_ID", "t", "AZURE_FEDERATED_TOKEN_FILE", "f")
	for name, c := range map[string]struct {
		config credentials.Config
		want   credentials.Hosts
	}{
		"imds":       {credentials.Config{Lookup: lookup()}, credentials.Hosts{Identity: []string{"169.254.169.254:80"}}},
		"arc":        {credentials.Config{Lookup: lookup("IDENTITY_ENDPOINT", "http://127.0.0.1:9/", "IMDS_ENDPOINT", "http://127.0.0.1:9")}, credentials.Hosts{Identity: []string{"127.0.0.1:9"}}},
		"shell":      {credentials.Config{Lookup: lookup("MSI_ENDPOINT", "http://localhost:50342/oauth2/token")}, credentials.Hosts{Identity: []string{"localhost:50342"}}},
		"workload":   {credentials.Config{Lookup: workload}, credentials.Hosts{Login: []string{"login.microsoftonline.com:443", "login.windows.net:443"}}},
		"government": {credentials.Config{Lookup: workload, Cloud: cloud.AzureGovernment}, credentials.Hosts{Login: []string{"login.microsoftonline.us:443", "login.usgovcloudapi.net:443"}}},
		"own cloud": {credentials.Config{Lookup: workload, Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: "https://Login.example:8443/"}},
			credentials.Hosts{Login: []string{"login.example:8443", "login.microsoftonline.com:443"}}},
		"managed by choice": {credentials.Config{Lookup: workload, Source: credentials.Managed}, credentials.Hosts{Identity: []string{"169.254.169.254:80"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hosts, err := credentials.Endpoints(c.config)
			testkit.NoError(t, err)
			testkit.DeepEqual(t, hosts, c.want)
		})
	}
}

func TestHostsLane(t *testing.T) {
	t.Parallel()
	hosts := credentials.Hosts{Login: []string{"login.example:443"}, Identity: []string{"127.0.0.1:80"}}
	for text, want := range map[string]credentials.Lane{
		"https://login.example/x":      credentials.Login,
		"https://LOGIN.example:443/x":  credentials.Login,
		"http://login.example:443/x":   credentials.Nowhere,
		"https://login.example:444/x":  credentials.Nowhere,
		"https://a.login.example/x":    credentials.Nowhere,
		"http://127.0.0.1/x":           credentials.Identity,
		"http://127.0.0.1:80/x":        credentials.Identity,
		"http://127.0.0.2/x":           credentials.Nowhere,
		"mailto:someone@login.example": credentials.Nowhere,
	} {
		u, err := url.Parse(text)
		testkit.NoError(t, err)
		testkit.Equal(t, hosts.Lane(u), want)
	}
	testkit.Equal(t, credentials.Hosts{}.Lane(&url.URL{}), credentials.Nowhere)
}

// FuzzEndpoint: what is accepted is an address of this machine or localhost, as a URL
// parser and the address syntax understand it, and errors do not quote the value.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{"http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254", "http://localhost:1", "http://evil\\@127.0.0.1/",
		"http://127.0.0.1:1\t.evil/", "http://１２７.0.0.1/", "//127.0.0.1", "http://[::ffff:1.2.3.4]:1/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, endpoint string) {
		hosts, err := credentials.Endpoints(credentials.Config{Lookup: lookup("MSI_ENDPOINT", endpoint)})
		if err != nil {
			testkit.Equal(t, err.Error(), "credentials: the identity request would leave its lane: look at MSI_ENDPOINT")
			return
		}
		if endpoint == "" {
			return
		}
		u, err := url.Parse(endpoint)
		testkit.NoError(t, err)
		testkit.Equal(t, hosts.Lane(u), credentials.Identity)
		checkLocal(t, u.Hostname())
	})
}

func ExampleDetect() {
	environment := map[string]string{"IDENTITY_ENDPOINT": "http://127.0.0.1:41056/msi/token", "IDENTITY_HEADER": "x"}
	fmt.Println(credentials.Detect(func(name string) (string, bool) { value, ok := environment[name]; return value, ok }))
	// Output: App Service
}

func ExampleStaticSecrets() {
	environment := map[string]string{"AZURE_OPENAI_API_KEY": "do not tell"}
	fmt.Println(credentials.StaticSecrets(func(name string) (string, bool) { value, ok := environment[name]; return value, ok }))
	// Output: [AZURE_OPENAI_API_KEY]
}

func ExampleEndpoints() {
	_, err := credentials.Endpoints(credentials.Config{Lookup: func(name string) (string, bool) {
		return "http://203.0.113.9/token", name == "MSI_ENDPOINT"
	}})
	fmt.Println(err)
	// Output: credentials: the identity request would leave its lane: look at MSI_ENDPOINT
}
