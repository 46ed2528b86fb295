// Package netguard proves, while dialling, that an endpoint is private.
//
// A [Guard] resolves the name itself, judges every address of the answer against an
// allow list, demands the chain by which Azure announces a private endpoint, and dials
// the very address that it has judged. Nothing can change in between: there is one
// lookup per connection, and no other code resolves the name again.
//
//	DialContext(host:port)
//	   │ host and port are on the list, the mode takes the host  else ErrHost
//	   │ A and AAAA, one socket, both answered ................ else ErrResolve
//	   │ every owner, class and link belongs to the name ...... else ErrChain
//	   │ every address is judged, one bad one condemns all:
//	   │     hard deny  (link-local, platform, loopback, embedded IPv4, multicast) ErrDenied
//	   │     public ............................................ ErrPublicAddress
//	   │     not on the allow list ............................. ErrOutsidePrefixes
//	   │ strict mode: host ─CNAME─► same label + private zone . else ErrChain
//	   │ dial the literal; judge again in ControlContext ...... else ErrConnect
//	   ▼ the peer's address is the dialled one ................ else ErrConnect
//	net.Conn with Evidence
//
// # Levels
//
// [Evidence] says how far the proof went: address, chain, connect by the guard; service by
// the layer that asks the service without a credential and has [JudgeService] judge the
// answer; control plane by the one that asks Resource Manager, see [JudgeControlPlane].
// What is unknown is never a pass. [Evidence.Report] tells people what failed and what to
// do about it, and as JSON it is a record for machines.
//
// # What the chain proves
//
// Azure answers for contoso.openai.azure.com with a CNAME to
// contoso.privatelink.openai.azure.com as soon as any private endpoint exists, also for
// those who ask from outside; so the chain alone proves nothing, and neither does a
// private address alone. Together they show that the private zone is linked to this
// network and has the record (Microsoft Learn, "Azure Private Endpoint private DNS zone
// values", revised 2026-07-16). A zone link with fallback to internet
// (resolutionPolicy NxDomainRedirect, API 2024-06-01) gives the chain with a public
// address when the record is missing: that is ErrPublicAddress with Chain set.
//
// What netguard cannot see: address translation below connect, and whether the endpoint
// behind a private address belongs to the expected resource. The certificate, the Host
// header and the service's own answer decide that.
package netguard
