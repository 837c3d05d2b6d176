package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/jobs"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// scanned is how many messages a scan asks for at once.
const scanned = 500

// scan calls f with the record of each message of a subject, in their order and without payloads. It leaves out messages without a record,
// and may leave out messages that come meanwhile.
func scan(ctx context.Context, s jetstream.Stream, subject string, f func(r storedRecord)) error {
	return scanMessages(ctx, s, subject, func(m jetstream.Msg, sequence uint64) {
		r := storedRecord{subject: m.Subject(), sequence: sequence}
		if decode(m.Headers(), &r.jobRecord) == nil {
			f(r)
		}
	})
}

// scanMessages calls f with the header of each message of a subject, in their order.
func scanMessages(ctx context.Context, s jetstream.Stream, subject string, f func(m jetstream.Msg, sequence uint64)) error {
	c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
		FilterSubject: subject, AckPolicy: jetstream.AckNonePolicy, HeadersOnly: true, InactiveThreshold: time.Minute, MemoryStorage: true, Replicas: 1,
	})
	if err != nil {
		return fmt.Errorf("nats: read the jobs: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = s.DeleteConsumer(ctx, c.CachedInfo().Name) // after an error the server deletes it in a minute
	}()
	for left := c.CachedInfo().NumPending; left > 0; {
		batch, err := c.FetchNoWait(scanned)
		if err != nil {
			return fmt.Errorf("nats: read the jobs: %w", err)
		}
		n := 0
		for m := range batch.Messages() {
			meta, err := m.Metadata()
			if err != nil {
				return fmt.Errorf("nats: read the jobs: %w", err)
			}
			f(m, meta.Sequence.Stream)
			n, left = n+1, meta.NumPending
		}
		switch {
		case batch.Error() != nil:
			return fmt.Errorf("nats: read the jobs: %w", batch.Error())
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case n == 0: // they were deleted meanwhile
			return nil
		}
	}
	return nil
}

