package netguard

import (
	"errors"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

const (
	// udpSize is what we say we take over UDP: it fits an unfragmented IPv6 packet
	// (DNS Flag Day 2020).
	udpSize = 1232
	// maxTCP bounds a message over TCP; an honest answer has some hundred bytes.
	maxTCP = 16 << 10
	// maxRecords bounds the answer section.
	maxRecords = 64
)

// The states of a parsed message.
var (
	errStray     = errors.New("netguard: message of another question")
	errTruncated = errors.New("netguard: truncated message")
	errMalformed = errors.New("netguard: malformed message")
	errClass     = errors.New("netguard: record of another class")
	errNXDomain  = errors.New("netguard: no such domain")
)

// A question is one query in flight.
type question struct {
	id   uint16
	host string // the one spelling of name
	name dnsmessage.Name
	typ  dnsmessage.Type
}

// pack appends the query to b: recursion desired, EDNS with our size (RFC 6891).
func (q *question) pack(b []byte) ([]byte, error) {
	builder := dnsmessage.NewBuilder(b, dnsmessage.Header{ID: q.id, RecursionDesired: true})
	if err := builder.StartQuestions(); err != nil {
		return nil, err
	}
	if err := builder.Question(dnsmessage.Question{Name: q.name, Type: q.typ, Class: dnsmessage.ClassINET}); err != nil {
		return nil, err
	}
	if err := builder.StartAdditionals(); err != nil {
		return nil, err
	}
	var opt dnsmessage.ResourceHeader
	if err := opt.SetEDNS0(udpSize, dnsmessage.RCodeSuccess, false); err != nil {
		return nil, err
	}
	if err := builder.OPTResource(opt, dnsmessage.OPTResource{}); err != nil {
		return nil, err
	}
	return builder.Finish()
}

// parse reads the answer to q from msg. The error is errStray if msg answers something
// else, so that it must be ignored; otherwise msg is the answer, for better or worse. Of
// a truncated message no record is returned.
func (q *question) parse(msg []byte) ([]Record, error) {
	var p dnsmessage.Parser
	header, err := p.Start(msg)
	if err != nil || header.ID != q.id || !header.Response || header.OpCode != 0 {
		return nil, errStray
	}
	asked, err := p.Question()
	if err != nil || asked.Type != q.typ || asked.Class != dnsmessage.ClassINET || !sameName(&asked.Name, &q.name) {
		return nil, errStray
	}
	if _, err := p.Question(); !errors.Is(err, dnsmessage.ErrSectionDone) {
		return nil, errStray
	}
	if header.Truncated {
		return nil, errTruncated
	}
	switch header.RCode {
	case dnsmessage.RCodeSuccess:
		return q.records(&p)
	case dnsmessage.RCodeNameError:
		return nil, errNXDomain
	default:
		return nil, ErrServerFailed
	}
}

func (q *question) records(p *dnsmessage.Parser) ([]Record, error) {
	var records []Record
	texts := names{{q.name, q.host}, {}}
	for n := 0; ; n++ {
		header, err := p.AnswerHeader()
		if errors.Is(err, dnsmessage.ErrSectionDone) {
			return records, nil
		}
		if err != nil || n == maxRecords {
			return nil, errMalformed
		}
		if header.Class != dnsmessage.ClassINET {
			return nil, errClass
		}
		record, ok, err := q.record(p, &header, &texts)
		if err != nil {
			return nil, errMalformed
		}
		if ok {
			records = append(records, record)
		}
	}
}

// record reads one resource. Types that were not asked for, such as RRSIG, are skipped.
func (q *question) record(p *dnsmessage.Parser, header *dnsmessage.ResourceHeader, texts *names) (r Record, ok bool, err error) {
	switch {
	case header.Type == dnsmessage.TypeCNAME:
	case header.Type == dnsmessage.TypeA && q.typ == dnsmessage.TypeA:
	case header.Type == dnsmessage.TypeAAAA && q.typ == dnsmessage.TypeAAAA:
	default:
		return r, false, p.SkipAnswer()
	}
	if r.Owner, ok = texts.text(&header.Name); !ok {
		return r, false, errMalformed
	}
	r.TTL = header.TTL
	switch header.Type {
	case dnsmessage.TypeA:
		var body dnsmessage.AResource
		body, err = p.AResource()
		r.Addr = netip.AddrFrom4(body.A)
	case dnsmessage.TypeAAAA:
		var body dnsmessage.AAAAResource
		body, err = p.AAAAResource()
		r.Addr = netip.AddrFrom16(body.AAAA)
	default:
		var body dnsmessage.CNAMEResource
		if body, err = p.CNAMEResource(); err == nil {
			r.Target, ok = texts.text(&body.CNAME)
		}
	}
	if err != nil || !ok {
		return r, false, errMalformed
	}
	return r, true, nil
}

// names are the two names that a record mostly has: that of the question, and the last
// other one. They save the making of a string.
type names [2]struct {
	wire dnsmessage.Name
	text string
}

// text is the one spelling of a name, or false if it is no name of a host.
func (n *names) text(wire *dnsmessage.Name) (string, bool) {
	for i := range n {
		if n[i].text != "" && sameName(&n[i].wire, wire) {
			return n[i].text, true
		}
	}
	text, ok := parseName(wire.String())
	if ok {
		n[1].wire, n[1].text = *wire, text
	}
	return text, ok
}

// sameName compares names as DNS does, ASCII letters without case (RFC 4343).
func sameName(a, b *dnsmessage.Name) bool {
	if a.Length != b.Length {
		return false
	}
	for i := range a.Length {
		if lower(a.Data[i]) != lower(b.Data[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
