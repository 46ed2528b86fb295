package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A pair is a line of a map file: what stands in the text, and for what.
type pair struct {
	Placeholder string  `json:"placeholder"`
	Value       *string `json:"value,omitempty"`
	Bytes       []byte  `json:"bytes,omitempty"` // in place of a value that is not UTF-8
}

// saved is a map file that is being written. A line is on its way to the file before the
// text that needs it is on its way out.
type saved struct {
	file *os.File
	out  *bufio.Writer
	seen map[string]bool // placeholders in the file, not all of them
}

// maxSeen bounds the memory for not writing a line twice, which would do no harm.
const maxSeen = 1 << 16

// createMap makes a new file that its owner alone can read. One that is there is kept: it
// may be the only way back for another text.
func createMap(path string) (*saved, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller of the program names the file
	if err != nil {
		return nil, err
	}
	return &saved{file: file, out: bufio.NewWriter(file), seen: map[string]bool{}}, nil
}

// close ends the file. A nil saved has none.
func (s *saved) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.out.Flush(), s.file.Close())
}

func (s *saved) add(placeholder, value string) error {
	if s.seen[placeholder] {
		return nil
	}
	if len(s.seen) == maxSeen {
		clear(s.seen)
	}
	s.seen[placeholder] = true
	p := pair{Placeholder: placeholder, Value: &value}
	if !utf8.ValidString(value) {
		p.Value, p.Bytes = nil, []byte(value)
	}
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = s.out.Write(append(line, '\n'))
	return err
}

// digits are those at the end of a placeholder: package redact, "Placeholders".
var digits = regexp.MustCompile(`_[0-9a-hjkmnp-tv-zA-HJKMNP-TV-Z]{13}`)

// tail is the length of what digits matches.
const tail = 14

// save writes what has to come back into redacted: what the session knows of the
// placeholders in it, and of the surrogates of the spans.
func (f *filter) save(session *redact.Session, text, redacted string, spans []detect.Span) error {
	kinds := append(detect.Kinds(), redact.Placeholder)
	for _, at := range digits.FindAllStringIndex(redacted, -1) {
		for _, kind := range kinds {
			if !strings.HasSuffix(redacted[:at[0]], string(kind)) {
				continue
			}
			placeholder := redacted[at[0]-len(kind) : at[1]]
			if f.saved.seen[placeholder] {
				break
			}
			if value := session.Restore(placeholder); value != placeholder {
				if err := f.saved.add(placeholder, value); err != nil {
					return err
				}
			}
		}
	}
	if f.action == redact.Surrogate {
		if err := f.saveFakes(session, text, redacted, spans); err != nil {
			return err
		}
	}
	return f.saved.out.Flush()
}

// saveFakes writes the surrogates in redacted. Their values are what the session puts back,
// and mostly those of the spans; a value that touches what looks like a placeholder is one
// with it, and then has the kind of one of the spans.
func (f *filter) saveFakes(session *redact.Session, text, redacted string, spans []detect.Span) error {
	var all []detect.Kind
	kinds := map[string][]detect.Kind{}
	for _, span := range spans {
		if !slices.Contains(redact.Fakes(), span.Kind) {
			continue
		}
		value := text[span.Start:span.End]
		if !slices.Contains(kinds[value], span.Kind) {
			kinds[value] = append(kinds[value], span.Kind)
		}
		if !slices.Contains(all, span.Kind) {
			all = append(all, span.Kind)
		}
	}
	for value := range restored(session, redacted) {
		candidates := kinds[value]
		if candidates == nil {
			candidates = all
		}
		for _, kind := range candidates {
			fake, err := f.hand(session, value, []detect.Span{{End: len(value), Kind: kind}})
			if err == nil && session.Restore(fake) == value {
				err = f.saved.add(fake, value)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// restored are the values that a session would put back into a text.
func restored(session *redact.Session, text string) map[string]bool {
	found := map[string]bool{}
	r := session.RestorerFunc(func(value string) string {
		found[value] = true
		return value
	})
	r.Push(text)
	r.Flush()
	return found
}

// values are what a map file says.
type values struct {
	byDigits map[string]pair   // placeholders, by their digits in lower case
	fakes    map[string]string // surrogates
	lengths  []int             // of those, longest first
	longest  int               // of both
}

// errMap is a map file that cannot be used.
var errMap = errors.New("the map file is not usable")

// readMap reads a map file, all of which is needed in memory.
func readMap(in io.Reader) (*values, error) {
	v := &values{byDigits: map[string]pair{}, fakes: map[string]string{}}
	reader := bufio.NewReader(in)
	for number := 1; ; number++ {
		line, err := readLine(reader, 2*maxLine)
		if errors.Is(err, io.EOF) {
			slices.SortFunc(v.lengths, func(a, b int) int { return b - a })
			return v, nil
		}
		if err == nil {
			err = v.add(line)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: line %d", errMap, number)
		}
	}
}

// add takes one line over. A placeholder that stands for two values cannot be restored.
func (v *values) add(line []byte) error {
	var p pair
	if json.Unmarshal(line, &p) != nil || p.Placeholder == "" || (p.Value == nil) == (p.Bytes == nil) {
		return errMap
	}
	if p.Value == nil {
		text := string(p.Bytes)
		p.Value = &text
	}
	v.longest = max(v.longest, len(p.Placeholder))
	if n := len(p.Placeholder) - tail; n > 0 && digits.MatchString(p.Placeholder[n:]) {
		key := strings.ToLower(p.Placeholder[n+1:])
		if old, ok := v.byDigits[key]; ok && (*old.Value != *p.Value || old.Placeholder != p.Placeholder) {
			return errMap
		}
		v.byDigits[key] = p
		return nil
	}
	if old, ok := v.fakes[p.Placeholder]; ok && old != *p.Value {
		return errMap
	}
	v.fakes[p.Placeholder] = *p.Value
	if n := len(p.Placeholder); !slices.Contains(v.lengths, n) {
		v.lengths = append(v.lengths, n)
	}
	return nil
}
