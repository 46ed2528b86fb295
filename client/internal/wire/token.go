package wire

// A byteClass is a set of bytes.
type byteClass uint8

const (
	pathByte   byteClass = 1 << iota // [A-Za-z0-9._-]
	letterByte                       // [A-Za-z]
	digitByte                        // [0-9]
	baseByte                         // [A-Za-z0-9+/=_-], the alphabets of base64
)

var byteClasses = newByteClasses()

func newByteClasses() (table [256]byteClass) {
	for c := range table {
		switch b := byte(c); {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z':
			table[c] = pathByte | letterByte | baseByte
		case b >= '0' && b <= '9':
			table[c] = pathByte | digitByte | baseByte
		case b == '-', b == '_':
			table[c] = pathByte | baseByte
		case b == '.':
			table[c] = pathByte
		case b == '+', b == '/', b == '=':
			table[c] = baseByte
		}
	}
	return table
}

// Bounds of the tokens that need not be scanned. No checksummed number of the detectors
// has as few digits as an enum may have; a phone number, an address of the network and a
// social security number begin with no letter.
const (
	maxEnum       = 64
	maxEnumDigits = 8 // web_search_preview_2025_03_11
	maxModelRun   = 8 // gpt-4o-mini-2024-07-18 has more digits, but apart
	maxModel      = 14
	maxID         = 256
	maxIDRun      = 11 // hexadecimal ids hold long runs; one digit more is a payment card
)

// isEnum reports whether b is a constant of the API, such as a type or a status. All of
// them are lower-case; the keys and tokens of other services hardly ever are.
func isEnum(b []byte) bool {
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return isCode(b)
}

// isCode reports whether b is a constant in any case, such as the code of an error.
func isCode(b []byte) bool { return shaped(b, maxEnum, maxEnumDigits, maxEnumDigits) }

// isModel reports whether b is a name of a model or a deployment.
func isModel(b []byte) bool { return shaped(b, maxEnum, maxModel, maxModelRun) }

// isID reports whether b is an id as the service makes them: one of its prefixes, `_` or
// `-`, and a random part. Other ids are texts, since a key of another service looks alike.
func isID(b []byte) bool {
	prefix := 0
	for prefix < len(b) && byteClasses[b[prefix]]&letterByte != 0 {
		prefix++
	}
	if prefix == len(b) || b[prefix] != '_' && b[prefix] != '-' {
		return false
	}
	switch string(b[:prefix]) {
	case "call", "fc", "ctc", "tsc", "toolu", // calls of tools
		"chatcmpl", "cmpl", "resp", "cmp", "conv", "modr", "fp", "req", // answers
		"msg", "rs", "ws", "fs", "ci", "ig", "cu", "cc", "lsh", "sh", "sc", "apc", "mcp", "mcpr", "mcpl", "aud", "audio", "voice", "item", // items
		"file", "assistant", "vs", "vsfb", "cntr", "pmpt", "skill", "asst", "thread", "run", "step", // what is stored
		"upload", "part", "batch", "ftjob", "ftevent", "ftckpt", "seg": // work on files and recordings
		return shaped(b, maxID, maxID, maxIDRun)
	}
	return false
}

// shaped reports whether b begins with a letter, holds only [A-Za-z0-9._-], and is within
// its bounds: bytes, digits, digits in one run.
func shaped(b []byte, length, digits, run int) bool {
	if len(b) == 0 || len(b) > length || byteClasses[b[0]]&letterByte == 0 {
		return false
	}
	all, now := 0, 0
	for _, c := range b {
		class := byteClasses[c]
		switch {
		case class&pathByte == 0:
			return false
		case class&digitByte == 0:
			now = 0
			continue
		}
		all, now = all+1, now+1
		if all > digits || now > run {
			return false
		}
	}
	return true
}

// isBase reports whether b is written in an alphabet of base64 alone.
func isBase(b []byte) bool {
	for _, c := range b {
		if byteClasses[c]&baseByte == 0 {
			return false
		}
	}
	return true
}
