package nats

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/jobs"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	longestDelay = time.Hour        // after which the server asks again whether a job is due: clocks may be set
	sweepEvery   = 10 * time.Minute // see Jobs.sweep
	markKept     = 10 * time.Minute // how old a mark without its job is when it is deleted
	lastDelivery = time.Second      // how long a worker that is stopped waits for jobs that are on their way to it
)

// jobWorker is a Worker at work.
type jobWorker struct {
	j *Jobs
	jobs.Worker
	quit   context.Context // ends when no further jobs are to be taken
	cut    context.Context // ends a second later
	slots  chan struct{}
	runs   sync.WaitGroup
	isAway bool // as the log knows it
}

// lease is a job that runs in this process. It has the latest delivery of its message.
type lease struct{ msg atomic.Pointer[nats.Msg] }

// Work implements [jobs.Engine].
func (j *Jobs) Work(_ context.Context, worker jobs.Worker) (stop func(context.Context) error, err error) {
	w := &jobWorker{j: j, Worker: worker, slots: make(chan struct{}, worker.Concurrency)}
	var quit, cut context.CancelFunc
	w.quit, quit = context.WithCancel(context.Background())
	w.cut, cut = context.WithCancel(context.Background())
	context.AfterFunc(w.quit, func() { time.AfterFunc(lastDelivery, cut) })
	idle := make(chan struct{})
	w.runs.Go(w.sweeps)
	go func() {
		defer close(idle)
		w.takeJobs()
		w.runs.Wait()
	}()
	return func(ctx context.Context) error {
		quit()
		select {
		case <-idle:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("nats: jobs are still running: %w", context.Cause(ctx))
		}
	}, nil
}

// takeJobs takes jobs until the worker is stopped. A server that is away is tried again.
func (w *jobWorker) takeJobs() {
	for w.quit.Err() == nil {
		err := w.takeFrom()
		if err == nil || w.quit.Err() != nil {
			continue
		}
		if !w.isAway {
			w.isAway = true
			w.Log.Warn("the server of jobs is away; it is tried again", "error", err)
		}
		w.sleep(500 * time.Millisecond)
	}
}

// sleep waits for a time, or until the worker is stopped.
func (w *jobWorker) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.quit.Done():
	}
}

// takeFrom takes jobs over one connection. It asks for one when there is a slot for it: a job that waited here for a slot would not be run
// elsewhere.
func (w *jobWorker) takeFrom() error {
	link := w.j.link.Load()
	if !w.j.conn.IsConnected() {
		return errAway
	}
	ctx, cancel := context.WithCancel(w.cut)
	defer cancel()
	defer context.AfterFunc(link.ctx, cancel)()
	opening, ready := context.WithTimeout(ctx, tryTimeout)
	s, err := w.j.open(opening)
	ready()
	if err != nil {
		return err
	}
	p, err := newPuller(w.j)
	if err != nil {
		return err
	}
	defer p.close()
	defer context.AfterFunc(w.quit, p.drain)()
	if w.isAway {
		w.isAway = false
		w.Log.Info("the server of jobs is back")
	}
	for {
		select {
		case w.slots <- struct{}{}:
		case <-w.quit.Done():
			return nil
		}
		m, err := p.next(ctx)
		if err != nil {
			<-w.slots
			if w.quit.Err() != nil {
				return nil
			}
			if link.ctx.Err() != nil {
				return errAway
			}
			w.j.opened.CompareAndSwap(s, nil) // the consumer may be deleted
			return err
		}
		w.runs.Go(func() {
			defer func() { <-w.slots }()
			w.handle(s, m)
		})
	}
}

// handle does what a message needs: most often a run.
func (w *jobWorker) handle(s *jobStreams, m *nats.Msg) {
	var r jobRecord
	meta, err := m.Metadata()
	if err == nil {
		err = decode(m.Header, &r)
	}
	if err == nil && m.Subject != w.j.jobSubject(r) {
		err = errors.New("nats: the record does not belong to its subject")
	}
	if err != nil {
		w.Log.Error("a message of the stream of jobs is no job, and is left there", "subject", m.Subject, "error", err)
		w.j.ack(m)
		return
	}
	if r.State != stateLive { // it only holds a key
		w.j.ack(m)
		return
	}
	if w.quit.Err() != nil {
		w.j.giveBack(m, 0)
		return
	}
	if until := time.Until(r.RunAt); until > 0 {
		w.j.giveBack(m, min(until, longestDelay))
		return
	}
	if !slices.Contains(w.Kinds, r.Kind) { // another process has it, and may be the next one to be asked
		w.j.giveBack(m, min(50*time.Millisecond<<min(meta.NumDelivered, 8), 10*time.Second))
		return
	}
	l, isNew := w.j.lend(meta.Sequence.Stream, m)
	if !isNew { // the lease has ended, as after an interruption, and the job runs still
		w.j.renew(m)
		return
	}
	over := make(chan struct{})
	w.runs.Go(func() { w.renew(l, s.lease/3, over) })
	w.run(s, l, r, meta)
	close(over)
	w.j.mu.Lock()
	delete(w.j.running, meta.Sequence.Stream)
	w.j.mu.Unlock()
}

