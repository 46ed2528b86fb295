package telemetry

import _ "embed" // for the registry

// registry is the content of registry.json.
//
//go:embed registry.json
var registry string

// Registry is the file registry.json: every key, metric and event that this package
// emits, with their types, units, buckets and gates, for code that checks dashboards and
// alert rules, or an exporter's output, against it. REGISTRY.md says the same to people.
func Registry() []byte { return []byte(registry) }
