// Package peers compares package ratelimit with its peers in one run:
//
//	go test -bench . -count 5
//
// It is a module of its own, so that nobody who uses the library gets its peers.
package peers
