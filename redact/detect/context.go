package detect

// A topic is what a word says about a number near by.
type topic uint8

const (
	noTopic topic = iota
	phoneTopic
	contactTopic // weakly a phone: "number" alone
	cardTopic
	ssnTopic
	versionTopic
	otherTopic // a number of some other sort
)

// How far words are looked for, on one line. Values between do not count as words but as
// bytes.
const (
	wordsBefore, bytesBefore = 6, 64
	wordsAfter, bytesAfter   = 2, 24
)

// context reports whether a word near text[start:end] speaks of the topic: the nearest
// word before that speaks of numbers at all, or one of the two after. A finding or a
// placeholder before counts as a word for its kind, so that the second number of a list
// is found like the first, and is found again when the first has been replaced.
func (s *scan) context(start, end int, want topic) bool {
	switch found := s.topicBefore(start); found {
	case want:
		return true
	case contactTopic, noTopic:
		return s.topicAfter(end, want)
	}
	return false
}

// topicBefore returns the topic of the nearest word before i that has one. A weak word
// counts only if there is no other: it is the "number" of "phone number".
func (s *scan) topicBefore(i int) topic {
	limit := max(0, i-bytesBefore)
	if n := len(s.out); n > s.base && s.out[n-1].End <= i && s.out[n-1].End >= limit {
		limit = s.out[n-1].End
	}
	t, weak := s.text, noTopic
	for words := 0; words < wordsBefore; words++ {
		for i > limit && !isWord(t[i-1]) && t[i-1] != '\n' {
			if class[t[i-1]]&digit != 0 {
				if kind, ok := placeholderBefore(t[:i]); ok {
					return kindTopic(kind)
				}
			}
			i--
		}
		if i == limit || t[i-1] == '\n' {
			break
		}
		if kind, ok := placeholderBefore(t[:i]); ok {
			return kindTopic(kind)
		}
		start := i - 1
		for start > limit && isWord(t[start-1]) && !camel(t, start) {
			start--
		}
		switch found := topicOf(t[start:i]); found {
		case noTopic:
		case contactTopic:
			weak = found
		default:
			return found
		}
		i = start
	}
	if n := len(s.out); i == limit && n > s.base && s.out[n-1].End == limit {
		return kindTopic(s.out[n-1].Kind)
	}
	return weak
}

// topicAfter reports whether one of the next words after i speaks of the topic.
func (s *scan) topicAfter(i int, want topic) bool {
	t := s.text
	limit := min(len(t), i+bytesAfter)
	for words := 0; words < wordsAfter; words++ {
		for i < limit && !isWord(t[i]) && t[i] != '\n' {
			i++
		}
		end := i
		for end < limit && isWord(t[end]) {
			end++
		}
		if end == i {
			return false
		}
		if topicOf(t[i:end]) == want {
			return true
		}
		i = end
	}
	return false
}

// isWord reports whether b is a part of a word: an ASCII letter or a piece of any other.
func isWord(b byte) bool { return class[b]&letter != 0 || b >= 0x80 }

// camel reports whether a word begins at i within a run of letters: phoneNumber, but not
// iPhone.
func camel(t string, i int) bool {
	return 'A' <= t[i] && t[i] <= 'Z' && 'a' <= t[i-1] && t[i-1] <= 'z' && is(t, i-2, letter)
}

func kindTopic(k Kind) topic {
	switch k {
	case PhoneNumber:
		return phoneTopic
	case CreditCard:
		return cardTopic
	case USSSN:
		return ssnTopic
	}
	return otherTopic
}

// longestWord is the length in bytes of the longest word that has a topic.
const longestWord = 25

// topicOf returns the topic of a whole word, in any case, in English, German, French,
// Italian or Spanish.
func topicOf(word string) topic {
	if len(word) == 0 || len(word) > longestWord {
		return noTopic
	}
	var buf [longestWord]byte
	for i := range len(word) {
		buf[i] = lower(word[i])
	}
	switch string(buf[:len(word)]) {
	case "phone", "phones", "telephone", "telephones", "tel", "mobile", "mobiles", "mob", "cell", "cellphone", "landline",
		"call", "calling", "dial", "fax", "sms", "whatsapp", "hotline", "phonenumber", "callback",
		"telefon", "telefonnummer", "telefonnr", "rufnummer", "handy", "handynummer", "mobil", "mobilnummer", "mobiltelefon",
		"natel", "festnetz", "durchwahl", "telefax", "faxnummer", "anrufen", "anruf", "anrufe", "erreichbar", "erreichen",
		"téléphone", "téléphonique", "tél", "portable", "gsm", "appeler", "appelez", "appelle", "appeller", "joindre", "télécopie",
		"telefono", "telefonico", "cellulare", "chiama", "chiamare", "chiamami", "chiami", "telefonare",
		"teléfono", "telefonos", "teléfonos", "celular", "móvil", "movil", "llamar", "llame", "llámame", "llamame", "llama":
		return phoneTopic
	case "number", "numbers", "nr", "num", "contact", "nummer", "kontakt", "numéro", "numero", "número",
		"contatto", "contacto", "contacter":
		return contactTopic
	case "card", "cards", "creditcard", "cardnumber", "visa", "mastercard", "maestro", "amex", "pan", "kreditkarte", "karte",
		"kartennummer", "kreditkartennummer", "carte", "carta", "tarjeta":
		return cardTopic
	case "ssn", "ssns", "social", "itin", "taxpayer", "socialsecurity":
		return ssnTopic
	case "v", "ver", "vers", "version", "versions", "versione", "versión", "release", "rel", "build", "revision", "rev", "firmware",
		"patch", "upgrade", "chrome", "chromium", "edg", "opr", "section", "chapter", "kapitel", "abschnitt", "assembly", "driver":
		return versionTopic
	case "order", "orders", "invoice", "ticket", "tracking", "reference", "ref", "id", "ids", "account", "customer", "case",
		"isbn", "ean", "sku", "serial", "port", "pid", "epoch", "timestamp", "time", "commit", "bytes", "size", "amount", "total",
		"bestellung", "bestellnummer", "auftrag", "auftragsnummer", "rechnung", "rechnungsnummer", "kundennummer", "konto",
		"kontonummer", "aktenzeichen", "artikelnummer", "seriennummer", "betrag",
		"commande", "facture", "référence", "compte", "montant", "ordine", "fattura", "riferimento", "conto", "importo",
		"pedido", "factura", "referencia", "cuenta", "importe":
		return otherTopic
	}
	return noTopic
}
