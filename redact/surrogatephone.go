package redact

import "strings"

// A fiction is a range of telephone numbers that nobody has: it is kept for plays, films
// and documentation.
type fiction struct {
	country string
	trunk   string // what stands before the number inside of the country
	prefix  string // # is any digit
	free    int    // digits after it
}

// fictions are the ranges of the North American Numbering Plan (ATIS-0300115: 555-0100 to
// 0199), Ofcom ("Telephone numbers for use in TV and radio drama programmes"), ARCEP
// (decision 2018-0881, annex), Bundesnetzagentur ("Rufnummern für Medienproduktionen") and
// ACMA ("Phone numbers for use in TV shows, films and creative works").
var fictions = []fiction{
	{"1", "", "###55501", 2},
	{"44", "0", "1632960", 3}, {"44", "0", "2079460", 3}, {"44", "0", "7700900", 3},
	{"33", "0", "19900", 4}, {"33", "0", "26191", 4}, {"33", "0", "35301", 4}, {"33", "0", "46571", 4}, {"33", "0", "53649", 4}, {"33", "0", "63998", 4},
	{"49", "0", "3023125", 3}, {"49", "0", "6990009", 3}, {"49", "0", "4066969", 3}, {"49", "0", "2214710", 3}, {"49", "0", "8999998", 3},
	{"61", "0", "255501", 3}, {"61", "0", "370101", 3}, {"61", "0", "755501", 3}, {"61", "0", "870101", 3},
}

// inventPhone keeps the country, and the groups if the lengths agree.
func inventPhone(text string, d *dice) string {
	old := canonical(text)
	international := strings.HasPrefix(text, "+") || strings.HasPrefix(old, "00")
	old = strings.TrimPrefix(old, "00")
	country := countryOf(old, international)
	if country == "" || len(old) < len(country) {
		return ""
	}
	var fits []fiction
	for _, f := range fictions {
		if f.country == country {
			fits = append(fits, f)
		}
	}
	f := fits[d.roll(len(fits))]
	number := strings.Map(func(r rune) rune {
		if r == '#' {
			return '2' + rune(d.roll(8))
		}
		return r
	}, f.prefix) + d.digits(f.free)
	switch {
	case international && strings.HasPrefix(text, "+"):
		if fake := fill(text, country+number); fake != "" {
			return fake
		}
		return "+" + country + number
	case international:
		return "00" + country + number
	case len(old) == len(country)+len(number) && country == "1":
		return fill(text, country+number)
	}
	if fake := fill(text, f.trunk+number); fake != "" {
		return fake
	}
	return f.trunk + number
}

// countryOf returns the country code of a number with a known range: what an international
// one begins with, or what the form of another one tells.
func countryOf(number string, international bool) string {
	if international {
		for _, country := range [...]string{"1", "44", "33", "49", "61"} {
			if strings.HasPrefix(number, country) {
				return country
			}
		}
		return ""
	}
	if len(number) == 10 && number[0] >= '2' || len(number) == 11 && number[0] == '1' {
		return "1"
	}
	return ""
}
