package redact_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/sallyport-go/sallyport/redact"
)

func ExampleNew() {
	r, err := redact.New(redact.Config{Key: redact.Key("an example of a key: 32 bytes ..")})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Session("tenant 1, conversation 7")
	out, err := s.Redact("Write to jane@example.com.")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out)
	fmt.Println(s.Restore("I wrote to " + out[9:36] + "."))
	// Output:
	// Write to EMAIL_ADDRESS_8bb0v67eerx46.
	// I wrote to jane@example.com.
}

func ExampleSession_Guard() {
	r, err := redact.New(redact.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Session("tenant 1, conversation 8")
	token, err := s.Redact("jane@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	g := s.Guard()
	var shown strings.Builder
	for _, piece := range []string{"Write to ", token[:9], token[9:], " or to joe@", "example.org."} {
		out, err := g.Push(piece)
		if err != nil {
			fmt.Println(err)
			return
		}
		shown.WriteString(out)
	}
	rest, err := g.Flush()
	fmt.Println(shown.String()+rest, err)
	fmt.Println(s.Found())
	// Output:
	// Write to jane@example.com or to j**@*******.***. <nil>
	// [{EMAIL_ADDRESS 1}]
}

func ExampleRedactor_Sessions() {
	ctx := context.Background()
	r, err := redact.New(redact.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	store, err := r.Sessions(redact.SessionsConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	first := r.Session("tenant 1")
	token, err := first.Redact("jane@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	store.Put(ctx, first, "resp_1")

	next, known := store.Continue(ctx, "tenant 1", "resp_1") // previous_response_id
	fmt.Println(next.Restore(token), known)
	// Output: jane@example.com true
}

func ExampleRedactor_Open() {
	key := redact.Key("an example of a key: 32 bytes ..") // from a vault
	r, err := redact.New(redact.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Session("tenant 1")
	token, err := s.Redact("jane@example.com")
	if err != nil {
		fmt.Println(err)
		return
	}
	sealed, err := s.Seal(key)
	if err != nil {
		fmt.Println(err)
		return
	}
	opened, err := r.Open(key, "tenant 1", sealed)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(opened.Restore(token))
	_, err = r.Open(key, "tenant 2", sealed)
	fmt.Println(err)
	// Output:
	// jane@example.com
	// redact: sealed session does not open: not of this key and scope, or changed
}

func ExampleSession_RedactAll() {
	r, err := redact.New(redact.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := r.Session("tenant 1")
	_, err = s.RedactAll(context.Background(), []redact.Input{
		{Text: "Be brief.", Origin: redact.System},
		{Text: "-----BEGIN " + "PRIVATE KEY-----\nMIIBVQ=="},
	})
	fmt.Println(err)
	// Output: redact: a value of a refused kind: PRIVATE_KEY
}
