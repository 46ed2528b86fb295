// Package keyvault reads keys and certificates from Azure Key Vault and keeps up with their
// rotation. [Source] is one key, [Secrets] are many, [Certificates] is a certificate.
//
//	Key ──► cell: fresh? ──yes──► the key
//	         │ no: one caller at a time
//	         ▼
//	      azsecrets ──► fence: is it the vault? ──► Config.Transport ──► the vault
//	         │                                                             │
//	         │          challenge: checked and written anew ◄──────────────┘ 401
//	         ▼
//	      version, enabled, nbf, exp: checked ──► the key, or an error made here
//
// The secret is read without a version, so that the newest one comes. A key is good for
// Config.TTL, and never past the expiry that the vault gives; it is fetched anew at about
// four fifths of the TTL, or five minutes before the expiry. Fetches are at least thirty
// seconds apart, failed ones too, and a wait that the vault names is kept, also above the
// sixty seconds that azcore obeys. While the vault is away the key serves until its time is
// over; then the error is also [ErrStale]. A secret that the vault calls disabled, expired
// or missing is given up at once.
//
// What a service rejects is read anew ([Source.Reject]), once for all who saw it rejected.
// A [credentials.Key] is a value: who holds the version before keeps it.
//
// [Facts] is what each read tells about the secret and its vault, soft delete and purge
// protection among it, without any other right. A [Notice] tells of each new version and
// of each read that failed.
//
// # The challenge
//
// A vault answers the first request with 401 and says in WWW-Authenticate for which tenant
// and resource it wants a token. azsecrets v1.5.1 believes most of it: it panics when the
// authorization has no tenant, and accepts any authority. So every challenge is read here
// first, by the rules of [ErrChallenge], and what azsecrets gets to see is a header written
// by this package. Its own check, of the resource, is on: it is the second wall. As it
// compares the resource with host and port of the vault, azsecrets knows the vault by a
// name without one, and the port is put in below.
//
// # Errors
//
// The errors of azsecrets quote the vault's whole answer, name of the secret included.
// They stop here; see [Error].
//
// Sources: Microsoft Learn, "Authentication, requests and responses" (Key Vault,
// 2025-11) and "Azure Key Vault REST API error codes", as of 2026-11-23.
package keyvault
