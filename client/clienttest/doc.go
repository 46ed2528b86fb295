// Package clienttest is a fake Azure on this machine, for tests of applications and of
// sallyport itself, in the spirit of net/http/httptest.
//
//	azure := clienttest.New(t, clienttest.Config{})
//	resp, err := azure.Client().Post(azure.Endpoint()+"/openai/v1/chat/completions", ...)
//	azure.Journal().Contains("jane@example.com") // did it leave the application?
//
// # What there is
//
//	name                          lane         where
//	ACCOUNT.openai.azure.com      Model        https, 127.10.N.4, in Prefix
//	the same, from outside        Public       https, 127.20.N.4, same port: 403
//	somebody else's account       Neighbour    https, 127.10.N.8, in Prefix, same port: 403
//	VAULT.vault.azure.net         Vault        https, 127.10.N.5, in Prefix
//	login.microsoftonline.com     Login        https, 127.20.N.10
//	IDENTITY_ENDPOINT and others  AppIdentity  http,  127.10.N.6
//	169.254.169.254:80            Metadata     http,  127.10.N.7
//	DNS                                        UDP and TCP, 127.10.N.1
//
// N is random, so that instances do not meet. The ports are random, and part of the URLs
// that [Azure.Endpoint] and [Azure.VaultURL] return. Where the system lets the process
// listen on port 443 (it is root, or the container allows it), the three https names are
// there too. Elsewhere a URL without a port needs [Azure.Dial], which maps port 443.
// Where only 127.0.0.1 exists, as on macOS, everything is there, and Public and
// Neighbour are missing.
//
// Names are resolved by the DNS server of the fake, or within [Azure.Dial]. Clients that
// do neither find the true Azure, so use [Azure.Client] or give their dialer Dial: it
// refuses each address that is not on this machine.
//
// # What the account answers
//
// POST chat/completions, responses, completions and embeddings, the first three streamed
// too, and GET models, below /openai/v1/ and, with an api-version, below
// /openai/deployments/NAME/. The shapes are those of Azure: filter results for prompt and
// answer, a first chunk without choices, its errors and headers. The default answer
// repeats the last text of the user, cut at random points when streamed.
//
// It wants a token that its own identity endpoints issued for the account, or an API key
// that is in its vault, and says 401 otherwise.
//
// [Azure.Script] plans other answers and faults. [Azure.Journal] has all that arrived.
package clienttest
