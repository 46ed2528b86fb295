package detect_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A labelled text is one of the quality set: {{ and }} in its making stand around what is to
// be found.
type labelledText struct {
	text string
	want []detect.Span
}

// label takes a text in which values of kinds stand as «KIND:value».
func label(marked string) (l labelledText) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(marked, "«")
		b.WriteString(before)
		if !ok {
			l.text = b.String()
			return l
		}
		value, after, _ := strings.Cut(rest, "»")
		kind, value, _ := strings.Cut(value, ":")
		start := b.Len()
		b.WriteString(value)
		l.want = append(l.want, detect.Span{Start: start, End: b.Len(), Kind: detect.Kind(kind)})
		marked = after
	}
}

func mark(k detect.Kind, value string) string { return "«" + string(k) + ":" + value + "»" }

// frames are sentences of ten languages that say nothing of any kind; %s is the value.
var frames = []string{
	"Please check %s before Friday.", "I forwarded %s to the team, thanks.", "(see %s)", "\"%s\"", "Note: %s\n",
	"Bitte prüfen Sie %s bis Freitag.", "Wir haben %s erhalten und danken.", "Merci de vérifier %s avant vendredi.",
	"Nous avons bien reçu %s hier.", "Si prega di verificare %s entro venerdì.", "Por favor revise %s antes del viernes.",
	"Hemos recibido %s ayer.", "Controleer %s voor vrijdag.", "Verifique %s até sexta.", "Sprawdź %s do piątku.",
	"請確認 %s 謝謝。", "ご確認ください：%s です。", "Kontrollera %s före fredag.", "<td>%s</td>", "- %s\n- next", "**%s**", "_%s_",
}

// typographies write a value as ordinary programs and keyboards do.
var typographies = []func(string) string{
	func(v string) string { return v }, func(v string) string { return v }, func(v string) string { return v },
	strings.NewReplacer(" ", "\u00a0").Replace, strings.NewReplacer("-", "\u2011").Replace, strings.NewReplacer("-", "–").Replace,
	strings.NewReplacer("1", "１", "2", "２", "3", "３").Replace, strings.NewReplacer("4", "٤", "5", "٥").Replace,
	strings.NewReplacer("7", "७", " ", "\u202f").Replace,
	func(v string) string { return v[:len(v)/2] + "\u00ad" + v[len(v)/2:] },
}

