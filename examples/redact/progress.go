package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// isTerminal reports whether a person may be looking at f.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// size returns how many bytes are left of a regular file, or 0 for any other input.
func size(in io.Reader) int64 {
	file, ok := in.(*os.File)
	if !ok {
		return 0
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	at, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	return info.Size() - at
}

const (
	barWidth = 30
	barEvery = 100 * time.Millisecond
	// wipe returns to the beginning of the line and clears it: ECMA-48, EL.
	wipe = "\r\x1b[K"
)

// A bar shows on a terminal how much of a file was read. Messages go through it, so that
// they stand on lines of their own.
type bar struct {
	w           io.Writer
	total, done int64
	drawn       time.Time // when, or zero if it is not there
}

// newBar draws nothing yet, and never if total is not known.
func newBar(w io.Writer, total int64) *bar { return &bar{w: w, total: total} }

// Write prints a message in place of the bar, which is drawn again later.
func (b *bar) Write(p []byte) (int, error) {
	b.clear()
	return b.w.Write(p)
}

func (b *bar) clear() {
	if !b.drawn.IsZero() {
		io.WriteString(b.w, wipe)
		b.drawn = time.Time{}
	}
}

// add notes that n bytes more were read.
func (b *bar) add(n int) {
	b.done += int64(n)
	if b.total <= 0 || time.Since(b.drawn) < barEvery {
		return
	}
	part := min(float64(b.done)/float64(b.total), 1) // the file may grow
	full := int(part * barWidth)
	fmt.Fprintf(b.w, "%s[%s%s] %3.0f%% of %.1f MB", wipe, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), 100*part, float64(b.total)/1e6)
	b.drawn = time.Now()
}

// counted is an input whose bar follows it.
type counted struct {
	io.Reader
	bar *bar
}

// Read reads, and moves the bar.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bar.add(n)
	return n, err
}