// lend returns the lease of a message. It is not new if the message runs in this process already.
func (j *Jobs) lend(sequence uint64, m *nats.Msg) (l *lease, isNew bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	l = j.running[sequence]
	if l == nil {
		l, isNew = &lease{}, true
		j.running[sequence] = l
	}
	l.msg.Store(m)
	return l, isNew
}

// renew renews a lease until over is closed.
func (w *jobWorker) renew(l *lease, every time.Duration, over <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.j.renew(l.msg.Load())
		case <-over:
			return
		}
	}
}

// run counts the attempt, runs the job and stores the result.
func (w *jobWorker) run(s *jobStreams, l *lease, r jobRecord, meta *nats.MsgMetadata) {
	attempt, mark, err := w.begin(s, r, meta)
	if err != nil {
		w.Log.Warn("a job is not run now, because its attempt cannot be counted", "job", r.Kind, "id", r.ID, "error", err)
		w.j.giveBack(l.msg.Load(), time.Second)
		return
	}
	payload := l.msg.Load().Data
	result := w.Run(context.Background(), jobs.Delivery{Info: r.info(attempt), Payload: payload})
	if err := w.finish(s, meta.Sequence.Stream, r, payload, attempt, result); err != nil && !errors.Is(err, errConflict) {
		w.Log.Error("the result of a job cannot be stored, and the job runs again", "job", r.Kind, "id", r.ID, "outcome", string(result.Outcome), "error", err)
		w.j.giveBack(l.msg.Load(), min(max(result.After, time.Second), longestDelay))
		return
	}
	w.j.ack(l.msg.Load())
	_ = w.j.try(context.Background(), tryTimeout, func(ctx context.Context, now *jobStreams) error {
		if !now.created.Equal(s.created) {
			return nil
		}
		return remove(ctx, now.jobs, mark) // after an error sweep deletes the mark
	})
}

// begin stores the mark of a run. A message that was delivered before may have one: its process has ended then.
func (w *jobWorker) begin(s *jobStreams, r jobRecord, meta *nats.MsgMetadata) (attempt int, mark uint64, err error) {
	ctx, cancel := context.WithTimeout(w.cut, s.lease*2/3)
	defer cancel()
	subject := w.j.runSubject(r)
	attempt = r.Attempt + 1
	if meta.NumDelivered > 1 {
		err = w.j.persist(ctx, func(ctx context.Context, s *jobStreams) error {
			m, err := s.jobs.GetLastMsgForSubject(ctx, subject)
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			var old runMark
			if decode(m.Header, &old) == nil && old.Sequence == meta.Sequence.Stream {
				attempt = old.Attempt + 1
			}
			return nil
		})
		if err != nil {
			return 0, 0, err
		}
	}
	err = w.j.persist(ctx, func(ctx context.Context, s *jobStreams) (err error) {
		mark, err = w.j.put(ctx, subject, runMark{meta.Sequence.Stream, attempt, time.Now()}, nil)
		return err
	})
	return attempt, mark, err
}

// finish stores the result of a run, however long that takes. The error is errConflict if the lease had ended and another process was faster,
// or if operators have deleted the stream from, from which the job came.
func (w *jobWorker) finish(from *jobStreams, sequence uint64, r jobRecord, payload []byte, attempt int, result jobs.Result) error {
	j, tries := w.j, 0
	// settle makes the change of the job's message. That the message is not as expected has a good reason if an earlier try has made the change
	// and its answer was lost.
	settle := func(change func(ctx context.Context, s *jobStreams) error) error {
		isOther := false
		err := j.persist(context.Background(), func(ctx context.Context, s *jobStreams) error {
			if isOther = !s.created.Equal(from.created); isOther {
				return errConflict
			}
			tries++
			return change(ctx, s)
		})
		if errors.Is(err, errGone) {
			err = errConflict
		}
		if errors.Is(err, errConflict) && tries > 1 && !isOther {
			return nil
		}
		return err
	}
	replace := func(with jobRecord, payload []byte) error {
		return settle(func(ctx context.Context, _ *jobStreams) error {
			_, err := j.put(ctx, j.jobSubject(r), with, payload, jetstream.WithExpectLastSequencePerSubject(sequence))
			return err
		})
	}
	free := func(ended jobRecord) error {
		if len(r.Key) > 0 && r.Once {
			return replace(ended, nil)
		}
		return settle(func(ctx context.Context, s *jobStreams) error { return remove(ctx, s.jobs, sequence) })
	}
	switch result.Outcome {
	case jobs.Retry, jobs.Again:
		next := r
		next.RunAt = time.Now().Add(result.After)
		if next.Attempt = attempt; result.Outcome == jobs.Again {
			next.Attempt--
		}
		if result.Err != "" {
			next.Err = result.Err
		}
		return replace(next, payload)
	case jobs.Done:
		ended := r.end(jobs.StateDone, attempt, "")
		if err := free(ended); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), tryTimeout)
		defer cancel()
		err := j.persist(ctx, func(ctx context.Context, _ *jobStreams) error {
			_, err := j.put(ctx, j.doneSubject(r.ID), ended, nil)
			return err
		})
		if err != nil {
			w.Log.Warn("a job is done, and is not in the list of done jobs", "job", r.Kind, "id", r.ID, "error", err)
		}
		return nil
	}
	dead := r.end(jobs.StateDead, attempt, result.Err)
	var place uint64
	err := j.persist(context.Background(), func(ctx context.Context, _ *jobStreams) (err error) {
		place, err = j.put(ctx, j.deadSubject(r.ID), dead, payload)
		return err
	})
	if err != nil {
		return err
	}
	if err = free(dead); errors.Is(err, errConflict) { // it lives elsewhere
		_ = j.do(context.Background(), func(ctx context.Context, s *jobStreams) error { return remove(ctx, s.jobs, place) })
	}
	return err
}

