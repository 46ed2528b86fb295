package credentials_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const wanted = `{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`

func challenged(parameters string) http.Header {
	return http.Header{"Www-Authenticate": {parameters}}
}

func insufficient(claims string) string {
	return `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="` + claims + `"`
}

func said401(code, message string) string {
	return fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, code, message)
}

// Every refusal that Azure is known to send, and what is to be done about it.
func TestJudge(t *testing.T) {
	t.Parallel()
	standard := base64.StdEncoding.EncodeToString([]byte(wanted))
	fromFake := func(r clienttest.Reply) (int, http.Header, string) { return r.Status, r.Header, r.Body }
	for name, c := range map[string]struct {
		status  int
		header  http.Header
		body    string
		want    credentials.Verdict
		renew   bool
		claimed string
	}{
		"token":             {401, nil, said401("401", "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired."), credentials.TokenInvalid, true, ""},
		"token, bare":       {401, nil, "", credentials.TokenInvalid, true, ""},
		"token, challenge":  {401, challenged(`Bearer error="invalid_token", error_description="The token expired"`), "", credentials.TokenInvalid, true, ""},
		"gateway, token":    {401, nil, `{"statusCode":401,"message":"JWT not present."}`, credentials.TokenInvalid, true, ""},
		"claims":            {401, challenged(insufficient(standard)), said401("401", "Unauthorized"), credentials.ClaimsMissing, true, wanted},
		"claims, unpadded":  {401, challenged(insufficient(strings.TrimRight(standard, "="))), "", credentials.ClaimsMissing, true, wanted},
		"claims, broken":    {401, challenged(insufficient("%%%")), "", credentials.TokenInvalid, true, ""},
		"role, with claims": {401, challenged(insufficient(standard)), said401("PermissionDenied", "The principal lacks the required data action"), credentials.RoleMissing, false, ""},
		"role": {401, nil, said401("PermissionDenied", "The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation."),
			credentials.RoleMissing, false, ""},
		"role by code":     {401, nil, said401("PermissionDenied", "Principal does not have access."), credentials.RoleMissing, false, ""},
		"role by text":     {401, nil, said401("401", "Principal does not have access to API/Operation."), credentials.RoleMissing, false, ""},
		"key":              {401, nil, said401("401", "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."), credentials.KeyInvalid, true, ""},
		"gateway, key":     {401, nil, `{"statusCode":401,"message":"Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API."}`, credentials.KeyInvalid, true, ""},
		"tenant":           {400, nil, said401("Tenant provided in token does not match resource token", "Token tenant x does not match resource tenant."), credentials.WrongTenant, false, ""},
		"bad request":      {400, nil, said401("BadRequest", "We could not parse the JSON body of your request."), credentials.Accepted, false, ""},
		"public door":      {403, nil, said401("AccessDenied", "Public access is disabled. Please configure private endpoint."), credentials.PublicDoor, false, ""},
		"wrong endpoint":   {403, nil, said401("403", "Traffic is not from an approved private endpoint."), credentials.WrongEndpoint, false, ""},
		"keys off":         {403, nil, said401("AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."), credentials.KeysDisabled, false, ""},
		"suspended":        {403, nil, said401("403", "Your resource has been temporarily blocked because we detected behavior that may violate our content policy."), credentials.Suspended, false, ""},
		"gateway, quota":   {403, nil, `{"statusCode":403,"message":"Token quota is exceeded. Try again in 3 hours."}`, credentials.QuotaSpent, false, ""},
		"403, unknown":     {403, nil, "no JSON", credentials.Refused, false, ""},
		"403 never renews": {403, challenged(insufficient(standard)), "", credentials.Refused, false, ""},
		"200":              {200, nil, said401("PermissionDenied", "public access is disabled"), credentials.Accepted, false, ""},
		"429":              {429, nil, "", credentials.Accepted, false, ""},
		"endless body":     {401, nil, `{"error":{"message":"` + strings.Repeat("x", 17<<10), credentials.TokenInvalid, true, ""},
		"number as code":   {401, nil, `{"error":{"code":401,"message":"Public Access Is Disabled"}}`, credentials.PublicDoor, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict, claims := credentials.Judge(c.status, c.header, []byte(c.body))
			testkit.Equal(t, verdict, c.want)
			testkit.Equal(t, verdict.Renewable(), c.renew)
			testkit.Equal(t, claims.Cleartext(), c.claimed)
		})
	}
	for reply, want := range map[string]struct {
		reply clienttest.Reply
		want  credentials.Verdict
	}{
		"PermissionDenied":     {clienttest.PermissionDenied(), credentials.RoleMissing},
		"Unauthorized":         {clienttest.Unauthorized(), credentials.TokenInvalid},
		"KeysDisabled":         {clienttest.KeysDisabled(), credentials.KeysDisabled},
		"PublicAccessDisabled": {clienttest.PublicAccessDisabled(), credentials.PublicDoor},
		"Throttled":            {clienttest.Throttled(3), credentials.Accepted},
		"ServerError":          {clienttest.ServerError(503), credentials.Accepted},
		"ContentFiltered":      {clienttest.ContentFiltered(), credentials.Accepted},
	} {
		status, header, body := fromFake(want.reply)
		verdict, _ := credentials.Judge(status, header, []byte(body))
		testkit.Equal(t, reply+": "+verdict.String(), reply+": "+want.want.String())
	}
	seen := map[string]bool{}
	for v := credentials.Accepted; v <= credentials.Refused; v++ {
		testkit.True(t, !seen[v.String()] && (v == credentials.Accepted) == (v.Advice() == ""), "each verdict has a name and advice of its own")
		seen[v.String()] = true
	}
}

