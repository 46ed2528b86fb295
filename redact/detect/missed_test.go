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
}

// untouched are texts in which nothing is to be found.
var untouched = []string{
	"https://hooks.slack.com/services/T01/B01", "{acr+}x", "{acr+}/",
}
