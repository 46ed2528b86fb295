package battery

import (
	"bytes"
	"log"
	"os"
	"sync"
	"testing"
)

// A said is all that the process says on its own: by package log, and on stderr.
type said struct {
	mu    sync.Mutex
	lines bytes.Buffer
	file  *os.File
	undo  func()
}

// capture redirects both until restore. What stderr got is passed on after each row.
func capture(t *testing.T) *said {
	t.Helper()
	s := &said{undo: func() {}}
	log.SetOutput(s)
	file, err := os.CreateTemp(t.TempDir(), "stderr")
	if err != nil {
		t.Fatal(err)
	}
	s.file = file
	if undo, err := redirect(file); err == nil {
		s.undo = undo
	}
	return s
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines.Write(p)
}

// take returns all since the last call.
func (s *said) take() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := bytes.Clone(s.lines.Bytes())
	s.lines.Reset()
	if text, err := os.ReadFile(s.file.Name()); err == nil {
		all = append(all, text...)
		_ = s.file.Truncate(0)
		_, _ = s.file.Seek(0, 0)
	}
	return all
}

func (s *said) restore() {
	s.undo()
	log.SetOutput(os.Stderr)
	_ = s.file.Close()
}
