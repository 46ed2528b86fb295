package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// maxLine bounds a line of JSON, in bytes. A longer one is a bad line.
const maxLine = 16 << 20

// A document is a line of the input. Other members are ignored.
type document struct {
	ID   json.RawMessage `json:"id"`
	Text *string         `json:"text"`
}

// A result is a line of the output. It has no redacted text if it was refused.
type result struct {
	ID       json.RawMessage `json:"id"`
	Entities []entity        `json:"entities"`
	Redacted *string         `json:"redacted,omitempty"`
	Refused  detect.Kind     `json:"refused,omitempty"`
}

// An entity is one finding, in bytes of the text.
type entity struct {
	Type   detect.Kind `json:"type"`
	Start  int         `json:"start"`
	End    int         `json:"end"`
	Score  float32     `json:"score"`
	SHA256 string      `json:"text_sha256"`
}

// errBad is a line that is not a document. Its text is all that is said about the line.
var errBad = errors.New("bad line")

// lines redacts JSON lines. A bad line has no line in the output, and does not stop the
// others; nor does a refused one.
func (f *filter) lines(in io.Reader, out *bufio.Writer, stderr io.Writer) int {
	reader := bufio.NewReaderSize(in, 64<<10)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	status := statusOK
	for number := 1; ; number++ {
		line, err := readLine(reader, maxLine)
		if errors.Is(err, io.EOF) {
			return status
		}
		var r *result
		if err == nil {
			r, err = f.document(line)
		}
		if err != nil && !errors.Is(err, errBad) {
			return max(status, ended(stderr, fmt.Errorf("line %d: %w", number, err)))
		}
		if err != nil {
			fmt.Fprintf(stderr, "redact: line %d: %v\n", number, err)
			status = max(status, statusFailed)
			continue
		}
		if r.Refused != "" {
			fmt.Fprintf(stderr, "refused: line %d: %s\n", number, r.Refused)
			status = statusRefused
		}
		if err := encoder.Encode(r); err != nil {
			return max(status, failed(stderr, err))
		}
		if reader.Buffered() == 0 { // whoever writes the input may wait for the answer
			if err := out.Flush(); err != nil {
				return max(status, failed(stderr, err))
			}
		}
	}
}

// readLine returns the next line without its end, io.EOF after the last one, or errBad for
// one above the limit, which is skipped.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	long := false
	for n := 0; ; n++ {
		part, err := r.ReadSlice('\n')
		if long = long || len(line)+len(part) > limit+len("\n"); !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && n == 0 && len(part) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("the input: %w", err)
		case long:
			return nil, fmt.Errorf("%w: more than %d bytes", errBad, limit)
		}
		return bytes.TrimSuffix(line, []byte("\n")), nil
	}
}

// document redacts the text of one line.
func (f *filter) document(line []byte) (*result, error) {
	d, err := readDocument(line)
	if err != nil {
		return nil, err
	}
	text := *d.Text
	spans := f.find(text)
	r := &result{ID: d.ID, Entities: make([]entity, 0, len(spans))}
	for _, span := range spans {
		sum := sha256.Sum256([]byte(text[span.Start:span.End]))
		r.Entities = append(r.Entities, entity{span.Kind, span.Start, span.End, span.Score, hex.EncodeToString(sum[:])})
	}
	redacted, err := f.replace(text, spans)
	var refused *redact.RefusedError
	if errors.As(err, &refused) {
		r.Refused = refused.Kind
		return r, nil
	}
	r.Redacted = &redacted
	return r, err
}

// readDocument checks a line. The errors of package json may quote it, so they are not
// used.
func readDocument(line []byte) (document, error) {
	var d document
	switch {
	case len(bytes.TrimSpace(line)) == 0:
		return d, fmt.Errorf("%w: empty", errBad)
	case !utf8.Valid(line):
		return d, fmt.Errorf("%w: not UTF-8", errBad)
	case !json.Valid(line):
		return d, fmt.Errorf("%w: not JSON", errBad)
	case json.Unmarshal(line, &d) != nil || d.Text == nil || len(d.ID) == 0 || !scalar(d.ID[0]):
		return d, fmt.Errorf("%w: not an object with an id and a text", errBad)
	case !once(line):
		return d, fmt.Errorf("%w: an id or a text twice", errBad)
	case strings.ContainsRune(*d.Text, utf8.RuneError) && !bytes.ContainsRune(line, utf8.RuneError) && !bytes.Contains(bytes.ToLower(line), []byte(`\ufffd`)):
		return d, fmt.Errorf("%w: half a character", errBad) // a surrogate without its other
	}
	return d, nil
}

// once reports whether an object has one id and one text. Readers differ in which of two
// they take, and in whether case matters.
func once(line []byte) bool {
	d := json.NewDecoder(bytes.NewReader(line))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return false
		}
		if name = strings.ToLower(name); name == "id" || name == "text" {
			if seen[name] {
				return false
			}
			seen[name] = true
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return false
		}
	}
	return true
}

// scalar reports whether a string or a number begins with c.
func scalar(c byte) bool { return c == '"' || c == '-' || '0' <= c && c <= '9' }
