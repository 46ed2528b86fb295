package clienttest

import (
	"net/netip"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A Record is what the DNS server says about a name.
type Record struct {
	// Chain are the names that CNAME records lead through, in order.
	Chain []string
	// Addrs are the addresses of the last name, IPv4 and IPv6.
	Addrs []netip.Addr
	// Owner gives the addresses to another name than the last; "" is the last.
	Owner string
	// TTL is in whole seconds; zero is a TTL of zero.
	TTL time.Duration
	// Fault breaks the answer.
	Fault DNSFault
}

// A DNSFault is a way in which an answer of the DNS server breaks.
type DNSFault uint8

// The faults.
const (
	NoDNSFault  DNSFault = iota
	NXDomain             // no such name
	ServFail             // the server has failed
	Refused              // the server does not want to say
	Silence              // no answer
	Truncated            // over UDP a cut message with the wrong address 127.20.0.66; TCP is right
	WrongID              // a forged message first, with another id and the address 127.20.0.66
	WrongAnswer          // an answer to another question
	Malformed            // no message of DNS
)

// forged is the address in messages that must not be believed. Nobody listens there.
var forged = netip.AddrFrom4([4]byte{127, 20, 0, 66})

// A zone is a public suffix of Azure and its private twin (learn.microsoft.com, "Azure
// Private Endpoint private DNS zone values").
type zone struct{ public, private string }

var accountZones = [...]zone{
	{".openai.azure.com", ".privatelink.openai.azure.com"},
	{".cognitiveservices.azure.com", ".privatelink.cognitiveservices.azure.com"},
	{".services.ai.azure.com", ".privatelink.services.ai.azure.com"},
}

var vaultZone = zone{".vault.azure.net", ".privatelink.vaultcore.azure.net"}

// Link makes DNS answer as inside a virtual network that its private zones are linked to:
// by a chain through privatelink to an address in [Azure.Prefix]. So it is at the start.
// Connections that are open stay where they are.
func (a *Azure) Link() {
	for _, z := range accountZones {
		a.SetRecord(a.cfg.Account+z.public, Record{Chain: []string{a.cfg.Account + z.private}, Addrs: []netip.Addr{a.net.private(4)}})
	}
	a.SetRecord(a.VaultHost(), Record{Chain: []string{a.cfg.Vault + vaultZone.private}, Addrs: []netip.Addr{a.net.private(5)}})
}

// Unlink makes DNS answer as outside: by a chain through the same privatelink name, which
// proves nothing, to a public address. For the account that is [Azure.PublicAddr].
func (a *Azure) Unlink() {
	for _, z := range accountZones {
		a.SetRecord(a.cfg.Account+z.public, Record{
			Chain: []string{a.cfg.Account + z.private, "swedencentral.prod.vnet.cog.trafficmanager.net", "vnetproxyv1-swc-prod.swedencentral.cloudapp.azure.com"},
			Addrs: []netip.Addr{a.net.public(4)},
		})
	}
	a.SetRecord(a.VaultHost(), Record{
		Chain: []string{a.cfg.Vault + vaultZone.private, "data-prod-swc.vaultcore.azure.net", "azkms-prod-swc-b.trafficmanager.net"},
		Addrs: []netip.Addr{a.net.public(5)},
	})
}

// SetRecord says what DNS answers for a name from now on. Of several records the first
// query for IPv4 addresses gets the first, the next the second, and so on; the last stays.
// No record at all is [NXDomain].
func (a *Azure) SetRecord(name string, records ...Record) {
	a.dns.mu.Lock()
	defer a.dns.mu.Unlock()
	a.dns.records[canonical(name)] = &planned{records: records}
}

// planned are the records of a name, and how many were used up.
type planned struct {
	records []Record
	used    int
}

// current returns the record of a name; the caller holds the lock. A query that counts
// uses it up.
func (s *dnsServer) current(name string, counts bool) (Record, bool) {
	p := s.records[name]
	if p == nil || len(p.records) == 0 {
		return Record{}, false
	}
	record := p.records[p.used]
	if counts && p.used < len(p.records)-1 {
		p.used++
	}
	return record, true
}

// lookup gives the first address of a name and uses nothing up.
func (s *dnsServer) lookup(name string) (netip.Addr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	record, ok := s.current(canonical(name), false)
	if !ok || record.Fault != NoDNSFault || len(record.Addrs) == 0 {
		return netip.Addr{}, ErrNoName
	}
	return record.Addrs[0], nil
}

// messages is the answer to a question: none, one, or a forged and a true one.
func (r Record) messages(id uint16, q dnsmessage.Question, network string) [][]byte {
	head := dnsmessage.Header{ID: id, Response: true, RecursionDesired: true, RecursionAvailable: true}
	lie := Record{Chain: r.Chain, Addrs: []netip.Addr{forged}}
	switch r.Fault {
	case Silence:
		return nil
	case Malformed:
		return [][]byte{{byte(id >> 8), byte(id), 0x81, 0x80, 0, 1, 0, 9}}
	case NXDomain:
		head.RCode = dnsmessage.RCodeNameError
	case ServFail:
		head.RCode = dnsmessage.RCodeServerFailure
	case Refused:
		head.RCode = dnsmessage.RCodeRefused
	case WrongAnswer:
		q.Name = dnsmessage.MustNewName("another.example.")
	case WrongID:
		wrong := head
		wrong.ID ^= 0x5555
		return append(lie.pack(wrong, q), r.pack(head, q)...)
	case Truncated:
		if network == "udp" {
			head.Truncated = true
			return lie.pack(head, q)
		}
	case NoDNSFault:
	}
	if head.RCode != dnsmessage.RCodeSuccess {
		r = Record{}
	}
	packed := r.pack(head, q)
	if network == "udp" && len(packed) == 1 && len(packed[0]) > maxUDP {
		head.Truncated = true
		return Record{}.pack(head, q)
	}
	return packed
}

// pack writes one message, or nothing if a name in it is not one.
func (r Record) pack(head dnsmessage.Header, q dnsmessage.Question) [][]byte {
	m := dnsmessage.Message{Header: head, Questions: []dnsmessage.Question{q}}
	ttl := uint32(r.TTL / time.Second)
	owner := q.Name
	add := func(body dnsmessage.ResourceBody) {
		m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: owner, Class: dnsmessage.ClassINET, TTL: ttl}, Body: body})
	}
	for _, link := range r.Chain {
		next, err := dnsmessage.NewName(canonical(link) + ".")
		if err != nil {
			return nil
		}
		add(&dnsmessage.CNAMEResource{CNAME: next})
		owner = next
	}
	if r.Owner != "" {
		other, err := dnsmessage.NewName(canonical(r.Owner) + ".")
		if err != nil {
			return nil
		}
		owner = other
	}
	for _, addr := range r.Addrs {
		switch {
		case addr.Is4() && q.Type == dnsmessage.TypeA:
			add(&dnsmessage.AResource{A: addr.As4()})
		case addr.Is6() && q.Type == dnsmessage.TypeAAAA:
			add(&dnsmessage.AAAAResource{AAAA: addr.As16()})
		}
	}
	message, err := m.Pack()
	if err != nil {
		return nil
	}
	return [][]byte{message}
}
