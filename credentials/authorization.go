package credentials

import (
	"net/http"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// An Authorization is a token in the form of the header field that carries it. Like a
// [Secret] it cannot be printed, logged or marshalled. The zero Authorization is none. It
// is immutable and safe for concurrent use.
type Authorization struct {
	Secret

	// A function, because fmt with the wrong verb follows a pointer to a slice.
	field func() []string
}

func newAuthorization(token string) Authorization {
	text := "Bearer " + token // RFC 6750, section 2.1
	field := []string{text}
	return Authorization{NewSecret(text), func() []string { return field }}
}

// Field is the value for the header Authorization, "Bearer" included. It is shared by all
// who hold the token: attach it to a header, and change nothing in it.
func (a Authorization) Field() []string {
	if a.field == nil {
		return nil
	}
	return a.field()
}

// Attach puts the token, alone, into a header.
func (a Authorization) Attach(h http.Header) {
	if a.field != nil {
		h["Authorization"] = a.field()
	}
}

// held is a token with what it looks like in a header.
type held struct {
	token         azcore.AccessToken
	authorization Authorization
}

func hold(token azcore.AccessToken) held {
	return held{token, newAuthorization(token.Token)}
}
