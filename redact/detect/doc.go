// Package detect finds personal data and secrets in text.
//
// [Find] returns [Span]s of the kinds in a [Set]. It knows nothing of where the text comes
// from and what is done about a finding; package redact replaces.
//
// # How it works
//
//	text ──► any byte ≥ 0x80 that typography is made of? ── yes ──► folded copy ─┐
//	           │ no                                                             │
//	           ▼                                                                ▼
//	         trigger bytes 0-9 @ = : -   eight bytes a step, nothing else is looked at
//	           ├─ digit: first in its run of letters, digits, _ and -: keys and tokens
//	           │         UUIDs, hex runs of 32 and more, dates, decimals, versions: skipped
//	           │         IBAN, card, AHV number, SSN, IPv4 address, telephone number
//	           ├─ @      e-mail address, password in a URL
//	           ├─ = :    assignment of a secret, Authorization, SAS signature; IPv6 address
//	           └─ -----  private key
//	           ▼
//	         spans ──► where they meet: one span ──► offsets of the original text
//
// Every detector looks at a bounded piece of text around its trigger, or at a piece that
// is then skipped, so that the time is in proportion to the length of any text.
//
// # Folding
//
// Ordinary typography does not hide a value. In the copy, spaces of any kind, dashes of any
// kind, digits of any script, full-width forms and the ideographic full stop are ASCII;
// soft hyphens, zero-width and other characters that are not seen are gone; Greek and
// Cyrillic letters beside ASCII ones are what they look like. Offsets always mean the text
// as it was given, and a finding covers all of it, what is not seen included.
//
// # Precision
//
// An underscore, a CJK character, and any byte of 0x80 or above is a border; a digit never
// is one to another digit; an ASCII letter is none to anything but a card, an IBAN or an
// international telephone number. Checksums are always verified. What has neither checksum
// nor unmistakable shape needs a word near by, in English, German, French, Italian or
// Spanish, as a whole token on the same line; the nearest word decides, so that the digits
// in "call about order 4155552671" are those of an order.
//
// Where findings meet, one span covers all of them, so that nothing is left of the weaker
// one. Its kind is that of the checked one, else of the longest, else of the leftmost.
//
// # Known limits
//
// Not found: values in words ("five five five"), with "at" and "dot" written out, backwards,
// in base64 or other encodings, or over more than one text; AWS access key ids without any
// digit (one in thirty) unless they are assigned to a name.
//
// # Kinds
//
// The table is generated from the registry that the code uses.
//
//	kind            standard                                  check                                                  context                           example
//	--------------  ----------------------------------------  -----------------------------------------------------  --------------------------------  -----------------------------
//	EMAIL_ADDRESS   RFC 5321, RFC 6531                        shape, lengths                                         none                              jane+shop@example.com
//	PHONE_NUMBER    ITU-T E.164, NANP                         country code, length, grouping                         bare or unusual national numbers  +1 (415) 555-2671
//	CREDIT_CARD     ISO/IEC 7812                              brand prefix and length, Luhn                          unknown prefixes                  4111 1111 1111 1111
//	IBAN_CODE       ISO 13616                                 length and form per country, mod 97                    none                              DE89 3704 0044 0532 0130 00
//	IP_ADDRESS      RFC 791, RFC 4291                         shape; not a version number                            none                              192.0.2.7
//	US_SSN          SSA, ranges of 2011-06-25                 area, group and serial ranges                          without separators                536-22-1234
//	CH_AHV          BSV, GS1                                  756, EAN-13                                            none                              756.9217.0769.85
//	PRIVATE_KEY     RFC 7468                                  label, base64 up to its end                            none                              -----BEGIN … PRIVATE KEY-----
//	AZURE_KEY       Microsoft Security Utilities              signature at a fixed place, length                     keys without signature            AccountKey=…
//	AZURE_SAS       Azure Storage and Service Bus SAS         sig of 43 or more beside sv, sr, se, sp or skn         none                              ?sv=…&sig=…
//	ENTRA_SECRET    Microsoft Security Utilities              shape with Q~                                          none                              …8Q~…
//	OPENAI_KEY      vendor                                    sk- and length; sk-ant- too                            none                              sk-proj-…
//	AWS_KEY         AWS IAM identifiers                       prefix, base32 of 16                                   none                              AKIA…
//	GITHUB_TOKEN    GitHub token formats of 2021-04, 2026-04  prefix, length                                         none                              ghp_…
//	JSON_WEB_TOKEN  RFC 7515, RFC 7516                        a header in base64url, 3 or 5 segments                 none                              eyJ…
//	AUTHORIZATION   RFC 6750, RFC 7617                        scheme, token68                                        Bearer or Basic before it         Authorization: Bearer …
//	SECRET          none                                      name, operator, likely value; user:password@ in a URL  the name                          password = …
package detect
