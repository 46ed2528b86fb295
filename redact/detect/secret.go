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
	if v.quote != 0 && v.tight && t[i] == '=' && at(t, name.start-1, v.quote) {
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
	if !v.likely(t, what) {
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
	case what == azureName, v.end-v.start == 32 && name.endsWith("apikey") && run(s.text, v.start, hex) == v.end:
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
	if v.operator == '=' && v.quote == 0 && at(t, i, '{') && !at(t, i+1, '{') {
		v.quote = '}' // ODBC
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
	signs := signsOf(text)
	if what == passwordName {
		return v.likelyPassword(t, signs)
	}
	switch {
	case signs.spaces, !signs.letters && !signs.others:
		return false
	case wordlike(text) && (!signs.digits || v.quote == 0 && !v.setting(t)):
		return false // made of words
	case v.quote == 0 && v.isCode(t, text), v.quote == 0 && !signs.digits && !signs.others && !v.setting(t):
		return false
	}
	return varied(text)
}

// likelyPassword is likely for what people choose: any word may be one.
func (v *secretValue) likelyPassword(t string, signs signSet) bool {
	switch {
	case v.quote != 0:
		return !signs.spaces || signs.digits || signs.others
	case v.isCode(t, t[v.start:v.end]), !signs.digits && strings.IndexByte(t[v.start:v.end], '/') >= 0:
		return false // or a path
	}
	return signs.digits || signs.others || v.setting(t)
}

// A signSet says which signs a value has.
type signSet struct{ digits, letters, others, spaces bool }

func signsOf(text string) (s signSet) {
	for i := range len(text) {
		switch c := text[i]; {
		case class[c]&digit != 0:
			s.digits = true
		case class[c]&letter != 0 || c >= 0x80:
			s.letters = true
		case c == ' ':
			s.spaces = true
		case c != '.' && c != '_' && c != '-':
			s.others = true
		}
	}
	return s
}

// setting reports whether the value stands as in a file of settings or a query: NAME=value.
func (v *secretValue) setting(t string) bool {
	return v.tight && v.operator == '=' && (v.end == len(t) || strings.IndexByte(" \n\r;&", t[v.end]) >= 0)
}

// isCode reports whether a value without quotes is an expression: a call, an index, a
// field, an address, or a name in a list of fields, which ends in a comma and a line break.
func (v *secretValue) isCode(t, text string) bool {
	if strings.ContainsAny(text, "([") || !v.tight && (isPath(text) || text[0] == '&' || text[0] == '*') {
		return true
	}
	if v.operator != ':' || v.tight && !at(t, v.start-1, ' ') || class[text[0]]&letter == 0 || runName(text) != len(text) {
		return false
	}
	return at(t, v.end, ',') && (at(t, v.end+1, '\n') || v.end+1 == len(t)) || at(t, v.end, '}')
}

// runName returns the end of the letters, digits, dots and underscores of a name in a
// program.
func runName(text string) int {
	i := 0
	for i < len(text) && (class[text[i]]&alnum != 0 || text[i] == '_' || text[i] == '.') {
		i++
	}
	return i
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
