// Package remote is what detectors that ask a service have in common: texts are cut into
// documents that the service takes, asked about in batches, and what it answers becomes
// spans of the texts, in bytes.
//
//	text ──► documents of at most Longest characters, each of which begins Overlap before
//	         the last one's end ──► those not in the cache, in batches ──► the service
//	spans ◄── bytes ◄── characters or UTF-16 units, checked against the quoted text
//
// Whatever is missing, cut, or counted in other units than agreed is an error: a text of
// which a part was not looked at has not been looked at.
package remote
