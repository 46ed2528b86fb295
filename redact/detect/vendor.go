package detect

import "strings"

// A vendorKey is the form of a key that begins with a fixed prefix.
type vendorKey struct {
	prefix string
	kind   id
	body   int   // fewest characters after it
	of     uint8 // their class; 0: letters, digits, _ and -
	most   int   // most characters, 0: any number
}

// vendorKeys are keys with a prefix of their own. Prefixes and lengths come from the
// vendors' documentation as gathered by gitleaks 8.30.1, trufflehog 3.97 and GitLab's
// "Token overview" (2026).
var vendorKeys = [...]vendorKey{
	{"sk-ant-", anthropicID, 20, 0, 0},
	{"xoxb-", slackID, 20, 0, 0}, {"xoxp-", slackID, 20, 0, 0}, {"xoxa-", slackID, 20, 0, 0}, {"xoxe-", slackID, 20, 0, 0},
	{"xoxe.", slackID, 20, 0, 0}, {"xoxo-", slackID, 20, 0, 0}, {"xoxr-", slackID, 20, 0, 0}, {"xoxs-", slackID, 20, 0, 0},
	{"xapp-", slackID, 20, 0, 0},
	{"sk_live_", stripeID, 10, alnum, 0}, {"sk_test_", stripeID, 10, alnum, 0}, {"sk_prod_", stripeID, 10, alnum, 0},
	{"rk_live_", stripeID, 10, alnum, 0}, {"rk_test_", stripeID, 10, alnum, 0}, {"rk_prod_", stripeID, 10, alnum, 0},
	{"whsec_", stripeID, 24, alnum, 0},
	{"AIza", gcpID, 35, 0, 0}, {"GOCSPX-", gcpID, 20, 0, 0},
	{"glpat-", glID, 20, 0, 0}, {"gldt-", glID, 20, 0, 0}, {"glrt-", glID, 20, 0, 0}, {"glptt-", glID, 20, 0, 0},
	{"glsoat-", glID, 20, 0, 0}, {"glcbt-", glID, 16, 0, 0}, {"gloas-", glID, 20, 0, 0}, {"glft-", glID, 20, 0, 0},
	{"glimt-", glID, 20, 0, 0}, {"glagent-", glID, 20, 0, 0},
	{"ABSK", awsID, 109, b64, 269},
	{"npm_", genID, 36, alnum, 0}, {"pypi-AgEIcHlwaS5vcmc", genID, 50, 0, 0}, {"hf_", genID, 34, alnum, 0},
	{"dapi", genID, 32, hex, 34}, {"oy2", genID, 43, alnum, 43}, {"AGE-SECRET-KEY-1", genID, 58, alnum, 58},
	{"dop_v1_", genID, 64, hex, 64}, {"shpat_", genID, 32, hex, 32}, {"lin_api_", genID, 40, alnum, 0},
}

// vendorsByFirst are the keys of vendorKeys by their first character.
var vendorsByFirst = func() (table [128][]vendorKey) {
	for _, key := range vendorKeys {
		table[key.prefix[0]] = append(table[key.prefix[0]], key)
	}
	return table
}()

// vendor looks for one of vendorKeys at i.
func (s *scan) vendor(i, tokenEnd int) int {
	t := s.text
	if t[i] >= 128 {
		return i
	}
	keys := vendorsByFirst[t[i]]
	for k := range keys {
		key := &keys[k]
		if !strings.HasPrefix(t[i:], key.prefix) {
			continue
		}
		start := i + len(key.prefix)
		end := tokenEnd
		if key.of != 0 {
			limit := len(t)
			if key.most > 0 {
				limit = min(limit, start+key.most+1)
			}
			end = run(t[:limit], start, key.of)
		}
		if n := end - start; n < key.body || key.most > 0 && n > key.most {
			continue
		}
		if key.kind == glID || key.kind == slackID {
			end = dottedEnd(t, end)
		}
		for n := 0; key.of == b64 && n < 2 && at(t, end, '='); n++ {
			end++
		}
		s.add(key.kind, i, unglued(t, i, end), certain)
		return end
	}
	return i
}

// unglued returns the end of text[start:end] without an underscore that another one before
// start balances: _emphasis_.
func unglued(text string, start, end int) int {
	if at(text, start-1, '_') && at(text, end-1, '_') {
		return end - 1
	}
	return end
}

// dottedEnd returns the end of a token at i with the parts that follow after dots.
func dottedEnd(t string, i int) int {
	for at(t, i, '.') && i+1 < len(t) && isToken(t[i+1]) {
		i++
		for i < len(t) && isToken(t[i]) {
			i++
		}
	}
	return i
}

// dottedKeys are keys of which a dot follows the prefix, so that the run of a token begins
// behind it: HashiCorp Vault, SendGrid, Google OAuth.
var dottedKeys = [...]vendorKey{
	{"hvs.", genID, 20, 0, 0}, {"hvb.", genID, 20, 0, 0}, {"hvr.", genID, 20, 0, 0},
	{"SG.", genID, 16, 0, 0}, {"ya29.", gcpID, 20, 0, 0},
}

// behind looks at what stands before a token: the prefix of a key and a dot, or the path of
// a Slack webhook. It returns the end of the key, or 0.
func (s *scan) behind(token piece) int {
	t := s.text
	switch {
	case at(t, token.start-1, '.'):
		if end := s.dotted(token); end > 0 {
			return end
		}
		// The first digit of a key may stand behind its second dot.
		low := max(0, token.start-maxSegment)
		if start := runBack(t, token.start-1, alnum|tokenMark, low); start > low && at(t, start-1, '.') {
			return s.dotted(piece{start, token.start - 1})
		}
	case at(t, token.start-1, '/'):
		return s.webhook(token)
	}
	return 0
}

// maxSegment is how far the first segment of a key in segments is looked for.
const maxSegment = 64

// dotted looks for one of dottedKeys of which segment is the first behind the prefix. It
// returns its end, or 0.
func (s *scan) dotted(segment piece) int {
	t := s.text
	for i := range dottedKeys {
		key := &dottedKeys[i]
		start := segment.start - len(key.prefix)
		if start < 0 || segment.len() < key.body || t[start:segment.start] != key.prefix || is(t, start-1, alnum) {
			continue
		}
		end := dottedEnd(t, segment.end)
		s.add(key.kind, start, end, certain)
		return end
	}
	return 0
}

// webhook looks for the path of a Slack webhook of which token is a part: those of the
// workspace, of the channel and the secret, of which any may be without a digit. It returns
// its end, or 0.
func (s *scan) webhook(token piece) int {
	const path = "hooks.slack.com/services/"
	t := s.text
	low := max(0, token.start-80)
	i := strings.LastIndex(t[low:token.start], path)
	if i < 0 || strings.ContainsAny(t[low+i:token.start], " \n\"") {
		return 0
	}
	start, end := low+i+len(path), token.end
	for parts := strings.Count(t[start:token.start], "/"); parts < 2; parts++ {
		if !at(t, end, '/') || end+1 == len(t) || !isToken(t[end+1]) {
			break
		}
		for end++; end < len(t) && isToken(t[end]); end++ {
		}
	}
	if end-start < minWebhook {
		return 0
	}
	s.add(slackID, start, end, certain)
	return end
}

// minWebhook is the length of the shortest path of a webhook.
const minWebhook = 24