// A claims challenge is taken in the forms that are known, and nothing is guessed.
func TestClaimsChallenge(t *testing.T) {
	t.Parallel()
	claims := base64.StdEncoding.EncodeToString([]byte(wanted))
	odd := `{"x":"` + strings.Repeat("?>", 3) + `"}`
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"alone":            {[]string{insufficient(claims)}, wanted},
		"lower case":       {[]string{strings.Replace(insufficient(claims), "Bearer", "bearer", 1)}, wanted},
		"after another":    {[]string{`Basic realm="x", ` + insufficient(claims)}, wanted},
		"before another":   {[]string{insufficient(claims) + `, PoP nonce="x"`}, wanted},
		"in its own line":  {[]string{`Basic realm="x"`, insufficient(claims)}, wanted},
		"URL alphabet":     {[]string{insufficient(base64.RawURLEncoding.EncodeToString([]byte(odd)))}, odd},
		"unquoted error":   {[]string{`Bearer error=insufficient_claims, claims="` + claims + `"`}, wanted},
		"two lines":        {[]string{insufficient(claims), insufficient(claims)}, ""},
		"two in one":       {[]string{insufficient(claims) + ", " + insufficient(claims)}, ""},
		"twice":            {[]string{insufficient(claims) + `, claims="e30="`}, ""},
		"other error":      {[]string{strings.Replace(insufficient(claims), "insufficient_claims", "invalid_token", 1)}, ""},
		"other scheme":     {[]string{strings.Replace(insufficient(claims), "Bearer", "PoP", 1)}, ""},
		"no claims":        {[]string{`Bearer error="insufficient_claims"`}, ""},
		"empty":            {[]string{insufficient("")}, ""},
		"no JSON":          {[]string{insufficient(base64.StdEncoding.EncodeToString([]byte("x")))}, ""},
		"no object":        {[]string{insufficient(base64.StdEncoding.EncodeToString([]byte("[1]")))}, ""},
		"empty object":     {[]string{insufficient("e30=")}, ""},
		"half quoted":      {[]string{strings.TrimSuffix(insufficient(claims), `"`)}, ""},
		"no scheme":        {[]string{strings.TrimPrefix(insufficient(claims), "Bearer ")}, ""},
		"backslash":        {[]string{insufficient(claims) + `, x="\"`}, ""},
		"control byte":     {[]string{insufficient(claims) + ", \x01"}, ""},
		"too long":         {[]string{insufficient(claims) + `, x="` + strings.Repeat("x", 9000) + `"`}, ""},
		"many parameters":  {[]string{insufficient(claims) + strings.Repeat(",", 100)}, wanted},
		"nothing":          {nil, ""},
		"empty header":     {[]string{""}, ""},
		"evil places only": {[]string{`Bearer authorization_uri="https://evil.example", resource="https://evil.example"`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdict, got := credentials.Judge(401, http.Header{"Www-Authenticate": c.headers}, nil)
			testkit.Equal(t, got.Cleartext(), c.want)
			testkit.Equal(t, verdict == credentials.ClaimsMissing, c.want != "")
		})
	}
}

// FuzzJudge: no panic, claims only with their verdict, and then they are a JSON object.
func FuzzJudge(f *testing.F) {
	claims := base64.StdEncoding.EncodeToString([]byte(wanted))
	f.Add(401, insufficient(claims), said401("PermissionDenied", "x"))
	f.Add(401, `Basic realm="x", Bearer error=insufficient_claims, claims="e30="`, "{")
	f.Add(403, "", `{"message":"temporarily blocked"}`)
	f.Fuzz(func(t *testing.T, status int, header, body string) {
		verdict, got := credentials.Judge(status, challenged(header), []byte(body))
		testkit.Equal(t, verdict == credentials.ClaimsMissing, !got.IsZero())
		testkit.True(t, !verdict.Renewable() || status == 401, "only a 401 renews")
		var object map[string]any
		testkit.True(t, got.IsZero() || json.Unmarshal([]byte(got.Cleartext()), &object) == nil && len(object) > 0, "an object")
	})
}

func ExampleJudge() {
	verdict, _ := credentials.Judge(401, nil, []byte(`{"error":{"code":"PermissionDenied","message":"..."}}`))
	fmt.Println(verdict, verdict.Renewable())
	fmt.Println(verdict.Advice())
	// Output:
	// role missing false
	// give the identity the role Cognitive Services OpenAI User on the resource; it takes minutes to work
}
