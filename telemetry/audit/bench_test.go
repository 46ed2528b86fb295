package audit_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
)

func BenchmarkRecord(b *testing.B) {
	for name, cfg := range map[string]audit.Config{"sha256": {}, "hmac": {Key: key()}} {
		b.Run(name, func(b *testing.B) {
			l := chained(b, io.Discard, cfg)
			e := full(b)
			b.ReportAllocs()
			for b.Loop() {
				_ = l.Record(b.Context(), e)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, cfg := range map[string]audit.Config{"sha256": {}, "hmac": {Key: key()}} {
		b.Run(name, func(b *testing.B) {
			log := written(b, cfg, 1000)
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = audit.Verify(bytes.NewReader(log), audit.VerifyConfig{Key: cfg.Key})
			}
		})
	}
}

// TestRecordAllocs pins what a record costs the caller.
func TestRecordAllocs(t *testing.T) { //nolint:paralleltest // counts allocations
	l := chained(t, io.Discard, audit.Config{Key: key()})
	e := full(t)
	testkit.Allocs(t, 12, func() { _ = l.Record(t.Context(), e) })
}
