package detect_test

import (
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A vector is a text and what is to be found in it.
type vector struct {
	name string
	text string
	want []string // KIND value
}

func vectors(t testing.TB) []vector {
	t.Helper()
	var all []vector
	folders, err := os.ReadDir("testdata")
	testkit.NoError(t, err)
	for _, entry := range folders {
		folder := entry.Name()
		if folder == "fuzz" {
			continue
		}
		kind := detect.Kind(strings.ToUpper(folder))
		testkit.True(t, kind.Valid(), folder+" is a kind")
		data, err := os.ReadFile(filepath.Join("testdata", folder, "vectors.txt"))
		testkit.NoError(t, err)
		for n, line := range strings.Split(string(data), "\n") {
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			v := parseVector(t, line, kind)
			v.name = folder + ":" + strconv.Itoa(n+1)
			all = append(all, v)
		}
	}
	return all
}

func parseVector(t testing.TB, line string, kind detect.Kind) (v vector) {
	t.Helper()
	line = expand(t, line, kind)
	for {
		before, rest, ok := strings.Cut(line, "⟦")
		v.text += before
		if !ok {
			return v
		}
		value, after, _ := strings.Cut(rest, "⟧")
		k := kind
		if name, other, ok := strings.Cut(value, ":"); ok && detect.Kind(name).Valid() {
			k, value = detect.Kind(name), other
		}
		v.want = append(v.want, string(k)+" "+value)
		v.text += value
		line = after
	}
}

// expand replaces escapes and templates. Values that look like secrets exist in no file.
func expand(t testing.TB, line string, kind detect.Kind) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, uint64(len(line))))
	var b strings.Builder
	for line != "" {
		switch {
		case strings.HasPrefix(line, `\\`):
			b.WriteByte('\\')
			line = line[2:]
		case strings.HasPrefix(line, `\n`):
			b.WriteByte('\n')
			line = line[2:]
		case strings.HasPrefix(line, `\u`):
			r, err := strconv.ParseUint(line[2:6], 16, 32)
			testkit.NoError(t, err)
			b.WriteRune(rune(r))
			line = line[6:]
		case strings.HasPrefix(line, "{{encode "):
			text, after, _ := strings.Cut(line[len("{{encode "):], "}}}")
			b.WriteString(base64.RawURLEncoding.EncodeToString([]byte(text + "}")))
			line = after
		case strings.HasPrefix(line, "{{valid}}"):
			b.WriteString(samples[kind].make(random))
			line = line[len("{{valid}}"):]
		case strings.HasPrefix(line, "{{bare}}"):
			b.WriteString(strip(samples[kind].make(random)))
			line = line[len("{{bare}}"):]
		case strings.HasPrefix(line, "{{wrong}}"):
			b.WriteString(samples[kind].wrong(random))
			line = line[len("{{wrong}}"):]
		case strings.HasPrefix(line, "{{"):
			text, after, _ := strings.Cut(line[2:], "}}")
			b.WriteString(madeUp(t, random, text))
			line = after
		default:
			b.WriteByte(line[0])
			line = line[1:]
		}
	}
	return b.String()
}

func madeUp(t testing.TB, random *rand.Rand, template string) string {
	t.Helper()
	name, count, _ := strings.Cut(template, " ")
	if name == "" {
		return ""
	}
	const lower, upper, digits = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	chars := map[string]string{"alnum": lower + upper + digits, "lower": lower, "upper": upper + "234567", "hex": digits + "abcdef", "base64": lower + upper + digits + "+/"}[name]
	n, err := strconv.Atoi(count)
	testkit.NoError(t, err)
	testkit.True(t, chars != "", "the template "+template+" is known")
	b := make([]byte, n)
	for i := range b {
		b[i] = chars[random.IntN(len(chars))]
	}
	for i := 0; name == "alnum" && i < n && i < 3; i++ {
		b[i] = "q7K"[i] // so that it has all three, like nearly all random text
	}
	return string(b)
}

// found lists spans as vectors do.
func found(text string, spans []detect.Span) []string {
	var list []string
	for _, s := range spans {
		list = append(list, string(s.Kind)+" "+text[s.Start:s.End])
	}
	return list
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range vectors(t) {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			got := found(v.text, detect.Find(nil, v.text, detect.All()))
			if strings.Join(got, "\x00") != strings.Join(v.want, "\x00") {
				t.Errorf("text: %q\n got: %q\nwant: %q", v.text, got, v.want)
			}
		})
	}
}
