package wire

// A TextKind says what a text is to a reader, and so what may be done with it.
type TextKind uint8

// The kinds. What to do on a finding is for the caller to decide; the comments say what
// is possible.
const (
	Value      TextKind = iota // a string: may be replaced
	Name                       // the name of a member in a free map: may be replaced
	JSON                       // a string that itself holds JSON, such as tool arguments: see [Leaves]
	Number                     // a number of 8 or more digits where nobody asked for one: becomes a string if replaced
	Identifier                 // a name that other parts of the call refer to: cannot be replaced
	Media                      // image, sound or file, inline or by URL: cannot be read
	Sealed                     // made and encrypted by the service: cannot be read, only sent back
	Blocked                    // a field that carries a secret or lets the service call third parties
	Splinter                   // a token of log probabilities: a piece of a text that stands elsewhere, see Splinters
)

var kindNames = [...]string{"value", "name", "json", "number", "identifier", "media", "sealed", "blocked", "splinter"}

// String is the name of k in lower case.
func (k TextKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// A Role says who a text speaks for.
type Role uint8

// The roles. System covers system, developer and instructions.
const (
	NoRole Role = iota
	System
	User
	Assistant
	Tool
)

var roleNames = [...]string{"none", "system", "user", "assistant", "tool"}

// String is the name of r in lower case.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "unknown"
}

// A Text is one span of a JSON document, a form or a file that people or models may read.
type Text struct {
	// Start and End bound the contents of the string literal, without its quotes. Of
	// a number they bound the literal, and of the bytes of a Splinter the whole list.
	Start, End int
	// NameStart and NameEnd bound the contents of the name of the nearest member that it is
	// in, or of the field of a form: "phone" says what a bare number is. Both are 0 where
	// there is none.
	NameStart, NameEnd int
	// Kind says what may be done with it.
	Kind TextKind
	// Role says who it speaks for.
	Role Role
	// Piece reports that it is a fragment, continued by later texts of the same Lane.
	Piece bool
	// Tool reports that the text is what a tool gets: the arguments of a function, the
	// input of another tool, a command, code, an action, a search.
	Tool bool
	// Again reports, in a stream, that the text is whole and repeats what pieces or earlier
	// events have said, or what the request said.
	Again bool
	// Escaped reports that the contents hold a backslash, so that they must go through
	// [Unquote] to be read.
	Escaped bool
	// Plain reports that the contents are the bytes as they are, in no JSON string: there
	// is nothing to [Unquote] or [Quote].
	Plain bool
	// Lane says which text a Piece continues. It is zero for whole texts.
	Lane Lane
}
