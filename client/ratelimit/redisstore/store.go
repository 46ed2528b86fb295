package redisstore

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

// A Store is a [ratelimit.Store] whose buckets are in Redis, shared by all replicas. Use
// [New], and [Store.Close] at the end. It is safe for concurrent use. The zero Store refuses
// everything.
type Store struct {
	cfg     Config
	prefix  string
	take    script
	change  script
	beat    script
	self    string // among the replicas
	health  health
	refused refusals
	pending pending
	share   *fallback // nil unless the failure mode is Share
	beats   sync.Once
	pulse   *time.Timer
	ending  sync.WaitGroup // what runs in the background
	mu      sync.Mutex     // guards pulse, and ended against ending
	ended   atomic.Bool
}

var (
	_ ratelimit.Store   = (*Store)(nil)
	_ ratelimit.Learner = (*Store)(nil)
)

// New returns a store for the configuration. It dials nothing. The error, if any, is that of
// [Config.Validate].
func New(cfg Config) (*Store, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.Namespace == "" {
		cfg.Namespace = defaultNamespace
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = defaultTimeout
	}
	cfg.Secret = append(Secret(nil), cfg.Secret...)
	s := &Store{
		cfg: cfg, prefix: "{" + cfg.Namespace + "}:1:",
		take: newScript(take), change: newScript(change), beat: newScript(beat),
		self: rand.Text(),
	}
	if cfg.Failure.mode == share {
		local, err := ratelimit.Memory(ratelimit.Config{Keys: maxTouched, Parents: maxTouched})
		if err != nil {
			return nil, errors.Join(ErrConfig, err)
		}
		s.share = &fallback{local: local, least: cfg.Failure.replicas, touched: map[ratelimit.Key]ratelimit.Charge{}}
	}
	return s, nil
}

// Take implements [ratelimit.Store] in one round trip, or none where a refusal that is less
// than a second old still holds. When ctx ends first, the error is that of ctx, and whether
// the call was charged is not known; a charge that nobody settles stays.
func (s *Store) Take(ctx context.Context, charges []ratelimit.Charge) (ratelimit.Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	meters, err := ratelimit.Check(charges)
	if err != nil {
		return nil, err
	}
	if s.cfg.Client == nil || s.ended.Load() {
		return nil, ErrUnavailable
	}
	s.beats.Do(s.startBeats)
	if !s.ready() {
		return s.without(charges, meters)
	}
	if e := s.refused.find(charges); e != nil {
		return nil, e
	}
	lease, err := s.ask(ctx, charges, meters)
	if err == nil || errors.Is(err, ratelimit.ErrExceeded) {
		s.health.good()
		return lease, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // the caller's own end is no failure of the server
	}
	s.failed()
	return s.without(charges, meters)
}

// ask runs the script, and reads what it says.
func (s *Store) ask(ctx context.Context, charges []ratelimit.Charge, meters [][2]ratelimit.Meter) (ratelimit.Lease, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	keys := make([]string, len(charges))
	args := make([]any, 0, 6*len(charges))
	for i := range charges {
		keys[i] = s.name(charges[i].Key)
		r, t := meters[i][0], meters[i][1]
		args = append(args, charges[i].Requests, charges[i].Tokens, r.Capacity, r.PerSecond/1e6, t.Capacity, t.PerSecond/1e6)
	}
	reply, err := s.take.run(ctx, s.cfg.Client, keys, args)
	if err != nil {
		return nil, err
	}
	numbers, err := read(reply, len(charges))
	if err != nil {
		return nil, err
	}
	if wait := time.Duration(numbers[0]) * time.Microsecond; wait > 0 {
		i := int(numbers[1])
		e := &ratelimit.ExceededError{
			Scope: charges[i].Key.Kind(), Unit: ratelimit.Unit(numbers[2]), RetryAfter: wait, Charge: i, Shut: numbers[3] == 1,
		}
		s.refused.note(&charges[i], e)
		return nil, e
	}
	if s.share != nil {
		s.share.mirror(charges, numbers[1:])
	}
	return &lease{store: s, charges: append([]ratelimit.Charge(nil), charges...)}, nil
}

// read makes sure of a reply before anything is believed.
func read(reply any, charges int) ([]int64, error) {
	list, ok := reply.([]any)
	if !ok || len(list) == 0 {
		return nil, errReply
	}
	numbers := make([]int64, len(list))
	for i, item := range list {
		if numbers[i], ok = item.(int64); !ok {
			return nil, errReply
		}
	}
	switch wait := numbers[0]; {
	case wait == 0 && len(numbers) == 1+2*charges:
	case wait > 0 && wait <= 4e15 && len(numbers) == 4 && numbers[1] >= 0 && numbers[1] < int64(charges) && numbers[2]|1 == 1 && numbers[3]|1 == 1:
	default:
		return nil, errReply
	}
	return numbers, nil
}

// name is the key of a bucket: nobody who reads the server finds callers by guessing names.
func (s *Store) name(key ratelimit.Key) string {
	mac := hmac.New(sha256.New, s.cfg.Secret)
	sum := key.Sum()
	_, _ = mac.Write([]byte{byte(key.Kind())})
	_, _ = mac.Write(sum[:])
	return s.prefix + hex.EncodeToString(mac.Sum(nil)[:16])
}

// without decides when the server cannot be asked.
func (s *Store) without(charges []ratelimit.Charge, meters [][2]ratelimit.Meter) (ratelimit.Lease, error) {
	switch f := s.cfg.Failure; {
	case f.mode == share:
		return s.takeShare(charges, meters)
	case f.mode == open && f.waiver.Active(time.Now()):
		return free{}, nil
	default:
		return nil, ErrUnavailable
	}
}

// A free lease is one that nobody pays for.
type free struct{}

func (free) Settle(int64) {}
func (free) Cancel()      {}

// String is the namespace alone.
func (s *Store) String() string { return fmt.Sprintf("redisstore(%s)", s.cfg.Namespace) }

// Degraded reports whether the server cannot be asked at the moment, for gauges.
func (s *Store) Degraded() bool { return s.health.down() }

// Close ends what runs in the background, after it has sent what was settled, for which it
// waits no longer than Config.Timeout. Later calls are refused. It does not close the client.
func (s *Store) Close() error {
	if s.ended.Swap(true) || s.cfg.Client == nil {
		return nil
	}
	s.mu.Lock()
	if s.pulse != nil {
		s.pulse.Stop()
	}
	s.mu.Unlock()
	s.pending.stop()
	s.ending.Wait()
	return s.flush()
}
