package process_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/process"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// clean are the facts of a process with nothing to find but what env sets.
func clean(env map[string]string) process.Facts {
	return process.Facts{
		Lookup:  func(name string) (string, bool) { value, ok := env[name]; return value, ok },
		Version: "go1.26.8",
	}
}

// told is one line for each finding: setting, source, severity.
func told(f process.Facts) string {
	var lines []string
	for _, w := range f.Inspect() {
		lines = append(lines, fmt.Sprintf("%s %s %s", w.Setting, w.Source, w.Severity))
	}
	return strings.Join(lines, "; ")
}

// Row ENV-01: each weakener by itself, and its harmless value.
func TestDebug(t *testing.T) {
	t.Parallel()
	for weak, severity := range map[string]string{
		"tlsrsakex=1": "refuse", "tls3des=1": "refuse", "tlssha1=1": "refuse", "tlsmlkem=0": "refuse", "tlssecpmlkem=0": "refuse",
		"rsa1024min=0": "refuse", "x509negativeserial=1": "refuse", "x509usepolicies=0": "refuse", "tlsmaxrsasize=16384": "refuse",
		"tlsunsafeekm=1": "refuse", "fips140ems=0": "refuse", "http2debug=1": "refuse", "http2debug=2": "refuse", "x509usefallbackroots=1": "refuse",
		"httplaxcontentlength=1": "refuse", "urlstrictcolons=0": "warn", "urlmaxqueryparams=0": "warn", "netdns=cgo": "warn", "netdns=cgo+1": "warn",
		"httpcookiemaxnum=0": "warn", "http2client=0": "warn",
	} {
		t.Run(weak, func(t *testing.T) {
			t.Parallel()
			name, value, _ := strings.Cut(weak, "=")
			want := "GODEBUG:" + name + " environment " + severity
			testkit.Equal(t, told(clean(map[string]string{"GODEBUG": weak})), want)
			testkit.Equal(t, told(clean(map[string]string{"GODEBUG": "gctrace=1," + weak + "#17,"})), want)
			harmless := map[string]string{"0": "1", "1": "0", "2": "0", "16384": "4096"}[value]
			if strings.HasPrefix(value, "cgo") {
				harmless = "go"
			}
			testkit.Equal(t, told(clean(map[string]string{"GODEBUG": name + "=" + harmless})), "")

			f := clean(nil)
			f.Debug = weak
			if name == "http2debug" { // net/http looks at the environment alone
				testkit.Equal(t, told(f), "")
				return
			}
			testkit.Equal(t, told(f), "GODEBUG:"+name+" build "+severity)
			f.Lookup = clean(map[string]string{"GODEBUG": name + "=" + harmless}).Lookup
			testkit.Equal(t, told(f), "") // the environment wins
		})
	}
}

// The value that counts is the one that the runtime takes.
func TestDebugAsTheRuntimeReadsIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tls3des=1,tls3des=0": "", "tls3des=0,tls3des=1": "GODEBUG:tls3des environment refuse",
		" tls3des=1": "", "tls3des": "", "tls3des=": "", "=1": "", ",,,": "", "tls3des=1 ": "", "xtls3des=1": "",
		"tlsmaxrsasize=many": "", "tlsmaxrsasize=8192": "",
		"http2debug=1,http2debug=0": "GODEBUG:http2debug environment refuse", "xhttp2debug=2x": "GODEBUG:http2debug environment refuse",
	} {
		testkit.Equal(t, told(clean(map[string]string{"GODEBUG": text})), want)
	}
}

// Rows ENV-04 and ENV-05.
func TestVariables(t *testing.T) {
	t.Parallel()
	const secret = "http://jane:hunter2@proxy.example:3128"
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR"} {
		f := clean(map[string]string{name: secret})
		testkit.Equal(t, told(f), name+" environment warn")
		f.OwnTrust = true
		testkit.Equal(t, told(f), name+" environment note")
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"} {
		f := clean(map[string]string{name: secret})
		testkit.Equal(t, told(f), name+" environment note")
		text, err := json.Marshal(f.Inspect())
		testkit.NoError(t, err)
		testkit.True(t, !strings.Contains(string(text)+fmt.Sprintf("%+v", f.Inspect()), "hunter2"), "no value is told")
	}
	testkit.Equal(t, told(clean(map[string]string{"SSL_CERT_FILE": "", "HTTPS_PROXY": ""})), "")
}

func TestVersion(t *testing.T) {
	t.Parallel()
	const refused, unknown = "go.version build refuse", "go.version build warn"
	for own, want := range map[string]string{
		"go1.26.6": "", "go1.26.8": "", "go1.27.0": "", "go1.26.8 X:nodwarf5": "", "go1.26.10": "", "devel go1.27-0a1b2c3 Mon Nov 23": "", "go2": "",
		"go1.26.8-vendor": "",
		"go1.26.5":        refused, "go1.26.0": refused, "go1.26rc1": refused, "go1.25.20": refused, "devel go1.26-0a1b2c3 Mon": refused, "go1.26.5 X:jsonv2": refused,
		"": unknown, "devel +0a1b2c3": unknown, "gccgo 15": unknown,
	} {
		f := clean(nil)
		f.Version = own
		testkit.Equal(t, told(f), want)
	}
	f := clean(nil)
	f.Version = "go1.26.4"
	testkit.True(t, strings.Contains(f.Inspect()[0].Text, "GO-2026-5942"), "the ids are told")
}

// Every finding says what it does and what to do.
func TestFindingsAreWhole(t *testing.T) {
	t.Parallel()
	f := clean(map[string]string{"GODEBUG": "tls3des=1", "SSL_CERT_FILE": "x", "HTTP_PROXY": "x"})
	f.Version, f.Debug = "go1.26.0", "tlsrsakex=1"
	found := f.Inspect()
	testkit.Equal(t, len(found), 5)
	for _, w := range found {
		testkit.True(t, w.Text != "" && w.Fix != "" && strings.HasPrefix(w.String(), w.Setting+" ("), w.String())
	}
	text, err := json.Marshal(found[0].Severity)
	testkit.NoError(t, err)
	testkit.Equal(t, string(text), `"refuse"`)
	testkit.Equal(t, process.Severity(99).String(), "refuse") // what is not known is the worst
}

// Of this process the version is known.
func TestCurrent(t *testing.T) {
	f := process.Current(true)
	testkit.True(t, f.OwnTrust && f.Lookup != nil && strings.HasPrefix(f.Version, "go"), f.Version)
	t.Setenv("GODEBUG", "tls3des=1")
	testkit.Equal(t, strings.Contains(told(f), "GODEBUG:tls3des environment refuse"), true)
}

func FuzzDebug(f *testing.F) {
	for _, seed := range []string{"tls3des=1,tls3des=0", "a=b#c,,=", "http2debug=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := clean(map[string]string{"GODEBUG": text}).Inspect()
		again := clean(map[string]string{"GODEBUG": "tls3des=1," + text}).Inspect()
		// What stands in front changes at most the one setting.
		testkit.True(t, len(again) == len(found) || len(again) == len(found)+1, text)
		for _, w := range found {
			testkit.True(t, w.Source == "environment", w.String())
		}
	})
}
