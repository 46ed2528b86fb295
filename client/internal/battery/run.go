package battery

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// run plays a row and returns its line of the table.
func (r Row) run(t *testing.T, said *said) string {
	t.Helper()
	plain := ""
	if r.Plain != nil {
		plain = r.playPlain(t)
	}
	r.playControl(t)
	if t.Failed() {
		return r.line(plain, "the control fails")
	}
	before := census()
	_ = said.take()
	ours := r.playHostile(t, said)
	if after, ok := settled(before, settleTime); !ok {
		t.Errorf("INV-3: afterwards there are %v, before there were %v", after, before)
	}
	if t.Failed() {
		ours = "FAILS"
	}
	return r.line(plain, ours)
}

func (r Row) line(plain, ours string) string {
	return strings.Join([]string{r.ID, r.Case, plain, ours}, "\t")
}

func (r Row) playPlain(t *testing.T) string {
	b := newBench(t, true)
	defer b.Close()
	if r.Setup != nil {
		r.Setup(b)
	}
	if b.Server == nil {
		b.Serve("h2", nil)
	}
	return r.Plain(b)
}

func (r Row) call(b *Bench) error {
	if r.Call == nil {
		return b.Chat()
	}
	return r.Call(b)
}

// playControl is INV-9.
func (r Row) playControl(t *testing.T) {
	b := newBench(t, false)
	defer b.Close()
	if err := b.prepare(r.Setup); err != nil {
		t.Errorf("INV-9: the control has no client: %v", err)
		return
	}
	if err := r.call(b); err != nil {
		t.Errorf("INV-9: the control fails: %v", describe(err))
	}
	if b.prompts() == 0 {
		t.Error("INV-9: no prompt arrived")
	}
}

func (r Row) playHostile(t *testing.T, said *said) string {
	b := newBench(t, true)
	defer b.Close()
	err := b.prepare(r.Setup)
	heap := watchHeap()
	start := time.Now()
	if err == nil {
		err = r.call(b)
	}
	took := time.Since(start)
	grown := heap.growth()
	sends := b.prompts()
	r.checkOutcome(b, err)
	r.checkCost(b, took, grown)
	r.checkRecord(b, err)
	r.checkConnections(b)
	r.checkAfterwards(b)
	checkWords(b, err, said.take())
	ours := r.Want.Class.String()
	if code := b.code(err); code != "" {
		ours += " (" + string(code) + ")"
	}
	if r.Want.Text != "" {
		ours = "T " + ours
	}
	return fmt.Sprintf("%s, %d sends, %d ms", ours, sends, took.Milliseconds())
}

// checkOutcome is INV-2.
func (r Row) checkOutcome(b *Bench, err error) {
	b.Helper()
	want := r.Want
	if want.Class.Name == "" {
		if err != nil {
			b.Errorf("INV-2: the call fails: %v", describe(err))
		}
		return
	}
	var refusal *policy.RefusalError
	var service answered
	switch {
	case want.Class.Answer:
		if !errors.As(err, &service) || b.code(err) != want.Class.Code {
			b.Errorf("INV-2: the class is not %v, but code %q, %v", want.Class, b.code(err), err)
		}
		return
	case err == nil:
		b.Errorf("INV-2: the call succeeds with status %d and %d bytes", b.Status, len(b.Text))
		return
	case !errors.Is(err, policy.ErrRefused) || !errors.As(err, &refusal):
		b.Errorf("INV-2: not a refusal: %v", describe(err))
		return
	case refusal.Code != want.Class.Code || !want.Class.causedBy(err):
		b.Errorf("INV-2: the class is not %v, but %v", want.Class, describe(err))
	}
	if text := refusal.Error(); len(text) > maxText || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		b.Errorf("INV-2: the text of the error is of %d bytes, or not of printable ASCII: %q", len(text), text)
	}
	if text, err := Said(b.Text); err != nil || text != want.Text {
		b.Errorf("INV-2: %q was delivered, not %q", shorten(b.Text), want.Text)
	}
}

// code is that of the outcome: of the error, or of the record if the service answered.
func (b *Bench) code(err error) event.Code {
	var service answered
	if !errors.As(err, &service) {
		return policy.CodeOf(err)
	}
	calls, _ := b.events.split()
	if len(calls) == 0 {
		return ""
	}
	return calls[len(calls)-1].Code
}

// maxText bounds the text of an error, in bytes.
const maxText = 512

