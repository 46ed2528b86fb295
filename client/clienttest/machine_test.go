package clienttest_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The endpoints that platforms name by a variable refuse what the true ones refuse. That
// they give tokens to the real azidentity is tested in package credentials.
func TestMachinesRefuse(t *testing.T) {
	t.Parallel()
	ml := clienttest.New(t, clienttest.Config{Identity: clienttest.AzureML})
	shell := clienttest.New(t, clienttest.Config{Identity: clienttest.CloudShell})
	arc := clienttest.New(t, clienttest.Config{Identity: clienttest.Arc})
	mlURL, shellURL, arcURL := ml.Env()["MSI_ENDPOINT"], shell.Env()["MSI_ENDPOINT"], arc.Env()["IDENTITY_ENDPOINT"]
	form := "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		azure       *clienttest.Azure
		method, url string
		header      map[string]string
		body        string
		status      int
	}{
		"ml: fine":            {ml, "GET", mlURL + "?api-version=2017-09-01&resource=r&clientid=" + ml.ClientID(), map[string]string{"Secret": ml.Env()["MSI_SECRET"]}, "", 200},
		"ml: no secret":       {ml, "GET", mlURL + "?api-version=2017-09-01&resource=r&clientid=" + ml.ClientID(), nil, "", 401},
		"ml: new version":     {ml, "GET", mlURL + "?api-version=2019-08-01&resource=r&clientid=" + ml.ClientID(), map[string]string{"Secret": ml.Env()["MSI_SECRET"]}, "", 400},
		"ml: another id":      {ml, "GET", mlURL + "?api-version=2017-09-01&resource=r&clientid=x", map[string]string{"Secret": ml.Env()["MSI_SECRET"]}, "", 400},
		"shell: fine":         {shell, "POST", shellURL, map[string]string{"Metadata": "true", "Content-Type": form}, "resource=r", 200},
		"shell: no header":    {shell, "POST", shellURL, map[string]string{"Content-Type": form}, "resource=r", 400},
		"shell: GET":          {shell, "GET", shellURL + "?resource=r", map[string]string{"Metadata": "true"}, "", 400},
		"shell: no form":      {shell, "POST", shellURL, map[string]string{"Metadata": "true"}, "%zz", 400},
		"arc: no header":      {arc, "GET", arcURL + "?api-version=2020-06-01&resource=r", nil, "", 400},
		"arc: other version":  {arc, "GET", arcURL + "?api-version=2018-02-01&resource=r", map[string]string{"Metadata": "true"}, "", 400},
		"arc: a guess":        {arc, "GET", arcURL + "?api-version=2020-06-01&resource=r", map[string]string{"Metadata": "true", "Authorization": "Basic x"}, "", 401},
		"arc: an empty guess": {arc, "GET", arcURL + "?api-version=2020-06-01&resource=r", map[string]string{"Metadata": "true", "Authorization": "Basic "}, "", 401},
		"another path":        {arc, "GET", arcURL + "/x", map[string]string{"Metadata": "true"}, "", 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), test.method, test.url, strings.NewReader(test.body))
			testkit.NoError(t, err)
			for field, value := range test.header {
				req.Header.Set(field, value)
			}
			resp, err := test.azure.Client().Do(req)
			testkit.NoError(t, err)
			_ = resp.Body.Close()
			testkit.Equal(t, resp.StatusCode, test.status)
		})
	}
	testkit.Equal(t, clienttest.New(t, clienttest.Config{Identity: clienttest.ContainerApps}).Env()["CONTAINER_APP_NAME"], "contoso")
}

