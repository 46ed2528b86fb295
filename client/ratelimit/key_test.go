package ratelimit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	keys := map[ratelimit.Key]string{}
	for name, key := range map[string]ratelimit.Key{
		"zero":                        {},
		"row 65: a:b, c":              ratelimit.UserKey("a:b", "c"),
		"row 65: a, b:c":              ratelimit.UserKey("a", "b:c"),
		"ab, c":                       ratelimit.UserKey("ab", "c"),
		"a, bc":                       ratelimit.UserKey("a", "bc"),
		"app a, bc":                   ratelimit.AppKey("a", "bc"),
		"deployment a, bc":            ratelimit.DeploymentKey("a", "bc"),
		"tenant":                      ratelimit.TenantKey("a"),
		"app of a tenant, no name":    ratelimit.AppKey("a", ""),
		"row 65: anonymous of a":      ratelimit.UserKey("a", ""),
		"row 65: anonymous":           ratelimit.UserKey("", ""),
		"row 65: composed":            ratelimit.UserKey("", "\u00e9"),
		"row 65: decomposed":          ratelimit.UserKey("", "e\u0301"),
		"case":                        ratelimit.UserKey("", "E\u0301"),
		"NUL":                         ratelimit.UserKey("a\x00", "b"),
		"NUL in the other":            ratelimit.UserKey("a", "\x00b"),
		"long, longer than the stack": ratelimit.UserKey("a", strings.Repeat("b", 1000)),
		"long by one more":            ratelimit.UserKey("a", strings.Repeat("b", 1001)),
	} {
		if other, ok := keys[key]; ok {
			t.Errorf("%q and %q have the same key", name, other)
		}
		keys[key] = name
	}
	testkit.Equal(t, ratelimit.UserKey("a", "b"), ratelimit.UserKey("a", "b"))
	testkit.Equal(t, ratelimit.DeploymentKey("Contoso.openai.azure.com", "GPT-4o"), ratelimit.DeploymentKey("contoso.openai.azure.com", "gpt-4o"))
}

// Neither a key nor an error tells who is meant.
func TestKeysNameNobody(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	key := ratelimit.UserKey(canaries.Text("tenant"), canaries.Text("user"))
	m := memory(t, ratelimit.Config{})
	_, err := take(m, ratelimit.Charge{Key: key, Requests: 61})
	for _, verb := range []string{"%v", "%s", "%q", "%#v"} {
		said := fmt.Sprintf(verb+" "+verb, key, err)
		testkit.Equal(t, len(canaries.Find([]byte(said))), 0)
		testkit.True(t, strings.Contains(strings.ToLower(said), "user"), said)
	}
}

// FuzzKeys looks for two different callers with the same key.
func FuzzKeys(f *testing.F) {
	f.Add("a:b", "c", "a", "b:c")
	f.Add("", "ab", "ab", "")
	f.Fuzz(func(t *testing.T, t1, u1, t2, u2 string) {
		same := t1 == t2 && u1 == u2
		testkit.Equal(t, ratelimit.UserKey(t1, u1) == ratelimit.UserKey(t2, u2), same)
	})
}