// sweeps sweeps from time to time until the worker is stopped.
func (w *jobWorker) sweeps() {
	for {
		w.sleep(sweepEvery/2 + rand.N(sweepEvery))
		if w.quit.Err() != nil {
			return
		}
		ctx, cancel := context.WithTimeout(w.quit, sweepEvery/2)
		if err := w.j.sweep(ctx, time.Now(), w.Log); err != nil && w.quit.Err() == nil {
			w.Log.Debug("the streams of jobs were not swept", "error", err)
		}
		cancel()
	}
}

// sweep deletes keys of Once whose time is over, and marks that a process left behind. It stores jobs anew that the server does not deliver: a
// server that was killed may bring back a message whose deletion it had confirmed, and it would hold its key for ever.
func (j *Jobs) sweep(ctx context.Context, now time.Time, log *slog.Logger) error {
	var old, stuck []uint64
	var created time.Time
	err := j.read(ctx, func(ctx context.Context, s *jobStreams) error {
		old, stuck, created = nil, nil, s.created
		info, err := s.workers.Info(ctx)
		if err != nil {
			return err
		}
		marks, err := j.marks(ctx, s)
		if err != nil {
			return err
		}
		err = scan(ctx, s.jobs, j.options.Name+".job.>", func(r storedRecord) {
			switch {
			case r.subject != j.jobSubject(r.jobRecord):
			case r.State == stateLive:
				if marks[j.runSubject(r.jobRecord)].Sequence == r.sequence {
					delete(marks, j.runSubject(r.jobRecord))
				}
				if r.sequence <= info.AckFloor.Stream {
					stuck = append(stuck, r.sequence)
				}
			case r.State == jobs.StateDone && now.Sub(r.Ended) > onceKept:
				old = append(old, r.sequence)
			}
		})
		for _, m := range marks {
			if now.Sub(m.Began) > markKept {
				old = append(old, m.sequence)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, sequence := range append(old, stuck...) {
		err := j.do(ctx, func(ctx context.Context, s *jobStreams) error {
			if !s.created.Equal(created) {
				return errGone
			}
			if !slices.Contains(stuck, sequence) {
				return remove(ctx, s.jobs, sequence)
			}
			r, err := get(ctx, s.jobs, func(ctx context.Context) (*jetstream.RawStreamMsg, error) { return s.jobs.GetMsg(ctx, sequence) })
			if err != nil {
				return err
			}
			_, err = j.put(ctx, r.subject, r.jobRecord, r.payload, jetstream.WithExpectLastSequencePerSubject(sequence))
			if err == nil {
				log.Warn("a job that the server did not deliver runs again", "job", r.Kind, "id", r.ID)
			}
			return err
		})
		if err != nil && !errors.Is(err, errGone) && !errors.Is(err, errConflict) && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return err
		}
	}
	return nil
}

// storedMark is a mark and the sequence of its message.
type storedMark struct {
	runMark
	sequence uint64
}

// marks returns the marks of runs by their subjects.
func (j *Jobs) marks(ctx context.Context, s *jobStreams) (map[string]storedMark, error) {
	marks := map[string]storedMark{}
	err := scanMessages(ctx, s.jobs, j.options.Name+".run.>", func(m jetstream.Msg, sequence uint64) {
		var mark runMark
		_ = decode(m.Headers(), &mark) // one that is malformed is old
		marks[m.Subject()] = storedMark{mark, sequence}
	})
	return marks, err
}
