package clienttest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sallyport-go/sallyport/client/clienttest"
)

// A program asks the fake as it would ask Azure, with a token and over TLS.
func Example() {
	azure, err := clienttest.Start(clienttest.Config{}) // in a test: clienttest.New(t, ...)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer azure.Close()

	fmt.Println(ask(azure, "My name is Jane."))

	arrived := azure.Journal().On(clienttest.Model)
	fmt.Println(len(arrived), arrived[0].Method, arrived[0].Path)
	fmt.Println("the name left the program:", azure.Journal().Contains("Jane"))
	// Output:
	// 200 You wrote: My name is Jane.
	// 1 POST /openai/v1/chat/completions
	// the name left the program: true
}

// The next requests meet a full quota and a slow day; the third is answered as usual.
func ExampleAzure_Script() {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer azure.Close()

	azure.Script(clienttest.Model, clienttest.Throttled(20), clienttest.ServerError(503))
	for range 3 {
		fmt.Println(ask(azure, "Hello!"))
	}
	// Output:
	// 429
	// 503
	// 200 You wrote: Hello!
}

// The private DNS zone is not linked to the network: names lead to the public address,
// where the account refuses to talk.
func ExampleAzure_Unlink() {
	azure, err := clienttest.Start(clienttest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer azure.Close()

	azure.Unlink()
	fmt.Println(ask(azure, "Hello!"))
	fmt.Println(azure.Requests(clienttest.Model), azure.Requests(clienttest.Public))
	// Output:
	// 403
	// 0 1
}

// ask is a small application.
func ask(azure *clienttest.Azure, text string) string {
	prompt, _ := json.Marshal(text)
	body := strings.NewReader(`{"model":"gpt-4o","messages":[{"role":"user","content":` + string(prompt) + `}]}`)
	req, _ := http.NewRequest(http.MethodPost, azure.Endpoint()+"/openai/v1/chat/completions", body)
	req.Header.Set("Authorization", "Bearer "+azure.Token("https://cognitiveservices.azure.com"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := azure.Client().Do(req)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	var answer struct {
		Choices []struct{ Message struct{ Content string } }
	}
	data, _ := io.ReadAll(resp.Body)
	_ = json.Unmarshal(data, &answer)
	said := fmt.Sprint(resp.StatusCode)
	for _, choice := range answer.Choices {
		said += " " + choice.Message.Content
	}
	return said
}
