// Package redact replaces personal data and secrets in text, puts them back, and looks for
// more of them in answers. It knows text only: no HTTP, no JSON, no events.
//
// A [Redactor] holds the configuration and a key. A [Session], one per call, holds what
// was replaced; nobody else ever does. [Session.RedactAll] works on what goes out,
// [Session.GuardText] on a whole answer, a [Guard] on an answer that comes in pieces.
// [Session.Restore] and a [Restorer] restore without looking for anything.
//
//	texts ──► package detect ─┐
//	      ──► Config.Detectors ┴─► spans ──► action of the kind ──► out
//	                                            │
//	   Replace  EMAIL_ADDRESS_7k2m9q4w1x3bc  ◄──┤  restored by the session
//	   Surrogate  person.kmwqtbxzra@example.com │  restored by the session
//	   Mask  j***@*******.***     ◄─────────────┤
//	   Hash  EMAIL_ADDRESS#0v8q3…               │
//	   Refuse  an error for the whole request ◄─┘
//
// # Placeholders
//
//	EMAIL_ADDRESS _ 7k2m9q4w1x3bc
//	└── kind ───┘   └─ 13 digits ┘
//	 [A-Z_]+          base 32 of lower-case letters and digits, without i l o u
//
// The digits are the first 65 bits of an HMAC-SHA256, under the key of the configuration, of
// the scope, the kind and the value. So one value has one placeholder in all sessions of a
// scope, history that is sent again redacts to the same bytes, and nothing can be
// learned across scopes or without the key. The value is the text exactly as it was
// found: two spellings of one IBAN have two placeholders, because each has to come back
// as it was. All placeholders of a kind have one length, need no escape in JSON, and may
// stand glued to any other text.
//
// # What models make of them
//
// A placeholder is known again with its case changed as a whole or in parts, with one or
// two backslashes before its underscores (Markdown, and Markdown in JSON), and with
// anything around it: brackets, quotes, backticks, 's. A changed case counts only where a
// word begins. All of the kind and all 65 bits of the digits must agree; a placeholder
// that was cut, or broken by a blank or a hyphen, is not guessed at, and stays.
//
// # Text that looks like a placeholder
//
// Input may hold such text: a quotation, documentation, or an attempt to have a value
// restored that its author should not see. Every look-alike in the input, in any spelling
// that would be restored, alive in the session or not, is a value like any other, of kind
// [Placeholder]: it leaves as PLACEHOLDER_… and comes back as it was. Then the output is
// read once more. If a look-alike has come about from a part of a placeholder and the text
// beside it, that text becomes a part of the value; if the text holds a surrogate by
// itself, the surrogate stands for nothing from then on. So what is in an outgoing text
// with the digits of the session was put there by the session, and redacting and restoring
// is the identity on every text. Output that was redacted before and is redacted again
// thus changes, and is restored one layer at a time.
//
// # Restoring
//
// One pass over the answer replaces the session's own placeholders and never looks again
// at what it restored: a value that looks like a placeholder stays as it is. In pieces:
//
//	Push:   held + piece ──► ├── restored, returned ──┤── held ──┤
//	                                                  └ longest end of the text that is the
//	                                                    beginning of a known placeholder
//	Flush:  held, restored as the end of the text
//
// For every way of cutting a text, the results of Push and Flush together are what
// Restore makes of the whole. [Policy] says what does not come back: by default the values
// that only texts of origin [System] held, and secrets in the arguments of tool calls.
//
// # Looking at answers
//
// A [Guard] does the same and looks for values that are not the session's. It reads word
// by word, so that the pieces make no difference, and lets go what no value can need:
//
//	plain words ──────────────────────────────────────────────► at once
//	a name, a short word ──► held until the next longer word ─┐
//	digits, marks: hot   ──► held until 32 signs without any ─┴─► package detect ──► out
//	a value that goes on ──► held up to 16 KiB, then dropped up to its end
//
// What it finds is masked unless Config.Answer says otherwise.
//
// # More than one call
//
// [Sessions] remember sessions by the ids of responses, conversations and files that the
// service stores, within bounds of number, memory and time, and in a [Store] outside of the
// process if there is one. What goes there is sealed: [Session.Seal] and [Redactor.Open]
// take a session out of the process and back, encrypted and bound to its scope.
package redact
