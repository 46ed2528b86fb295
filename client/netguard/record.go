package netguard

import (
	"encoding/json"
	"net/netip"
	"strconv"
)

// A Record is a CNAME, with Target, or an address record, with Addr.
type Record struct {
	Owner  string
	Target string
	Addr   netip.Addr
	TTL    uint32 // seconds
}

// Type is CNAME, A or AAAA.
func (r Record) Type() string {
	switch {
	case r.Target != "":
		return "CNAME"
	case r.Addr.Is4():
		return "A"
	default:
		return "AAAA"
	}
}

// data is what stands behind the type.
func (r Record) data() string {
	if r.Target != "" {
		return r.Target
	}
	return r.Addr.String()
}

// String is the record as in a zone file: "a.example 60 CNAME b.example".
func (r Record) String() string {
	return r.Owner + " " + strconv.FormatUint(uint64(r.TTL), 10) + " " + r.Type() + " " + r.data()
}

// recordJSON is the form of a record in evidence.
type recordJSON struct {
	Owner string `json:"owner"`
	Type  string `json:"type"`
	TTL   uint32 `json:"ttl"`
	RData string `json:"rdata"`
}

// MarshalJSON writes owner, type, ttl and rdata.
func (r Record) MarshalJSON() ([]byte, error) {
	return json.Marshal(recordJSON{r.Owner, r.Type(), r.TTL, r.data()})
}

// UnmarshalJSON reads what MarshalJSON wrote. An address that is none, or a type that is
// not the one of the data, is [ErrName].
func (r *Record) UnmarshalJSON(data []byte) error {
	var j recordJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	own := Record{Owner: j.Owner, TTL: j.TTL}
	if j.Type == "CNAME" {
		own.Target = j.RData
	} else if addr, err := netip.ParseAddr(j.RData); err == nil {
		own.Addr = addr
	}
	if own.Type() != j.Type || own.Target == "" && !own.Addr.IsValid() {
		return ErrName
	}
	*r = own
	return nil
}
