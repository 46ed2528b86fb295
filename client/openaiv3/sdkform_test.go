package openaiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"slices"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// fileMark is the name of the one member of an object that stands for a file of a form.
const fileMark = "$file"

// formOf writes a document as the form that the SDK makes of it: a[b] for the members of an
// object, a[] for the elements of a list (openai-go v3.96.0, internal/apiform).
func formOf(t *testing.T, doc []byte) (body []byte, boundary string) {
	t.Helper()
	var root any
	testkit.NoError(t, json.Unmarshal(doc, &root))
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	writeField(t, w, "", root)
	testkit.NoError(t, w.Close())
	return buf.Bytes(), w.Boundary()
}

func writeField(t *testing.T, w *multipart.Writer, name string, value any) {
	t.Helper()
	switch v := value.(type) {
	case map[string]any:
		if content, ok := v[fileMark]; ok {
			part, err := w.CreateFormFile(name, "a.bin")
			testkit.NoError(t, err)
			_, err = fmt.Fprint(part, content)
			testkit.NoError(t, err)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			inner := key
			if name != "" {
				inner = name + "[" + key + "]"
			}
			writeField(t, w, inner, v[key])
		}
	case []any:
		for _, element := range v {
			writeField(t, w, name+"[]", element)
		}
	case nil:
		testkit.NoError(t, w.WriteField(name, ""))
	case float64:
		testkit.NoError(t, w.WriteField(name, fmt.Sprintf("%.0f", v)))
	default:
		testkit.NoError(t, w.WriteField(name, fmt.Sprint(v)))
	}
}
