package detect_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// pieces are what the texts of this file mean by {name}: nothing in it looks like a secret.
var pieces = strings.NewReplacer(
	"{token}", "abc"+"DEF123456"+"ghiJKL789", "{short}", "abc"+"def123"+"456", "{rfc6750}", "mF_9."+"B5f-4"+".1JqM",
	"{ya29}", "ya"+"29."+"a0AfH6SMBx-"+"abc_DEF", "{long}", "abcdefGHI"+"JKLmnopqr"+"STUVWXyz", "{zz}", "abcDEF"+"123456ghi"+"JKL789zz00",
	"{hex}", "0a1b2c3d"+"4e5f6071"+"8293a4b5"+"c6d7e8f9", "{uuid}", "3f2b8c1d-"+"9a4e-4f6b-"+"8d2c-7e1f0a9b8c7d",
	"{hunter}", "hunt"+"er22", "{ecret}", "$ec"+"ret99!", "{geheim}", "geheim"+"nis", "{tab}", "\t", "{nl}", "\n",
)

// leaks are texts that another reader of the detectors got past them; «KIND:value» is what
// must be found.
var leaks = []string{
	// Literal escapes are borders.
	`{"note":"Ann:\n«PHONE_NUMBER:+41 44 668 18 00»\n«CH_AHV:756.1234.5678.97»\n«US_SSN:219-09-9998»\n«IP_ADDRESS:192.0.2.7»"}`,
	`a\n«PHONE_NUMBER:044 668 18 00»\nb`, `a\n«PHONE_NUMBER:415-555-2671»\tb`, `a\r\n«IP_ADDRESS:2001:db8::1»\r\nb`,
	`a\n«PHONE_NUMBER:(415) 555-2671»\nb`, `a\t«EMAIL_ADDRESS:nora@example.com»\nb`, `a\\n«EMAIL_ADDRESS:tim@example.com»\\nb`,
	`a\nBearer «AUTHORIZATION:{token}»\nb`, `a\n«CREDIT_CARD:4532 0151 1283 0366»\nb`, `a\n«IBAN_CODE:DE44 5001 0517 5407 3249 31»\nb`,
	`x «PHONE_NUMBER:+41\u00a044\u00a0668\u00a018\u00a000» y`, `x «EMAIL_ADDRESS:jane\u0040example.com» y`,
	`x «PHONE_NUMBER:+41 44 668\n18 00» y`, `{"password":"«SECRET:ab1\ncd2\tef3»"}`,
	// Telephone numbers.
	"x «PHONE_NUMBER:+7 (495) 123-45-67» y", "x «PHONE_NUMBER:+7 812 123 45 67» y", "x «PHONE_NUMBER:+7-903-123-45-67» y",
	"x «PHONE_NUMBER:+41 044 668 18 00» y", "x «PHONE_NUMBER:+44 020 7946 0958» y", "x «PHONE_NUMBER:+33 01 23 45 67 89» y",
	"x «PHONE_NUMBER:+1 (555) 123-4567» y", "x «PHONE_NUMBER:(555) 123-4567» y", "x «PHONE_NUMBER:415-555-2671»x123 y",
	"x «PHONE_NUMBER:(415) 555-2671»x12 y", "x «PHONE_NUMBER:044/668 18 00» y", "x «PHONE_NUMBER:044 6681800» y",
	"x «PHONE_NUMBER:415/555-2671» y", "x «PHONE_NUMBER:+49{tab}171{tab}2345678» y", "x «PHONE_NUMBER:+41 44 668{nl}18 00» y",
	"Text me: «PHONE_NUMBER:415 555 2671»", "Rufen Sie uns an: «PHONE_NUMBER:030 12345678»", "Ruf mich unter «PHONE_NUMBER:0171 2345678» zurück",
	"Phone:{nl}«PHONE_NUMBER:555-123-4567»", "電話：«PHONE_NUMBER:03-1234-5678»", "电话：«PHONE_NUMBER:13812345678»", "전화 «PHONE_NUMBER:010-1234-5678»",
	// Addresses of networks.
	"IP:«IP_ADDRESS:2001:db8::1»", "addr:«IP_ADDRESS:fe80::1»", "IPv6:«IP_ADDRESS:2001:db8:0:0:0:0:0:1»",
	"Please upgrade «IP_ADDRESS:10.12.14.16» tonight.", "Patch «IP_ADDRESS:10.12.14.16» and reboot.", "The new release: «IP_ADDRESS:10.12.14.16»",
	// Social security numbers.
	"SSN: «US_SSN:219.09.9998»", "SSN: «US_SSN:219/09/9998»", "SSN: «US_SSN:219 - 09 - 9998»", "Social Security Number (SSN):{nl}«US_SSN:219099998»",
	"his SSN is «US_SSN:536.22.1234»",
	// Wide and wrapped groups.
	"x «CREDIT_CARD:4532  0151  1283  0366» y", "x «CREDIT_CARD:4532 - 0151 - 1283 - 0366» y", "x «CREDIT_CARD:4111  1111  1111  1111» y",
	"x «IBAN_CODE:DE44 5001 0517{nl}   5407 3249 31» y", "> x «CREDIT_CARD:4532 0151{nl}> 1283 0366» y", "x «CREDIT_CARD:4532 0151{nl}    1283 0366» y",
	"x «CH_AHV:756. 1234. 5678. 97» y", "x «CH_AHV:756.12345678.97» y", "x «CH_AHV:756.9217.076985» y",
	// Marks of footnotes.
	"x «CREDIT_CARD:4532 0151 1283 0366»¹ y", "x «IBAN_CODE:DE44500105175407324931»³ y", "x «CH_AHV:756.1234.5678.97»¹ y",
	"x «US_SSN:219-09-9998»¹ y", "x «PHONE_NUMBER:+41 44 668 18 00»² y", "x «CREDIT_CARD:4532015112830366»¹² y",
	// A full stop without a space.
	"卡号是2027。«CREDIT_CARD:4532015112830366»请查", "gültig bis 2027.«CREDIT_CARD:4532 0151 1283 0366»", "seit 2019.«CH_AHV:756.1234.5678.97»",
	// Credentials.
	"Bearer «AUTHORIZATION:{rfc6750}»", "bearer «AUTHORIZATION:{ya29}»", "Bearer  «AUTHORIZATION:{token}»", "Bearer{tab}«AUTHORIZATION:{token}»",
	"Bearer{nl}«AUTHORIZATION:{token}»", "Bearer: «AUTHORIZATION:{token}»", "Bearer `«AUTHORIZATION:{token}»`", `Bearer "«AUTHORIZATION:{token}»"`,
	"**Bearer** «AUTHORIZATION:{token}»", `"Bearer «AUTHORIZATION:{short}»"`, `Set("Authorization", "Bearer «AUTHORIZATION:{long}»")`,
	"Authorization: «AUTHORIZATION:{zz}»", `Authorization: bearer "«AUTHORIZATION:{token}»"`,
	"AZURE_OPENAI_KEY=«AZURE_KEY:{hex}»", "OPENAI_KEY=«AZURE_KEY:{hex}»", "SPEECH_KEY: «SECRET:{hex}»", "the api key is «AZURE_KEY:{hex}» ok",
	"token: «SECRET:{uuid}»", "api_key: «SECRET:{uuid}»", `"Password: «SECRET:{hunter}»"`, "Password: <«SECRET:{hunter}»>", "password: «SECRET:{ecret}»",
	"password: «SECRET:{geheim}»", "| Password | «SECRET:{hunter}» |",
	// Mail.
	"x «EMAIL_ADDRESS:yamada@日本語.jp» y", "x «EMAIL_ADDRESS:김철수@example.kr» y", "x «EMAIL_ADDRESS:info@مثال.إختبار» y",
	"x «EMAIL_ADDRESS:jane%40example.com» y", "x «EMAIL_ADDRESS:jane&#64;example.com» y", `x «EMAIL_ADDRESS:jane\x40example.com» y`, "メールは«EMAIL_ADDRESS:a@b.jp»です", "mail «EMAIL_ADDRESS:a@example.com»。谢谢",
	"hosts «IP_ADDRESS:10.0.0.1» «IP_ADDRESS:8.8.8.8» «IP_ADDRESS:9.8.7.6» now", "// «IP_ADDRESS:8.8.8.8»{nl}", "v1.2 «IP_ADDRESS:10.0.0.1» 3.4",
	"«EMAIL_ADDRESS:jane@example.com»-foo", "«EMAIL_ADDRESS:a@b.xn--p1ai»", "cards «CREDIT_CARD:4000000000000000006» «CREDIT_CARD:4000000000000000014»",
	"zip «POSTCODE:94105», ZIP code: «POSTCODE:94105-1234», zip code «POSTCODE:8001»", "password=«SECRET:mypassword7»", `"apiKey": "«SECRET:apiKe-{token}»"`,
	"nginx «IP_ADDRESS:10.0.0.5»", "ip.addr==«IP_ADDRESS:8.8.8.8»", "«IP_ADDRESS:8.8.4.4» Google",
}

