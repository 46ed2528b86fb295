// Package detect finds personal data and secrets in text.
//
// [Find] returns [Span]s of the kinds in a [Set]. It knows nothing of where the text comes
// from and what is done about a finding; package redact replaces.
//
// # How it works
//
//	text ──► any typography (≥ 0x80), or literal \n \r \t? ── yes ──► folded copy ─┐
//	           │ no                                                             │
//	           ▼                                                                ▼
//	         trigger bytes   eight bytes a step, nothing else is looked at
//	           ├─ digit: first in its run of letters, digits, _ and -: keys and tokens,
//	           │         what base64 or hex decodes to
//	           │         UUIDs, 0x…, hex runs of 32 and more, dates, decimals: claimed
//	           │         IBAN; identifiers by form and check; wallets, MRZ, MAC
//	           │         card, SSN, IPv4 address; age, street; numbers beside a word; phone
//	           ├─ _      key of letters alone behind its prefix
//	           ├─ +      key of a container registry
//	           ├─ @      e-mail address, password in a URL
//	           ├─ = :    assignment of a secret, Authorization, SAS signature; name behind a
//	           │         label; IPv6 and MAC address
//	           ├─ -      private key, MAC address; option of a command; the same
//	           ├─ % & \  escapes: the text around is decoded and scanned once more
//	           └─ A-Z    title, salutation, closing: a name; Bearer: a token
//	           ▼
//	         rules of the caller: word lists, regular expressions behind a literal
//	           ▼
//	         spans ──► where they meet: one span ──► offsets of the original text
//
// Every detector looks at a bounded piece of text around its trigger, or at a piece that
// is then skipped, so that the time is in proportion to the length of any text.
//
// # Identifiers
//
// Numbers of fixed length are rows of one table: forms such as "999 999 9999", the check,
// the words that may stand near by. The letters and digits at a place are read once, and
// only forms of their number are compared. One check in ten or in eleven passes by chance,
// so such a number needs a word; one in a hundred may stand alone, some of them only with
// their separators. Where more than one kind fits, a word of its own decides.
//
// # Folding
//
// Ordinary typography does not hide a value. In the copy, spaces of any kind, dashes of any
// kind, digits of any script, full-width forms and the ideographic full stop are ASCII;
// soft hyphens, zero-width and other characters that are not seen are gone; Greek and
// Cyrillic letters beside ASCII ones are what they look like. The literal \n, \r and \t of JSON
// and of logs are borders as the characters are. A small raised digit behind a value may be
// the mark of a footnote, so that such a text is read twice, with it and without. Offsets
// always mean the text as it was given, and a finding covers all of it, what is not seen
// included.
//
// # Decoding
//
// One level: base64, base64url and hex of 16 and more characters that have a digit, up to
// 64 KiB of one text; percent escapes, character references of HTML, \u and \x escapes. A finding
// in base64 or hex hides the whole run, one among escapes what it is written with. Data
// URLs are not decoded.
//
// # Precision
//
// An underscore, a CJK character, and any byte of 0x80 or above is a border; a digit never
// is one to another digit; an ASCII letter is none to anything but a card, an IBAN or an
// international telephone number. Checksums are always verified. What has neither checksum
// nor unmistakable shape needs a word near by, in English, German, French, Italian or
// Spanish, as a whole token on the same line, in a label with a colon on the line above, or in
// the name of the field; the nearest word decides, so that the digits in "call about order
// 4155552671" are those of an order.
//
// Between the groups of a number may stand one separator with a space on either side, or one
// line break with an indent or the marks of a quoted mail after it. A row of such wide groups
// that goes on is a table.
//
// Where findings meet, one span covers all of them, so that nothing is left of the weaker
// one. Its kind is that of the checked one, else of the longest, else of the leftmost.
//
// Names of people are guesses, and score 0.5 after a title or in a salutation, 0.4 below a
// closing, 0.3 behind a label.
//
// # Known limits
//
// Not found:
//
//   - values in words ("five five five"), with "at" and "dot" written out, backwards, encoded
//     twice, in quoted-printable, or over more than one text; values that markup, a comment or a
//     row of a table cuts in two; groups with two line breaks among them
//   - keys and runs of base64 without any digit, unless they are assigned to a name or begin with
//     a prefix and _ or -, or like an access key of AWS; the same for SG., hvs. and ya29. without
//     a digit in the first two segments; a token of letters alone after "bearer" in lower case; one
//     of less than 10 signs, or of less than 16 after a line break, after Bearer without a header
//   - 32 hex digits under a name that is just "key", or that of a cache, a hash or an index; a
//     UUID as a secret under a name that ends neither in token, key nor secret
//   - a password of letters alone, unless it ends its line behind "password: ", is in quotes or
//     is a setting; one of letters in one case behind --password; one between spaces in a sentence
//     ("my password is opensesame")
//   - cards spaced digit by digit and IBANs letter by letter; a card of 12 or 13 digits before
//     another group of four, and any number in what has the form of a card or an IBAN with a wrong
//     digit, unless a word names it
//   - a Spanish DNI that reads as a date, or a personnummer with a plus, without a word; a BIC in lower
//     case without a digit in it; device identifiers other than those of GS1; ages such as "45 anni"
//     without a verb or commas
//   - telephone numbers without country code, in groups other than those of North America,
//     Switzerland and France, without a word; the second number of a list over several lines,
//     if its label stands on the line above; extensions stay
//   - IPv4 addresses of numbers below 32, outside private networks, that follow the name of a
//     product or a word such as "update", or begin a line before a capitalised word; with a first
//     number below 100 behind "release"; those behind "version" in any range; IPv6 in short forms
//     of fewer than three digits in each group
//   - Social Security numbers with dots, slashes or wide dashes, unless a word says so
//   - names in running prose; organisations and places that no [Terms] lists
//
// Hidden with it: text without spaces that stands before an address with a local part, or behind
// one with a domain, in a script such as Han; any number whose check holds by chance.
//
// # Speed
//
// One core of a shared virtual machine (AMD EPYC, two cores, Go 1.26.8, BenchmarkFind,
// 2026-11-25), all kinds, MB/s; start-up is 0.2 ms and 100 KB:
//
//	                                4 KB   256 KB   15 regexps in turn, or as one
//	plain English                   1109     1440   2.7 to 5.1
//	a finding each 500 bytes         590      600   3.3 to 5.0
//	German                           370
//	logs of nothing but numbers       34
//
// # Kinds
//
// The table is generated from the registry that the code uses.
//
//	kind                       standard                                  check                                                                      context                              example
//	-------------------------  ----------------------------------------  -------------------------------------------------------------------------  -----------------------------------  ----------------------------------
//	EMAIL_ADDRESS              RFC 5321, RFC 6531                        shape, lengths                                                             none                                 jane+shop@example.com
//	PHONE_NUMBER               ITU-T E.164, NANP                         country code, length, grouping                                             bare or unusual national numbers     +1 (415) 555-2671
//	CREDIT_CARD                ISO/IEC 7812                              brand prefix and length, Luhn                                              unknown prefixes                     4111 1111 1111 1111
//	CARD_SECURITY_CODE         PCI DSS 4.0, glossary                     3 or 4 digits                                                              cvv, cvc, or beside a card           CVV 123
//	CARD_EXPIRY                ISO/IEC 7813                              MM/YY or MM/YYYY                                                           expiry, or beside a card             exp 09/28
//	IBAN_CODE                  ISO 13616                                 length and form per country, mod 97                                        none                                 DE89 3704 0044 0532 0130 00
//	BIC_CODE                   ISO 9362, ISO 3166                        shape, country                                                             BIC, SWIFT, or after an IBAN         BIC: DEUTDEFF500
//	ABA_ROUTING_NUMBER         ABA routing numbers                       range, weights 3 7 1                                                       routing, aba                         routing number 021000021
//	BANK_ACCOUNT               none                                      6 to 20 digits                                                             account and the like                 account no. 12345678
//	IP_ADDRESS                 RFC 791, RFC 4291                         shape; not a version number                                                none                                 192.0.2.7
//	MAC_ADDRESS                IEEE 802                                  six pairs or three fours of hex                                            none                                 00:1b:44:11:3a:b7
//	IMEI                       3GPP TS 23.003                            15 digits, Luhn                                                            imei                                 IMEI 49-015420-323751-8
//	DEVICE_IDENTIFIER          21 CFR 801.40, GS1                        (01), GTIN-14 mod 10                                                       none                                 (01)00844588003288(21)10987654d321
//	VIN                        ISO 3779, 49 CFR 565                      17 characters, weights mod 11                                              elsewhere than North America         1M8GDM9AXKP042788
//	LICENSE_PLATE              none                                      letters and digits                                                         plate, registration                  plate ZH 123456
//	CRYPTO                     BIP-13, BIP-173, BIP-350, EIP-55          base58check, bech32, bech32m, Keccak                                       Ethereum in one case                 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa
//	US_SSN                     SSA, ranges of 2011-06-25                 area, group and serial ranges                                              without separators                   536-22-1234
//	US_ITIN                    IRS                                       9xx, ranges of the group                                                   without separators                   912-70-1234
//	US_MBI                     CMS, MBI format                           shape, letters without SLOIBZ                                              none                                 1EG4-TE5-MK73
//	US_NPI                     CMS, NPI check digit                      80840, Luhn                                                                npi, provider                        NPI 1234567893
//	MEDICAL_LICENSE            DEA registration numbers                  sums of odd and even places                                                dea                                  DEA AB1234563
//	CA_SIN                     ESDC                                      Luhn, first digit not 0 or 8                                               sin, nas                             SIN 130 692 544
//	MX_CURP                    RENAPO                                    date, sex, state, weights mod 10                                           none                                 GODE561231HDFRRN00
//	BR_CPF                     RFB                                       two digits mod 11                                                          without separators                   529.982.247-25
//	BR_CNPJ                    RFB, alphanumeric of 2026-07              two digits mod 11                                                          without separators                   12.ABC.345/01DE-35
//	CH_AHV                     BSV, GS1                                  756, EAN-13                                                                none                                 756.9217.0769.85
//	CH_UID                     BFS, eCH-0097                             CHE, weights mod 11                                                        none                                 CHE-116.281.710
//	FR_NIR                     INSEE                                     month, 97 minus the rest mod 97                                            none                                 1 85 05 78 006 084 91
//	NL_BSN                     RvIG                                      weights 9 to 2 and -1, mod 11                                              bsn, burgerservicenummer             BSN 111222333
//	BE_NATIONAL_NUMBER         RRN                                       date, 97 minus the rest mod 97                                             none                                 85.07.30-033.28
//	PT_NIF                     AT                                        weights 9 to 2, mod 11                                                     nif, contribuinte                    NIF 123456789
//	PT_CC                      AMA, cartão de cidadão                    Luhn base 36                                                               none                                 00000000 0 ZZ4
//	ES_NIF                     DGP, RD 1553/2005                         letter by mod 23                                                           none                                 12345678Z
//	ES_NIE                     DGP, RD 557/2011                          letter by mod 23                                                           none                                 X1234567L
//	IT_FISCAL_CODE             AdE, DM 12/03/1974                        tables mod 26                                                              none                                 RSSMRA85T10A562S
//	IT_VAT_CODE                AdE                                       office, Luhn                                                               partita iva                          P. IVA 07643520567
//	DE_TAX_ID                  BZSt, ISO 7064                            one digit repeated, MOD 11,10                                              steuer-id                            Steuer-ID 86095742719
//	DE_VAT_ID                  BZSt, ISO 7064                            DE, MOD 11,10                                                              none                                 DE136695976
//	DE_SOCIAL_SECURITY         DRV, VKVV                                 date, weights, mod 10                                                      none                                 15070649C103
//	DE_HEALTH_INSURANCE        GKV, § 290 SGB V                          weights 1 2, mod 10                                                        versichertennummer, kvnr             KVNR A123456780
//	MRZ_CODE                   ICAO Doc 9303                             check digits of number, birth and expiry                                   none                                 L898902C36UTO7408122F1204159<…
//	PASSPORT                   none                                      6 to 9 letters and digits                                                  passport                             passport X1234567
//	UK_NHS                     NHS Data Dictionary                       weights 10 to 2, mod 11                                                    nhs                                  NHS 943 476 5919
//	UK_NINO                    HMRC NIM39110                             shape, prefixes                                                            lower case                           AB 12 34 56 C
//	IE_PPS                     DSP                                       weights 8 to 2 and 9, mod 23                                               none                                 1234567T
//	AT_SVNR                    DVSV                                      weights, mod 11                                                            svnr, sozialversicherung             SVNR 1237 010180
//	PL_PESEL                   MSWiA                                     date, weights 1 3 7 9, mod 10                                              pesel                                PESEL 44051401359
//	SE_PERSONNUMMER            Skatteverket, SKV 704                     date, Luhn                                                                 without separator                    640823-3234
//	NO_FNR                     Skatteetaten                              date, two digits mod 11                                                    fødselsnummer                        fødselsnummer 29029600013
//	FI_PERSONAL_IDENTITY_CODE  DVV                                       date, mod 31                                                               none                                 131052-308T
//	DK_CPR                     CPR-kontoret                              date                                                                       cpr                                  CPR 010190-1234
//	TR_NATIONAL_ID             NVI                                       two digits mod 10                                                          tckn, kimlik                         TC Kimlik 10000000146
//	ZA_ID                      DHA                                       date, Luhn                                                                 id number                            ID number 8001015009087
//	IL_ID                      PIBA                                      Luhn                                                                       teudat zehut, identity               teudat zehut 123456782
//	IN_AADHAAR                 UIDAI                                     Verhoeff                                                                   aadhaar                              Aadhaar 2345 6789 0124
//	IN_PAN                     ITD                                       shape, fourth letter                                                       pan, income tax                      PAN ABCPE1234F
//	IN_GSTIN                   GSTN                                      state, PAN, Luhn mod 36                                                    none                                 27AAPFU0939F1ZV
//	SG_NRIC_FIN                ICA                                       weights, letter by mod 11                                                  none                                 S1234567D
//	CN_ID                      GB 11643                                  date, mod 11                                                               none                                 11010519491231002X
//	JP_MY_NUMBER               J-LIS                                     weights, mod 11                                                            my number                            My Number 1234 5678 9018
//	KR_RRN                     MOIS; no check since 2020-10              date, 7th digit                                                            without separator                    900101-1234567
//	TH_TNIN                    DOPA                                      weights 13 to 2, mod 11                                                    without separators                   1-1017-00230-70-8
//	AU_TFN                     ATO                                       weights, mod 11                                                            tfn                                  TFN 123 456 782
//	AU_ABN                     ABR                                       weights, mod 89                                                            abn                                  ABN 51 824 753 556
//	AU_ACN                     ASIC                                      weights 8 to 1, mod 10                                                     acn                                  ACN 004 085 616
//	AU_MEDICARE                Services Australia                        weights 1 3 7 9, mod 10                                                    medicare                             Medicare 2123 45670 1
//	DATE_OF_BIRTH              ISO 8601 and customary forms              a date                                                                     born, dob and the like               DOB 12/03/1980
//	AGE                        none                                      0 to 125                                                                   age, years old                       aged 45
//	POSTCODE                   UPU S42                                   3 to 10 characters                                                         zip, postcode                        ZIP 94105-1234
//	DRIVER_LICENSE             none                                      5 to 16 letters and digits                                                 driving licence                      driver license D1234567
//	MEDICAL_RECORD_NUMBER      none                                      5 to 15 letters and digits                                                 mrn, patient                         MRN 12345678
//	STREET_ADDRESS             none                                      number and a word for a street                                             the shape                            12 Main Street
//	PERSON                     none                                      capitalised words                                                          title, salutation, signature, label  Dear Mrs Miller
//	ORGANIZATION               none                                      word lists of Terms alone                                                  none                                 none
//	LOCATION                   none                                      word lists of Terms alone                                                  none                                 none
//	DATE_TIME                  ISO 8601 and customary forms              any date                                                                   none; not in All                     2026-11-24
//	URL                        RFC 3986                                  scheme and host                                                            none; not in All                     https://example.com/jane
//	PRIVATE_KEY                RFC 7468, RFC 7292                        label, base64 up to its end; PKCS #12                                      none                                 -----BEGIN … PRIVATE KEY-----
//	AZURE_KEY                  Microsoft Security Utilities              signature at a fixed place, length                                         keys without signature               AccountKey=…
//	AZURE_SAS                  Azure Storage and Service Bus SAS         sig of 43 or more beside sv, sr, se, sp or skn                             none                                 ?sv=…&sig=…
//	ENTRA_SECRET               Microsoft Security Utilities              shape with Q~                                                              none                                 …8Q~…
//	OPENAI_KEY                 vendor                                    sk- and length, mark T3BlbkFJ                                              none                                 sk-proj-…
//	ANTHROPIC_KEY              vendor                                    sk-ant- and length                                                         none                                 sk-ant-api03-…
//	AWS_KEY                    AWS IAM identifiers                       prefix, base32 of 16; ABSK of Bedrock                                      secret access keys                   AKIA…
//	GCP_KEY                    vendor                                    AIza, GOCSPX-, ya29.                                                       none                                 AIza…
//	GITHUB_TOKEN               GitHub token formats of 2021-04, 2026-04  prefix, length                                                             none                                 ghp_…
//	GITLAB_TOKEN               GitLab token prefixes                     prefix, length                                                             none                                 glpat-…
//	SLACK_TOKEN                Slack token types                         prefix, length; path of a webhook                                          none                                 xoxb-…
//	STRIPE_KEY                 Stripe API keys                           prefix, length                                                             none                                 sk_live_…
//	JSON_WEB_TOKEN             RFC 7515, RFC 7516                        a header in base64url, 3 or 5 segments                                     none                                 eyJ…
//	AUTHORIZATION              RFC 6750, RFC 7617                        scheme, token68                                                            Bearer or Basic before it            Authorization: Bearer …
//	SECRET                     vendors; none for names                   prefix of a vendor; name, operator, likely value; user:password@ in a URL  the name                             password = …
package detect
