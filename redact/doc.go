// Package redact replaces personal data and secrets in text by placeholders, and puts
// them back. It knows text only: no HTTP, no JSON, no events.
//
// A [Redactor] holds the configuration and a key. A [Session], one per call, holds what
// was replaced; nobody else ever does. [Session.Redact] works on what goes out,
// [Session.Restore] on a whole answer, a [Restorer] on an answer that comes in pieces.
//
// # Placeholders
//
//	EMAIL_ADDRESS _ 7k2m9q4w1x3bc
//	└── kind ───┘   └─ 13 digits ┘
//	 [A-Z_]+          base 32 of lower-case letters and digits, without i l o u
//
// The digits are the first 65 bits of an HMAC-SHA256, under a key that is derived for the
// scope, of the kind and the value. So one value has one placeholder in all sessions of a
// scope, history that is sent again redacts to the same bytes, and nothing can be
// learned across scopes or without the key. The value is the text exactly as it was
// found: two spellings of one IBAN have two placeholders, because each has to come back
// as it was. All placeholders of a kind have one length, need no escape in JSON, and may
// stand glued to any other text.
//
// Kinds and digits share no character. This gives three properties without further care:
//
//   - No placeholder is a prefix of another, or overlaps another: one begins with an
//     upper-case letter and ends with the thirteenth digit after an underscore, and there
//     is no such place inside of another. (A kind may be the end of another kind's name;
//     the digits of one session are all different, so they decide.)
//   - Text around a placeholder cannot make a new one with a part of it. A placeholder
//     that ends in a foreign one would need that one's upper-case letters among its own
//     digits.
//   - At any cut of an answer it is clear from the last few bytes alone what may still
//     become a placeholder.
//
// # Text that looks like a placeholder
//
// Input may hold such text: a quotation, documentation, or an attempt to have a value
// restored that its author should not see. Every look-alike in the input, alive in the
// session or not, is a value like any other, of kind [Placeholder]: it leaves as
// PLACEHOLDER_… and comes back as it was. So what is in an outgoing text with the digits
// of the session was put there by the session, and redacting and restoring is the
// identity on every text. Output that was redacted before and is redacted again thus
// changes, and is restored one layer at a time.
//
// # Restoring
//
// One pass over the answer replaces the session's own placeholders, exactly as they
// were issued, and never looks again at what it restored: a value that looks like a
// placeholder stays as it is. A cut or changed placeholder is not guessed at; it stays
// too. In pieces:
//
//	Push:   held + piece ──► ├── restored, returned ──┤── held ──┤
//	                                                  └ longest end of the text that is the
//	                                                    beginning of a known placeholder
//	Flush:  held, as it is: the answer ended within it
//
// For every way of cutting a text, the results of Push and Flush together are what
// Restore makes of the whole.
package redact
