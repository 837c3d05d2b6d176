package middleware

import (
	"container/list"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/startup"
)

// MemoryCacheOptions configure a MemoryCache. The zero value has the defaults.
type MemoryCacheOptions struct {
	// Entries is how many values the store has. 0 means 10,000.
	Entries int
	// Bytes is how many bytes its values have in all, with their keys and tags, and about 500 bytes for each. 0 means 64 MiB.
	Bytes int
}

// MemoryCache is a CacheStore in the memory of this process. When it is full, it forgets the values that were not used for the longest time.
// It is safe for concurrent use; each method holds one lock for less than a microsecond.
type MemoryCache struct {
	o        MemoryCacheOptions
	mistakes []startup.Mistake // of NewMemoryCache; Cache reports them

	mu      sync.Mutex
	values  map[string]*list.Element // of *cachedValue
	order   list.List                // by use, the last used first
	tagged  map[string]map[*list.Element]bool
	bytes   int
	clock   int64       // counts the purges; Mark is its value
	purged  []purgedTag // the last purges, the oldest first
	dropped int64       // values of an earlier Mark are not stored: not all purges since are known
}

// cachedValue is a value of a MemoryCache.
type cachedValue struct {
	key   string
	value []byte
	tags  []string
	until time.Time
	size  int
}

// purgedTag is a tag, and the clock after its purge.
type purgedTag struct {
	tag string
	at  int64
}

// maxPurged is how many purges a MemoryCache remembers for values that are being made. valueCost is about what a value costs besides its
// bytes.
const (
	maxPurged = 1024
	valueCost = 500
)

// NewMemoryCache returns an empty store. With brio.NoLimit (-1) for an option its memory grows with the answers, until they expire and are
// looked for. Another negative number is a mistake: an app whose Cache uses the store does not start, and Get and Put are errors.
func NewMemoryCache(o MemoryCacheOptions) *MemoryCache {
	var c checks
	o.Entries = limit(&c, "Entries", o.Entries, 10_000)
	o.Bytes = limit(&c, "Bytes", o.Bytes, 64<<20)
	return &MemoryCache{o: o, mistakes: c.mistakes, values: map[string]*list.Element{}, tagged: map[string]map[*list.Element]bool{}}
}

// err is the error of a store with illegal options.
func (s *MemoryCache) err() error {
	if s.mistakes != nil {
		return errors.New("brio/middleware: " + s.mistakes[0].String())
	}
	return nil
}

// Get returns the record of a key.
func (s *MemoryCache) Get(_ context.Context, key string) (CacheRecord, error) {
	if err := s.err(); err != nil {
		return CacheRecord{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := CacheRecord{Mark: s.clock}
	e := s.values[key]
	if e == nil {
		return r, nil
	}
	v := e.Value.(*cachedValue)
	if r.TTL = time.Until(v.until); r.TTL <= 0 {
		s.remove(e)
		return CacheRecord{Mark: s.clock}, nil
	}
	s.order.MoveToFront(e)
	r.Value = v.value
	return r, nil
}

// Put stores the value of a record. A value that has more bytes than the store is not stored.
func (s *MemoryCache) Put(_ context.Context, key string, r CacheRecord) error {
	if err := s.err(); err != nil {
		return err
	}
	v := &cachedValue{key: key, value: r.Value, tags: slices.Clone(r.Tags), until: time.Now().Add(r.TTL), size: valueCost + len(key) + len(r.Value)}
	for _, t := range r.Tags {
		v.size += len(t)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Mark < s.dropped {
		return nil
	}
	for i := len(s.purged) - 1; i >= 0 && s.purged[i].at > r.Mark; i-- {
		if slices.Contains(r.Tags, s.purged[i].tag) {
			return nil
		}
	}
	if e := s.values[key]; e != nil {
		s.remove(e)
	}
	if s.o.Bytes != argument.NoLimit && v.size > s.o.Bytes {
		return nil
	}
	for s.order.Len() > 0 && (s.o.Bytes != argument.NoLimit && s.bytes+v.size > s.o.Bytes || s.o.Entries != argument.NoLimit && s.order.Len() >= s.o.Entries) {
		s.remove(s.order.Back())
	}
	e := s.order.PushFront(v)
	s.values[key] = e
	s.bytes += v.size
	for _, t := range v.tags {
		if s.tagged[t] == nil {
			s.tagged[t] = map[*list.Element]bool{}
		}
		s.tagged[t][e] = true
	}
	return nil
}

// Purge removes the values with one of the tags.
func (s *MemoryCache) Purge(_ context.Context, tags ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	for _, t := range tags {
		s.purged = append(s.purged, purgedTag{t, s.clock})
		for e := range s.tagged[t] {
			s.remove(e)
		}
	}
	if n := len(s.purged); n > maxPurged {
		s.dropped = s.purged[n-maxPurged/2-1].at
		s.purged = slices.Clone(s.purged[n-maxPurged/2:])
	}
	return nil
}

// Len returns the number of values. An URL whose answers vary has one more than answers.
func (s *MemoryCache) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.order.Len()
}

func (s *MemoryCache) remove(e *list.Element) {
	v := s.order.Remove(e).(*cachedValue)
	delete(s.values, v.key)
	s.bytes -= v.size
	for _, t := range v.tags {
		if delete(s.tagged[t], e); len(s.tagged[t]) == 0 {
			delete(s.tagged, t)
		}
	}
}
