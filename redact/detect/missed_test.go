package detect_test

import "strings"

// secretPieces are what the texts below mean by {name}.
var secretPieces = strings.NewReplacer(
	"{hf}", "hf"+"_abcDEFghiJKLmno"+"PQRstuVWXyzABcdefghi", "{sg}", "SG"+".abcdefghijklmno"+"pqrstuv.xabcdefghij1klm"+"nopqrstuvwxyzABCDEFGHIJ",
	"{letters24}", "abcdefghij"+"KLMNopqrstUVWX", "{acr+}", "aB3dEfGhIjKlMnOpQrSt+vWxYzAb"+"CdEfGhIjKlMn+p+A"+"CRA1b2C3",
	"{acr/}", "aB3/EfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp+A"+"CRDabcd/", "{acr}", "aB3dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp+A"+"CRBabcde",
	"{search}", "aB3dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOpAz"+"SeAabcde", "{functions}", "_B-dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp_-Az"+"FuAabcd9",
	"{random}", "vkS3D5Z2BYVlEv"+"TvMm5b1I2CHf11u7", "{mixed}", "MNgX"+"KSFTb", "{jagged}", "tWz"+"qXmnQ", "{short8}", "tT9o"+"GLSA",
	"{storage}", strings.Repeat("a/B+", 19)+"+A"+"Stabcd/w==", "{cosmos}", strings.Repeat("a/B+", 19)+"AC"+"Db+bcd/w==",
	"{bus}", strings.Repeat("a/B+", 8)+"/+A"+"Sb+abc/w=", "{iot}", strings.Repeat("a/B+", 8)+"/AI"+"oT+abc/w=",
)

