package detect

import "slices"

// A Kind names what a value is. The list is closed: a Kind is a metric attribute and a
// part of audit records and placeholders. The names are upper-case letters and
// underscores, those of Presidio where it knows the same kind.
type Kind string

// The kinds. The table in the package comment tells how each is found.
const (
	EmailAddress  Kind = "EMAIL_ADDRESS"
	PhoneNumber   Kind = "PHONE_NUMBER"
	CreditCard    Kind = "CREDIT_CARD"
	IBANCode      Kind = "IBAN_CODE"
	IPAddress     Kind = "IP_ADDRESS"
	USSSN         Kind = "US_SSN"
	CHAHV         Kind = "CH_AHV"
	PrivateKey    Kind = "PRIVATE_KEY"
	AzureKey      Kind = "AZURE_KEY"
	AzureSAS      Kind = "AZURE_SAS"
	EntraSecret   Kind = "ENTRA_SECRET"
	OpenAIKey     Kind = "OPENAI_KEY"
	AWSKey        Kind = "AWS_KEY"
	GitHubToken   Kind = "GITHUB_TOKEN"
	JWT           Kind = "JSON_WEB_TOKEN"
	Authorization Kind = "AUTHORIZATION"
	Secret        Kind = "SECRET"
)

// An entry is what the package knows of a kind: one row of the table in the package
// comment and the facts that the engine goes by.
type entry struct {
	kind     Kind
	secret   bool // one of Secrets
	checked  bool // a checksum stands behind a finding, so it wins over longer ones
	standard string
	check    string
	context  string
	example  string
}

// registry lists the kinds in the order of the constants; an index in it is an id.
var registry = [...]entry{
	emailID: {kind: EmailAddress, standard: "RFC 5321, RFC 6531", check: "shape, lengths", context: "none", example: "jane+shop@example.com"},
	phoneID: {kind: PhoneNumber, standard: "ITU-T E.164, NANP", check: "country code, length, grouping", context: "bare or unusual national numbers", example: "+1 (415) 555-2671"},
	cardID:  {kind: CreditCard, checked: true, standard: "ISO/IEC 7812", check: "brand prefix and length, Luhn", context: "unknown prefixes", example: "4111 1111 1111 1111"},
	ibanID:  {kind: IBANCode, checked: true, standard: "ISO 13616", check: "length and form per country, mod 97", context: "none", example: "DE89 3704 0044 0532 0130 00"},
	ipID:    {kind: IPAddress, standard: "RFC 791, RFC 4291", check: "shape; not a version number", context: "none", example: "192.0.2.7"},
	ssnID:   {kind: USSSN, standard: "SSA, ranges of 2011-06-25", check: "area, group and serial ranges", context: "without separators", example: "536-22-1234"},
	ahvID:   {kind: CHAHV, checked: true, standard: "BSV, GS1", check: "756, EAN-13", context: "none", example: "756.9217.0769.85"},
	pemID:   {kind: PrivateKey, secret: true, standard: "RFC 7468", check: "label, base64 up to its end", context: "none", example: "-----BEGIN … PRIVATE KEY-----"},
	azureID: {kind: AzureKey, secret: true, standard: "Microsoft Security Utilities", check: "signature at a fixed place, length", context: "keys without signature", example: "AccountKey=…"},
	sasID:   {kind: AzureSAS, secret: true, standard: "Azure Storage and Service Bus SAS", check: "sig of 43 or more beside sv, sr, se, sp or skn", context: "none", example: "?sv=…&sig=…"},
	entraID: {kind: EntraSecret, secret: true, standard: "Microsoft Security Utilities", check: "shape with Q~", context: "none", example: "…8Q~…"},
	oaiID:   {kind: OpenAIKey, secret: true, standard: "vendor", check: "sk- and length; sk-ant- too", context: "none", example: "sk-proj-…"},
	awsID:   {kind: AWSKey, secret: true, standard: "AWS IAM identifiers", check: "prefix, base32 of 16", context: "none", example: "AKIA…"},
	ghID:    {kind: GitHubToken, secret: true, standard: "GitHub token formats of 2021-04, 2026-04", check: "prefix, length", context: "none", example: "ghp_…"},
	jwtID:   {kind: JWT, secret: true, standard: "RFC 7515, RFC 7516", check: "a header in base64url, 3 or 5 segments", context: "none", example: "eyJ…"},
	authID:  {kind: Authorization, secret: true, standard: "RFC 6750, RFC 7617", check: "scheme, token68", context: "Bearer or Basic before it", example: "Authorization: Bearer …"},
	genID:   {kind: Secret, secret: true, standard: "none", check: "name, operator, likely value; user:password@ in a URL", context: "the name", example: "password = …"},
}

// An id is a Kind inside of the engine.
type id uint8

const (
	emailID id = iota
	phoneID
	cardID
	ibanID
	ipID
	ssnID
	ahvID
	pemID
	azureID
	sasID
	entraID
	oaiID
	awsID
	ghID
	jwtID
	authID
	genID
	ids // how many there are
)

// Kinds returns every kind, in a fixed order.
func Kinds() []Kind {
	kinds := make([]Kind, ids)
	for i, e := range registry {
		kinds[i] = e.kind
	}
	return kinds
}

// Valid reports whether k is one of the list.
func (k Kind) Valid() bool {
	_, ok := k.id()
	return ok
}

func (k Kind) id() (id, bool) {
	i := slices.IndexFunc(registry[:], func(e entry) bool { return e.kind == k })
	return id(max(i, 0)), i >= 0
}
