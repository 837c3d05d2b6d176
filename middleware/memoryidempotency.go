package middleware

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/startup"
)

// MemoryIdempotencyOptions configure a MemoryIdempotency. The zero value has the defaults.
type MemoryIdempotencyOptions struct {
	// Entries is how many keys the store has. 0 means 10,000.
	Entries int
	// Bytes is how many bytes its answers have in all. 0 means 64 MiB.
	Bytes int
}

// MemoryIdempotency is an IdempotencyStore in the memory of this process: its answers end with the process. A record costs about 500 bytes
// and its answer. When the store is full, it forgets the answers that expire, then the oldest ones, and never a request that runs; with
// only such requests Begin is an error. It is safe for concurrent use.
type MemoryIdempotency struct {
	o        MemoryIdempotencyOptions
	mistakes []startup.Mistake // of NewMemoryIdempotency; Idempotency reports them

	mu      sync.Mutex
	records map[string]*list.Element // of *memoryRecord
	order   list.List                // in the order of the last change, the oldest first
	bytes   int                      // of all answers
}

// memoryRecord is a claim or an answer.
type memoryRecord struct {
	key, request, token string
	answer              []byte
	until               time.Time
}

// NewMemoryIdempotency returns an empty store. With brio.NoLimit (-1) for an option its memory grows with the requests, until their answers
// expire. Another negative number is a mistake: an app whose Idempotency uses the store does not start, and Begin is an error.
func NewMemoryIdempotency(o MemoryIdempotencyOptions) *MemoryIdempotency {
	var c checks
	o.Entries = limit(&c, "Entries", o.Entries, 10_000)
	o.Bytes = limit(&c, "Bytes", o.Bytes, 64<<20)
	return &MemoryIdempotency{o: o, mistakes: c.mistakes, records: map[string]*list.Element{}}
}

// Begin claims a key.
func (s *MemoryIdempotency) Begin(_ context.Context, c IdempotencyClaim) (*IdempotencyRecord, error) {
	if s.mistakes != nil {
		return nil, errors.New("brio/middleware: " + s.mistakes[0].String())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.expire(now)
	if e := s.records[c.Key]; e != nil {
		r := e.Value.(*memoryRecord)
		if now.Before(r.until) && (r.token != c.Token || r.answer != nil) {
			return &IdempotencyRecord{Request: r.request, Answer: r.answer}, nil
		}
		s.remove(e)
	}
	if s.o.Entries != argument.NoLimit && len(s.records) >= s.o.Entries && !s.forget(now) {
		return nil, errors.New("brio/middleware: the store of idempotency keys is full of requests that run")
	}
	s.add(&memoryRecord{key: c.Key, request: c.Request, token: c.Token, until: now.Add(c.Lease)})
	return nil, nil
}

// Finish stores the answer of a claim, or frees its key. An answer that has more bytes than the store is an error.
func (s *MemoryIdempotency) Finish(_ context.Context, c IdempotencyClaim, answer []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.expire(now)
	e := s.records[c.Key]
	if e != nil {
		r := e.Value.(*memoryRecord)
		switch isOwn := r.token == c.Token; {
		case answer == nil && (!isOwn || r.answer != nil), isOwn && r.answer != nil:
			return nil
		case !isOwn:
			return ErrIdempotencyLost
		}
		s.remove(e)
	}
	if answer == nil {
		return nil
	}
	if s.o.Bytes != argument.NoLimit && len(answer) > s.o.Bytes {
		if e != nil {
			s.add(e.Value.(*memoryRecord))
		}
		return errors.New("brio/middleware: the answer has more bytes than the store of idempotency keys")
	}
	for s.o.Bytes != argument.NoLimit && s.bytes+len(answer) > s.o.Bytes || s.o.Entries != argument.NoLimit && len(s.records) >= s.o.Entries {
		if !s.forget(now) { // only claims are left: the record of this request, whose lease has passed, is one more than Entries
			break
		}
	}
	s.add(&memoryRecord{key: c.Key, request: c.Request, token: c.Token, answer: answer, until: now.Add(c.TTL)})
	return nil
}

// Renew begins the lease of a claim again.
func (s *MemoryIdempotency) Renew(_ context.Context, c IdempotencyClaim) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.records[c.Key]
	if e == nil {
		return ErrIdempotencyLost
	}
	r := e.Value.(*memoryRecord)
	if r.token != c.Token || r.answer != nil {
		return ErrIdempotencyLost
	}
	r.until = time.Now().Add(c.Lease)
	s.order.MoveToBack(e)
	return nil
}

// Len returns the number of keys.
func (s *MemoryIdempotency) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.records)
}

func (s *MemoryIdempotency) add(r *memoryRecord) {
	s.records[r.key] = s.order.PushBack(r)
	s.bytes += len(r.answer)
}

func (s *MemoryIdempotency) remove(e *list.Element) {
	r := s.order.Remove(e).(*memoryRecord)
	delete(s.records, r.key)
	s.bytes -= len(r.answer)
}

// expire removes the oldest records as long as they have expired.
func (s *MemoryIdempotency) expire(now time.Time) {
	for e := s.order.Front(); e != nil && !now.Before(e.Value.(*memoryRecord).until); e = s.order.Front() {
		s.remove(e)
	}
}

// forget removes the oldest record that is an answer, or a claim whose lease has passed. It is false if there is none. It looks at no more
// records than requests run, which are the only ones that stay.
func (s *MemoryIdempotency) forget(now time.Time) bool {
	for e := s.order.Front(); e != nil; e = e.Next() {
		if r := e.Value.(*memoryRecord); r.answer != nil || !now.Before(r.until) {
			s.remove(e)
			return true
		}
	}
	return false
}
