package detect

import "strings"

// assignment looks for a secret after the = or : at i: a name that ends in a word for
// secrets, one of the operators = : := =>, and a value that is likely one.
func (s *scan) assignment(i int) int {
	t := s.text
	if t[i] == '=' {
		s.azurePadded(i)
		if at(t, i-1, '=') || at(t, i-1, '!') || at(t, i-1, '<') || at(t, i-1, '>') || at(t, i+1, '=') {
			return i + 1 // a comparison
		}
	}
	if i < s.judgedTo {
		return i + 1 // in a value that is none
	}
	var name secretName
	name.read(t, i)
	what := name.what()
	if what == noName {
		return i + 1
	}
	v := readValue(t, i)
	if v.quote != 0 && v.tight && !isQuote(t[i-1]) && (at(t, name.start-1, v.quote) || at(t, v.start, ',') || at(t, v.start, ')')) {
		return i + 1 // the quote ends what began before the name
	}
	switch what {
	case authorizationName:
		s.authorize(v.start)
		return i + 1
	case signatureName:
		s.signature(name.start, i+1)
		return i + 1
	}
	if what == keyName && !name.ofHex(t, v) || name.echoes(t[v.start:v.end], what) || !v.likely(t, what) {
		if v.quote == 0 {
			s.judgedTo = v.end
		}
		return i + 1
	}
	k := s.kindOfSecret(what, &name, v)
	end := v.rest(t)
	if v.quote == 0 {
		s.judgedTo = end
	}
	s.add(k, v.start, end, likely)
	if end > v.end {
		return end
	}
	return i + 1 // what is inside may be known by a better name
}

// kindOfSecret returns the kind of a value by the name it is assigned to.
func (s *scan) kindOfSecret(what nameClass, name *secretName, v secretValue) id {
	switch {
	case what == azureName, v.isHexKey(s.text) && (name.endsWith("apikey") || name.has("openai") || name.has("azure")):
		return azureID
	case what == awsName:
		return awsID
	}
	return genID
}

// A nameClass is what a name says of its value.
type nameClass uint8

const (
	noName            nameClass = iota
	passwordName                // chosen by people: may be short, or a word
	tokenName                   // made by machines
	azureName                   // the same, of Azure
	awsName                     // the same, of AWS
	authorizationName           // a header with a scheme
	signatureName               // a parameter of a query
	keyName                     // a key of any sort: of 32 hex digits
)

// maxName is how much of a name is looked at.
const maxName = 40

// A secretName is a name in lower case without anything but letters and digits, from the
// end of buf.
type secretName struct {
	buf   [maxName]byte
	first [maxName]bool // a word begins here
	from  int           // the name is buf[from:]
	start int           // in the text
}

// read reads the name before the operator at i: words with single spaces, dashes, dots or
// underscores between them, perhaps in quotes or bold.
func (n *secretName) read(t string, i int) {
	n.from = maxName
	if at(t, i, '=') && at(t, i-1, ':') {
		i--
	}
	for k := 0; k < 3 && (at(t, i-1, ' ') || at(t, i-1, '\t')); k++ {
		i--
	}
	for k := 0; k < 4 && i > 0 && (t[i-1] == '"' || t[i-1] == '\'' || t[i-1] == '\\' || t[i-1] == '`' || t[i-1] == ']' || t[i-1] == '*'); k++ {
		i--
	}
	n.start = i
	if i < 2 || !secretEnds[t[i-1]|0x20][t[i-2]&0x1F] {
		return // the last letters of no name of a secret
	}
	for i > 0 && n.from > 0 {
		c := t[i-1]
		if class[c]&alnum != 0 || c >= 0x80 {
			n.from--
			n.buf[n.from] = lower(c)
			n.first[n.from] = i == 1 || class[t[i-2]]&alnum == 0 && t[i-2] < 0x80 || camel(t, i-1)
			n.start = i - 1
		} else if c != '_' && c != '-' && c != '.' && (c != ' ' || at(t, i-2, ' ')) {
			return
		}
		i--
	}
}

func (n *secretName) endsWith(word string) bool {
	return len(n.buf)-n.from >= len(word) && string(n.buf[len(n.buf)-len(word):]) == word
}

