package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// options is the command line.
type options struct {
	jsonl            bool
	kinds, group     string
	action           string
	minScore         float64
	mapFile, restore string
	key              string
	file             string
	find             detect.Set    // what kinds and group say
	do               redact.Action // what action says
}

// flags declares the command line.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("redact", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run says what is wrong
	flags.BoolVar(&o.jsonl, "jsonl", false, `read lines {"id", "text"}, print lines {"id", "entities", "redacted"}`)
	flags.StringVar(&o.kinds, "kinds", "", "`A,B` the kinds to look for, such as EMAIL_ADDRESS,IBAN_CODE")
	flags.StringVar(&o.group, "group", "all", "`NAME` what to look for: all, secrets, hipaa, gdpr or swiss")
	flags.StringVar(&o.action, "action", "replace", "`NAME` what to do: replace, mask, hash, surrogate, refuse, allow, or default")
	flags.Float64Var(&o.minScore, "min-score", 0, "`F` leave out what scores less, from 0 to 1")
	flags.StringVar(&o.mapFile, "map", "", "`MAPFILE` write what was replaced to a new file")
	flags.StringVar(&o.restore, "restore", "", "`MAPFILE` put the values back instead")
	flags.StringVar(&o.key, "key", "", "`FILE` a key of 32 bytes or more (default a random one)")
	return flags
}

// parse reads the command line.
func parse(args []string) (*options, error) {
	o := &options{}
	flags := o.flags()
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 1 {
		return nil, errors.New("more than one FILE")
	}
	o.file = flags.Arg(0)
	set := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if set["restore"] && (len(set) > 1 || o.restore == "") {
		return nil, errors.New("-restore takes a MAPFILE and no other flag")
	}
	if set["kinds"] && set["group"] {
		return nil, errors.New("-kinds and -group exclude each other")
	}
	if inside := 0 <= o.minScore && o.minScore <= 1; !inside { // NaN is not either
		return nil, errors.New("-min-score is not between 0 and 1")
	}
	return o, errors.Join(o.choose(set["kinds"]), o.act())
}

// choose reads -kinds or -group.
func (o *options) choose(kinds bool) error {
	if !kinds {
		groups := map[string]func() detect.Set{
			"all": detect.All, "secrets": detect.Secrets, "hipaa": detect.HIPAA, "gdpr": detect.GDPR, "swiss": detect.Swiss,
		}
		group := groups[o.group]
		if group == nil {
			return fmt.Errorf("-group %q is none of all, secrets, hipaa, gdpr, swiss", o.group)
		}
		o.find = group()
		return nil
	}
	o.find = detect.Of()
	for name := range strings.SplitSeq(o.kinds, ",") {
		kind := detect.Kind(strings.TrimSpace(name))
		if !kind.Valid() {
			return fmt.Errorf("-kinds: %q is not a kind", kind)
		}
		o.find = o.find.Union(detect.Of(kind))
	}
	return nil
}

// act reads -action.
func (o *options) act() error {
	for a := redact.Default; a <= redact.Allow; a++ {
		if a.String() == o.action {
			o.do = a
			if o.mapFile != "" && a != redact.Default && a != redact.Replace && a != redact.Surrogate {
				return fmt.Errorf("-map: nothing comes back after -action %s", a)
			}
			return nil
		}
	}
	return fmt.Errorf("-action %q is none of replace, mask, hash, surrogate, refuse, allow, default", o.action)
}

// maxKey bounds a key file, so that a wrong name does not fill the memory.
const maxKey = 4 << 10

// filter makes what the options ask for, and the map file.
func (o *options) filter() (*filter, error) {
	f := &filter{kinds: o.find, min: float32(o.minScore), action: o.do, handed: &handed{}}
	cfg := redact.Config{
		Group:     detect.Of(), // the filter finds
		Detectors: []redact.External{{Name: "handed", Detector: f.handed, Timeout: time.Hour}},
		MaxValues: maxValues,
	}
	if o.do != redact.Refuse && o.do != redact.Allow { // the filter does these itself
		cfg.Action = o.do
	}
	if f.always() && o.find.Has(detect.PrivateKey) && f.min <= certain {
		cfg.Actions = map[detect.Kind]redact.Action{detect.PrivateKey: cfg.Action}
	}
	var err error
	if o.key != "" {
		if cfg.Key, err = readKey(o.key); err != nil {
			return nil, err
		}
	}
	if f.redactor, err = redact.New(cfg); err != nil {
		return nil, err
	}
	if o.do == redact.Surrogate {
		f.session = f.redactor.Session(scope)
	}
	if o.mapFile != "" {
		f.saved, err = createMap(o.mapFile)
	}
	return f, err
}

// readKey reads a key as it stands, a line end included.
func readKey(path string) (redact.Key, error) {
	file, err := os.Open(path) //nolint:gosec // the caller of the program names the file
	if err != nil {
		return nil, err
	}
	defer file.Close()
	key, err := io.ReadAll(io.LimitReader(file, maxKey+1))
	if err == nil && len(key) > maxKey {
		err = fmt.Errorf("-key: more than %d bytes", maxKey)
	}
	return key, err
}

// putBack is run with -restore.
func (o *options) putBack(in io.Reader, out *bufio.Writer) error {
	file, err := os.Open(o.restore) //nolint:gosec // the caller of the program names the file
	if err != nil {
		return err
	}
	defer file.Close()
	values, err := readMap(file)
	if err != nil {
		return err
	}
	return values.restore(in, out)
}
