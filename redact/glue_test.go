package redact_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

// A value that touches another is a value still, on either side and in a row.
func TestGlued(t *testing.T) {
	t.Parallel()
	const mail, ahv, ssn, ip = "jane@example.com", "756.9217.0769.85", "536-22-1234", "203.0.113.77"
	for _, text := range []string{
		mail + ahv, ahv + mail, mail + ahv + "_", "x " + mail + ssn + " y", ssn + mail + ip,
		strings.Repeat(mail+ahv, 5), mail + ip + mail,
	} {
		s := newSession(t, redact.Config{}, "a")
		out := redacted(t, s, text)
		for _, value := range []string{mail, ahv, ssn, ip} {
			testkit.True(t, !strings.Contains(out, value), text+" -> "+out)
		}
		testkit.Equal(t, s.Restore(out), text)
	}
	s := newSession(t, redact.Config{}, "a")
	out := redacted(t, s, ip+"x7 and A"+ahv+"b")
	testkit.True(t, strings.Contains(out, "x7 and A"), "what is no value stays: "+out)
}

// A row of values and rubbish costs no more than its length.
func BenchmarkGlued(b *testing.B) {
	s := newSession(b, redact.Config{}, "a")
	text := strings.Repeat("jane@example.com756.9217.0769.85", 500)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, _ = s.Redact(text)
	}
}
