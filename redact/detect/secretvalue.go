package detect

import "strings"

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
		case (c == '\n' || c == '\r') && !(v.quote != 0 && i > 0 && t[i-1] == '\\'):
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
	if what == passwordName {
		text = v.unwrapped(t)
	}
	if len(text) < least || isReference(text) && !(what == passwordName && strangePassword(text)) {
		return false
	}
	if len(text) == 36 && isUUID(text, 0) {
		return what == tokenName && v.operator == ':' // a query has many
	}
	if what != passwordName && v.isHexKey(t) {
		return varied(text)
	}
	signs := signsOf(text)
	if what == passwordName {
		return v.likelyPassword(t, signs)
	}
	switch {
	case signs.spaces, !signs.letters && !signs.others:
		return false
	case v.quote == 0 && v.isCode(t, text):
		return false
	case scattered(text):
	case wordlike(text) && (!signs.digits || v.quote == 0 && !v.setting(t)):
		return false // made of words
	case v.quote == 0 && !signs.digits && !signs.others && !v.setting(t) && changes(text) == 0:
		return false
	}
	return varied(text)
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