// innocent are texts in which the same reader's findings were false.
var innocent = []string{
	`fmt.Println("password:", p)`, "git@github.com:foo/bar.git", "pass: 100%", `password: "Enter your password, 8 characters"`,
	"nginx 1.25.3.1", "foo==1.2.3.4", "libfoo-1.2.3.4.tar.gz", "python 3.11.4.1 wheel", "Windows 10.0.22.1 build", "§ 1.2.3.4", "1.2.3.4 Overview",
	"1:2:3:4:5:6:7:8", "10::20", "foo:10::20", "1234  5678  9012  3456", "The call took 1234567890 ns", "call 12345678 times", "Call(12345678)", "mobile 2023 2024 2025",
	"Phone sales 2023: 1 200 000", "Die Nummer 1 234 567", "dial timeout 30000000000", "PO 415-555-2671", "page 123 45 6789",
	`C:\new\table\reports 12345678`, "Bearer tokens are described in RFC6750.", "bearer{nl}2026-11-24T10:00:00Z info", "| Password | Default |", "password: optional",
	// Source, drawings and tables of numbers.
	"// 2.2.1.2{nl}", "// 2.2.5.4. Prefetch", "c.55.4.97.88 1.28", "2.2 2.46.94.59 2.04", "react@18.3.0-rc1 pkg@1.0.0-alpha", "x, -4181792142133755926, -4576982950128230565, 5",
	"v0.0.0-20200305110556-506484158171/go.mod", "3906.2475 1608.0625 3", "3891.7875 1634 3892", "1850 3693 -1850 3693 -1850 3691", `viewBox="0 0 55.563 62.177"`,
	"0 0.4064-0.381 0.7239", "Fri Nov 1 15:07:00 2019 -0400", "# 00CC; 0069 0307 0300; 00CC", "call x // e8 00 00 00 00 ca", "00  01  02  03  04  05  06", "Pw = 0x48",
	"member-body(2) us(840) x9-57(10040) x9cm(4)", "zip, ZIP uses CP-437, zipPath), 0755), zip is ~350 KB", `"boxDL;": '\\U00002557'`, "const cacheMaxAge = 5 * time.Second",
	`"encryptionKey": "encryptionKey1024"`, `encodeUserPassword: "encodeUserPassword"`, "this._password=s._password;break",
	"License: Unicode-DFS-2016", "cache_key: {hex}", "219.09.9998", "120 m² 4000 km²", "they owe us 1 200 000", "told us 2023 2024", "count 12345678. A new one",
}

func TestRefuted(t *testing.T) {
	t.Parallel()
	for _, marked := range slices.Concat(leaks, innocent, missed, untouched) {
		t.Run(marked, func(t *testing.T) {
			t.Parallel()
			l := label(secretPieces.Replace(pieces.Replace(marked)))
			got := found(l.text, detect.Find(nil, l.text, detect.All()))
			want := found(l.text, l.want)
			if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
				t.Errorf("text: %q\n got: %q\nwant: %q", l.text, got, want)
			}
		})
	}
}
