package detect

// A Kind names what a value is. The kinds of this package are a closed list, so that a
// Kind can be a metric attribute and a part of audit records and placeholders; a [Rule]
// may add others. The names are upper-case letters and underscores, those of Presidio
// where it knows the same kind.
type Kind string

// The kinds. The table in the package comment tells how each is found.
const (
	EmailAddress      Kind = "EMAIL_ADDRESS"
	PhoneNumber       Kind = "PHONE_NUMBER"
	CreditCard        Kind = "CREDIT_CARD"
	CardCode          Kind = "CARD_SECURITY_CODE"
	CardExpiry        Kind = "CARD_EXPIRY"
	IBANCode          Kind = "IBAN_CODE"
	BICCode           Kind = "BIC_CODE"
	ABARouting        Kind = "ABA_ROUTING_NUMBER"
	BankAccount       Kind = "BANK_ACCOUNT"
	IPAddress         Kind = "IP_ADDRESS"
	MACAddress        Kind = "MAC_ADDRESS"
	IMEI              Kind = "IMEI"
	UDI               Kind = "DEVICE_IDENTIFIER"
	VIN               Kind = "VIN"
	LicensePlate      Kind = "LICENSE_PLATE"
	Crypto            Kind = "CRYPTO"
	USSSN             Kind = "US_SSN"
	USITIN            Kind = "US_ITIN"
	USMBI             Kind = "US_MBI"
	USNPI             Kind = "US_NPI"
	MedicalLicense    Kind = "MEDICAL_LICENSE"
	CASIN             Kind = "CA_SIN"
	MXCURP            Kind = "MX_CURP"
	BRCPF             Kind = "BR_CPF"
	BRCNPJ            Kind = "BR_CNPJ"
	CHAHV             Kind = "CH_AHV"
	CHUID             Kind = "CH_UID"
	FRNIR             Kind = "FR_NIR"
	NLBSN             Kind = "NL_BSN"
	BENN              Kind = "BE_NATIONAL_NUMBER"
	PTNIF             Kind = "PT_NIF"
	PTCC              Kind = "PT_CC"
	ESNIF             Kind = "ES_NIF"
	ESNIE             Kind = "ES_NIE"
	ITFiscalCode      Kind = "IT_FISCAL_CODE"
	ITVATCode         Kind = "IT_VAT_CODE"
	DETaxID           Kind = "DE_TAX_ID"
	DEVATID           Kind = "DE_VAT_ID"
	DESocialSecurity  Kind = "DE_SOCIAL_SECURITY"
	DEHealthInsurance Kind = "DE_HEALTH_INSURANCE"
	MRZ               Kind = "MRZ_CODE"
	Passport          Kind = "PASSPORT"
	UKNHS             Kind = "UK_NHS"
	UKNINO            Kind = "UK_NINO"
	IEPPS             Kind = "IE_PPS"
	ATSVNR            Kind = "AT_SVNR"
	PLPESEL           Kind = "PL_PESEL"
	SEPersonnummer    Kind = "SE_PERSONNUMMER"
	NOFNR             Kind = "NO_FNR"
	FIPersonalID      Kind = "FI_PERSONAL_IDENTITY_CODE"
	DKCPR             Kind = "DK_CPR"
	TRNationalID      Kind = "TR_NATIONAL_ID"
	ZAID              Kind = "ZA_ID"
	ILID              Kind = "IL_ID"
	INAadhaar         Kind = "IN_AADHAAR"
	INPAN             Kind = "IN_PAN"
	INGSTIN           Kind = "IN_GSTIN"
	SGNRIC            Kind = "SG_NRIC_FIN"
	CNID              Kind = "CN_ID"
	JPMyNumber        Kind = "JP_MY_NUMBER"
	KRRRN             Kind = "KR_RRN"
	THTNIN            Kind = "TH_TNIN"
	AUTFN             Kind = "AU_TFN"
	AUABN             Kind = "AU_ABN"
	AUACN             Kind = "AU_ACN"
	AUMedicare        Kind = "AU_MEDICARE"
	DateOfBirth       Kind = "DATE_OF_BIRTH"
	Age               Kind = "AGE"
	Postcode          Kind = "POSTCODE"
	DriverLicense     Kind = "DRIVER_LICENSE"
	MedicalRecord     Kind = "MEDICAL_RECORD_NUMBER"
	StreetAddress     Kind = "STREET_ADDRESS"
	Person            Kind = "PERSON"
	Organization      Kind = "ORGANIZATION"
	Location          Kind = "LOCATION"
	DateTime          Kind = "DATE_TIME"
	URL               Kind = "URL"
	PrivateKey        Kind = "PRIVATE_KEY"
	AzureKey          Kind = "AZURE_KEY"
	AzureSAS          Kind = "AZURE_SAS"
	EntraSecret       Kind = "ENTRA_SECRET"
	OpenAIKey         Kind = "OPENAI_KEY"
	AnthropicKey      Kind = "ANTHROPIC_KEY"
	AWSKey            Kind = "AWS_KEY"
	GCPKey            Kind = "GCP_KEY"
	GitHubToken       Kind = "GITHUB_TOKEN"
	GitLabToken       Kind = "GITLAB_TOKEN"
	SlackToken        Kind = "SLACK_TOKEN"
	StripeKey         Kind = "STRIPE_KEY"
	JWT               Kind = "JSON_WEB_TOKEN"
	Authorization     Kind = "AUTHORIZATION"
	Secret            Kind = "SECRET"
)

