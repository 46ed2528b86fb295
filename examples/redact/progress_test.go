package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The bar is drawn now and then, and makes room for messages.
func TestBar(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		b := newBar(&screen, 4e6)
		for range 4 {
			b.add(5e5)
			time.Sleep(barEvery / 2)
		}
		_, err := io.WriteString(b, "message\n")
		testkit.NoError(t, err)
		b.add(9e6)
		b.clear()
		b.clear()
		testkit.Equal(t, screen.String(), wipe+"[###...........................]  12% of 4.0 MB"+wipe+"[###########...................]  38% of 4.0 MB"+
			wipe+"message\n"+wipe+"[##############################] 100% of 4.0 MB"+wipe)
	})
}

// It is there for files alone, and only on a terminal.
func TestBarIsDrawn(t *testing.T) {
	t.Parallel()
	path := file(t, person+"\n")
	redirected, err := os.Open(path)
	testkit.NoError(t, err)
	defer redirected.Close()
	for _, tt := range []struct {
		name     string
		args     []string
		stdin    io.Reader
		terminal bool
		drawn    bool
	}{
		{"argument", []string{path}, strings.NewReader(""), true, true},
		{"redirected", nil, redirected, true, true},
		{"pipe", nil, strings.NewReader(person), true, false},
		{"no terminal", []string{path}, strings.NewReader(""), false, false},
	} {
		var stdout, stderr bytes.Buffer
		testkit.Equal(t, run(tt.args, tt.stdin, &stdout, &stderr, tt.terminal), statusOK)
		testkit.Equal(t, strings.Contains(stderr.String(), "100%"), tt.drawn)
		testkit.True(t, stderr.Len() == 0 || strings.HasSuffix(stderr.String(), wipe), "it is gone at the end")
		testkit.True(t, !strings.Contains(stdout.String(), wipe), "it is not in the output")
	}
	regular, err := os.Open(path)
	testkit.NoError(t, err)
	defer regular.Close()
	testkit.True(t, !isTerminal(regular), "a file is no terminal")
	_, err = regular.Seek(4, io.SeekStart)
	testkit.NoError(t, err)
	testkit.Equal(t, size(regular), int64(len(person)+1-4))
}
