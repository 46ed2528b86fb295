package netguard

import (
	"encoding/json"
	"net/netip"
	"time"
)

// Evidence is the record of one proof. It holds no secret: names, addresses, verdicts and
// times alone, so that it may be kept and shown.
//
// It is about one moment: the next connection needs its own, and one that was kept is a
// hint at best. The zero Evidence proves nothing. A guard fills all but TLS, Service and
// ARM, which are for the layers above. It may be copied; what it points to is shared and
// must not be changed.
type Evidence struct {
	// Host is the endpoint.
	Host string `json:"endpoint"`
	Lane Lane   `json:"lane"`
	Mode Mode   `json:"mode"`
	// Level is the highest one that was proved, also where a demand above it failed.
	Level Level `json:"level"`
	// Verdict is on all that was asked for. Level says how far a pass goes.
	Verdict Verdict `json:"verdict"`
	// Rule is the one that failed.
	Rule Rule `json:"rule,omitempty"`
	// Proved says that the chain leads to the private zone.
	Proved bool `json:"chainProved"`
	// Zone is the one that the host should lead to, if the table has one.
	Zone Zone `json:"zone,omitzero"`
	// Resolver is who answered. It is zero for an IP literal.
	Resolver Server `json:"resolver,omitzero"`
	// Chain are the records from the host to its addresses, in order.
	Chain []Record `json:"chain,omitempty"`
	// Addresses are all of the answer, each with its judgement.
	Addresses []Judgement `json:"addresses,omitempty"`
	// Dialled is the peer, once there is a connection.
	Dialled netip.AddrPort `json:"dialled,omitzero"`

	// TLS is what the handshake proved.
	TLS *TLS `json:"tls,omitempty"`
	// Service is how the service answered a probe, see [Evidence.AddService].
	Service *Service `json:"service,omitempty"`
	// ARM is what Resource Manager says, see [Evidence.AddControlPlane].
	ARM *ControlPlane `json:"arm,omitempty"`
	// Environment names settings of the process that weaken, without their values.
	Environment []string `json:"environment,omitempty"`

	At time.Time `json:"at"`
	// ValidUntil is when the first record or the waiver that the proof stands on ends, and
	// at most five minutes after At. With a time to live of zero it is At.
	ValidUntil time.Time `json:"validUntil,omitzero"`
}

// A TLS is what a handshake proved. A guard never sees it; the layer above fills it.
type TLS struct {
	Version string `json:"version"`
	Suite   string `json:"suite"`
	Group   string `json:"group"`
	ALPN    string `json:"alpn"`
	Resumed bool   `json:"resumed"`
	Leaf    Leaf   `json:"leaf,omitzero"`
	// PinUse says how the connection stands to the pins of the policy: "unpinned",
	// "primary", "backup" or "mismatched". Pin is the one that fits.
	PinUse string `json:"pinUse,omitempty"`
	Pin    string `json:"pin,omitempty"`
	// OCSP is the status that was stapled, "good" or "none", and OCSPUntil when the
	// response gets out of date.
	OCSP      string    `json:"ocsp,omitempty"`
	OCSPUntil time.Time `json:"ocspUntil,omitzero"`
}

// A Leaf is the certificate of the peer.
type Leaf struct {
	Issuer   string    `json:"issuer"`
	NotAfter time.Time `json:"notAfter"`
	// SPKI is the SHA-256 of the public key, as pins have it.
	SPKI string `json:"spki"`
	// SANs is how many names it is for.
	SANs int `json:"sans_n"`
}

// maxValid bounds ValidUntil: connections are not kept longer either.
const maxValid = 5 * time.Minute

// Limits is what the proof cannot see, whatever its verdict.
func (e Evidence) Limits() []string {
	limits := []string{"address translation below connect is not visible (NAT, eBPF, TPROXY)"}
	if e.Lane == Private && e.Mode != Strict {
		limits = append(limits, "no chain was demanded: that the address is an endpoint of this resource is up to TLS and the service")
	}
	if e.Service == nil || e.Service.Verdict != Pass {
		limits = append(limits, "certificates are wildcards for all tenants: another account's endpoint would pass until the service answers")
	}
	return limits
}

// MarshalJSON adds the limits.
func (e Evidence) MarshalJSON() ([]byte, error) {
	type plain Evidence
	return json.Marshal(struct {
		plain
		Limits []string `json:"limits"`
	}{plain(e), e.Limits()})
}

// Fail says that a layer above found something wrong. The first failure stays.
func (e *Evidence) Fail(r Rule) {
	if e.Verdict != Fail {
		e.Verdict, e.Rule = Fail, r
	}
}

// AddService adds the judgement of the service. Only a pass of a proof that went to
// [LevelConnect] reaches [LevelService].
func (e *Evidence) AddService(s Service) {
	e.Service = &s
	e.add(LevelService, s.Verdict, s.Rule)
}

// AddControlPlane adds the judgement of what Resource Manager says. Only a pass of a proof
// that went to [LevelService] reaches [LevelControlPlane].
func (e *Evidence) AddControlPlane(c ControlPlane) {
	e.ARM = &c
	e.add(LevelControlPlane, c.Verdict, c.Rule)
}

func (e *Evidence) add(l Level, v Verdict, r Rule) {
	switch {
	case v == Fail:
		e.Fail(r)
	case v == Pass && e.Verdict != Fail && e.Verdict != Unknown && e.Level == l-1:
		e.Level = l
	}
}

// settle is the verdict of the guard.
func (e *Evidence) settle(err error) {
	if err != nil {
		e.Fail(ruleOf(err))
		return
	}
	e.Verdict = Pass
	for i := range e.Addresses {
		if e.Addresses[i].Rule == RuleWaiver {
			e.Verdict = Warn
		}
	}
}

// expire sets ValidUntil from the records.
func (e *Evidence) expire() {
	valid := maxValid
	for i := range e.Chain {
		valid = min(valid, time.Duration(e.Chain[i].TTL)*time.Second)
	}
	e.ValidUntil = e.At.Add(valid)
}
