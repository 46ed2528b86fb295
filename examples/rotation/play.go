package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// rotations is how often the key is rotated.
const rotations = 4

// The columns in which something happens: a rotation each seven columns, then a vault that
// throttles, and one that is away for longer than a refresh and all its tries take.
const (
	firstRotation = 3
	apart         = 7
	grace         = 5 // the old key works on for so long, every other time
	throttleFrom  = 32
	throttleTo    = 40
	awayFrom      = 42
	awayTo        = 62
	end           = 68
)

// A column is what happened in one slot.
type column struct {
	mark                              rune // what the vault or the account did
	calls, refused, reads, bad, fails int64
}

// play runs the load and the story, and returns a column for each slot.
func (s *stand) play(ctx context.Context, slot time.Duration) ([]column, error) {
	loading, stop := context.WithCancel(ctx)
	defer stop()
	var c counts
	wait := s.load(loading, &c)
	ticks := time.NewTicker(slot)
	defer ticks.Stop()
	var columns []column
	var before column
	for n := range end {
		mark := s.act(n)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			stop()
			wait()
			return nil, ctx.Err()
		}
		if n == end-1 {
			stop()
			wait()
		}
		now := s.count(&c)
		columns = append(columns, column{mark, now.calls - before.calls, now.refused - before.refused, now.reads - before.reads, now.bad - before.bad, now.fails - before.fails})
		before = now
	}
	s.first = c.first
	return columns, nil
}

// count is what has happened since the start.
func (s *stand) count(c *counts) column {
	return column{
		calls:   c.calls.Load(),
		refused: s.journal.refused(),
		reads:   int64(s.azure.Requests(clienttest.Vault)),
		bad:     int64(len(s.journal.named(event.AuthFailed))),
		fails:   c.failures.Load(),
	}
}

// act does what the story has for a column, and returns its mark.
func (s *stand) act(n int) rune {
	if since := n - firstRotation; since >= 0 && since < rotations*apart {
		planned := since/apart%2 == 0
		switch {
		case since%apart == 0 && planned:
			s.azure.Roll(secret)
			s.renew()
			return 'N'
		case since%apart == 0:
			s.azure.Rotate(secret)
			s.renew()
			return 'R'
		case since%apart == grace && planned:
			versions := s.azure.Versions(secret)
			old := versions[len(versions)-2].Version
			s.azure.EditSecret(secret, old, func(v *clienttest.Secret) { v.Disabled = true })
			return 'D'
		}
	}
	switch n {
	case throttleFrom:
		s.azure.Script(clienttest.Vault, clienttest.Reply{Status: http.StatusTooManyRequests, Body: "{}", Header: http.Header{"Retry-After": {"1"}}, Times: clienttest.Forever})
	case awayFrom:
		s.azure.Script(clienttest.Vault, clienttest.Reply{Status: http.StatusOK, Body: `{"value":"half"}`, Fault: clienttest.Reset, Times: clienttest.Forever})
	case throttleTo, awayTo:
		s.azure.Unscript(clienttest.Vault)
	}
	switch {
	case n >= throttleFrom && n < throttleTo:
		return 't'
	case n >= awayFrom && n < awayTo:
		return 'x'
	default:
		return ' '
	}
}

// renew gives the newest version an end of its own.
func (s *stand) renew() {
	s.azure.EditSecret(secret, "", func(v *clienttest.Secret) { v.Expires = soon() })
}

var errFailed = errors.New("calls failed that need not")

// verdict is nil if no call failed, and if what the program wants to show has happened.
func (s *stand) verdict(columns []column) error {
	var fails, refused, bad int64
	for _, c := range columns {
		fails, refused, bad = fails+c.fails, refused+c.refused, bad+c.bad
	}
	came := len(s.journal.named(event.CredentialRotated))
	switch {
	case fails > 0:
		return fmt.Errorf("%d %w, the first: %w", fails, errFailed, s.first)
	case came != rotations+1:
		return fmt.Errorf("%d versions were in use, and there were %d", came, rotations+1)
	case refused == 0:
		return errors.New("no key was refused, so nothing was shown")
	case bad == 0:
		return errors.New("no read of the vault failed, so nothing was shown")
	default:
		return nil
	}
}