// missed are texts of a second reader, marked like leaks.
var missed = []string{
	// Keys of which a part has no digit, or in base64.
	"x «SECRET:{hf}» y", "x «SECRET:{sg}» y", "https://hooks.slack.com/services/«SLACK_TOKEN:T01234567/B01234567/{letters24}» y",
	"https://hooks.slack.com/services/«SLACK_TOKEN:TABCDEFGH/B01234567/{letters24}»", "x/«AZURE_KEY:{acr}» y", `"«AZURE_KEY:{acr+}»"`, "key=«AZURE_KEY:{acr/}»",
	"x «AZURE_KEY:{search}» y", "x «AZURE_KEY:{functions}==» y", "x «AZURE_KEY:{storage}» y", "x «AZURE_KEY:{cosmos}» y", "x «AZURE_KEY:{bus}» y", "x «AZURE_KEY:{iot}» y",
	// Lower case, with a word.
	"codice fiscale «IT_FISCAL_CODE:rssmra85t10a562s»", "nric «SG_NRIC_FIN:s1234567d»", "SV-Nummer «DE_SOCIAL_SECURITY:15070649c103»",
	"身份证 «CN_ID:11010519491231002x»", "gstin «IN_GSTIN:27aapfu0939f1zv»", "mbi «US_MBI:1eg4te5mk73»", "uid «CH_UID:che-116.281.710»",
	"cartão de cidadão «PT_CC:000000000zz4»", "umsatzsteuer-id «DE_VAT_ID:de136695976»", "BIC «BIC_CODE:deutdeff500»", "bic: «BIC_CODE:deutdeff500»",
	"BIC: «BIC_CODE:cobadeff4a1»", "curp «MX_CURP:gode561231hdfrrn00»", "nir «FR_NIR:185052a00608435»",
	// Words and phrases.
	"IdNr. «DE_TAX_ID:86095742719»", "SV-Nr. «AT_SVNR:1237 010180»", "Israeli ID «IL_ID:123456782»", "PAN card «IN_PAN:ABCPE1234F»",
	"Thai ID «TH_TNIN:1101700230708»", "my_number: «JP_MY_NUMBER:123456789018»", "health plan number «MEDICAL_RECORD_NUMBER:1234567890»",
	"my number is «PHONE_NUMBER:415 555 2671»",
	// A number beside or among digits that are claimed, and one that a word names.
	"x 4929 «CREDIT_CARD:4111 1111 1111 1111» y", "call me at «PHONE_NUMBER:5372 0097 7379» 7270", "«CREDIT_CARD:4111 1111 1111 1111» «CARD_SECURITY_CODE:203»",
	"AT38 5060 5456 8452 9109, card «CREDIT_CARD:4111 1111 1111 1111»", "card AT38 «CREDIT_CARD:4111 1111 1111 1111»",
	// Forms.
	"DNI «ES_NIF:20240105J»", "dni: «ES_NIF:20690405L»", "x «BR_CNPJ:DE.KVU.ALG/6OCK-01» y", "x «PT_CC:9684243110X0» y",
	"personnummer «SE_PERSONNUMMER:350908+0200»",
	"Anna ha «AGE:45» anni e vive qui", "tiene «AGE:45» años", "Sie ist «AGE:45» Jahre.", "il a «AGE:45» ans et", "Ada Rossi, «AGE:45» anni, avvocato",
	// Secrets that look like words by chance, and behind an option.
	"Secret: «SECRET:{random}»", "X-API-Key: «SECRET:{random}»", "access_token: «SECRET:{random}»", "credentials: «SECRET:{mixed}»", "credentials: «SECRET:{short8}»", "credentials: «SECRET:{jagged}»",
	"mysql --password «SECRET:{hunter}» -u x", "az login --client-secret '«SECRET:{random}»'", "x --api-key «SECRET:{mixed}»",
	// Hexadecimal of a program, and a plus apart.
	"x «EMAIL_ADDRESS:0x6a616e65406578616d706c652e636f6d» y", "«PHONE_NUMBER:+ 41 44 668 18 00»", "call «PHONE_NUMBER:+ 41 44 668 18 00» y",
	// Glued, or behind the name of a product.
	"_«IP_ADDRESS:2001:db8::1»_", "_«IP_ADDRESS:fe80::1»_", "Linux «IP_ADDRESS:12.34.56.78» connected", "Nginx «IP_ADDRESS:45.33.32.156» - -", "update «IP_ADDRESS:8.8.8.8» now",
	"ssn«US_SSN:536-22-1234»", "«US_SSN:536-22-1234»x", "«US_SSN:536-22-1234»A,",
}

// untouched are texts in which nothing is to be found.
var untouched = []string{
	"https://hooks.slack.com/services/T01/B01", "{acr+}x", "{acr+}/",
	"s1234567d", "rssmra85t10a562s", "che-116.281.710", "BIC required", "BIC: required", "swift compiler", "my number 123456789012",
	"20240105J", "DNI 20240105K", "time 350908+0200", "vor 45 Jahre", "dopo 45 anni di servizio", "hace 45 años", "depuis 45 ans", "war 45 Jahre im Amt", "Nach Jahren, 45 Jahre später",
	"release 12.34.56.78", "v12.34.56.78", "version 8.8.8.8", "python 3.11.4.1", "my_2001:db8::1", "fe80::1_x", "abc536-22-1234", "536-22-1234xy",
	"the --password flag and the --token option", "--password-file x1y2", "--password <pw1>", "--password $PW1", "--no-password --user1", "credentials: XMLHttpRequestID", "token: getUserByID",
	"secret: AWSSecretsManagerARN", "credentials: base64Key",
	"x + 41 44 668 18 00", "5 + 41 44 668 18 00", "total + 41446 6818 00", "0x6a616e65206578616d706c652e636f6d",
	// A wrong digit in a card or an IBAN.
	"6011 2553 6693 4780", "card 6011 2553 6693 4780", "number 5372 0097 7379 7270", "3000 640823 3234", "AT38 5060 5456 8452 9109", "IBAN AT385060545684529109",
	"pay to HU48 6608 3684 2603 5253 4088 1259 y", "5083-8326-8454-9134",
}