// made are kinds whose values do not come from samples: their making, with a word where one
// is needed.
var made = map[detect.Kind]func(r *rand.Rand) string{
	detect.EmailAddress: func(r *rand.Rand) string {
		return pick(r, "jane.doe", "j.müller", "info", "x+tag", "anna_k", "o'neil") + "@" + pick(r, "example.com", "mail.example.org", "example.co.uk", "bücher.example")
	},
	detect.PhoneNumber: func(r *rand.Rand) string {
		return pick(r, "+41 44 668 "+digits(r, 2)+" "+digits(r, 2), "+1 (415) 555-2"+digits(r, 3), "+44 20 7946 0"+digits(r, 3), "+33 1 42 68 53 "+digits(r, 2),
			"+4930123"+digits(r, 4), "+39 06 698 "+digits(r, 5), "(415) 555-2"+digits(r, 3), "415-555-2"+digits(r, 3), "044 668 18 "+digits(r, 2))
	},
	detect.CreditCard: func(r *rand.Rand) string {
		prefix := pick(r, "4", "51", "2221", "34", "6011", "36", "3528", "62", "50")
		n := map[string]int{"34": 15, "36": 14, "50": 12}[prefix]
		if n == 0 {
			n = 16
		}
		number := prefix + digits(r, n-len(prefix)-1)
		number += luhnDigit(number)
		if r.IntN(2) == 0 && n == 16 {
			return strings.Join(split(number, 4), pick(r, " ", "-"))
		}
		return number
	},
	detect.IBANCode: func(r *rand.Rand) string {
		country := pick(r, "DE", "CH", "FR", "GB", "ES", "IT", "NL", "AT", "PL", "SE")
		bban := strings.Map(func(c rune) rune {
			switch c {
			case 'X':
				return rune('A' + r.IntN(26))
			case 'A':
				return rune("ABCDEFGHJK0123456789"[r.IntN(20)])
			}
			return rune('0' + r.IntN(10))
		}, forms[country])
		number := country + ibanCheck(country, bban) + bban
		if r.IntN(2) == 0 {
			return strings.Join(split(number, 4), " ")
		}
		return number
	},
	detect.IPAddress: func(r *rand.Rand) string {
		return pick(r, fmt.Sprintf("192.0.2.%d", r.IntN(256)), fmt.Sprintf("10.%d.%d.7", r.IntN(256), r.IntN(256)), fmt.Sprintf("2001:db8::%x:1", 256+r.IntN(4000)))
	},
	detect.MACAddress: func(r *rand.Rand) string { return fmt.Sprintf("00:1b:44:11:%02x:%02x", r.IntN(256), r.IntN(256)) },
	detect.Crypto: func(r *rand.Rand) string {
		return pick(r, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
	},
	detect.JWT: func(r *rand.Rand) string {
		part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
		return part(`{"alg":"HS256"}`) + "." + part(`{"sub":"`+digits(r, 10)+`"}`) + "." + token(r, 43)
	},
	detect.GitHubToken:  func(r *rand.Rand) string { return "gh" + "p_" + token(r, 36) },
	detect.OpenAIKey:    func(r *rand.Rand) string { return "sk-" + "proj-" + token(r, 48) },
	detect.AnthropicKey: func(r *rand.Rand) string { return "sk-" + "ant-api03-" + token(r, 93) + "AA" },
	detect.AWSKey: func(r *rand.Rand) string {
		return "AK" + "IA" + "2" + strings.Map(func(c rune) rune { return rune("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[r.IntN(32)]) }, strings.Repeat("x", 15))
	},
	detect.GCPKey:      func(r *rand.Rand) string { return "AI" + "za" + token(r, 35) },
	detect.GitLabToken: func(r *rand.Rand) string { return "gl" + "pat-" + token(r, 20) },
	detect.SlackToken:  func(r *rand.Rand) string { return "xox" + "b-" + token(r, 40) },
	detect.StripeKey:   func(r *rand.Rand) string { return "sk" + "_live_" + token(r, 24) },
	detect.EntraSecret: func(r *rand.Rand) string { return token(r, 3) + "8" + "Q~" + token(r, 34) },
	detect.AzureKey:    func(r *rand.Rand) string { return token(r, 52) + "JQQJ9" + "9ABAC" + token(r, 22) },
}

// worded are values that need a word, in the languages of the vocabulary.
var worded = map[detect.Kind][]string{
	detect.DateOfBirth:   {"born on «12/03/19#8»", "DOB: «19#8-03-12»", "geboren am «12.03.19#8»", "né le «12/03/19#8»", "nato il «12 marzo 19#8»", "fecha de nacimiento: «12/03/19#8»", "date of birth «March 12, 19#8»"},
	detect.Age:           {"age «4#»", "a «4#»-year-old", "Alter: «4#»", "âgé de «4#» ans", "edad: «4#»", "«4#» years old"},
	detect.Postcode:      {"ZIP «941##»", "PLZ «80##»", "postcode «SW1A #AA»", "code postal «750##»", "zip code: «94105-12##»"},
	detect.Passport:      {"passport no. «X12345##»", "Reisepass «C01X00T4#»", "passeport «12AB345##»", "pasaporte «AAA1234##»", "passaporto: «YA12345##»"},
	detect.DriverLicense: {"driver's license «D12345##»", "Führerschein «B072RRE2I5#»", "driving licence: «MORGA7531##SM9IJ»", "permis «1234567890##»"},
	detect.MedicalRecord: {"MRN «123456##»", "patient ID: «001234##»", "Patientennummer «12345##»"},
	detect.LicensePlate:  {"license plate «7ABC1##»", "Kennzeichen «M-AB 12##»", "targa «AB 1## CD»", "matrícula «12## BCD»"},
	detect.BankAccount:   {"account number «123456##»", "Konto «12345##»", "compte: «000123456##»", "cuenta «2100 0418 45 02000513##»"},
	detect.BICCode:       {"BIC: «DEUTDEFF»", "SWIFT «UBSWCHZH##A»", "BIC «BNPAFRPP»"},
	detect.CardCode:      {"CVV: «1##»", "CVC «1##»", "Prüfziffer «1##»"},
	detect.CardExpiry:    {"exp «09/2#»", "gültig bis «09/202#»", "valid thru «09/2#»"},
	detect.StreetAddress: {"at «1## Main Street»", "wohnt «Bahnhofstrasse 1#»", "au «1# rue de Rivoli»", "abita in «Via Roma 1#»", "vive en «Calle Mayor 1#»"},
	detect.Person:        {"Dear Mr «Smith», thanks for ##", "Sehr geehrte Frau «Müller», zu ##", "Mme «Dupont» est là", "Surname: «Doe»", "Kind regards,\n«Jane Doe»", "Gentile Sig. «Rossi», ecco", "Estimada Sra. «García», va"},
	detect.Secret:        {"password: «hunter##»", "api_key = \"«@@»\"", "Passwort: «geheim##!»", "mot de passe : «abc###»", "contraseña: «abc###»", "PASSWORD=«hunter##»", "postgres://u:«s3cr##»@db.example.com/x"},
	detect.Authorization: {"Authorization: Bearer «@@»", "Authorization: Basic «dXNlcjpwYXNzd29yZA==»"},
	detect.AzureSAS:      {"https://x.blob.core.windows.net/c?sv=2024-11-04&sr=b&sig=«@@@@%3D»&se=2026"},
	detect.PrivateKey:    {"«-----BEGIN ¡PRIVATE KEY-----\n@@@@\n-----END ¡PRIVATE KEY-----»"},
	detect.MRZ:           {"«P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10»"},
}

// harmless are texts in which nothing is to be found.
var harmless = []string{
	"Order %10 shipped on 2026-11-24 at 12:30:45.", "commit %h40 fixes issue #%4", "uuid %h8-%h4-4%h3-a%h3-%h12", "epoch 17%8 took 0.%6 ms", "ms=17%11",
	"Version 1.%1.%2.%1 of the driver", "The meeting is in room %3 on floor %1.", "Chapter %1, page %3, ISBN 978-3-16-1%5-0 is old", "Total: 1'%3'%3.50 CHF",
	"sha256:%h64", "SELECT * FROM t WHERE id = %6", "for i := 0; i < %4; i++ {", "Bestellnummer %9 vom 24. November", "La commande n° %8 est prête",
	"L'ordine %8 è pronto", "El pedido %8 está listo", "pts/%1 load 0.%2 0.%2", "port %4 pid %5", "ratio %3:%2 and %2%%", "Fig. %1.%1 shows f(x) = %2x + %1",
	"GET /v1/items/%7 HTTP/1.1 200 %4", "tracking 1Z%h6%10", "see RFC %4, section %1.%1", "const maxTokens = %5", "max_tokens: %4, temperature: 0.%1",
	"Dear Sir or Madam, thank you.", "Hello World! This is %1.", "The key to success is patience.", "token count: %6", "password: please enter one",
	"Her age was unknown in %4.", "born in a small town", "10.%1%% of 20%2", "at 5 p.m. on the %1th day", "%2 Main points", "the street was long: %3 m",
	"会議は%1時からです。", "请在%1点开会。", "Встреча в %1 часов", "الاجتماع الساعة %1", "ISO 900%1:2015 and EN 1%3", "price: $%3.99 (was $%3.99)", "img_%8_%6.jpg",
	"error 0x%h8 at 0x%h12", "id=%9&page=%1", "x = [%1, %2, %3, %4, %5]", "lat 47.%6, lon 8.%6", "%4-%2 season, %2-%2 score", "room 4%2B, seat %2C", "T%h16",
	"build-%8-linux-amd64", "pod-%h8%h2-x%h4", "trace %h32 span %h16", "Q%1 20%2 revenue grew %2 percent", "batch %6/%6 done", "the account of %1 witnesses",
}

func pick(r *rand.Rand, list ...string) string { return list[r.IntN(len(list))] }

func token(r *rand.Rand, n int) string {
	const chars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	b := []byte("q7K")
	for len(b) < n {
		b = append(b, chars[r.IntN(len(chars))])
	}
	return string(b[:n])
}

// numbers fills %N with N digits and %hN with N hex digits.
func numbers(r *rand.Rand, text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		if text[i+1] == '%' {
			b.WriteByte('%')
			i++
			continue
		}
		chars := "0123456789"
		if text[i+1] == 'h' {
			chars, i = "0123456789abcdef", i+1
		}
		n := 0
		for i+1 < len(text) && isDigit(rune(text[i+1])) && n < 10 {
			n, i = n*10+int(text[i+1]-'0'), i+1
		}
		for k := range n {
			b.WriteByte(chars[max(r.IntN(len(chars)), 1-min(k, 1))])
		}
	}
	return b.String()
}

// qualitySet makes 40 texts for each kind and as many again in which there is nothing.
func qualitySet() (set []labelledText) {
	r := random(7)
	for _, kind := range detect.Kinds() {
		for n := range 40 {
			var text string
			switch s, ok := samples[kind]; {
			case ok:
				v := s.make(r)
				if n%3 == 0 && (s.bare || s.word != "") {
					v = strip(v)
				}
				text = mark(kind, typographies[r.IntN(len(typographies))](v))
				if !s.alone || n%3 == 0 && !s.bare {
					text = s.word + pick(r, ": ", " ", " = ") + text
				}
			case made[kind] != nil:
				v := made[kind](r)
				if kind != detect.EmailAddress {
					v = typographies[r.IntN(len(typographies))](v)
				}
				text = mark(kind, v)
			case worded[kind] != nil:
				text = strings.ReplaceAll(pick(r, worded[kind]...), "«", "«"+string(kind)+":")
				for strings.Contains(text, "#") {
					text = strings.Replace(text, "#", digits(r, 1), 1)
				}
				for strings.Contains(text, "@@") {
					text = strings.Replace(text, "@@", token(r, 22), 1)
				}
				text = strings.ReplaceAll(text, "¡", "RSA ")
				set = append(set, label(text))
				continue
			default:
				continue
			}
			set = append(set, label(strings.Replace(pick(r, frames...), "%s", text, 1)))
		}
	}
	for range len(set) {
		set = append(set, labelledText{text: numbers(r, pick(r, harmless...))})
	}
	return set
}

// labelledFile is where the quality set goes as lines of JSON, for other readers of it.
var labelledFile = flag.String("labelled", "", "write the quality set to this `file`")

// TestLabelled writes the quality set if it is asked to. It is not kept: some of its values
// look like secrets.
func TestLabelled(t *testing.T) {
	if *labelledFile == "" {
		t.Skip("-labelled names no file")
	}
	type entity struct {
		Type  detect.Kind `json:"type"`
		Start int         `json:"start"`
		End   int         `json:"end"`
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	for i, l := range qualitySet() {
		entities := []entity{}
		for _, s := range l.want {
			entities = append(entities, entity{s.Kind, s.Start, s.End})
		}
		testkit.NoError(t, encoder.Encode(map[string]any{"id": i, "text": l.text, "entities": entities}))
	}
	testkit.NoError(t, os.WriteFile(*labelledFile, b.Bytes(), 0o600))
}

type score struct{ right, missed, wrong int }

func (s score) precision() float64 { return ratio(s.right, s.right+s.wrong) }
func (s score) recall() float64    { return ratio(s.right, s.right+s.missed) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// floors are the least precision and recall of kinds that cannot be as good as the rest,
// for which it is floor.
var floors = map[detect.Kind][2]float64{}

var floor = [2]float64{0.98, 0.98}

// TestQuality prints precision and recall of each kind over the labelled set and keeps them
// above their floors. A finding counts only if kind, start and end are right.
func TestQuality(t *testing.T) {
	t.Parallel()
	set := qualitySet()
	scores := map[detect.Kind]*score{}
	of := func(k detect.Kind) *score {
		if scores[k] == nil {
			scores[k] = new(score)
		}
		return scores[k]
	}
	shown := map[detect.Kind]int{}
	for _, l := range set {
		got := detect.Find(nil, l.text, detect.All())
		for _, want := range l.want {
			hit := false
			for _, s := range got {
				hit = hit || s.Start == want.Start && s.End == want.End && s.Kind == want.Kind
			}
			if hit {
				of(want.Kind).right++
			} else {
				of(want.Kind).missed++
				if shown[want.Kind]++; shown[want.Kind] < 4 {
					t.Logf("missed %s in %q: found %q", want.Kind, l.text, found(l.text, got))
				}
			}
		}
		for _, s := range got {
			hit := false
			for _, want := range l.want {
				hit = hit || s.Start == want.Start && s.End == want.End && s.Kind == want.Kind
			}
			if !hit {
				of(s.Kind).wrong++
				if shown[s.Kind]++; shown[s.Kind] < 4 {
					t.Logf("wrong %s %q in %q", s.Kind, l.text[s.Start:s.End], l.text)
				}
			}
		}
	}
	var kinds []string
	for k := range scores {
		kinds = append(kinds, string(k))
	}
	sort.Strings(kinds)
	var table strings.Builder
	fmt.Fprintf(&table, "%d texts\n%-28s %9s %9s %6s\n", len(set), "kind", "precision", "recall", "values")
	for _, name := range kinds {
		k := detect.Kind(name)
		s, least := scores[k], floor
		if f, ok := floors[k]; ok {
			least = f
		}
		fmt.Fprintf(&table, "%-28s %9.3f %9.3f %6d\n", name, s.precision(), s.recall(), s.right+s.missed)
		if s.precision() < least[0] || s.recall() < least[1] {
			t.Errorf("%s: precision %.3f, recall %.3f; at least %v", name, s.precision(), s.recall(), least)
		}
	}
	t.Log(table.String())
	if len(set) < 2000 {
		t.Errorf("only %d texts", len(set))
	}
}
