package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/sallyport-go/sallyport/client/clienttest"
)

// A haystack is everything that left the process: the bytes of every request on every
// lane, and what a reader of its JSON bodies and URLs reads.
type haystack []byte

func everythingIn(journal clienttest.Journal) haystack {
	all := journal.Bytes()
	for _, exchange := range journal {
		var body any
		if json.Unmarshal(exchange.Body, &body) == nil {
			all = appendTexts(all, body)
		}
		for _, part := range []string{exchange.Path, exchange.RawQuery} {
			if text, err := url.QueryUnescape(part); err == nil {
				all = append(append(all, '\n'), text...)
			}
		}
	}
	return all
}

// appendTexts adds every string of a JSON value, keys too, without its escapes.
func appendTexts(dst []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		dst = append(append(dst, '\n'), v...)
	case []any:
		for _, element := range v {
			dst = appendTexts(dst, element)
		}
	case map[string]any:
		for name, element := range v {
			dst = appendTexts(appendTexts(dst, name), element)
		}
	}
	return dst
}

// holds reports whether the value is there, plain or in an encoding that hides nothing.
func (h haystack) holds(value string) bool {
	quoted, err := json.Marshal(value)
	if err != nil {
		return true // nothing is known, so the worst is assumed
	}
	needles := []string{value, strings.Trim(string(quoted), `"`), url.QueryEscape(value), url.PathEscape(value), hex.EncodeToString([]byte(value))}
	for shift := range 3 {
		// What comes before shifts a text within base64. The characters that it shares with
		// its neighbours are left out.
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), value...))
		needles = append(needles, text[(shift*8+5)/6:(shift+len(value))*8/6])
	}
	for _, needle := range needles {
		if bytes.Contains(h, []byte(needle)) {
			return true
		}
	}
	return false
}
