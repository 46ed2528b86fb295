package detect_test

import "strings"

// secretPieces are what the texts below mean by {name}.
var secretPieces = strings.NewReplacer(
	"{hf}", "hf"+"_abcDEFghiJKLmno"+"PQRstuVWXyzABcdefghi", "{sg}", "SG"+".abcdefghijklmno"+"pqrstuv.xabcdefghij1klm"+"nopqrstuvwxyzABCDEFGHIJ",
	"{letters24}", "abcdefghij"+"KLMNopqrstUVWX", "{acr+}", "aB3dEfGhIjKlMnOpQrSt+vWxYzAb"+"CdEfGhIjKlMn+p+A"+"CRA1b2C3",
	"{acr/}", "aB3/EfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp+A"+"CRDabcd/", "{acr}", "aB3dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp+A"+"CRBabcde",
	"{search}", "aB3dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOpAz"+"SeAabcde", "{functions}", "_B-dEfGhIjKlMnOpQrStUvWxYzAb"+"CdEfGhIjKlMnOp_-Az"+"FuAabcd9",
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
}

// untouched are texts in which nothing is to be found.
var untouched = []string{
	"https://hooks.slack.com/services/T01/B01", "{acr+}x", "{acr+}/",
	"s1234567d", "rssmra85t10a562s", "che-116.281.710", "BIC required", "BIC: required", "swift compiler", "my number 123456789012",
}