// Count implements [jobs.Inspector]. It reads the headers of all jobs, and the number of done ones, of which it knows the last 10,000 of a day.
func (j *Jobs) Count(ctx context.Context) (count map[jobs.State]int, err error) {
	err = j.read(ctx, func(ctx context.Context, s *jobStreams) error {
		count = map[jobs.State]int{}
		marks, err := j.marks(ctx, s)
		if err != nil {
			return err
		}
		err = scan(ctx, s.jobs, j.options.Name+".job.>", func(r storedRecord) {
			switch {
			case r.State != stateLive:
			case marks[j.runSubject(r.jobRecord)].Sequence == r.sequence:
				count[jobs.StateRunning]++
			default:
				count[jobs.StateWaiting]++
			}
		})
		if err != nil {
			return err
		}
		if err := scan(ctx, s.jobs, j.options.Name+".dead.>", func(storedRecord) { count[jobs.StateDead]++ }); err != nil {
			return err
		}
		info, err := s.done.Info(ctx)
		if err == nil {
			count[jobs.StateDone] = int(info.State.Msgs)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("nats: count the jobs: %w", err)
	}
	return count, nil
}

// List implements [jobs.Inspector]. It reads the headers of all jobs. The payload of done jobs is null.
func (j *Jobs) List(ctx context.Context, f jobs.Filter) (list []jobs.Record, err error) {
	err = j.read(ctx, func(ctx context.Context, s *jobStreams) (err error) {
		list, err = j.list(ctx, s, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("nats: list the jobs: %w", err)
	}
	return list, nil
}

// list is List without retries.
func (j *Jobs) list(ctx context.Context, s *jobStreams, f jobs.Filter) (list []jobs.Record, err error) {
	type found struct {
		jobs.Record
		sequence uint64
	}
	var all []found
	shorten := func() {
		slices.SortStableFunc(all, func(a, b found) int {
			switch f.State {
			case jobs.StateWaiting:
				return a.RunAt.Compare(b.RunAt)
			case jobs.StateRunning:
				return b.RunAt.Compare(a.RunAt)
			}
			return b.Ended.Compare(a.Ended)
		})
		all = all[:min(len(all), f.Limit)]
	}
	add := func(r storedRecord, runAt time.Time, attempt int) {
		if f.Kind != "" && r.Kind != f.Kind {
			return
		}
		all = append(all, found{jobs.Record{Info: r.info(attempt), State: f.State, RunAt: runAt, Ended: r.Ended, Err: r.Err}, r.sequence})
		if len(all) >= 4*f.Limit+scanned {
			shorten()
		}
	}
	stream, subject := s.jobs, j.options.Name+".job.>"
	marks := map[string]storedMark{}
	switch f.State {
	case jobs.StateWaiting, jobs.StateRunning:
		marks, err = j.marks(ctx, s)
	case jobs.StateDead:
		subject = j.options.Name + ".dead.>"
	case jobs.StateDone:
		stream, subject = s.done, j.options.Name+"-done.>"
	}
	if err != nil {
		return nil, err
	}
	err = scan(ctx, stream, subject, func(r storedRecord) {
		if f.State == jobs.StateDead || f.State == jobs.StateDone {
			add(r, r.RunAt, r.Attempt)
			return
		}
		mark := marks[j.runSubject(r.jobRecord)]
		isRunning := mark.Sequence == r.sequence
		switch {
		case r.State != stateLive:
		case isRunning && f.State == jobs.StateRunning:
			add(r, mark.Began, mark.Attempt)
		case !isRunning && f.State == jobs.StateWaiting:
			add(r, r.RunAt, r.Attempt)
		}
	})
	if err != nil {
		return nil, err
	}
	shorten()
	for _, one := range all {
		one.Payload = []byte("null")
		if f.State != jobs.StateDone {
			m, err := s.jobs.GetMsg(ctx, one.sequence)
			if errors.Is(err, jetstream.ErrMsgNotFound) { // it has changed meanwhile
				continue
			}
			if err != nil {
				return nil, err
			}
			one.Payload = m.Data
		}
		list = append(list, one.Record)
	}
	return list, nil
}

// dead returns a dead job.
func (j *Jobs) dead(ctx context.Context, s *jobStreams, id string) (r storedRecord, err error) {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" // of IDs that nuid makes
	err = jetstream.ErrMsgNotFound
	if id != "" && len(id) <= 40 && strings.Trim(id, letters) == "" {
		r, err = get(ctx, s.jobs, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
			return s.jobs.GetLastMsgForSubject(ctx, j.deadSubject(id))
		})
	}
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return r, fmt.Errorf("%w: a dead job %.50q", jobs.ErrNotFound, id)
	}
	return r, err
}

// Revive implements [jobs.Inspector].
func (j *Jobs) Revive(ctx context.Context, id string) error {
	msgID, tried := nuid.Next(), uint64(0) // the message of the dead job in an earlier try, whose answer was lost
	err := j.do(ctx, func(ctx context.Context, s *jobStreams) error {
		dead, err := j.dead(ctx, s, id)
		if tried > 0 && (errors.Is(err, jobs.ErrNotFound) || err == nil && dead.sequence != tried) {
			return nil // it is revived, and may be dead again
		}
		if err != nil {
			return err
		}
		tried = dead.sequence
		live := dead.jobRecord
		live.State, live.Attempt, live.Ended, live.RunAt = stateLive, 0, time.Time{}, time.Now()
		holder, err := j.claim(ctx, s, live, dead.payload, msgID)
		if err != nil {
			return err
		}
		if holder != live.ID {
			return fmt.Errorf("%w: the dead job %s, whose key the job %s has", jobs.ErrKeyTaken, id, holder)
		}
		if err = remove(ctx, s.jobs, dead.sequence); errors.Is(err, errGone) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("nats: revive: %w", err)
	}
	return nil
}

// Delete implements [jobs.Inspector].
func (j *Jobs) Delete(ctx context.Context, id string) error {
	isTried := false // and an answer may have been lost
	err := j.do(ctx, func(ctx context.Context, s *jobStreams) error {
		dead, err := j.dead(ctx, s, id)
		if errors.Is(err, jobs.ErrNotFound) && isTried {
			return nil
		}
		if err != nil {
			return err
		}
		if dead.Once && len(dead.Key) > 0 {
			key, err := get(ctx, s.jobs, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
				return s.jobs.GetLastMsgForSubject(ctx, j.jobSubject(dead.jobRecord))
			})
			if err == nil && key.State == jobs.StateDead && key.ID == id {
				err = remove(ctx, s.jobs, key.sequence)
			}
			if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) && !errors.Is(err, errGone) {
				return err
			}
		}
		isTried = true
		if err = remove(ctx, s.jobs, dead.sequence); errors.Is(err, errGone) {
			return fmt.Errorf("%w: a dead job %.50q", jobs.ErrNotFound, id) // deleted elsewhere
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("nats: delete: %w", err)
	}
	return nil
}
