package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A value that is restored into JSON must not end the string that it stands in, for any
// cut of the text.
func TestRestorerFuncEmbeds(t *testing.T) {
	t.Parallel()
	session := newSession(t, redact.Config{Actions: map[detect.Kind]redact.Action{detect.PrivateKey: redact.Replace}}, "")
	value := "-----BEGIN " + "PRIVATE KEY-----\nMIIBVQIBADANBgkq\n-----END " + "PRIVATE KEY-----"
	token, err := session.Redact(value)
	testkit.NoError(t, err)
	text := `{"note":"` + token + `"}`
	embed := func(v string) string {
		quoted, err := json.Marshal(v)
		testkit.NoError(t, err)
		return strings.Trim(string(quoted), `"`)
	}
	for cut := range text {
		restorer := session.RestorerFunc(embed)
		got := restorer.Push(text[:cut]) + restorer.Push(text[cut:]) + restorer.Flush()
		var note struct{ Note string }
		testkit.NoError(t, json.Unmarshal([]byte(got), &note))
		testkit.Equal(t, note.Note, value)
	}
	plain := session.RestorerFunc(nil)
	testkit.Equal(t, plain.Push(token)+plain.Flush(), value)
}
