package jobs

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Memory is an Engine that keeps jobs in the memory of the process, for development and tests: they are lost when the process ends, and the
// log says so. It has the semantics of other engines otherwise: retries, unique jobs, schedules, dead jobs.
//
// It keeps up to 100,000 jobs that wait or run; another one is an error, which wraps [ErrFull]. Of the jobs that are done or dead it keeps
// the last 10,000. Enqueue and the choice of the next job cost time that grows with the logarithm of the number of jobs.
type Memory struct {
	mu      sync.Mutex
	lastID  int64
	jobs    map[string]*memoryJob
	keys    map[memoryKey]*memoryJob // that hold a key
	waiting memoryHeap
	running int
	ended   []*memoryJob  // done and dead ones, the oldest first
	changed chan struct{} // closed and replaced when a job is added or ends
}

// The limits of a Memory.
const (
	memoryJobs  = 100_000
	memoryEnded = 10_000
)

// memoryKey is what a unique job is known by.
type memoryKey struct{ kind, key string }

// memoryJob is a job. The Memory's mutex guards it.
type memoryJob struct {
	Record
	once  bool
	order int64 // of jobs that are due at the same time
}

// NewMemory returns a Memory.
func NewMemory() *Memory {
	return &Memory{jobs: map[string]*memoryJob{}, keys: map[memoryKey]*memoryJob{}, changed: make(chan struct{})}
}

