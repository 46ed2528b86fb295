// Package client assembles sallyport: one guarded way from an application to Azure OpenAI.
//
// [New] takes a [Config], whose zero fields are the strict settings, and returns a
// [Client]. Give [Client.HTTPClient] and [Client.BaseURL] to an SDK, or use client/openaiv3
// for the official one. The package holds no logic of its own: it builds the parts, puts
// them into one order and wires them together. That order is a single slice literal, in
// pipeline.go; [Client.Pipeline] tells it.
//
// # Lanes
//
// Each kind of destination has a transport and a guard of its own, and nothing else:
//
//	lane        hosts                                  addresses               carries
//	model       the endpoint                           private, proved         prompts, answers
//	vault       the key vault, if one is used          private, proved         the key
//	login       Entra, if a workload identity is used  public, by name         a signed assertion
//	identity    the machine's token endpoint           loopback, link-local    tokens
//
// No lane reads a proxy from the environment or follows a redirect.
package client