// The key of Azure Arc is in the one folder, right for one fake, and gone with it.
func TestArcKey(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can write the agent's folder")
	}
	azure, err := clienttest.Start(clienttest.Config{Identity: clienttest.Arc})
	testkit.NoError(t, err)
	defer azure.Close()
	ask := func(key string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, azure.Env()["IDENTITY_ENDPOINT"]+"?api-version=2020-06-01&resource=r", nil)
		testkit.NoError(t, err)
		req.Header.Set("Metadata", "true")
		if key != "" {
			req.Header.Set("Authorization", "Basic "+key)
		}
		resp, err := azure.Client().Do(req)
		testkit.NoError(t, err)
		_ = resp.Body.Close()
		return resp
	}
	path, ok := strings.CutPrefix(ask("").Header.Get("WWW-Authenticate"), "Basic realm=")
	testkit.True(t, ok && strings.HasPrefix(path, clienttest.ArcFolder+"/") && strings.HasSuffix(path, ".key"), path)
	key, err := os.ReadFile(path)
	testkit.NoError(t, err)
	testkit.Equal(t, ask(string(key)).StatusCode, 200)
	testkit.Equal(t, ask("").Header.Get("WWW-Authenticate"), "Basic realm="+path)
	azure.Close()
	_, err = os.Stat(path)
	testkit.True(t, os.IsNotExist(err), "the key is gone")
}

func TestTokenClaims(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Claims: map[string]any{"oid": "object", "idtyp": "user", "exp": 7}})
	token := azure.Token("https://cognitiveservices.azure.com")
	parts := strings.Split(token, ".")
	testkit.Equal(t, len(parts), 3)
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	testkit.NoError(t, err)
	var claims map[string]any
	testkit.NoError(t, json.Unmarshal(payload, &claims))
	for name, want := range map[string]any{"aud": "https://cognitiveservices.azure.com", "tid": azure.TenantID(), "appid": azure.ClientID(), "oid": "object", "idtyp": "user", "exp": 7.0} {
		testkit.Equal(t, claims[name], want)
	}
	testkit.True(t, token != azure.Token("https://cognitiveservices.azure.com"), "no two are the same")
	r := call{azure: azure, method: http.MethodGet, path: "/openai/v1/models", header: http.Header{"Authorization": {"Bearer " + token}}}.do(t)
	testkit.Equal(t, r.status, 200)
}

// A rolled key works until its version is disabled; a rotated one does not.
func TestRoll(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	opens := func(key string) bool {
		r := call{azure: azure, method: http.MethodGet, path: "/openai/v1/models", header: http.Header{"Authorization": nil, "Api-Key": {key}}}.do(t)
		return r.status == 200
	}
	name := clienttest.DefaultSecret
	first := azure.Secret(name)
	second := azure.Roll(name)
	testkit.True(t, first != second && opens(first) && opens(second), "both work")
	versions := azure.Versions(name)
	testkit.Equal(t, len(versions), 2)
	testkit.True(t, azure.EditSecret(name, versions[0].Version, func(s *clienttest.Secret) { s.Disabled = true }), "there is such a version")
	testkit.True(t, !opens(first) && opens(second), "the old one is off")
	testkit.True(t, !azure.EditSecret(name, "none", func(*clienttest.Secret) { t.Error("called") }), "there is no such version")
	third := azure.Rotate(name)
	testkit.True(t, !opens(second) && opens(third), "a regenerated key is off at once")
	testkit.True(t, azure.EditSecret(name, "", func(s *clienttest.Secret) { s.Expires = time.Unix(1, 0) }), "the current one")
	testkit.True(t, azure.Versions(name)[2].Expires.Equal(time.Unix(1, 0)), "was changed")
}

func TestCertificateAsPEM(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{})
	setenv(t, azure)
	azure.SetSecret("client", clienttest.Secret{Value: "a certificate", ContentType: "application/x-pkcs12"})
	client := secrets(t, azure, azure.VaultURL())
	pem := azsecrets.ContentTypePEM
	for _, test := range []struct {
		options *azsecrets.GetSecretOptions
		want    string
	}{{nil, "application/x-pkcs12"}, {&azsecrets.GetSecretOptions{OutContentType: &pem}, "application/x-pem-file"}} {
		got, err := client.GetSecret(t.Context(), "client", "", test.options)
		testkit.NoError(t, err)
		testkit.Equal(t, *got.ContentType, test.want)
	}
}
