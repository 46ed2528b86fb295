package openaiv3_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/client/policy"
)

// The hello world of the README, against a fake Azure on this machine.
func ExampleNew() {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer azure.Close()

	c, err := client.New(configFor(azure)) // an application says client.Config{Endpoint: "https://..."}
	if err != nil {
		log.Fatal(err) // every fault of the configuration, at once
	}
	defer c.Close()

	ai := openaiv3.New(c) // the official SDK's client
	answer, err := ai.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    "gpt-4o", // the name of your deployment
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Write to jane@example.com that we are late.")},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)

	sent := string(azure.Journal().Bodies(clienttest.Model)[0])
	fmt.Println("left the process:", strings.Contains(sent, "jane@example.com"))
	// Output:
	// You wrote: Write to jane@example.com that we are late.
	// left the process: false
}

// A refusal has a code, which errors.As finds through the SDK.
func ExampleNew_refusal() {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer azure.Close()
	azure.Unlink() // the private DNS zone is gone: the name leads to a public address

	c, err := client.New(configFor(azure))
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	ai := openaiv3.New(c)
	_, err = ai.Chat.Completions.New(context.Background(), question("Hello"))
	var refusal *policy.RefusalError
	if errors.As(err, &refusal) {
		fmt.Println(refusal.Code)
	}
	// Output: private_endpoint_violation
}
