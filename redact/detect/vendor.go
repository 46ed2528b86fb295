package detect

import "strings"

// A vendorKey is the form of a key that begins with a fixed prefix.
type vendorKey struct {
	prefix string
	body   int // fewest characters after it
}

// vendorKeys are kinds of keys that are of kind Secret: Slack, Stripe, Google, GitLab, npm,
// PyPI, Hugging Face, SendGrid, Databricks, HashiCorp Vault, age. Prefixes and lengths from
// the vendors' documentation as gathered by gitleaks 8.30.1 and trufflehog 3.97.
var vendorKeys = [...]vendorKey{
	{"xoxb-", 20}, {"xoxp-", 20}, {"xoxa-", 20}, {"xoxe-", 20}, {"xoxo-", 20}, {"xoxr-", 20}, {"xoxs-", 20}, {"xapp-", 20},
	{"sk_live_", 10}, {"sk_test_", 10}, {"rk_live_", 10}, {"rk_test_", 10}, {"AIza", 35}, {"GOCSPX-", 20}, {"glpat-", 20},
	{"npm_", 36}, {"pypi-AgEIcHlwaS5vcmc", 50}, {"hf_", 34}, {"dapi", 32}, {"AGE-SECRET-KEY-1", 58},
}

// vendor looks for one of vendorKeys at i.
func (s *scan) vendor(i, tokenEnd int) int {
	for _, key := range &vendorKeys {
		if tokenEnd-i >= len(key.prefix)+key.body && strings.HasPrefix(s.text[i:], key.prefix) {
			s.add(genID, i, tokenEnd, certain)
			return tokenEnd
		}
	}
	return i
}
