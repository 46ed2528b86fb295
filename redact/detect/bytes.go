package detect

// What a byte can be. A byte of 0x80 and above is none of these, so that it is a border
// to any value that stands beside it.
const (
	digit = 1 << iota
	letter
	hexLetter
	atext     // of the local part of an address: RFC 5322, section 3.2.3, and the dot
	b64       // of base64 and base64url, without padding
	tokenEnd  // of token68 beyond base64: RFC 7235, section 2.1
	tokenMark // _ and -, which keys and tokens hold beside letters and digits
	beside    // what stands between a scheme and its token: a space, a colon, quotes, emphasis

	alnum = digit | letter
	hex   = digit | hexLetter
)

var class = func() (table [256]uint8) {
	set := func(c uint8, bytes string) {
		for i := range len(bytes) {
			table[bytes[i]] |= c
		}
	}
	const lower, upper = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	const digits = "0123456789"
	set(digit, digits)
	set(letter, lower+upper)
	set(hexLetter, "abcdefABCDEF")
	set(atext, lower+upper+digits+".!#$%&'*+-/=?^_`{|}~")
	set(b64, lower+upper+digits+"+/-_")
	set(tokenEnd, ".~")
	set(tokenMark, "_-")
	set(beside, " \t\n\r:\"'`*\\")
	return table
}()

// is reports whether text[i] exists and is of the class.
func is(text string, i int, c uint8) bool {
	return uint(i) < uint(len(text)) && class[text[i]]&c != 0
}

// at reports whether text[i] exists and is b.
func at(text string, i int, b byte) bool {
	return uint(i) < uint(len(text)) && text[i] == b
}

// run returns the end of the run of bytes of a class that starts at i.
func run(text string, i int, c uint8) int {
	for i < len(text) && class[text[i]]&c != 0 {
		i++
	}
	return i
}

// runBack returns the start of the run of bytes of a class that ends at i. It does not
// look at bytes before limit.
func runBack(text string, i int, c uint8, limit int) int {
	for i > limit && class[text[i-1]]&c != 0 {
		i--
	}
	return i
}

// lower returns the lower case of an ASCII letter, and any other byte as it is.
func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
