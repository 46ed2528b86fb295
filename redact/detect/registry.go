package detect

// An entry is what the package knows of a kind: one row of the table in the package
// comment and the facts that the engine goes by.
type entry struct {
	kind     Kind
	checked  bool // a checksum stands behind a finding, so it wins over longer ones
	groups   groupSet
	topic    topics // what a finding says about a number after it
	standard string
	check    string
	context  string
	example  string
}

// A groupSet lists the groups that a kind is in.
type groupSet uint8

const (
	inSecrets groupSet = 1 << iota
	inHIPAA
	inGDPR
	inSwiss
	optional // not in All
)

// registry lists the kinds in the order of the constants; an index in it is an id.
var registry = [...]entry{
	emailID:     {kind: EmailAddress, groups: inHIPAA | inGDPR, topic: contactTopic, standard: "RFC 5321, RFC 6531", check: "shape, lengths", context: "none", example: "jane+shop@example.com"},
	phoneID:     {kind: PhoneNumber, groups: inHIPAA | inGDPR, topic: phoneTopic, standard: "ITU-T E.164, NANP", check: "country code, length, grouping", context: "bare or unusual national numbers", example: "+1 (415) 555-2671"},
	cardID:      {kind: CreditCard, checked: true, groups: inHIPAA | inGDPR, topic: cardTopic, standard: "ISO/IEC 7812", check: "brand prefix and length, Luhn", context: "unknown prefixes", example: "4111 1111 1111 1111"},
	cvvID:       {kind: CardCode, groups: inHIPAA | inGDPR, topic: cardTopic, standard: "PCI DSS 4.0, glossary", check: "3 or 4 digits", context: "cvv, cvc, or beside a card", example: "CVV 123"},
	expiryID:    {kind: CardExpiry, groups: inHIPAA | inGDPR, topic: cardTopic, standard: "ISO/IEC 7813", check: "MM/YY or MM/YYYY", context: "expiry, or beside a card", example: "exp 09/28"},
	ibanID:      {kind: IBANCode, checked: true, groups: inHIPAA | inSwiss | inGDPR, topic: bicTopic, standard: "ISO 13616", check: "length and form per country, mod 97", context: "none", example: "DE89 3704 0044 0532 0130 00"},
	bicID:       {kind: BICCode, topic: bicTopic, standard: "ISO 9362, ISO 3166", check: "shape, country", context: "BIC, SWIFT, or after an IBAN", example: "BIC: DEUTDEFF500"},
	abaID:       {kind: ABARouting, checked: true, groups: inHIPAA | inGDPR, topic: accountTopic, standard: "ABA routing numbers", check: "range, weights 3 7 1", context: "routing, aba", example: "routing number 021000021"},
	accountID:   {kind: BankAccount, groups: inHIPAA | inGDPR, topic: accountTopic, standard: "none", check: "6 to 20 digits", context: "account and the like", example: "account no. 12345678"},
	ipID:        {kind: IPAddress, groups: inHIPAA | inSwiss | inGDPR, standard: "RFC 791, RFC 4291", check: "shape; not a version number", context: "none", example: "192.0.2.7"},
	macID:       {kind: MACAddress, groups: inHIPAA | inSwiss | inGDPR, standard: "IEEE 802", check: "six pairs or three fours of hex", context: "none", example: "00:1b:44:11:3a:b7"},
	imeiID:      {kind: IMEI, checked: true, groups: inHIPAA | inSwiss | inGDPR, topic: imeiTopic, standard: "3GPP TS 23.003", check: "15 digits, Luhn", context: "imei", example: "IMEI 49-015420-323751-8"},
	udiID:       {kind: UDI, checked: true, groups: inHIPAA | inGDPR, standard: "21 CFR 801.40, GS1", check: "(01), GTIN-14 mod 10", context: "none", example: "(01)00844588003288(21)10987654d321"},
	vinID:       {kind: VIN, checked: true, groups: inHIPAA | inSwiss | inGDPR, topic: vinTopic, standard: "ISO 3779, 49 CFR 565", check: "17 characters, weights mod 11", context: "elsewhere than North America", example: "1M8GDM9AXKP042788"},
	plateID:     {kind: LicensePlate, groups: inHIPAA | inSwiss | inGDPR, topic: plateTopic, standard: "none", check: "letters and digits", context: "plate, registration", example: "plate ZH 123456"},
	cryptoID:    {kind: Crypto, checked: true, groups: inHIPAA | inGDPR, topic: walletTopic, standard: "BIP-13, BIP-173, BIP-350, EIP-55", check: "base58check, bech32, bech32m, Keccak", context: "Ethereum in one case", example: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"},
	ssnID:       {kind: USSSN, groups: inHIPAA | inGDPR, topic: ssnTopic, standard: "SSA, ranges of 2011-06-25", check: "area, group and serial ranges", context: "without separators", example: "536-22-1234"},
	itinID:      {kind: USITIN, groups: inHIPAA | inGDPR, topic: ssnTopic, standard: "IRS", check: "9xx, ranges of the group", context: "without separators", example: "912-70-1234"},
	mbiID:       {kind: USMBI, groups: inHIPAA | inGDPR, standard: "CMS, MBI format", check: "shape, letters without SLOIBZ", context: "none", example: "1EG4-TE5-MK73"},
	npiID:       {kind: USNPI, checked: true, groups: inHIPAA | inGDPR, topic: npiTopic, standard: "CMS, NPI check digit", check: "80840, Luhn", context: "npi, provider", example: "NPI 1234567893"},
	deaID:       {kind: MedicalLicense, checked: true, groups: inHIPAA | inGDPR, topic: deaTopic, standard: "DEA registration numbers", check: "sums of odd and even places", context: "dea", example: "DEA AB1234563"},
	sinID:       {kind: CASIN, checked: true, topic: sinTopic, standard: "ESDC", check: "Luhn, first digit not 0 or 8", context: "sin, nas", example: "SIN 130 692 544"},
	curpID:      {kind: MXCURP, checked: true, standard: "RENAPO", check: "date, sex, state, weights mod 10", context: "none", example: "GODE561231HDFRRN00"},
	cpfID:       {kind: BRCPF, checked: true, topic: taxTopic, standard: "RFB", check: "two digits mod 11", context: "without separators", example: "529.982.247-25"},
	cnpjID:      {kind: BRCNPJ, checked: true, topic: taxTopic, standard: "RFB, alphanumeric of 2026-07", check: "two digits mod 11", context: "without separators", example: "12.ABC.345/01DE-35"},
	ahvID:       {kind: CHAHV, checked: true, groups: inGDPR | inSwiss, standard: "BSV, GS1", check: "756, EAN-13", context: "none", example: "756.9217.0769.85"},
	uidID:       {kind: CHUID, checked: true, groups: inSwiss, topic: taxTopic, standard: "BFS, eCH-0097", check: "CHE, weights mod 11", context: "none", example: "CHE-116.281.710"},
	nirID:       {kind: FRNIR, checked: true, groups: inGDPR, standard: "INSEE", check: "month, 97 minus the rest mod 97", context: "none", example: "1 85 05 78 006 084 91"},
	bsnID:       {kind: NLBSN, checked: true, groups: inGDPR, topic: bsnTopic, standard: "RvIG", check: "weights 9 to 2 and -1, mod 11", context: "bsn, burgerservicenummer", example: "BSN 111222333"},
	beID:        {kind: BENN, checked: true, groups: inGDPR, standard: "RRN", check: "date, 97 minus the rest mod 97", context: "none", example: "85.07.30-033.28"},
	nifID:       {kind: PTNIF, checked: true, groups: inGDPR, topic: ptTopic, standard: "AT", check: "weights 9 to 2, mod 11", context: "nif, contribuinte", example: "NIF 123456789"},
	ccID:        {kind: PTCC, checked: true, groups: inGDPR, standard: "AMA, cartão de cidadão", check: "Luhn base 36", context: "none", example: "00000000 0 ZZ4"},
	dniID:       {kind: ESNIF, checked: true, groups: inGDPR, topic: nationalTopic, standard: "DGP, RD 1553/2005", check: "letter by mod 23", context: "none", example: "12345678Z"},
	nieID:       {kind: ESNIE, checked: true, groups: inGDPR, topic: nationalTopic, standard: "DGP, RD 557/2011", check: "letter by mod 23", context: "none", example: "X1234567L"},
	cfID:        {kind: ITFiscalCode, checked: true, groups: inGDPR, standard: "AdE, DM 12/03/1974", check: "tables mod 26", context: "none", example: "RSSMRA85T10A562S"},
	ivaID:       {kind: ITVATCode, checked: true, groups: inGDPR, topic: ivaTopic, standard: "AdE", check: "office, Luhn", context: "partita iva", example: "P. IVA 07643520567"},
	taxID:       {kind: DETaxID, checked: true, groups: inGDPR, topic: deTaxTopic, standard: "BZSt, ISO 7064", check: "one digit repeated, MOD 11,10", context: "steuer-id", example: "Steuer-ID 86095742719"},
	vatID:       {kind: DEVATID, checked: true, groups: inGDPR, topic: taxTopic, standard: "BZSt, ISO 7064", check: "DE, MOD 11,10", context: "none", example: "DE136695976"},
	rvnrID:      {kind: DESocialSecurity, checked: true, groups: inGDPR, standard: "DRV, VKVV", check: "date, weights, mod 10", context: "none", example: "15070649C103"},
	kvnrID:      {kind: DEHealthInsurance, checked: true, groups: inGDPR, topic: healthTopic, standard: "GKV, § 290 SGB V", check: "weights 1 2, mod 10", context: "versichertennummer, kvnr", example: "KVNR A123456780"},
	mrzID:       {kind: MRZ, checked: true, groups: inHIPAA | inGDPR | inSwiss, standard: "ICAO Doc 9303", check: "check digits of number, birth and expiry", context: "none", example: "L898902C36UTO7408122F1204159<…"},
	passportID:  {kind: Passport, groups: inHIPAA | inGDPR | inSwiss, topic: passportTopic, standard: "none", check: "6 to 9 letters and digits", context: "passport", example: "passport X1234567"},
	nhsID:       {kind: UKNHS, checked: true, groups: inGDPR, topic: nhsTopic, standard: "NHS Data Dictionary", check: "weights 10 to 2, mod 11", context: "nhs", example: "NHS 943 476 5919"},
	ninoID:      {kind: UKNINO, groups: inGDPR, topic: nationalTopic, standard: "HMRC NIM39110", check: "shape, prefixes", context: "lower case", example: "AB 12 34 56 C"},
	ppsID:       {kind: IEPPS, checked: true, groups: inGDPR, topic: nationalTopic, standard: "DSP", check: "weights 8 to 2 and 9, mod 23", context: "none", example: "1234567T"},
	svnrID:      {kind: ATSVNR, checked: true, groups: inGDPR, topic: svnrTopic, standard: "DVSV", check: "weights, mod 11", context: "svnr, sozialversicherung", example: "SVNR 1237 010180"},
	peselID:     {kind: PLPESEL, checked: true, groups: inGDPR, topic: peselTopic, standard: "MSWiA", check: "date, weights 1 3 7 9, mod 10", context: "pesel", example: "PESEL 44051401359"},
	pnrID:       {kind: SEPersonnummer, checked: true, groups: inGDPR, topic: swedishTopic, standard: "Skatteverket, SKV 704", check: "date, Luhn", context: "without separator", example: "640823-3234"},
	fnrID:       {kind: NOFNR, checked: true, groups: inGDPR, topic: norwegianTopic, standard: "Skatteetaten", check: "date, two digits mod 11", context: "fødselsnummer", example: "fødselsnummer 29029600013"},
	hetuID:      {kind: FIPersonalID, checked: true, groups: inGDPR, topic: finnishTopic, standard: "DVV", check: "date, mod 31", context: "none", example: "131052-308T"},
	cprID:       {kind: DKCPR, groups: inGDPR, topic: danishTopic, standard: "CPR-kontoret", check: "date", context: "cpr", example: "CPR 010190-1234"},
	tcknID:      {kind: TRNationalID, checked: true, topic: tcknTopic, standard: "NVI", check: "two digits mod 10", context: "tckn, kimlik", example: "TC Kimlik 10000000146"},
	zaID:        {kind: ZAID, checked: true, topic: nationalTopic, standard: "DHA", check: "date, Luhn", context: "id number", example: "ID number 8001015009087"},
	ilID:        {kind: ILID, checked: true, topic: israeliTopic, standard: "PIBA", check: "Luhn", context: "teudat zehut, identity", example: "teudat zehut 123456782"},
	aadhaarID:   {kind: INAadhaar, checked: true, topic: aadhaarTopic, standard: "UIDAI", check: "Verhoeff", context: "aadhaar", example: "Aadhaar 2345 6789 0124"},
	panID:       {kind: INPAN, topic: panTopic, standard: "ITD", check: "shape, fourth letter", context: "pan, income tax", example: "PAN ABCPE1234F"},
	gstinID:     {kind: INGSTIN, checked: true, topic: taxTopic, standard: "GSTN", check: "state, PAN, Luhn mod 36", context: "none", example: "27AAPFU0939F1ZV"},
	nricID:      {kind: SGNRIC, checked: true, standard: "ICA", check: "weights, letter by mod 11", context: "none", example: "S1234567D"},
	cnID:        {kind: CNID, checked: true, standard: "GB 11643", check: "date, mod 11", context: "none", example: "11010519491231002X"},
	jpID:        {kind: JPMyNumber, checked: true, topic: myNumberTopic, standard: "J-LIS", check: "weights, mod 11", context: "my number", example: "My Number 1234 5678 9018"},
	rrnID:       {kind: KRRRN, topic: koreanTopic, standard: "MOIS; no check since 2020-10", check: "date, 7th digit", context: "without separator", example: "900101-1234567"},
	thID:        {kind: THTNIN, checked: true, topic: thaiTopic, standard: "DOPA", check: "weights 13 to 2, mod 11", context: "without separators", example: "1-1017-00230-70-8"},
	tfnID:       {kind: AUTFN, checked: true, topic: tfnTopic, standard: "ATO", check: "weights, mod 11", context: "tfn", example: "TFN 123 456 782"},
	abnID:       {kind: AUABN, checked: true, topic: abnTopic, standard: "ABR", check: "weights, mod 89", context: "abn", example: "ABN 51 824 753 556"},
	acnID:       {kind: AUACN, checked: true, topic: acnTopic, standard: "ASIC", check: "weights 8 to 1, mod 10", context: "acn", example: "ACN 004 085 616"},
	medicareID:  {kind: AUMedicare, checked: true, topic: medicareTopic, standard: "Services Australia", check: "weights 1 3 7 9, mod 10", context: "medicare", example: "Medicare 2123 45670 1"},
	birthID:     {kind: DateOfBirth, groups: inHIPAA | inGDPR | inSwiss, topic: birthTopic, standard: "ISO 8601 and customary forms", check: "a date", context: "born, dob and the like", example: "DOB 12/03/1980"},
	ageID:       {kind: Age, groups: inHIPAA | inGDPR, standard: "none", check: "0 to 125", context: "age, years old", example: "aged 45"},
	postID:      {kind: Postcode, groups: inHIPAA | inGDPR | inSwiss, standard: "UPU S42", check: "3 to 10 characters", context: "zip, postcode", example: "ZIP 94105-1234"},
	licenceID:   {kind: DriverLicense, groups: inHIPAA | inGDPR | inSwiss, topic: licenceTopic, standard: "none", check: "5 to 16 letters and digits", context: "driving licence", example: "driver license D1234567"},
	recordID:    {kind: MedicalRecord, groups: inHIPAA | inGDPR | inSwiss, topic: recordTopic, standard: "none", check: "5 to 15 letters and digits", context: "mrn, patient", example: "MRN 12345678"},
	streetID:    {kind: StreetAddress, groups: inHIPAA | inGDPR | inSwiss, standard: "none", check: "number and a word for a street", context: "the shape", example: "12 Main Street"},
	personID:    {kind: Person, groups: inHIPAA | inGDPR | inSwiss, topic: nameTopic, standard: "none", check: "capitalised words", context: "title, salutation, signature, label", example: "Dear Mrs Miller"},
	orgID:       {kind: Organization, standard: "none", check: "word lists of Terms alone", context: "none", example: "none"},
	placeID:     {kind: Location, groups: inHIPAA | inGDPR | inSwiss, standard: "none", check: "word lists of Terms alone", context: "none", example: "none"},
	dateID:      {kind: DateTime, groups: inHIPAA | optional, standard: "ISO 8601 and customary forms", check: "any date", context: "none; not in All", example: "2026-11-24"},
	urlID:       {kind: URL, groups: inHIPAA | optional, standard: "RFC 3986", check: "scheme and host", context: "none; not in All", example: "https://example.com/jane"},
	pemID:       {kind: PrivateKey, groups: inSecrets, standard: "RFC 7468, RFC 7292", check: "label, base64 up to its end; PKCS #12", context: "none", example: "-----BEGIN … PRIVATE KEY-----"},
	azureID:     {kind: AzureKey, groups: inSecrets, standard: "Microsoft Security Utilities", check: "signature at a fixed place, length", context: "keys without signature", example: "AccountKey=…"},
	sasID:       {kind: AzureSAS, groups: inSecrets, standard: "Azure Storage and Service Bus SAS", check: "sig of 43 or more beside sv, sr, se, sp or skn", context: "none", example: "?sv=…&sig=…"},
	entraID:     {kind: EntraSecret, groups: inSecrets, standard: "Microsoft Security Utilities", check: "shape with Q~", context: "none", example: "…8Q~…"},
	oaiID:       {kind: OpenAIKey, groups: inSecrets, standard: "vendor", check: "sk- and length, mark T3BlbkFJ", context: "none", example: "sk-proj-…"},
	anthropicID: {kind: AnthropicKey, groups: inSecrets, standard: "vendor", check: "sk-ant- and length", context: "none", example: "sk-ant-api03-…"},
	awsID:       {kind: AWSKey, groups: inSecrets, standard: "AWS IAM identifiers", check: "prefix, base32 of 16; ABSK of Bedrock", context: "secret access keys", example: "AKIA…"},
	gcpID:       {kind: GCPKey, groups: inSecrets, standard: "vendor", check: "AIza, GOCSPX-, ya29.", context: "none", example: "AIza…"},
	ghID:        {kind: GitHubToken, groups: inSecrets, standard: "GitHub token formats of 2021-04, 2026-04", check: "prefix, length", context: "none", example: "ghp_…"},
	glID:        {kind: GitLabToken, groups: inSecrets, standard: "GitLab token prefixes", check: "prefix, length", context: "none", example: "glpat-…"},
	slackID:     {kind: SlackToken, groups: inSecrets, standard: "Slack token types", check: "prefix, length; path of a webhook", context: "none", example: "xoxb-…"},
	stripeID:    {kind: StripeKey, groups: inSecrets, standard: "Stripe API keys", check: "prefix, length", context: "none", example: "sk_live_…"},
	jwtID:       {kind: JWT, groups: inSecrets, standard: "RFC 7515, RFC 7516", check: "a header in base64url, 3 or 5 segments", context: "none", example: "eyJ…"},
	authID:      {kind: Authorization, groups: inSecrets, standard: "RFC 6750, RFC 7617", check: "scheme, token68", context: "Bearer or Basic before it", example: "Authorization: Bearer …"},
	genID:       {kind: Secret, groups: inSecrets, standard: "vendors; none for names", check: "prefix of a vendor; name, operator, likely value; user:password@ in a URL", context: "the name", example: "password = …"},
}
