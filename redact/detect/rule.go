package detect

import (
	"regexp"
	"slices"
	"strings"
)

// A Rule is a detector of the caller's own, made by [Terms] or [Regexp] and given to a
// [Scanner]. The zero Rule finds nothing. Rules never change and are safe for concurrent
// use.
type Rule struct {
	kind    Kind
	score   float32
	terms   terms
	literal string
	pattern *regexp.Regexp
}

// The limits of a rule.
const (
	maxPattern = 1000
	maxTerms   = 1_000_000
)

// Terms makes a rule that finds each of words, a deny list or a gazetteer, as values of a
// kind. A term is one word or several; it is found as a whole, whatever its case and its
// accents, with any single space, dash, dot or underscore between its words. In scripts
// that put no space between words, it is found anywhere.
//
// The kind is one of [Kinds], and then the rule is silent for a [Set] without it, or a
// name of its own that is [Kind.WellFormed]. Errors are a [*RuleError].
func Terms(kind Kind, words ...string) (*Rule, error) {
	if !kind.WellFormed() {
		return nil, &RuleError{"Kind", "not of the form A_Z"}
	}
	if len(words) == 0 || len(words) > maxTerms {
		return nil, &RuleError{"Words", "none, or too many"}
	}
	r := &Rule{kind: kind, score: certain}
	for _, w := range words {
		if !r.terms.put(w) {
			return nil, &RuleError{"Words", "a term without letters and digits"}
		}
	}
	r.terms.sort()
	return r, nil
}

// Regexp makes a rule that finds what a regular expression (package regexp) matches, as
// values of a kind, on the lines that hold a literal. The literal keeps the expression,
// which is slow, away from most text; it is matched exactly, case included. If the
// expression has a group, the value is the first one.
//
// The kind is as in [Terms]. An expression that matches the empty text, or has more than
// 1,000 bytes, is refused. Errors are a [*RuleError].
func Regexp(kind Kind, literal, pattern string) (*Rule, error) {
	if !kind.WellFormed() {
		return nil, &RuleError{"Kind", "not of the form A_Z"}
	}
	if literal == "" {
		return nil, &RuleError{"Literal", "empty"}
	}
	if len(pattern) > maxPattern {
		return nil, &RuleError{"Pattern", "longer than 1000 bytes"}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, &RuleError{"Pattern", "no regular expression of RE2"} // its own text quotes the pattern
	}
	if re.MatchString("") {
		return nil, &RuleError{"Pattern", "matches the empty text"}
	}
	return &Rule{kind: kind, score: likely, literal: literal, pattern: re}, nil
}

// Kind returns the kind of what the rule finds.
func (r *Rule) Kind() Kind { return r.kind }

// runRules looks for what the rules of the scanner describe, and puts it among the findings.
func (s *scan) runRules() {
	extra := s.extra[:0]
	for _, r := range s.rules {
		if i, ok := r.kind.id(); ok && !s.kinds.has(i) {
			continue
		}
		if r.pattern != nil {
			extra = s.match(extra, r)
		} else {
			extra = s.lookUp(extra, r)
		}
	}
	s.join(extra)
	s.extra = extra
}

// join puts more findings among those that there are, which are in order.
func (s *scan) join(extra []Span) {
	if len(extra) == 0 {
		return
	}
	byStart := func(a, b Span) int { return a.Start - b.Start }
	if !slices.IsSortedFunc(extra, byStart) {
		slices.SortStableFunc(extra, byStart)
	}
	have := slices.Clone(s.out[s.base:])
	s.out = s.out[:s.base]
	for len(have) > 0 || len(extra) > 0 {
		next := &have
		if len(have) == 0 || len(extra) > 0 && extra[0].Start < have[0].Start {
			next = &extra
		}
		span := (*next)[0]
		*next = (*next)[1:]
		if last := len(s.out) - 1; last >= s.base && s.out[last].End > span.Start {
			s.out[last] = merge(s.out[last], span)
		} else if !s.withinPlaceholder(span.Start, span.End) {
			s.out = append(s.out, span)
		}
	}
}

// match runs the expression over each line that holds the literal.
func (s *scan) match(dst []Span, r *Rule) []Span {
	t := s.text
	for i := 0; ; {
		n := strings.Index(t[i:], r.literal)
		if n < 0 {
			return dst
		}
		start, end := i+strings.LastIndexByte(t[i:i+n], '\n')+1, len(t)
		if k := strings.IndexByte(t[i+n:], '\n'); k >= 0 {
			end = i + n + k
		}
		for _, m := range r.pattern.FindAllStringSubmatchIndex(t[start:end], -1) {
			from, to := m[0], m[1]
			if len(m) > 2 && m[2] >= 0 {
				from, to = m[2], m[3]
			}
			if from < to {
				dst = append(dst, Span{start + from, start + to, r.kind, r.score})
			}
		}
		if i = end + 1; i >= len(t) {
			return dst
		}
	}
}

// lookUp looks for the terms at each word.
func (s *scan) lookUp(dst []Span, r *Rule) []Span {
	t := s.text
	for i := 0; i < len(t); {
		if !inTerm(t[i]) {
			i++
			continue
		}
		end := termEnd(t, i)
		last := r.terms.at(t, i, end)
		if last > i {
			dst = append(dst, Span{i, last, r.kind, r.score})
		} else if t[i] >= 0xE3 {
			dst = s.lookUpScript(dst, r, i, end)
		}
		i = end
	}
	return dst
}

// lookUpScript looks for terms at each character of a run without spaces.
func (s *scan) lookUpScript(dst []Span, r *Rule, i, end int) []Span {
	for ; i < end; i++ {
		for _, term := range r.terms.script[s.text[i]] {
			if strings.HasPrefix(s.text[i:], term) {
				dst = append(dst, Span{i, i + len(term), r.kind, r.score})
				i += len(term) - 1
				break
			}
		}
	}
	return dst
}
