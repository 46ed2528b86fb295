package detect_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// escaped writes every character of text in a form.
func escaped(text, form string) string {
	var b strings.Builder
	for _, c := range text {
		fmt.Fprintf(&b, form, c)
	}
	return b.String()
}

// A value inside of an encoded run hides the run, one level deep.
func TestDecoded(t *testing.T) {
	t.Parallel()
	for value, kind := range map[string]detect.Kind{
		"jane.doe@example.com is it":  detect.EmailAddress,
		"my card 4111 1111 1111 1111": detect.CreditCard,
		"DE89370400440532013000 DE 1": detect.IBANCode,
		"password=hunter2hunter2":     detect.Secret,
	} {
		std, raw := base64.StdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value))
		for _, run := range []string{std, raw, hex.EncodeToString([]byte(value))} {
			text := "see (" + run + ")"
			testkit.DeepEqual(t, found(text, detect.Find(nil, text, detect.All())), []string{string(kind) + " " + run})
		}
		twice := base64.StdEncoding.EncodeToString([]byte(std))
		testkit.Equal(t, len(detect.Find(nil, twice, detect.Of(kind))), 0)
		image := "data:image/png;base64," + std
		testkit.Equal(t, len(detect.Find(nil, image, detect.Of(kind))), 0)
	}
}

// Escapes are looked through, and a finding covers what was written, no more.
func TestEscaped(t *testing.T) {
	t.Parallel()
	for value, kind := range map[string]detect.Kind{
		"jane@example.com": detect.EmailAddress, "4111 1111 1111 1111": detect.CreditCard, "+41 44 668 18 00": detect.PhoneNumber,
	} {
		for _, run := range []string{
			url.PathEscape(strings.Replace(value, "@", "%40", 1)), url.PathEscape(value), escaped(value, "%%%02x"),
			escaped(value, "&#%d;"), escaped(value, "&#x%X;"), escaped(value, `\u%04x`), strings.ReplaceAll(value, "1", `\u0031`),
			strings.ReplaceAll(strings.ReplaceAll(value, " ", "&nbsp;"), "@", "&commat;"),
		} {
			if strings.Contains(run, "%25") {
				continue // two levels
			}
			text := "https://example.com/?q=" + run + "&z=1 end"
			if strings.Contains(run, " ") {
				text = "q: " + run + " end"
			}
			testkit.DeepEqual(t, found(text, detect.Find(nil, text, detect.Of(kind))), []string{string(kind) + " " + run})
		}
	}
	mixed := "jane%40example.com &#106;ane&#64;example.com " + `\u006aane@example.com`
	testkit.DeepEqual(t, found(mixed, detect.Find(nil, mixed, detect.All())), []string{
		"EMAIL_ADDRESS jane%40example.com", "EMAIL_ADDRESS &#106;ane&#64;example.com", `EMAIL_ADDRESS \u006aane@example.com`,
	})
	for _, text := range []string{"100% of 5%, a & b &#; \\u12 \\user &nothing; %zz", html.EscapeString("a < b & c")} {
		testkit.Equal(t, len(detect.Find(nil, text, detect.All())), 0)
	}
}

// The name of a field counts as if it stood before the text.
func TestFindField(t *testing.T) {
	t.Parallel()
	for _, v := range []struct{ name, text, want string }{
		{"phone", "4155552671", "PHONE_NUMBER 4155552671"},
		{"nhsNumber", "943 476 5919", "UK_NHS 943 476 5919"},
		{"password", "hunter2", "SECRET hunter2"},
		{"user_password", "correct horse 1", "SECRET correct horse 1"},
		{"client_secret", "q7Kx" + "31vBnm82LwPz", "SECRET q7Kx" + "31vBnm82LwPz"},
		{"Authorization", "Bearer " + "q7Kx31vBnm82LwPz", "AUTHORIZATION q7Kx31vBnm82LwPz"},
		{"last_name", "Doe", "PERSON Doe"},
		{"lastName", "Doe", "PERSON Doe"},
		{"name", "Jane Doe", "PERSON Jane Doe"},
		{"bic", "DEUTDEFF", "BIC_CODE DEUTDEFF"},
		{"cvv", "123", "CARD_SECURITY_CODE 123"},
		{"birth_date", "1980-03-12", "DATE_OF_BIRTH 1980-03-12"},
		{"age", "45", "AGE 45"},
		{"zip", "94105", "POSTCODE 94105"},
		{"order", "4155552671", ""},
		{"name", "gpt-4o", ""},
		{"token_count", "12345678", ""},
		{"password", "${PASSWORD}", ""},
		{"phone", "order number 4155552671", ""},
	} {
		want := []string{v.want}
		if v.want == "" {
			want = nil
		}
		testkit.DeepEqual(t, found(v.text, detect.FindField(nil, v.name, v.text, detect.All())), want)
	}
}

// The two kinds that are not in All are found if they are asked for.
func TestOptional(t *testing.T) {
	t.Parallel()
	text := "On 2026-11-24 and 24 November 2026 at https://example.com/jane?x=1."
	testkit.Equal(t, len(detect.Find(nil, text, detect.All())), 0)
	testkit.DeepEqual(t, found(text, detect.Find(nil, text, detect.HIPAA())), []string{
		"DATE_TIME 2026-11-24", "DATE_TIME 24 November 2026", "URL https://example.com/jane?x=1",
	})
}

func TestGroups(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]struct {
		set     detect.Set
		in, out []detect.Kind
	}{
		"secrets": {detect.Secrets(), []detect.Kind{detect.JWT, detect.AzureKey, detect.AnthropicKey}, []detect.Kind{detect.EmailAddress, detect.Person}},
		"hipaa":   {detect.HIPAA(), []detect.Kind{detect.DateTime, detect.URL, detect.USMBI, detect.VIN, detect.MedicalRecord, detect.JWT, detect.Age}, []detect.Kind{detect.SGNRIC}},
		"gdpr":    {detect.GDPR(), []detect.Kind{detect.FRNIR, detect.EmailAddress, detect.ITFiscalCode, detect.JWT, detect.Person}, []detect.Kind{detect.DateTime, detect.BRCPF}},
		"swiss":   {detect.Swiss(), []detect.Kind{detect.CHAHV, detect.CHUID, detect.PhoneNumber, detect.JWT}, []detect.Kind{detect.FRNIR, detect.DateTime}},
		"all":     {detect.All(), []detect.Kind{detect.CHUID, detect.Person, detect.JWT}, []detect.Kind{detect.DateTime, detect.URL}},
	} {
		for _, k := range g.in {
			testkit.True(t, g.set.Has(k), name+" has "+string(k))
		}
		for _, k := range g.out {
			testkit.True(t, !g.set.Has(k), name+" has no "+string(k))
		}
	}
}
