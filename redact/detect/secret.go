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
	var name secretName
	name.read(t, i)
	what := name.what()
	if what == noName {
		return i + 1
	}
	v := readValue(t, i)
	switch what {
	case authorizationName:
		s.authorize(v.start)
		return i + 1
	case signatureName:
		s.signature(name.start, i+1)
		return i + 1
	}
	if !v.likely(t, what) {
		return i + 1
	}
	k := genID
	switch {
	case what == azureName, v.end-v.start == 32 && strings.HasSuffix(name.text(), "apikey") && run(t, v.start, hex) == v.end:
		k = azureID
	case what == awsName:
		k = awsID
	}
	end := v.rest(t)
	s.add(k, v.start, end, likely)
	if end > v.end {
		return end
	}
	return i + 1 // what is inside may be known by a better name
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

func (n *secretName) text() string { return string(n.buf[n.from:]) }

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
	{"secretaccesskey", false, awsName}, {"awssessiontoken", false, awsName},
	{"authorization", false, authorizationName}, {"sig", true, signatureName},
	{"apikey", false, tokenName}, {"accesskey", false, tokenName}, {"secretkey", false, tokenName},
	{"privatekey", false, tokenName}, {"authkey", false, tokenName}, {"signingkey", false, tokenName},
	{"encryptionkey", false, tokenName}, {"masterkey", false, tokenName}, {"functionkey", false, tokenName},
	{"secret", false, tokenName}, {"token", false, tokenName}, {"credential", true, tokenName}, {"credentials", true, tokenName},
}

// maxValue is how much of a value is looked at before it is judged.
const maxValue = 160

// A secretValue is text[start:end], the value of an assignment or its first maxValue bytes.
type secretValue struct {
	start, end int
	quote      byte // 0: none
	tight      bool // no space around the operator
	operator   byte // = or :
}

// readValue reads the value after the operator at i.
func readValue(t string, i int) (v secretValue) {
	v.operator = t[i]
	v.tight = !at(t, i-1, ' ')
	if i++; at(t, i, '=') || at(t, i, '>') {
		i++
	}
	for k := 0; k < 4 && (at(t, i, ' ') || at(t, i, '\t') || at(t, i, '*')); k++ {
		v.tight = false
		i++
	}
	if at(t, i, '\\') && (at(t, i+1, '"') || at(t, i+1, '\'')) {
		i++
	}
	if at(t, i, '"') || at(t, i, '\'') || at(t, i, '`') {
		v.quote = t[i]
		i++
	}
	v.start = i
	v.end = v.scan(t, i, maxValue)
	return v
}

// scan returns the end of the value from i on, or a place after limit bytes.
func (v *secretValue) scan(t string, i, limit int) int {
	for end := min(len(t), i+limit); i < end; i++ {
		switch c := t[i]; {
		case c == '\n', c == '\r':
			return i
		case v.quote != 0:
			if c == v.quote || c == '\\' && at(t, i+1, v.quote) {
				return i
			}
		case c == ' ', c == '\t', c == '"', c == '\'', c == '`', c == ';', c == ',', c == '<', c == '}', c == '\\':
			return v.trim(t, i)
		case v.operator == '=' && (c == '&' || c == ')' || c == ']' || c == '>' || c == '|'):
			return i
		}
	}
	return v.trim(t, i)
}

// trim leaves out marks that end a sentence or a bracket and not a value.
func (v *secretValue) trim(t string, i int) int {
	for v.quote == 0 && i > v.start && strings.IndexByte(".:?)]*", t[i-1]) >= 0 {
		i--
	}
	return i
}

// rest returns the end of the value, also of one that is longer than maxValue.
func (v *secretValue) rest(t string) int {
	if v.end < v.start+maxValue {
		return v.end
	}
	return v.scan(t, v.start, len(t)-v.start)
}

// likely tells a secret from prose, code and templates.
func (v *secretValue) likely(t string, what nameClass) bool {
	text := t[v.start:v.end]
	least := 8
	if what == passwordName {
		least = 4
	}
	if len(text) < least || isReference(text) || isUUID(text, 0) && len(text) == 36 {
		return false
	}
	var digits, letters, others, spaces bool
	for i := range len(text) {
		switch c := text[i]; {
		case class[c]&digit != 0:
			digits = true
		case class[c]&letter != 0 || c >= 0x80:
			letters = true
		case c == ' ':
			spaces = true
		case c != '.' && c != '_' && c != '-':
			others = true
		}
	}
	switch {
	case spaces && what != passwordName, !letters && !others && what != passwordName:
		return false
	case v.quote != 0:
		return !spaces || digits || others
	case strings.ContainsAny(text, "(["), !v.tight && (isPath(text) || text[0] == '&' || text[0] == '*'):
		return false // a call, an index, a field, an address
	case digits, others:
		return true
	}
	return v.tight && v.operator == '=' && (v.end == len(t) || strings.IndexByte(" \n\r;&", t[v.end]) >= 0)
}

// isReference reports whether a value stands for another one, or for none: ${X}, {{x}},
// <x>, ****, null.
func isReference(v string) bool {
	if v == "" || strings.IndexByte("$<%{[", v[0]) >= 0 || hasAny(v, "#{", "os.", "process.env", "env.", "@Microsoft.KeyVault") {
		return true
	}
	if strings.Count(v, v[:1]) == len(v) {
		return true
	}
	var buf [12]byte
	if len(v) > len(buf) {
		return false
	}
	for i := range len(v) {
		buf[i] = lower(v[i])
	}
	switch string(buf[:len(v)]) {
	case "true", "false", "none", "null", "nil", "undefined", "string", "str", "bytes", "required", "optional", "redacted",
		"password", "passwd", "secret", "token", "bearer", "basic", "default", "your-api-key", "self":
		return true
	}
	return false
}

// isPath reports whether v has the form of a name in a program: config.apiKey.
func isPath(v string) bool {
	dots := 0
	for i := range len(v) {
		switch c := v[i]; {
		case c == '.' && i > 0 && i < len(v)-1:
			dots++
		case class[c]&letter == 0 && c != '_' && (class[c]&digit == 0 || i == 0):
			return false
		}
	}
	return dots > 0 && len(v) < 60
}
