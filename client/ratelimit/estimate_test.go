package ratelimit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The wanted figures are counts of o200k_base. Short texts are the hardest.
func TestEstimate(t *testing.T) {
	t.Parallel()
	const within = 0.35
	for _, test := range []struct {
		name, text string
		tokens     int
	}{
		{"nothing", "", 0},
		{"a word", "hello", 1},
		{"a space belongs to its word", "hello world", 2},
		{"English", "Dear Ms Miller, thank you for your letter of 12 March. The parcel that you ordered was delivered to your neighbour on Tuesday, and we have refunded the shipping costs to your account.", 38},
		{"German", "Sehr geehrte Frau Müller, vielen Dank für Ihr Schreiben vom 12. März. Die Rechtsschutzversicherung übernimmt die Kosten des Verfahrens, sofern die Voraussetzungen erfüllt sind. Mit freundlichen Grüssen", 40},
		{"French", "Madame, nous vous remercions de votre lettre du 12 mars. Le colis que vous avez commandé a été remis à votre voisin mardi dernier, et les frais d'expédition vous seront remboursés.", 43},
		{"Spanish", "Estimada señora: le agradecemos su carta del 12 de marzo. El paquete que usted pidió fue entregado a su vecino el martes pasado y le devolveremos los gastos de envío.", 38},
		{"Finnish", "Hyvä asiakas, kiitos kirjeestänne. Tilaamanne paketti toimitettiin naapurillenne viime tiistaina, ja palautamme toimituskulut tilillenne mahdollisimman pian.", 45},
		{"Polish", "Szanowna Pani, dziękujemy za list z 12 marca. Zamówiona paczka została doręczona sąsiadowi w ubiegły wtorek, a koszty wysyłki zwrócimy na Pani konto.", 56},
		{"Russian", "Уважаемая госпожа, благодарим вас за письмо от 12 марта. Заказанная вами посылка была доставлена вашему соседу во вторник, и мы вернули стоимость доставки.", 41},
		{"Greek", "Αγαπητή κυρία, σας ευχαριστούμε για την επιστολή σας. Το δέμα που παραγγείλατε παραδόθηκε στον γείτονά σας την Τρίτη.", 45},
		{"Chinese", "尊敬的女士，感谢您三月十二日的来信。您订购的包裹已于星期二送到您的邻居处，我们已将运费退还到您的账户。", 43},
		{"Japanese", "お手紙ありがとうございます。ご注文の荷物は火曜日にお隣の方にお届けしました。送料はお客様の口座に返金いたしました。", 37},
		{"Korean", "편지 감사합니다. 주문하신 소포는 화요일에 이웃에게 전달되었으며 배송비는 고객님의 계좌로 환불해 드렸습니다.", 35},
		{"Arabic", "نشكركم على رسالتكم. تم تسليم الطرد الذي طلبتموه إلى جاركم يوم الثلاثاء وقد أعدنا تكاليف الشحن إلى حسابكم.", 36},
		{"Hebrew", "תודה על מכתבך. החבילה שהזמנת נמסרה לשכנך ביום שלישי והחזרנו את דמי המשלוח לחשבונך.", 38},
		{"Hindi", "आपके पत्र के लिए धन्यवाद। आपने जो पार्सल मंगाया था वह मंगलवार को आपके पड़ोसी को दे दिया गया था।", 29},
		{"Thai", "ขอบคุณสำหรับจดหมายของคุณ พัสดุที่คุณสั่งซื้อได้ส่งถึงเพื่อนบ้านของคุณเมื่อวันอังคาร", 31},
		{"Amharic", "ለደብዳቤዎ እናመሰግናለን። ያዘዙት ጥቅል ማክሰኞ ለጎረቤትዎ ደርሷል።", 80},
		{"emoji", "Great 👍 see you at 7 🎉🎉 bring cake 🍰 and ☕", 18},
		{"Go", "func (s *shard) get(key Key) *bucket {\n\tif b, ok := s.lru.Get(key); ok {\n\t\tb.elapse(s.now)\n\t\treturn b\n\t}\n\treturn nil\n}\n", 44},
		{"JSON", "{\n  \"id\": 4711,\n  \"customer\": {\"name\": \"Ann Miller\", \"city\": \"Zurich\"},\n  \"items\": [{\"sku\": \"A-100\", \"quantity\": 2, \"price\": 19.9}]\n}", 54},
		{"log", "2026-11-23T12:00:03.123Z INFO  [worker-7] request_id=5f2d1c status=200 duration=18.2ms path=/api/v1/orders", 46},
		{"CSV", "id;name;amount;currency\n1001;Miller;120.50;CHF\n1002;Schmidt;99.95;EUR\n1003;Rossi;1250.00;EUR\n", 45},
		{"base64", "VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZyA0MiB0aW1lcyBhIGRheSBhbmQgbm9ib2R5IGtub3dzIHdoeQ==", 74},
		{"URL", "https://contoso.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21", 32},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ratelimit.Estimate(test.text)
			if off := math.Abs(float64(got - test.tokens)); off > within*float64(test.tokens) {
				t.Errorf("estimated %d, counted %d", got, test.tokens)
			}
		})
	}
}

