//go:build unix

package testkit

import (
	"syscall"
	"time"
)

// CPU is how much processor time the process has used so far. Differences of it compare
// costs on a machine that has other things to do.
func CPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