// Enqueue implements [Engine].
func (m *Memory) Enqueue(ctx context.Context, e Entry) (Stored, error) {
	if ctx.Err() != nil {
		return Stored{}, context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := memoryKey{e.Kind, e.Key}
	if holder := m.keys[key]; e.Key != "" && holder != nil {
		return Stored{ID: holder.ID, IsDuplicate: true}, nil
	}
	if len(m.waiting)+m.running >= memoryJobs {
		return Stored{}, fmt.Errorf("%w: %d jobs wait or run", ErrFull, memoryJobs)
	}
	m.lastID++
	now := time.Now()
	j := &memoryJob{once: e.Once}
	j.Info = Info{ID: strconv.FormatInt(m.lastID, 10), Kind: e.Kind, Key: e.Key, EnqueuedAt: now, Origin: e.Origin}
	j.Payload, j.RunAt = slices.Clone(e.Payload), e.RunAt
	if e.RunAt.Before(now) {
		j.RunAt = now
	}
	m.jobs[j.ID] = j
	if e.Key != "" {
		m.keys[key] = j
	}
	m.wait(j)
	return Stored{ID: j.ID}, nil
}

// wait adds a job to the waiting ones.
func (m *Memory) wait(j *memoryJob) {
	m.lastID++
	j.State, j.order = StateWaiting, m.lastID
	heap.Push(&m.waiting, j)
	m.change()
}

// change wakes what waits for a change.
func (m *Memory) change() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// Work implements [Engine].
func (m *Memory) Work(_ context.Context, w Worker) (stop func(context.Context) error, err error) {
	w.Log.Warn("jobs are kept in memory and are lost when the process ends")
	quit, idle := make(chan struct{}), make(chan struct{})
	var runs sync.WaitGroup
	go func() {
		defer close(idle)
		m.dispatch(w, quit, &runs)
		runs.Wait()
	}()
	var once sync.Once
	return func(ctx context.Context) error {
		once.Do(func() { close(quit) })
		select {
		case <-idle:
		case <-ctx.Done():
			return fmt.Errorf("jobs: some are still running: %w", context.Cause(ctx))
		}
		m.mu.Lock()
		lost := len(m.waiting)
		m.mu.Unlock()
		if lost > 0 {
			w.Log.Warn("jobs in memory are lost", "waiting", lost)
		}
		return nil
	}, nil
}

// dispatch starts runs until quit is closed.
func (m *Memory) dispatch(w Worker, quit <-chan struct{}, runs *sync.WaitGroup) {
	slots := make(chan struct{}, w.Concurrency)
	for {
		select {
		case slots <- struct{}{}:
		case <-quit:
			return
		}
		d, ok := m.take(w.Kinds, quit)
		if !ok {
			return
		}
		runs.Go(func() {
			defer func() { <-slots }()
			m.finish(d.ID, w.Run(context.Background(), d))
		})
	}
}

// take waits for a job that is due, and takes it. ok is false if quit is closed.
func (m *Memory) take(kinds []string, quit <-chan struct{}) (d Delivery, ok bool) {
	for {
		m.mu.Lock()
		j, until := m.next(kinds)
		if j != nil {
			j.State, j.Attempt = StateRunning, j.Attempt+1
			m.running++
			d = Delivery{j.Info, slices.Clone(j.Payload)}
			m.mu.Unlock()
			return d, true
		}
		changed := m.changed
		m.mu.Unlock()
		timer := time.NewTimer(until)
		select {
		case <-changed:
		case <-timer.C:
		case <-quit:
			timer.Stop()
			return d, false
		}
		timer.Stop()
	}
}

// next removes the first job that is due from the waiting ones. Without one it returns how long there is none.
func (m *Memory) next(kinds []string) (j *memoryJob, until time.Duration) {
	const longest = time.Hour
	var others []*memoryJob // of other kinds
	defer func() {
		for _, o := range others {
			heap.Push(&m.waiting, o)
		}
	}()
	for len(m.waiting) > 0 {
		first := m.waiting[0]
		if d := time.Until(first.RunAt); d > 0 {
			return nil, min(d, longest)
		}
		heap.Pop(&m.waiting)
		if slices.Contains(kinds, first.Kind) {
			return first, 0
		}
		others = append(others, first)
	}
	return nil, longest
}

// finish stores the result of a run.
func (m *Memory) finish(id string, r Result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[id]
	m.running--
	if r.Err != "" {
		j.Err = r.Err
	}
	switch r.Outcome {
	case Again, Retry:
		if r.Outcome == Again {
			j.Attempt--
		}
		j.RunAt = time.Now().Add(r.After)
		m.wait(j)
		return
	case Done:
		j.State = StateDone
	default:
		j.State = StateDead
	}
	j.Ended = time.Now()
	if !j.once {
		m.free(j)
	}
	m.ended = append(m.ended, j)
	if len(m.ended) > memoryEnded {
		m.remove(m.ended[0])
	}
	m.change()
}

// free frees the key of a job.
func (m *Memory) free(j *memoryJob) {
	if key := (memoryKey{j.Kind, j.Key}); m.keys[key] == j {
		delete(m.keys, key)
	}
}

// remove removes a job that has ended.
func (m *Memory) remove(j *memoryJob) {
	m.free(j)
	delete(m.jobs, j.ID)
	i := slices.Index(m.ended, j)
	m.ended = slices.Delete(m.ended, i, i+1)
}

// Wait returns when no job is due or runs, for tests. Jobs of a later time do not count. The error is the cause of
// the end of ctx.
func (m *Memory) Wait(ctx context.Context) error {
	for {
		m.mu.Lock()
		now := time.Now()
		isBusy := m.running > 0 || len(m.waiting) > 0 && !m.waiting[0].RunAt.After(now)
		changed := m.changed
		m.mu.Unlock()
		if !isBusy {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Count implements [Inspector].
func (m *Memory) Count(context.Context) (map[State]int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := map[State]int{StateWaiting: len(m.waiting), StateRunning: m.running}
	for _, j := range m.ended {
		n[j.State]++
	}
	return n, nil
}

// List implements [Inspector]. It looks at all jobs.
func (m *Memory) List(_ context.Context, f Filter) (list []Record, err error) {
	m.mu.Lock()
	var found []*memoryJob
	for _, j := range m.jobs {
		if j.State == f.State && (f.Kind == "" || j.Kind == f.Kind) {
			found = append(found, j)
		}
	}
	slices.SortFunc(found, func(a, b *memoryJob) int {
		switch f.State {
		case StateWaiting:
			return a.compare(b)
		case StateRunning:
			return b.compare(a)
		}
		if c := b.Ended.Compare(a.Ended); c != 0 {
			return c
		}
		return b.compare(a)
	})
	for _, j := range found[:min(len(found), f.Limit)] {
		r := j.Record
		r.Payload = slices.Clone(r.Payload)
		list = append(list, r)
	}
	m.mu.Unlock()
	return list, nil
}

// Revive implements [Inspector].
func (m *Memory) Revive(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[id]
	if j == nil || j.State != StateDead {
		return fmt.Errorf("%w: a dead job %.50q", ErrNotFound, id)
	}
	key := memoryKey{j.Kind, j.Key}
	if holder := m.keys[key]; j.Key != "" && holder != nil && holder != j {
		return fmt.Errorf("%w: the dead job %s, whose key the job %s has", ErrKeyTaken, id, holder.ID)
	}
	if j.Key != "" {
		m.keys[key] = j
	}
	i := slices.Index(m.ended, j)
	m.ended = slices.Delete(m.ended, i, i+1)
	j.Attempt, j.Ended, j.RunAt = 0, time.Time{}, time.Now()
	m.wait(j)
	return nil
}

// Delete implements [Inspector].
func (m *Memory) Delete(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	j := m.jobs[id]
	if j == nil || j.State != StateDead {
		return fmt.Errorf("%w: a dead job %.50q", ErrNotFound, id)
	}
	m.remove(j)
	return nil
}

// compare orders jobs by their time, and those of one time as they were added.
func (j *memoryJob) compare(k *memoryJob) int {
	if c := j.RunAt.Compare(k.RunAt); c != 0 {
		return c
	}
	return int(j.order - k.order)
}

// memoryHeap has the jobs that wait, the first one to run at index 0.
type memoryHeap []*memoryJob

func (h memoryHeap) Len() int           { return len(h) }
func (h memoryHeap) Less(i, j int) bool { return h[i].compare(h[j]) < 0 }
func (h memoryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *memoryHeap) Push(j any)        { *h = append(*h, j.(*memoryJob)) }
func (h *memoryHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
