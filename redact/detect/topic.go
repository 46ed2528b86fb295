package detect

import "strings"

// topics are what words say about a number near by, one bit each. A word may speak of
// more than one: a PAN is a card number, and a number of the Indian tax office.
type topics uint64

const (
	phoneTopic   topics = 1 << iota
	contactTopic        // weakly a phone: "number" alone
	reachTopic          // weakly a phone that looks like one: "me" alone
	identTopic          // weakly something else: "id" alone
	versionTopic
	productTopic // perhaps a version
	otherTopic   // a number of some other sort
	cardTopic
	cvvTopic
	expiryTopic
	accountTopic
	routingTopic
	bicTopic
	taxTopic      // a tax number of any country
	nationalTopic // a personal number of any country
	ssnTopic
	npiTopic
	deaTopic
	sinTopic
	bsnTopic
	ptTopic
	ivaTopic
	deTaxTopic
	healthTopic
	passportTopic
	nhsTopic
	svnrTopic
	peselTopic
	swedishTopic
	norwegianTopic
	finnishTopic
	danishTopic
	israeliTopic
	koreanTopic
	thaiTopic
	tcknTopic
	imeiTopic
	aadhaarTopic
	panTopic
	myNumberTopic
	tfnTopic
	abnTopic
	acnTopic
	medicareTopic
	vinTopic
	walletTopic
	birthTopic
	ageTopic
	postTopic
	zipTopic
	licenceTopic
	recordTopic
	plateTopic
	addressTopic
	nameTopic
	fullNameTopic
	azureTopic
	awsTopic

	weakTopics = contactTopic | reachTopic | identTopic | myNumberTopic
)