// describe is an error with the types in it.
func describe(err error) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	return fmt.Sprintf("%s: %v, caused by %s", policy.CodeOf(err), err, strings.Join(causes(nil, err), "; "))
}

func causes(list []string, err error) []string {
	switch e := err.(type) { //nolint:errorlint // it walks the tree itself
	case interface{ Unwrap() error }:
		return causes(list, e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			list = causes(list, one)
		}
		return list
	case nil:
		return list
	default:
		return append(list, shorten(err.Error()))
	}
}

func shorten(text string) string {
	if len(text) > 200 {
		return text[:200] + "..."
	}
	return text
}

const (
	tolerance = 250 * time.Millisecond
	heapFloor = 16 << 20
)

// checkCost is INV-4.
func (r Row) checkCost(b *Bench, took time.Duration, grown uint64) {
	b.Helper()
	within := b.Config.TotalTimeout
	if r.Want.Within > 0 {
		within = r.Want.Within
	}
	if took > within+tolerance {
		b.Errorf("INV-4: it took %v, not %v", took, within)
	}
	most := r.Want.Heap
	if most == 0 {
		most = max(heapFloor, 4*uint64(b.Config.MaxBodyBytes))
	}
	if grown > most {
		b.Errorf("INV-4: the heap grew by %d KiB, not %d KiB", grown>>10, most>>10)
	}
}

// checkRecord is INV-5 and INV-7.
func (r Row) checkRecord(b *Bench, err error) {
	b.Helper()
	calls, security := b.events.split()
	attempts := 0
	for _, call := range calls {
		attempts += call.Attempts
	}
	if got := b.prompts(); got != attempts && !(r.Want.Behind && got < attempts) || r.Want.Sends != Any && got != r.Want.Sends ||
		r.Want.Most > 0 && got > r.Want.Most {
		b.Errorf("INV-7: the server got %d prompts, the audit log claims %d, wanted were %d", got, attempts, r.Want.Sends)
	}
	if r.Want.Unrecorded {
		return
	}
	if len(calls) == 0 {
		b.Error("INV-5: the audit log has no record of the call")
		return
	}
	code := b.code(err)
	wanted := r.Want.Events
	if name := event.NameFor(code); wanted == 0 && code != "" && name != event.RequestCompleted {
		wanted = 1
	}
	if wanted != Any && len(security) != wanted {
		b.Errorf("INV-5: there are %d security events, not %d", len(security), wanted)
	}
	if len(security) == 0 {
		return
	}
	one := security[0]
	if one.Code != code || one.Policy.String() == "" && !r.Want.Class.Answer || one.Host.String() != b.Azure.Host() {
		b.Errorf("INV-5: the event is not about this: code %q, policy %q, host %q", one.Code, one.Policy, one.Host)
	}
	if len(calls) == 1 && b.Server.Accepted() > 0 && one.Network.Dialled != b.Server.Addr() {
		b.Errorf("INV-5: the event does not name the peer: %v", one.Network.Dialled)
	}
}

// checkConnections is INV-8, and the half of INV-1 about strangers.
func (r Row) checkConnections(b *Bench) {
	b.Helper()
	for i, s := range b.strangers {
		if s.Accepted() > 0 || s.Size() > 0 {
			b.Errorf("INV-8: stranger %d got %d connections and %d bytes", i, s.Accepted(), s.Size())
		}
		if found := b.Canaries.Find(s.Received()); len(found) > 0 {
			b.Errorf("INV-1: stranger %d got %v", i, found)
		}
	}
	if r.Want.Class.Name == "" || r.Want.Sends != 0 {
		return
	}
	if found := b.Canaries.Find(b.Server.Received()); len(found) > 0 {
		b.Errorf("INV-8: nothing should be sent, but the server got %v", found)
	}
}

// checkAfterwards is INV-6: the servers behave, and the same client calls once more.
func (r Row) checkAfterwards(b *Bench) {
	b.Helper()
	if r.Want.Final || b.Client == nil {
		return
	}
	bad := connections(b)
	b.behave(true)
	if err := b.Chat(); err != nil {
		b.Errorf("INV-6: the next call fails: %v", describe(err))
		return
	}
	after := b.Server.Requests()
	if last := after[len(after)-1].Conn; !r.Want.Shared && !r.Want.Class.Answer && r.Want.Class.Name != "" && slices.Contains(bad, last) {
		b.Errorf("INV-6: connection %d of a violation was used again", last)
	}
}

func connections(b *Bench) []int {
	var all []int
	for _, r := range b.Server.Requests() {
		all = append(all, r.Conn)
	}
	return all
}
