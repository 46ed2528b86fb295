// Package presidio asks a Presidio Analyzer for personal data in texts: names, places and
// what its recognizers are set up for.
//
// The texts leave the process as they are, so that the analyzer should stand on the same
// machine or behind TLS in the same network.
//
// Source: Presidio, "Presidio Analyzer API", POST /analyze, 2026-07.
package presidio