// vocabulary lists the words of each topic, in English, German, French, Italian, Spanish
// and the languages of the numbers, without case and accents: é is e, ü is u, ß is ss.
var vocabulary = [...]struct {
	topics topics
	words  string
}{
	{phoneTopic, "phone phones telephone telephones tel mobile mobiles mob cell cellphone landline call calling dial fax sms " +
		"whatsapp hotline phonenumber callback telefon telefonnummer telefonnr rufnummer handy handynummer mobil mobilnummer " +
		"mobiltelefon natel festnetz durchwahl telefax faxnummer anrufen anruf anrufe rufen ruf erreichbar erreichen telephonique " +
		"portable gsm appeler appelez appelle appeller joindre telecopie telefono telefonico cellulare chiama chiamare " +
		"chiamami chiami telefonare telefonos celular movil llamar llame llamame llama telemovel telefone telefoon telefonu"},
	{contactTopic, "number numbers nr num contact nummer kontakt numero contatto contacto contacter code"},
	{reachTopic, "me us mich uns moi nous texted text"},
	{identTopic, "id ids identifier kennung identifiant identificativo identificador"},
	{otherTopic, "order orders invoice ticket tracking reference ref customer case isbn ean sku serial port pid epoch timestamp " +
		"time timeout took duration latency elapsed commit bytes size amount total bestellung bestellnummer auftrag auftragsnummer rechnung rechnungsnummer " +
		"kundennummer aktenzeichen artikelnummer seriennummer betrag commande facture montant ordine " +
		"fattura riferimento importo pedido factura referencia importe quantity iban"},
	{versionTopic, "v ver vers version versions versione rel build revision rev firmware chrome " +
		"chromium edg opr section chapter kapitel abschnitt assembly driver"},
	{productTopic | versionTopic, "release released patch patched upgrade upgraded update updated nginx apache python windows node nodejs java jdk openssl postgres " +
		"postgresql mysql mariadb redis django linux kernel macos ios android firefox safari golang docker kubernetes dotnet spring"},
	{cardTopic, "card cards creditcard cardnumber visa mastercard maestro amex kreditkarte karte kartennummer " +
		"kreditkartennummer carte carta tarjeta debit"},
	{cardTopic | panTopic, "pan"},
	{cvvTopic, "cvv cvc cvv2 cvc2 cid csc kartenprufnummer prufziffer prufnummer cryptogramme securitycode"},
	{expiryTopic, "exp expiry expires expiration expdate gultig ablauf ablaufdatum verfallsdatum expire scadenza caducidad vencimiento " +
		"vence validthru thru"},
	{accountTopic, "account accounts acct accountnumber bankaccount konto kontonummer kontonr bankkonto compte conto " +
		"cuenta rekening"},
	{routingTopic, "routing aba rtn routingnumber transit"},
	{bicTopic, "bic swift"},
	{taxTopic, "tax taxpayer steuer steuernummer steuernr fiscal fiscale fiscaux fiscali impuesto tin vat mwst ust ustid ustidnr tva " +
		"uid gstin gst umsatzsteuer umsatzsteuerid umsatzsteueridnr handelsregister cpf cnpj cadastro contribuinte"},
	{nationalTopic, "identity national ausweis ausweisnummer personalausweis personalausweisnummer identite identita identidad dni nie nif " +
		"nino ni insurance pps ppsn said citizen citizenship resident"},
	{nationalTopic | taxTopic, "idnr idnumber nationalid"},
	{nationalTopic, "nric curp nir"},
	{ptTopic | nationalTopic, "cidadao"},
	{nationalTopic | sinTopic | ssnTopic, "insurance"},
	{ssnTopic, "ssn ssns social itin socialsecurity"},
	{ssnTopic | taxTopic, "taxid"},
	{npiTopic, "npi provider prescriber physician"},
	{deaTopic, "dea registrant"},
	{sinTopic, "sin nas sins"},
	{bsnTopic, "bsn burgerservicenummer sofinummer sofi"},
	{ptTopic | nationalTopic, "nifs contribuintes nipc"},
	{ptTopic | taxTopic | nationalTopic, "nif contribuinte"},
	{ivaTopic | taxTopic, "iva piva partitaiva partita"},
	{deTaxTopic | taxTopic, "steuerid steueridentifikationsnummer steueridnr steueridentnr identifikationsnummer identnr taxid"},
	{healthTopic, "kvnr versichertennummer versichertennr krankenversicherung krankenversichertennummer krankenkasse egk versicherten"},
	{passportTopic, "passport passports passportnumber reisepass reisepassnummer passnummer passeport passaporto pasaporte"},
	{nhsTopic, "nhs nhsnumber"},
	{svnrTopic, "svnr sozialversicherungsnummer sozialversicherungsnr svnummer vsnr sozialversicherung versicherungsnummer ecard sv rentenversicherung rentenversicherungsnummer rvnr"},
	{peselTopic, "pesel"},
	{swedishTopic | norwegianTopic, "personnummer personnr"},
	{swedishTopic, "samordningsnummer pnr"},
	{norwegianTopic, "fodselsnummer fnr dnummer"},
	{finnishTopic, "hetu henkilotunnus"},
	{danishTopic, "cpr cprnr cprnummer"},
	{israeliTopic, "zehut teudat tz"},
	{koreanTopic, "rrn jumin"},
	{tcknTopic, "tckn kimlik tc"},
	{imeiTopic, "imei"},
	{aadhaarTopic, "aadhaar aadhar adhaar adhar uidai"},
	{panTopic, "income"},
	{myNumberTopic, "mynumber individual"},
	{tfnTopic, "tfn"},
	{abnTopic, "abn"},
	{acnTopic, "acn arbn"},
	{medicareTopic, "medicare irn mbi"},
	{vinTopic, "vin chassis fahrgestellnummer fahrgestellnr fin telaio bastidor"},
	{walletTopic, "wallet ethereum eth ether erc20 usdt usdc polygon blockchain"},
	{birthTopic, "birth born birthday birthdate dob dateofbirth geburtsdatum geboren geb geburtstag naissance nee ne nascita nato " +
		"nata nacimiento nacido nacida fechanacimiento nascimento geboortedatum birthyear"},
	{ageTopic, "age aged alter agee agees eta edad"},
	{postTopic | zipTopic, "zip zipcode"},
	{postTopic, "postcode postcodes postal plz postleitzahl postale postalcode"},
	{licenceTopic, "licence license licences licenses dl fuhrerschein fuhrerscheinnummer fuhrerausweis permis patente driverslicense " +
		"driverlicense carnet permiso driving"},
	{recordTopic, "mrn medical patient patients patientid patientennummer patientennr fallnummer dossier cartella historia hospital " +
		"medicalrecord memberid member subscriber beneficiary"},
	{plateTopic, "plate plates licenseplate licenceplate registration kennzeichen nummernschild kontrollschild immatriculation " +
		"plaque targa matricula"},
	{addressTopic, "address addresses adresse adressen anschrift indirizzo direccion domicile wohnhaft"},
	{nameTopic, "name nom nome nombre attn fao signed"},
	{fullNameTopic, "fullname firstname lastname surname forename givenname familyname middlename vorname nachname familienname " +
		"prenom cognome apellido apellidos cardholder holder karteninhaber kontoinhaber titulaire titolare titular " +
		"patientname customername employeename contactname ansprechpartner sachbearbeiter versicherter inhaber"},
	{awsTopic, "aws amazon"},
	{azureTopic, "azure openai ocp apim cognitive subscription cognitiveservices"},
}