func (n *secretName) has(word string) bool { return strings.Contains(string(n.buf[n.from:]), word) }

// ofHex reports whether the name is that of a key of an API, such as SPEECH_KEY, and the value
// one of 32 hex digits: many things are called keys, and many are MD5.
func (n *secretName) ofHex(t string, v secretValue) bool {
	if !v.isHexKey(t) || len(n.buf)-n.from == len("key") {
		return false
	}
	for _, other := range [...]string{"cache", "hash", "public", "partition", "row", "sort", "foreign", "object", "idempotency", "lookup", "dedup", "etag", "group", "index"} {
		if n.endsWith(other + "key") {
			return false
		}
	}
	return true
}

// echoes reports whether a value is the name again: as a whole, as the last part of a path, or,
// unless people have chosen it, with something behind it.
func (n *secretName) echoes(value string, what nameClass) bool {
	name, last := n.buf[n.from:], maxName
	for last > n.from && !n.first[last-1] {
		last--
	}
	var buf [2 * maxName]byte
	k := 0
	for i := range len(value) {
		if class[value[i]]&alnum != 0 {
			if k == len(buf) {
				return false
			}
			buf[k] = lower(value[i])
			k++
		}
	}
	folded := string(buf[:k])
	if len(name) >= 8 && (folded == string(name) || what != passwordName && strings.HasPrefix(folded, string(name))) {
		return true
	}
	return isPath(value) && last > n.from && strings.HasSuffix(folded, string(n.buf[last-1:])) && len(n.buf[last-1:]) >= 4
}

// isHexKey reports whether the value is 32 hex digits.
func (v *secretValue) isHexKey(t string) bool {
	return v.end-v.start == 32 && run(t, v.start, hex) == v.end
}

func isQuote(b byte) bool { return b == '"' || b == '\'' || b == '`' }

// what returns the class of the word or words that the name ends with.
func (n *secretName) what() nameClass {
	if n.from > maxName-2 {
		return noName
	}
	name := n.buf[n.from:]
	for i := range secretWords {
		w := &secretWords[i]
		if at := len(name) - len(w.word); at >= 0 && name[len(name)-1] == w.word[len(w.word)-1] &&
			string(name[at:]) == w.word && (!w.whole || n.first[n.from+at]) {
			return w.class
		}
	}
	return noName
}

// secretWords are the ends of names of secrets, longer ones before their own ends.
var secretWords = [...]struct {
	word  string
	whole bool // it must not be the end of a longer word
	class nameClass
}{
	{"password", false, passwordName}, {"passwd", false, passwordName}, {"passphrase", false, passwordName},
	{"passcode", false, passwordName}, {"pwd", true, passwordName}, {"pass", true, passwordName}, {"pw", true, passwordName},
	{"passwort", false, passwordName}, {"kennwort", false, passwordName}, {"motdepasse", false, passwordName},
	{"mdp", true, passwordName}, {"parolachiave", false, passwordName}, {"contraseña", false, passwordName},
	{"contrasena", false, passwordName}, {"clave", true, passwordName},
	{"accountkey", false, azureName}, {"sharedaccesskey", false, azureName}, {"subscriptionkey", false, azureName},
	{"secretaccesskey", false, awsName}, {"awssecret", false, awsName}, {"awssecretkey", false, awsName}, {"awssessiontoken", false, awsName},
	{"authorization", false, authorizationName}, {"sig", true, signatureName},
	{"apikey", false, tokenName}, {"accesskey", false, tokenName}, {"secretkey", false, tokenName},
	{"privatekey", false, tokenName}, {"authkey", false, tokenName}, {"signingkey", false, tokenName},
	{"encryptionkey", false, tokenName}, {"masterkey", false, tokenName}, {"functionkey", false, tokenName},
	{"secret", false, tokenName}, {"token", false, tokenName}, {"credential", true, tokenName}, {"credentials", true, tokenName},
	{"key", true, keyName},
}

// secretEnds are the last letters of secretWords: by the last one, and then by the low bits
// of the one before it, so that it has no case.
var secretEnds = func() (table [256][32]bool) {
	for _, w := range &secretWords {
		n := len(w.word)
		table[w.word[n-1]|0x20][w.word[n-2]&0x1F] = true
	}
	return table
}()
