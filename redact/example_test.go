package redact_test

import (
	"fmt"

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
	// Write to EMAIL_ADDRESS_r8atnjw770wv5.
	// I wrote to jane@example.com.
}
