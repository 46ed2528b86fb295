package event

import (
	"net/netip"
	"slices"
	"strings"
)

// OtherToken stands for a value that was there and may not be told.
const OtherToken = "_OTHER"

// maxToken bounds a Token, so that none can carry a text.
const maxToken = 64

// A Token is a short name that is known to be harmless. It is made by the New functions
// of this package and by nothing else. The zero Token is absent. Tokens are comparable.
type Token struct{ text string }

// other is what a value becomes that did not pass.
func other() Token { return Token{OtherToken} }

// NewToken makes a Token of a name that the application chose, such as a deployment. It
// must match ^[A-Za-z0-9._:-]{1,64}$ and, if known names are given, be one of them;
// otherwise it becomes [OtherToken]. The empty string gives the zero Token.
//
// A shape alone cannot tell a name from a secret that looks like one, so values that a
// server chose have constructors of their own.
func NewToken(s string, known ...string) Token {
	switch {
	case s == "":
		return Token{}
	case !isToken(s), len(known) > 0 && !slices.Contains(known, s):
		return other()
	default:
		return Token{s}
	}
}

// String is the text of the Token, which is safe to tell.
func (t Token) String() string { return t.text }

// IsZero reports whether the Token is absent.
func (t Token) IsZero() bool { return t.text == "" }

func isToken(s string) bool {
	if len(s) == 0 || len(s) > maxToken {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '.' && c != '_' && c != ':' && c != '-' {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// NewHost makes a Token of a host name (at most 253 bytes, RFC 1035, section 3.1) or of
// an IP address. It is for hosts of the configuration. Anything else is [OtherToken].
func NewHost(s string) Token {
	if s == "" {
		return Token{}
	}
	if addr, err := netip.ParseAddr(s); err == nil && addr.Zone() == "" {
		return Token{addr.String()}
	}
	if len(s) > 253 || s[0] == '.' || s[0] == '-' {
		return other()
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '.' && c != '-' {
			return other()
		}
	}
	return Token{strings.ToLower(s)}
}

// NewRegion makes a Token of a region as Azure writes it in x-ms-region: "Sweden Central"
// becomes "swedencentral". Anything but at most 32 letters and digits is [OtherToken].
func NewRegion(s string) Token {
	if s == "" {
		return Token{}
	}
	var region [32]byte
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
		case !isAlnum(c) || n == len(region):
			return other()
		default:
			region[n] = c
			n++
		}
	}
	if n == 0 {
		return other()
	}
	return Token{strings.ToLower(string(region[:n]))}
}

// NewRequestID makes a Token of x-ms-request-id or apim-request-id. Both are UUIDs in the
// form of RFC 9562, section 4; anything else is [OtherToken].
func NewRequestID(s string) Token {
	if s == "" {
		return Token{}
	}
	if len(s) != 36 {
		return other()
	}
	for i := range len(s) {
		c := s[i]
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (c == '-') || !dash && !isHex(c) {
			return other()
		}
	}
	return Token{s}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// NewResponseID makes a Token of the id of an answer: one of the prefixes that the
// service uses, then letters and digits, at most 80 bytes in all. Anything else is
// [OtherToken].
func NewResponseID(s string) Token {
	if s == "" {
		return Token{}
	}
	for _, prefix := range []string{"chatcmpl-", "cmpl-", "resp_", "modr-"} {
		tail, ok := strings.CutPrefix(s, prefix)
		if !ok || len(tail) == 0 || len(s) > 80 {
			continue
		}
		for i := range len(tail) {
			if !isAlnum(tail[i]) {
				return other()
			}
		}
		return Token{s}
	}
	return other()
}

// tiers, encodings and efforts are what a request may ask for and an answer may name
// (openai-go v3.96.0: service_tier, encoding_format, reasoning effort).
var (
	tiers     = []string{"auto", "default", "flex", "scale", "priority", "standard"}
	encodings = []string{"float", "base64"}
	efforts   = []string{"none", "minimal", "low", "medium", "high", "xhigh"}
)

// oneOf makes a Token of a word of a closed list.
func oneOf(s string, list []string) Token {
	if s == "" {
		return Token{}
	}
	if !slices.Contains(list, s) {
		return other()
	}
	return Token{s}
}

// NewTier makes a Token of a service tier. The list is closed.
func NewTier(s string) Token { return oneOf(s, tiers) }

// NewEncoding makes a Token of the encoding of embeddings. The list is closed.
func NewEncoding(s string) Token { return oneOf(s, encodings) }

// NewEffort makes a Token of how much reasoning is asked for. The list is closed.
func NewEffort(s string) Token { return oneOf(s, efforts) }

// NewFingerprint makes a Token of the system_fingerprint of an answer: "fp_", then at most
// 16 hexadecimal digits in lower case. Anything else is [OtherToken].
func NewFingerprint(s string) Token {
	tail, ok := strings.CutPrefix(s, "fp_")
	switch {
	case s == "":
		return Token{}
	case !ok, len(tail) == 0, len(tail) > 16, strings.Trim(tail, "0123456789abcdef") != "":
		return other()
	default:
		return Token{s}
	}
}
