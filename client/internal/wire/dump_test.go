package wire_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// dump lists texts as KIND ROLE CONTENTS, with a + after the kind of a piece.
func dump(body []byte, found []wire.Text) []string {
	var lines []string
	for _, t := range found {
		plus := ""
		if t.Piece {
			plus = "+"
		}
		lines = append(lines, fmt.Sprintf("%v%s %v %s", t.Kind, plus, t.Role, body[t.Start:t.End]))
	}
	return lines
}

func wantCode(t *testing.T, err error, code event.Code) {
	t.Helper()
	var fault *wire.Error
	if !errors.As(err, &fault) {
		t.Fatalf("not an *Error: %v", err)
	}
	testkit.Equal(t, fault.Code, code)
}

func post(op wire.Operation) wire.Route {
	streams := op == wire.Chat || op == wire.Completions || op == wire.Responses
	return wire.Route{Operation: op, Body: wire.JSONBody, Streams: streams}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	testkit.NoError(t, err)
	return u
}

// sealed is what something that the service has encrypted looks like.
var sealed = strings.Repeat("gAAAAAB-", 16)
