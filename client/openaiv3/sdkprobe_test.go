package openaiv3_test

import (
	"bytes"
	"errors"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
)

// The probes. Words is no constant, id or model; each of the others is what one class of
// structure looks like.
const (
	words    = "Ann Lee, ann@example.com"
	constant = "canary"
	model    = "Canary-4.1"
	ident    = "call_CanarY"
	base     = "Q2FuYXJ5+/=="
	number   = "1764000000"
)

// An asker asks wire about a document. The texts stand in the bytes that it returns.
type asker func(doc []byte) (body []byte, found []wire.Text, err error)

// ask says what wire takes the leaf for. Words must be found wherever the leaf is: if they
// are not, lost is true.
func (ask asker) ask(l *leaf) (outcome string, lost bool) {
	quote := func(probe string) string { return `"` + probe + `"` }
	switch l.kind {
	case "constant", "other":
		return ask.stranger(l), false
	case "number":
		if text, err := ask.find(l.document(number), number); err == nil && text != nil {
			return "searched" + ask.stranger(l), false
		}
		return ask.stranger(l), false
	}
	text, err := ask.find(l.document(quote(words)), words)
	switch {
	case err != nil:
		return "refused " + codeOf(err), false
	case text == nil:
		return "LOST", true
	}
	var hides []string
	for _, class := range []struct{ name, probe string }{{"model", model}, {"id", ident}, {"base64", base}, {"constant", constant}} {
		if found, err := ask.find(l.document(quote(class.probe)), class.probe); err == nil && found == nil {
			hides = append(hides, class.name)
		}
	}
	return describe(text) + classes(hides) + ask.stranger(l), false
}

// stranger says that wire does not know the member that the leaf is in: its name is
// searched as if an application had made it up.
func (ask asker) stranger(l *leaf) string {
	name := l.path[strings.LastIndexAny(l.path, ".)")+1:]
	name = strings.TrimRight(name, "[]{}")
	if l.kind == "key" || name == "" || strings.HasSuffix(l.path, "}") {
		return ""
	}
	if text, err := ask.find(l.document("null"), name); err == nil && text != nil {
		return ", unknown member"
	}
	return ""
}

// classes says what a string may be without being searched.
func classes(hides []string) string {
	switch strings.Join(hides, " ") {
	case "":
		return ""
	case "model id constant":
		return ", unless a model"
	case "id":
		return ", unless an id"
	case "constant":
		return ", unless a constant"
	case "id base64 constant", "base64 constant":
		return ", unless base64"
	default:
		return ", unless " + strings.Join(hides, " or ")
	}
}

func describe(t *wire.Text) string {
	parts := []string{t.Kind.String()}
	if t.Role != wire.NoRole {
		parts = append(parts, t.Role.String())
	}
	if t.Tool {
		parts = append(parts, "tool")
	}
	if t.Piece {
		parts = append(parts, "piece")
	}
	if t.Again {
		parts = append(parts, "again")
	}
	return strings.Join(parts, " ")
}

func (ask asker) find(doc, probe string) (*wire.Text, error) {
	body, found, err := ask([]byte(doc))
	if err != nil {
		return nil, err
	}
	for i := range found {
		if bytes.Equal(body[found[i].Start:found[i].End], []byte(probe)) {
			return &found[i], nil
		}
	}
	return nil, nil
}

func codeOf(err error) string {
	var fault *wire.Error
	if errors.As(err, &fault) {
		return string(fault.Code)
	}
	return "untyped"
}
