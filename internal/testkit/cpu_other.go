//go:build !unix

package testkit

import "time"

var began = time.Now()

// CPU is the time since the process began: there is no better measure here.
func CPU() time.Duration { return time.Since(began) }
