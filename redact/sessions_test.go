package redact_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

func TestSessions(t *testing.T) {
	t.Parallel()
	r := newRedactor(t, redact.Config{})
	store, err := r.Sessions(redact.SessionsConfig{})
	testkit.NoError(t, err)
	first := r.Session("a")
	token := redacted(t, first, "jane@example.com")
	store.Put(t.Context(), first, "resp_1")

	second, ok := store.Continue(t.Context(), "a", "resp_1")
	testkit.True(t, ok, "it is there")
	testkit.Equal(t, second.Restore(token), "jane@example.com")
	testkit.Equal(t, len(second.Counts()), 0)
	testkit.Equal(t, redacted(t, second, "jane@example.com"), token)
	joe := redacted(t, second, "joe@example.com")
	testkit.Equal(t, first.Restore(joe), joe)
	store.Put(t.Context(), second, "resp_2")

	third, _ := store.Continue(t.Context(), "a", "resp_2")
	testkit.Equal(t, third.Restore(token+" "+joe), "jane@example.com joe@example.com")
	again, _ := store.Continue(t.Context(), "a", "resp_1")
	testkit.Equal(t, again.Restore(joe), joe)

	foreign, ok := store.Continue(t.Context(), "b", "resp_1")
	testkit.True(t, !ok, "an id is worth nothing in another scope")
	testkit.Equal(t, foreign.Restore(token), token)
	testkit.NoError(t, store.Forget(t.Context(), "b", "resp_1"))
	testkit.Equal(t, store.Len(), 2)
	testkit.NoError(t, store.Forget(t.Context(), "a", "resp_1"))
	testkit.Equal(t, store.Len(), 1)
	_, ok = store.Continue(t.Context(), "a", "resp_1")
	testkit.True(t, !ok, "it is forgotten")
	store.Put(t.Context(), r.Session("a"), "resp_3")
	testkit.Equal(t, store.Len(), 1) // nothing to remember
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRedactor(t, redact.Config{})
		store, err := r.Sessions(redact.SessionsConfig{TTL: time.Hour})
		testkit.NoError(t, err)
		s := r.Session("a")
		redacted(t, s, "jane@example.com")
		store.Put(t.Context(), s, "id")
		time.Sleep(time.Hour - time.Second)
		_, ok := store.Continue(t.Context(), "a", "id")
		testkit.True(t, ok, "it is still there")
		time.Sleep(time.Second)
		_, ok = store.Continue(t.Context(), "a", "id")
		testkit.True(t, !ok, "its time is over")
		testkit.Equal(t, store.Len(), 0)
	})
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRedactor(t, redact.Config{})
	for name, c := range map[string]redact.SessionsConfig{"number": {Max: 10}, "memory": {MaxBytes: 4500}} {
		store, err := r.Sessions(c)
		testkit.NoError(t, err)
		for i := range 100 {
			s := r.Session("a")
			redacted(t, s, fmt.Sprintf("user%d@example.com", i))
			store.Put(t.Context(), s, fmt.Sprint(i))
			store.Put(t.Context(), s, fmt.Sprint(i))
			testkit.True(t, store.Len() <= 10, name+" is bounded")
		}
		testkit.True(t, store.Len() >= 8, name+" is used")
		_, ok := store.Continue(t.Context(), "a", "99")
		testkit.True(t, ok, "the last one is there")
		_, ok = store.Continue(t.Context(), "a", "0")
		testkit.True(t, !ok, "the first one has gone")
	}
	_, err := r.Sessions(redact.SessionsConfig{Max: -1, MaxBytes: -1, TTL: -1})
	testkit.ErrorIs(t, err, redact.ErrConfig)
	testkit.Equal(t, err.Error(), "redact: Max: negative\nredact: MaxBytes: negative\nredact: TTL: negative")
	_, err = r.Sessions(redact.SessionsConfig{Key: sealKey})
	testkit.ErrorIs(t, err, redact.ErrConfig)
	_, err = r.Sessions(redact.SessionsConfig{Store: &shelf{}})
	testkit.ErrorIs(t, err, redact.ErrConfig)
}

