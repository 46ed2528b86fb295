package audit_test

import (
	"bytes"
	"context"
	"fmt"

	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func ExampleChained() {
	var file bytes.Buffer // in earnest, an os.File opened with O_APPEND
	cfg := audit.Config{Key: []byte("an example key of 32 bytes......"), StreamID: event.NewToken("web-1")}
	log, err := audit.Chained(&file, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, code := range []event.Code{"", event.PIIBlocked, ""} {
		e := event.Event{Name: event.RequestCompleted, Code: code, Outcome: event.OutcomeOf(code)}
		if err := log.Record(context.Background(), e); err != nil {
			fmt.Println("refuse the call:", err)
		}
	}
	if err := log.Close(); err != nil {
		fmt.Println(err)
	}

	report, err := audit.Verify(&file, audit.VerifyConfig{Key: cfg.Key, RequireEnd: true})
	fmt.Println(report.Records, report.Ended, err)
	// Output: 4 true <nil>
}

func ExampleVerify() {
	var file bytes.Buffer
	log, err := audit.Chained(&file, audit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		_ = log.Record(context.Background(), event.Event{Name: event.PolicyDecision, Outcome: event.Failure})
	}
	changed := bytes.Replace(file.Bytes(), []byte("failure"), []byte("success"), 1)
	_, err = audit.Verify(bytes.NewReader(changed), audit.VerifyConfig{})
	fmt.Println(err)
	// Output: audit: line 1: changed
}
