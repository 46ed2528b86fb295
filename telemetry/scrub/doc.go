// Package scrub stands before the exporters of an application and lets only known things
// through: what package telemetry emits is harmless by itself, but other libraries in the
// same process write to the same exporters, and some write prompts, error texts and URLs.
//
//	spans    attributes, events and links off the list; the text of the status; names that
//	         are no names; the trace state, which other systems fill
//	logs     bodies; attributes and names off the list
//	metrics  points with attributes off the list; the attributes that a View took away and
//	         that come back in exemplars
//	all      attributes of the resource and of scopes off the list
//
// The list is that of telemetry's registry, where values are checked too, some keys of
// OpenTelemetry whose values are short and plain, and the keys of the configuration.
// Everything else is dropped and counted: [Scrubber.Dropped], and the counter
// sallyport.scrub.dropped.
//
// A processor could not do this: it cannot change a span that has ended. Only what goes
// through the decorated exporter is clean. Readers that are no exporters, such as that of
// Prometheus, cannot be decorated: give their provider an exemplar filter that is off, and
// a resource made by [Scrubber.Resource]. Resources of log records cannot be changed here
// either.
//
// The package imports the OpenTelemetry SDK; those who do not import it do not compile it.
package scrub
