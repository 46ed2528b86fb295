// Package credentials gives a process the identity of the machine it runs on, so that no
// secret stands in its configuration or its environment.
//
//	Config ──► Detect the platform ──► one credential of azidentity, built explicitly
//	                                        │
//	GetToken ──► cell: fresh? ──yes──► the token
//	              │ no: one caller at a time
//	              ▼
//	           azidentity ──► fence: is the host on the list? ──► Config.Transport
//	              │
//	              ▼
//	           Guard, if there is one
//	              │
//	              ▼
//	           a token, or an error made here that quotes nothing of the answer
//
// # What it keeps away
//
//   - Chains. DefaultAzureCredential tries whatever the environment offers: a stray
//     AZURE_CLIENT_SECRET wins over the identity of the machine. [New] builds exactly one
//     credential and says which ([Credential.Platform]).
//   - Other transports. The default of azidentity follows redirects and honours
//     HTTP_PROXY, so that a proxy is handed the identity header. Config.Transport is
//     required, and a request to a host that is not in [Endpoints] is not sent.
//   - The environment as a signpost. AZURE_AUTHORITY_HOST has no effect, because the cloud
//     is always set. IDENTITY_ENDPOINT, MSI_ENDPOINT and IMDS_ENDPOINT may only name this
//     machine; AZURE_REGIONAL_AUTHORITY_NAME is refused.
//   - Long waits. A machine off Azure fails in seconds with advice instead of after the
//     97 seconds that azidentity would try.
//   - Loose tongues. The errors of azidentity quote the whole answer of the identity
//     endpoint. They stop here; see [TokenError].
//
// # Tokens
//
// A token is renewed ahead of its end, at a moment that differs between replicas, and past
// the cache of MSAL, which would hand out the old one. While that fails the old one serves
// to its end, and an endpoint that names a wait gets it. When a service takes a token no
// more, [Judge] says what its answer means and [Credential.Reject] gets another one, where
// that can help: a missing role comes as a 401 too, and is no reason to ask again.
//
// A [Guard] finds tokens of the wrong tenant, stage or kind before they are used. It reads
// what a token says of itself, so it is a guard against mistakes and proves nothing.
//
// [OnBehalfOf] makes the calls of a context with the token of a user, if Config.Users lets
// it. Only the calls: the library's own requests stay those of the application.
//
// # Static secrets
//
// [StaticSecrets] names the secrets that stand in the environment. [Secret] holds a value
// that cannot be printed. [KeySource] is what the pipeline asks for an API key where a key
// must be: package keyvault reads it from a vault, [StaticKey] holds one from a
// configuration and needs a waiver.
//
// Sources: Microsoft Learn, "How managed identities for Azure resources work" and
// "Workload identity federation", azidentity v1.15.0; all as of 2026-11-23.
package credentials
