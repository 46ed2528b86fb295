package netguard

import (
	"strconv"
	"time"
)

// String is the session for people: version, suite, group, protocol.
func (t *TLS) String() string {
	if t == nil {
		return ""
	}
	text := t.Version + ", " + t.Suite + ", " + t.Group + ", " + t.ALPN
	if t.Resumed {
		text += ", resumed"
	}
	return text
}

// lines are what a report says about the session, each with its caption.
func (t *TLS) lines() (lines [][2]string) {
	if t == nil {
		return nil
	}
	add := func(caption, text string) { lines = append(lines, [2]string{caption, text}) }
	add("tls", t.String())
	if leaf := t.Leaf; leaf.SPKI != "" {
		add("certificate", "by "+leaf.Issuer+", until "+leaf.NotAfter.UTC().Format(time.DateOnly)+", for "+namesText(leaf.SANs))
		add("public key", leaf.SPKI)
	}
	if t.PinUse != "" {
		add("pins", joined(t.PinUse, t.Pin))
	}
	if t.OCSP != "" {
		until := ""
		if !t.OCSPUntil.IsZero() {
			until = "until " + t.OCSPUntil.UTC().Format(time.RFC3339)
		}
		add("staple", joined(t.OCSP, until))
	}
	return lines
}

func namesText(n int) string {
	if n == 1 {
		return "1 name"
	}
	return strconv.Itoa(n) + " names"
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + ", " + b
}
