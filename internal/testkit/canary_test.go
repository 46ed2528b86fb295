package testkit_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestCanaryForms(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	random := set.Text("prompt")
	mail := "jane+x@" + "example.com"
	set.Add("mail", mail)
	quoted, err := json.Marshal(map[string]string{"a": `she said "` + mail + `" & left`})
	testkit.NoError(t, err)
	twice, err := json.Marshal(map[string]string{"arguments": string(quoted)})
	testkit.NoError(t, err)
	sum := sha256.Sum256([]byte(mail))

	for name, test := range map[string]struct {
		data string
		want string // empty: nothing is found
	}{
		"nothing":          {"a line of log", ""},
		"another random":   {testkit.Canaries().Text("prompt"), ""},
		"plain":            {"x" + random + "y", "prompt as plain"},
		"upper case":       {strings.ToUpper(random), "prompt as plain"},
		"cut at the end":   {random[:len(random)-5], "prompt as part"},
		"cut at the start": {random[20:], "prompt as part"},
		"hex":              {hex.EncodeToString([]byte("ab" + mail)), "mail as hex"},
		"upper hex":        {strings.ToUpper(hex.EncodeToString([]byte(mail))), "mail as hex"},
		"base64":           {base64.StdEncoding.EncodeToString([]byte(mail)), "mail as base64"},
		"base64 shifted 1": {base64.StdEncoding.EncodeToString([]byte("\xff" + mail + "\xff")), "mail as base64"},
		"base64 shifted 2": {base64.URLEncoding.EncodeToString([]byte("\xff\xfe" + mail + "~")), "mail as base64"},
		"url":              {"https://host/?q=" + url.QueryEscape(mail), "mail as plain, escaped"},
		"url twice":        {url.QueryEscape(url.QueryEscape(mail)), "mail as plain, escaped"},
		"every character":  {percent(mail), "mail as plain, escaped"},
		"json":             {string(quoted), "mail as plain"},
		"json in json":     {string(twice), "mail as plain"},
		"json escapes":     {`{"a":"` + unicode(mail) + `"}`, "mail as plain, escaped"},
		"SHA-256 in hex":   {fmt.Sprintf("%X", sum), "mail as SHA-256"},
		"SHA-256 base64":   {base64.RawURLEncoding.EncodeToString(sum[:]), "mail as SHA-256"},
		"SHA-256 bytes":    {string(sum[:]), "mail as SHA-256"},
		"broken escapes":   {`% %4 %zz \ \u00 \uzzzz \`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := set.Find([]byte(test.data))
			if test.want == "" {
				testkit.DeepEqual(t, found, []string(nil))
				return
			}
			testkit.True(t, len(found) > 0 && strings.Contains(strings.Join(found, "\n"), test.want), fmt.Sprintf("%q is found, got %q", test.want, found))
		})
	}
}

func TestCanarySet(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	token := set.Text("token")
	testkit.Equal(t, set.Text("token"), token)
	testkit.True(t, strings.HasPrefix(token, "canary-token-"), "a canary says what it is")
	set.Add("short", "short")
	testkit.DeepEqual(t, set.Find([]byte("short")), []string(nil))
	testkit.DeepEqual(t, set.Find([]byte(token+" "+token)), []string{"token as part", "token as plain"})
}

// Any text is found again in any base64 text around it.
func FuzzCanaryBase64(f *testing.F) {
	f.Add("canary", []byte("before"), []byte("after"))
	f.Add("naïve text", []byte{}, []byte{0xff})
	f.Fuzz(func(t *testing.T, text string, before, after []byte) {
		if len(text) < 6 {
			t.Skip()
		}
		set := testkit.Canaries()
		set.Add("any", text)
		encoded := base64.StdEncoding.EncodeToString(bytes.Join([][]byte{before, []byte(text), after}, nil))
		if set.Find([]byte(encoded)) == nil {
			t.Errorf("%q is not found in %q", text, encoded)
		}
	})
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func unicode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\u%04x`, s[i])
	}
	return b.String()
}
