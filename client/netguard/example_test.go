package netguard_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/sallyport-go/sallyport/client/netguard"
)

// fixed is a Resolver with one answer: the chain is there, the address is not private,
// as when the private zone falls back to the internet.
type fixed struct{ addr string }

func (f fixed) Lookup(context.Context, string) (netguard.Answer, error) {
	return netguard.Answer{Server: netguard.Server{Addr: "10.0.0.2:53", Proto: "udp"}, A: []netguard.Record{
		{Owner: "contoso.openai.azure.com", Target: "contoso.privatelink.openai.azure.com"},
		{Owner: "contoso.privatelink.openai.azure.com", Addr: netip.MustParseAddr(f.addr)},
	}}, nil
}

func ExampleNew() {
	guard, err := netguard.New(netguard.Config{Hosts: []string{"contoso.openai.azure.com"}, Resolver: fixed{"10.1.0.4"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	evidence, err := guard.Verify(context.Background(), "contoso.openai.azure.com")
	fmt.Println(evidence, err)
	// Output: contoso.openai.azure.com: pass at chain (private lane, strict) -> contoso.privatelink.openai.azure.com = 10.1.0.4 private by addr.allowed_prefix 10.0.0.0/8; resolver 10.0.0.2:53/udp <nil>
}

func ExampleGuard_Verify_refused() {
	guard, err := netguard.New(netguard.Config{Hosts: []string{"contoso.openai.azure.com"}, Resolver: fixed{"20.1.2.3"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = guard.Verify(context.Background(), "contoso.openai.azure.com")
	fmt.Println(errors.Is(err, netguard.ErrPublicAddress), netguard.Code(err))
	// Output: true private_endpoint_violation
}
