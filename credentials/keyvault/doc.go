// Package keyvault reads an API key from Azure Key Vault and keeps up with its rotation.
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
// seconds apart, failed ones too. A secret that the vault calls disabled or missing is
// given up at once.
//
// # The challenge
//
// A vault answers the first request with 401 and says in WWW-Authenticate for which tenant
// and resource it wants a token. azsecrets v1.5.1 believes it: it panics when the
// authorization has no tenant, accepts any authority, and compares the resource with the
// host and port of the vault, so that a vault on another port than 443 never matches. So
// every challenge is read here first, by the rules of [ErrChallenge], and what azsecrets
// gets to see is a header written by this package. Its own check is off, because this one
// is narrower.
//
// # Errors
//
// The errors of azsecrets quote the vault's whole answer, name of the secret included.
// They stop here; see [Error].
//
// Sources: Microsoft Learn, "Authentication, requests and responses" (Key Vault,
// 2025-11) and "Azure Key Vault REST API error codes", as of 2026-11-23.
package keyvault
