package testkit

import (
	"testing"
	"time"
)

// WriteGolden is Golden with the flag -update.
func WriteGolden(t testing.TB, path string, got []byte) { golden(t, path, got, true) }

// LeaksWithin is Leaks with a patience of its own.
func LeaksWithin(t testing.TB, wait time.Duration) { leaks(t, wait) }

// Leftovers is the check of Main, without patience.
func Leftovers() []string { return leftovers(nil, 0) }

// Tolerated is the rule about single stacks.
func Tolerated(stack string) bool { return tolerated(stack) }