// Nobody gets a large prompt past a limit by choosing its characters. The figures are
// counts of o200k_base on 10,000 bytes, those of random texts rounded.
func TestEstimateOfFloods(t *testing.T) {
	t.Parallel()
	repeat := func(text string) string { return strings.Repeat(text, 10_000/len(text)) }
	random := func(alphabet string) string {
		r := rand.New(rand.NewPCG(1, 2))
		text := make([]byte, 10_000)
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(text)
	}
	for _, test := range []struct {
		name, text string
		tokens     int
	}{
		{"spaces", repeat(" "), 79},
		{"lines", repeat("\n"), 625},
		{"tabs", repeat("\t"), 625},
		{"spaces and lines", repeat(" \n"), 5000},
		{"spaces and tabs", repeat(" \t"), 5000},
		{"random white space", random(" \n\t\r"), 4750},
		{"rare white space", random("\v\f"), 10_000},
		{"control characters", random("\x01\x02\x03\x7f"), 7550},
		{"one letter", repeat("a"), 1250},
		{"one-letter words", repeat(" a"), 5000},
		{"random letters", random("abcdefghijklmnopqrstuvwxyz"), 5200},
		{"random capitals", random("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 5710},
		{"random signs", random("!#$%&'()*+,-./:;<=>?@[]^_`{|}~"), 6790},
		{"one sign", repeat("!"), 625},
		{"digits", random("0123456789"), 3334},
		{"families", repeat("👩‍👩‍👧"), 4000 * 10_000 / 9000},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := ratelimit.Estimate(test.text); got*3 < test.tokens {
				t.Errorf("estimated %d, counted %d", got, test.tokens)
			}
		})
	}
}

func TestChatOverhead(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, ratelimit.ChatOverhead(2, 1), 10)
	testkit.Equal(t, ratelimit.ChatOverhead(0, 0), 3)
}

func TestEstimateAllocatesNothing(t *testing.T) {
	text := strings.Repeat("Grüezi, 你好 42 camelCase\n", 100)
	testkit.Allocs(t, 0, func() { ratelimit.Estimate(text) })
}

// FuzzEstimate: an estimate is neither below one per 128 bytes nor above
// three per byte, and two halves cost about what the whole does.
func FuzzEstimate(f *testing.F) {
	for _, seed := range []string{"", "Grüezi mitenand", "func main() {\n\t\tx := 1234567\n}", "\xff\xfe", "你好，世界", "👩‍👩‍👧", "aBcDeF==", "   \r\n\t "} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		whole := ratelimit.Estimate(text)
		testkit.True(t, whole >= len(text)/128 && whole <= 1+3*len(text), "in proportion to the length")
		if cut < 0 || cut > len(text) {
			return
		}
		halves := ratelimit.Estimate(text[:cut]) + ratelimit.Estimate(text[cut:])
		testkit.True(t, halves >= whole-8 && halves <= whole+8, fmt.Sprint(halves, " in two, ", whole, " as a whole"))
	})
}
