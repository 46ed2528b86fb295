package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/sallyport-go/sallyport/telemetry/audit"
)

// A record is what a person looks for first in an audit record.
type record struct {
	Number   int    `json:"audit.sequence.number"`
	Previous string `json:"audit.sequence.previous_hash"`
	Event    string `json:"event_name"`
	Outcome  string `json:"audit.outcome"`
	Code     string `json:"error.type"`
	Waiver   string `json:"sallyport.waiver.kind"`
	Input    int    `json:"sallyport.tokens.input"`
	Output   int    `json:"sallyport.tokens.output"`

	line       []byte
	redactions int
}

// parse reads the line of a record.
func parse(line []byte) (record, error) {
	r := record{line: bytes.TrimSpace(line)}
	var all map[string]any
	if err := json.Unmarshal(r.line, &r); err != nil {
		return r, err
	}
	if err := json.Unmarshal(r.line, &all); err != nil {
		return r, err
	}
	for name, value := range all {
		if n, ok := value.(float64); ok && strings.HasPrefix(name, "sallyport.redaction.count.") {
			r.redactions += int(n)
		}
	}
	return r, nil
}

// hash is what the next record names as the one before it.
func (r record) hash() string {
	sum := sha256.Sum256(r.line)
	return hex.EncodeToString(sum[:])
}

func (r record) details() string {
	var texts []string
	if r.Code != "" {
		texts = append(texts, r.Code)
	}
	if r.Waiver != "" {
		texts = append(texts, "waiver "+r.Waiver)
	}
	if r.Input+r.Output > 0 {
		texts = append(texts, fmt.Sprintf("%d+%d tokens, %s", r.Input, r.Output, counted(r.redactions, "redaction")))
	}
	return strings.Join(texts, ", ")
}

// showAudit prints a line for each record, and the last one as it is written.
func (s *stand) showAudit(screen *screen) error {
	screen.caption("Audit records, each with the hash of the one before:")
	var last record
	for line := range bytes.Lines(s.records.Bytes()) {
		r, err := parse(line)
		if err != nil {
			return err
		}
		chain := screen.paint(faint, brief(r.Previous)+" -> "+brief(r.hash()))
		screen.line("  %d  %-20s %-8s %s  %s", r.Number, r.Event, r.Outcome, chain, r.details())
		last = r
	}
	screen.caption("The last of them as it is written, in one line:")
	for _, row := range wrap(string(last.line), 96) {
		screen.line("  %s", screen.paint(faint, row))
	}
	report, err := audit.Verify(bytes.NewReader(s.records.Bytes()), audit.VerifyConfig{Key: s.auditKey})
	if err != nil {
		return err
	}
	screen.line("")
	screen.line("%s", screen.paint(green, counted(report.Records, "record")+" verified, seals and chain."))
	return nil
}

func brief(hash string) string {
	if len(hash) < 8 || strings.Trim(hash, "0") == "" {
		return "(start) "
	}
	return hash[:8]
}

// wrap breaks a line of JSON between its members.
func wrap(text string, width int) []string {
	var rows []string
	row := ""
	for member := range strings.SplitAfterSeq(text, `,"`) {
		if rest, ok := strings.CutSuffix(member, `"`); ok && strings.HasSuffix(member, `,"`) {
			member = rest
		}
		if row != "" && len(row)+len(member) > width {
			rows = append(rows, row)
			row = ""
		}
		if row != "" || len(rows) > 0 {
			member = `"` + member
		}
		row += member
	}
	return append(rows, row)
}
