package credentials_test

import (
	"bytes"
	"encoding/gob"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestSecretIsNotPrinted(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	secret := credentials.NewSecret(canaries.Text("key"))
	key := credentials.Key{Value: secret, Version: "v"}
	type private struct{ s credentials.Secret }
	for name, value := range map[string]any{
		"secret":         secret,
		"pointer":        &secret,
		"key":            key,
		"key pointer":    &key,
		"slice":          []credentials.Secret{secret},
		"map":            map[string]credentials.Secret{"k": secret},
		"map key":        map[credentials.Secret]string{secret: "v"},
		"private field":  private{secret},
		"deep":           &[]*private{{secret}},
		"static source":  credentials.StaticKey(secret),
		"any":            struct{ V any }{secret},
		"error argument": fmt.Errorf("with %v", secret),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.DeepEqual(t, canaries.Find([]byte(said(value))), []string(nil))
		})
	}
	t.Run("gob and xml", func(t *testing.T) {
		t.Parallel()
		var b bytes.Buffer
		testkit.NoError(t, gob.NewEncoder(&b).Encode(secret))
		type document struct{ S credentials.Secret }
		data, err := xml.Marshal(document{secret})
		testkit.NoError(t, err)
		testkit.DeepEqual(t, canaries.Find(append(b.Bytes(), data...)), []string(nil))
	})
}

func TestSecretKeepsItsText(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, credentials.NewSecret("abc").Cleartext(), "abc")
	testkit.Equal(t, credentials.Secret{}.Cleartext(), "")
	testkit.True(t, credentials.Secret{}.IsZero() && credentials.NewSecret("").IsZero(), "empty is zero")
	testkit.True(t, credentials.NewSecret("a").Equal(credentials.NewSecret("a")), "equal text is equal")
	testkit.True(t, !credentials.NewSecret("a").Equal(credentials.NewSecret("b")), "other text is not")
	testkit.True(t, !credentials.NewSecret("a").Equal(credentials.Secret{}), "empty is not")
}

func TestStaticKey(t *testing.T) {
	t.Parallel()
	source := credentials.StaticKey(credentials.NewSecret("k"))
	source.Reject(t.Context(), credentials.Key{})
	key, err := source.Key(t.Context())
	testkit.NoError(t, err)
	testkit.Equal(t, key.Value.Cleartext(), "k")

	_, err = credentials.StaticKey(credentials.Secret{}).Key(t.Context())
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
}

func ExampleNewSecret() {
	secret := credentials.NewSecret("do not tell")
	fmt.Printf("%s %v %+v %q\n", secret, secret, credentials.Key{Value: secret, Version: "3f"}, secret)
	// Output: REDACTED REDACTED {Value:REDACTED Version:3f} REDACTED
}

func ExampleStaticKey() {
	source := credentials.StaticKey(credentials.NewSecret("do not tell"))
	fmt.Println(source)
	// Output: REDACTED
}