// phrases are pairs of words that say together what neither does alone, of which the second has
// two, four or six letters and begins with n, c, p or i.
var phrases = map[string]topics{
	"my number": myNumberTopic, // weakly, as it may be any: the check decides
	"pan card":  panTopic | cardTopic, "health plan": recordTopic, "israeli id": israeliTopic, "thai id": thaiTopic,
}

// inScript are words of scripts that put no space between words.
var inScript = [...]struct {
	word   string
	topics topics
}{
	{"マイナンバー", myNumberTopic}, {"個人番号", myNumberTopic}, {"電話", phoneTopic}, {"电话", phoneTopic}, {"手机", phoneTopic},
	{"전화", phoneTopic}, {"โทร", phoneTopic}, {"身份证", nationalTopic}, {"护照", passportTopic}, {"パスポート", passportTopic},
	{"주민등록번호", koreanTopic}, {"주민번호", koreanTopic}, {"เลขประจำตัวประชาชน", thaiTopic}, {"บัตรประชาชน", thaiTopic}, {"תעודת", israeliTopic}, {"זהות", israeliTopic},
	{"生年月日", birthTopic}, {"出生", birthTopic}, {"생년월일", birthTopic}, {"住所", addressTopic}, {"卡号", cardTopic}, {"カード", cardTopic},
	{"银行", accountTopic}, {"口座", accountTopic}, {"郵便番号", postTopic},
}

// words is vocabulary by word.
var words = func() map[string]topics {
	m := make(map[string]topics, 640)
	for _, v := range vocabulary {
		for word := range strings.FieldsSeq(v.words) {
			m[word] |= v.topics
		}
	}
	return m
}()

// longestWord is the length in bytes of the longest word that has a topic.
const longestWord = 32

// topicOf returns the topics of a whole word, in any case, with or without accents.
func topicOf(word string) topics {
	if len(word) == 0 || len(word) > longestWord {
		return scriptTopic(word)
	}
	switch word {
	case "CAP": // in lower case it is a limit
		return postTopic
	case "ETA": // that of a train
		return 0
	}
	var buf [longestWord]byte
	n := plain(buf[:], word)
	if n < 0 {
		return scriptTopic(word)
	}
	return words[string(buf[:n])]
}

// plain writes word without case and accents to buf, which is as long as word at least.
// It returns -1 if a letter of word is not one of the languages of vocabulary.
func plain(buf []byte, word string) int {
	n := 0
	for i := 0; i < len(word); i++ {
		b := word[i]
		if b < 0x80 {
			buf[n] = lower(b)
			n++
			continue
		}
		if i+1 == len(word) {
			return -1
		}
		i++
		switch b {
		case 0xC3: // U+00C0 to U+00FF
			if b = latin1[word[i]&0x1F]; b == 0 {
				return -1
			}
			buf[n] = b
			n++
			if word[i]&0x1F == 0x1F && word[i] == 0x9F { // ß
				buf[n] = 's'
				n++
			}
		case 0xC4, 0xC5: // U+0100 to U+017F
			if b = latinA(rune(b&0x1F)<<6 | rune(word[i]&0x3F)); b == 0 {
				return -1
			}
			buf[n] = b
			n++
		default:
			return -1
		}
	}
	return n
}

// latin1 are the letters of U+00C0 to U+00DF and, shifted, U+00E0 to U+00FF without
// their accents.
const latin1 = "aaaaaaaceeeeiiiidnooooo\x00ouuuuyts"

// latinA returns a letter of Latin Extended-A without its accent, as far as Polish,
// Czech, Turkish, Hungarian and Croatian use it, or 0.
func latinA(r rune) byte {
	switch {
	case r <= 0x105:
		return 'a'
	case r <= 0x10D:
		return 'c'
	case r <= 0x111:
		return 'd'
	case r <= 0x11B:
		return 'e'
	case r <= 0x123:
		return 'g'
	case 0x128 <= r && r <= 0x131:
		return 'i'
	case 0x139 <= r && r <= 0x142:
		return 'l'
	case 0x143 <= r && r <= 0x148:
		return 'n'
	case 0x14C <= r && r <= 0x153:
		return 'o'
	case 0x154 <= r && r <= 0x159:
		return 'r'
	case 0x15A <= r && r <= 0x161:
		return 's'
	case 0x162 <= r && r <= 0x167:
		return 't'
	case 0x168 <= r && r <= 0x173:
		return 'u'
	case 0x179 <= r && r <= 0x17E:
		return 'z'
	}
	return 0
}

// scriptTopic returns the topics of the words in text of a script without spaces.
func scriptTopic(text string) (found topics) {
	if len(text) < 6 || len(text) > bytesBefore || text[0] < 0xD0 {
		return 0
	}
	for i := range inScript {
		if strings.Contains(text, inScript[i].word) {
			found |= inScript[i].topics
		}
	}
	return found
}