// Two stored objects that one call refers to are both remembered.
func TestSessionsJoin(t *testing.T) {
	t.Parallel()
	r := newRedactor(t, redact.Config{})
	store, err := r.Sessions(redact.SessionsConfig{})
	testkit.NoError(t, err)
	one, two := r.Session("a"), r.Session("a")
	jane, joe := redacted(t, one, "jane@example.com"), redacted(t, two, "joe@example.com")
	both := all(t, two, redact.Input{Text: "jane@example.com", Origin: redact.System})[0]
	testkit.Equal(t, both, jane)
	store.Put(t.Context(), one, "conv_1", "resp_1")
	store.Put(t.Context(), two, "file-1")
	s, ok := store.Continue(t.Context(), "a", "nothing", "file-1", "conv_1")
	testkit.True(t, ok, "two of three are there")
	testkit.Equal(t, s.Restore(jane+" "+joe), "jane@example.com joe@example.com")
}

// What the store outside holds comes back after a restart, and tells nothing.
func TestSessionsStore(t *testing.T) {
	t.Parallel()
	outside := &shelf{}
	canary := testkit.Canaries()
	canary.Add("value", "jane@example.com")
	canary.Add("id", "resp_1")
	open := func(key redact.Key) *redact.Sessions {
		store, err := newRedactor(t, redact.Config{}).Sessions(redact.SessionsConfig{Store: outside, Key: key})
		testkit.NoError(t, err)
		return store
	}
	first := open(sealKey)
	s, _ := first.Continue(t.Context(), "a", "resp_0")
	token := redacted(t, s, "jane@example.com")
	first.Put(t.Context(), s, "resp_1")
	for id, sealed := range outside.kept {
		testkit.DeepEqual(t, canary.Find(append(id[:], sealed...)), []string(nil))
	}

	second := open(sealKey)
	s, ok := second.Continue(t.Context(), "a", "resp_1")
	testkit.True(t, ok, "it was kept outside")
	testkit.Equal(t, s.Restore(token), "jane@example.com")
	testkit.Equal(t, s.Failures(), 0)
	_, ok = second.Continue(t.Context(), "b", "resp_1")
	testkit.True(t, !ok, "an id is worth nothing in another scope")
	_, ok = open(redact.Key(strings.Repeat("t", 32))).Continue(t.Context(), "a", "resp_1")
	testkit.True(t, !ok, "nor under another key")

	testkit.NoError(t, second.Forget(t.Context(), "a", "resp_1"))
	s, ok = open(sealKey).Continue(t.Context(), "a", "resp_1")
	testkit.True(t, !ok, "it is forgotten outside too")
	testkit.Equal(t, s.Failures(), 0)
}

// A store that fails costs the memory of other processes, and is counted.
func TestSessionsStoreFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() ([]byte, error){
		"error":   func() ([]byte, error) { return nil, errors.New("jane@example.com") },
		"panic":   func() ([]byte, error) { panic("jane@example.com") },
		"garbage": func() ([]byte, error) { return []byte("garbage"), nil },
	} {
		r := newRedactor(t, redact.Config{})
		store, err := r.Sessions(redact.SessionsConfig{Store: &shelf{fault: fault}, Key: sealKey})
		testkit.NoError(t, err)
		s, ok := store.Continue(t.Context(), "a", "resp_1")
		testkit.True(t, !ok, name)
		testkit.Equal(t, s.Failures(), 1)
		token := redacted(t, s, "jane@example.com")
		store.Put(t.Context(), s, "resp_1")
		again, ok := store.Continue(t.Context(), "a", "resp_1")
		testkit.True(t, ok, name+": this process remembers")
		testkit.Equal(t, again.Restore(token), "jane@example.com")
		err = store.Forget(t.Context(), "a", "resp_1")
		if name != "garbage" {
			testkit.Equal(t, s.Failures(), 2)
			testkit.ErrorIs(t, err, redact.ErrStore)
			testkit.True(t, !strings.Contains(err.Error(), "jane"), "the error holds nothing")
		}
	}
}

// A shelf is a store in memory. Nobody uses it from two goroutines.
type shelf struct {
	kept  map[redact.SessionID][]byte
	fault func() ([]byte, error)
}

func (s *shelf) Load(_ context.Context, id redact.SessionID) ([]byte, error) {
	if s.fault != nil {
		return s.fault()
	}
	return s.kept[id], nil
}

func (s *shelf) Save(_ context.Context, id redact.SessionID, sealed []byte, _ time.Duration) error {
	if s.fault != nil {
		_, err := s.fault()
		return err
	}
	if s.kept == nil {
		s.kept = map[redact.SessionID][]byte{}
	}
	s.kept[id] = sealed
	return nil
}

func (s *shelf) Drop(_ context.Context, id redact.SessionID) error {
	if s.fault != nil {
		_, err := s.fault()
		return err
	}
	delete(s.kept, id)
	return nil
}
