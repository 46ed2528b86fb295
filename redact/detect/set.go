package detect

// A Set is a choice of kinds. The zero Set is [All], the kinds of later versions
// included, so that nothing is left out by omission. Sets are comparable and never
// change.
type Set struct {
	flipped [2]uint64 // the kinds that are in it but not in All, or the other way round
}

// All returns the zero Set: every kind but DATE_TIME and URL. These two are in [HIPAA];
// an ordinary prompt would not survive them.
func All() Set { return Set{} }

// Of returns the set of the given kinds alone. Of() is empty; a name that is not in the
// list adds nothing, see [Kind.Valid].
func Of(kinds ...Kind) Set {
	var in [2]uint64
	for _, k := range kinds {
		if i, ok := k.id(); ok {
			in[i/64] |= 1 << (i % 64)
		}
	}
	return setOf(in)
}

// Secrets returns the kinds that give access to something: keys, tokens, passwords.
func Secrets() Set { return group(inSecrets) }

// HIPAA returns the identifiers of the Safe Harbor method, 45 CFR 164.514(b)(2)(i), as far
// as text can hold them, and secrets. It finds every date, also one that says nothing of
// a person, and every URL.
func HIPAA() Set { return group(inHIPAA | inSecrets) }

// GDPR returns what identifies a person in the European Union, the United Kingdom and
// the European Economic Area (Regulation (EU) 2016/679, article 4(1), and the national
// numbers of article 87), and secrets.
func GDPR() Set { return group(inGDPR | inSecrets) }

// Swiss returns what identifies a person or a business in Switzerland (revFADP, article
// 5; AHV and UID numbers), and secrets.
func Swiss() Set { return group(inSwiss | inSecrets).Union(Of(EmailAddress, PhoneNumber, CreditCard)) }

func group(g groupSet) Set {
	var in [2]uint64
	for i, e := range registry {
		if e.groups&g != 0 {
			in[i/64] |= 1 << (i % 64)
		}
	}
	return setOf(in)
}

// Has reports whether k is in the set.
func (s Set) Has(k Kind) bool {
	i, ok := k.id()
	return ok && s.has(i)
}

// Union returns the kinds that are in one set or the other.
func (s Set) Union(t Set) Set {
	return Set{[2]uint64{
		union(s.flipped[0], t.flipped[0], inAll[0]),
		union(s.flipped[1], t.flipped[1], inAll[1]),
	}}
}

func union(a, b, all uint64) uint64 { return ((a ^ all) | (b ^ all)) ^ all }

func setOf(in [2]uint64) Set { return Set{[2]uint64{in[0] ^ inAll[0], in[1] ^ inAll[1]}} }

func (s Set) has(i id) bool { return (s.flipped[i/64&1]^inAll[i/64&1])>>(i%64)&1 != 0 }

// inAll are the kinds of All. The places without a kind are in it too, so that the set of
// everything is the zero Set.
var inAll = func() [2]uint64 {
	all := [2]uint64{^uint64(0), ^uint64(0)}
	for i, e := range registry {
		if e.groups&optional != 0 {
			all[i/64] &^= 1 << (i % 64)
		}
	}
	return all
}()