// An id is a Kind inside of the engine.
type id uint8

const (
	emailID id = iota
	phoneID
	cardID
	cvvID
	expiryID
	ibanID
	bicID
	abaID
	accountID
	ipID
	macID
	imeiID
	udiID
	vinID
	plateID
	cryptoID
	ssnID
	itinID
	mbiID
	npiID
	deaID
	sinID
	curpID
	cpfID
	cnpjID
	ahvID
	uidID
	nirID
	bsnID
	beID
	nifID
	ccID
	dniID
	nieID
	cfID
	ivaID
	taxID
	vatID
	rvnrID
	kvnrID
	mrzID
	passportID
	nhsID
	ninoID
	ppsID
	svnrID
	peselID
	pnrID
	fnrID
	hetuID
	cprID
	tcknID
	zaID
	ilID
	aadhaarID
	panID
	gstinID
	nricID
	cnID
	jpID
	rrnID
	thID
	tfnID
	abnID
	acnID
	medicareID
	birthID
	ageID
	postID
	licenceID
	recordID
	streetID
	personID
	orgID
	placeID
	dateID
	urlID
	pemID
	azureID
	sasID
	entraID
	oaiID
	anthropicID
	awsID
	gcpID
	ghID
	glID
	slackID
	stripeID
	jwtID
	authID
	genID
	ids // how many there are
)

// Kinds returns every kind of the list, in a fixed order.
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

// WellFormed reports whether k may be the kind of a [Rule]: an upper-case letter, then
// upper-case letters and underscores, at most 40 in all, and no underscore at the end.
func (k Kind) WellFormed() bool {
	if len(k) == 0 || len(k) > maxKind || k[0] == '_' || k[len(k)-1] == '_' {
		return false
	}
	for i := range len(k) {
		if (k[i] < 'A' || 'Z' < k[i]) && k[i] != '_' {
			return false
		}
	}
	return true
}

// maxKind is the length of the longest name of a kind.
const maxKind = 40

func (k Kind) id() (id, bool) {
	i, ok := kindIDs[k]
	return i, ok
}

var kindIDs = func() map[Kind]id {
	m := make(map[Kind]id, ids)
	for i, e := range registry {
		m[e.kind] = id(i)
	}
	return m
}()
