package jobs

import (
	"context"
	"log/slog"
	"time"
)

// Engine keeps jobs and gives them to workers. An app has one, by brio.Jobs: [NewMemory], or one of the modules contrib/river and
// contrib/nats. An Engine is safe for concurrent use. Package enginetest has its contract as tests.
type Engine interface {
	// Enqueue stores a job. When it returns without an error the job is stored: it survives what the engine survives. If ctx carries a
	// transaction that the engine knows, the job is stored by it, and exists when it is committed. If the key of the entry is taken, nothing
	// is stored, and IsDuplicate is true. After an error it is open whether the job is stored.
	Enqueue(ctx context.Context, e Entry) (Stored, error)

	// Work begins to call w.Run for jobs that are due, roughly the earliest first, each in a goroutine of its own, and at most w.Concurrency at
	// once. It returns when it has begun; a server that is away is no error, and is tried again. A job whose process ends before Run has
	// returned is given to another one, with an Attempt that is one higher. Jobs of other kinds than w.Kinds stay where they are, or
	// are given to Run, which returns Again.
	//
	// stop takes no further jobs. It returns nil when the calls of Run have returned and their results are stored, or an error when its ctx
	// has ended before. It may be called again then.
	Work(ctx context.Context, w Worker) (stop func(ctx context.Context) error, err error)
}

// Entry is a job to be stored.
type Entry struct {
	Kind     string    // its name
	Payload  []byte    // JSON, at most MaxPayload bytes
	RunAt    time.Time // not before; zero: at once
	Key      string    // with Kind the identity of a unique job; "" for none; any bytes, at most MaxKey
	Once     bool      // Key stays taken when the job is done or dead, at least for a day; otherwise it is free then
	Attempts int       // that the kind has, for engines that store them; the Worker decides
	Origin
}

// Stored says what Enqueue has done.
type Stored struct {
	ID          string // of the job; of the one that has the key, or "", for a duplicate
	IsDuplicate bool   // the key of the entry was taken, and nothing is stored
}

// Worker is what an engine gives jobs to. The app makes it.
type Worker struct {
	Kinds       []string      // names of the kinds
	Concurrency int           // how many calls of Run at once
	Longest     time.Duration // the greatest timeout of the kinds; negative: one has none
	Log         *slog.Logger  // for what the engine has to say, as of a server that is away

	// Run runs a job and says what is to become of it. It does not panic. It returns soon after the app has begun to shut down and the
	// time for it has passed.
	Run func(ctx context.Context, d Delivery) Result
}

// Delivery is a job that is due.
type Delivery struct {
	Info
	Payload []byte // JSON, as that of the Entry
}

// Result is what becomes of a job after a run.
type Result struct {
	Outcome Outcome       // what the engine does with the job
	After   time.Duration // until the next run, for Retry and Again; 0: at once
	Err     string        // of the run, at most 4 KB of UTF-8; "" for Done
}

// Outcome says how a run has ended.
type Outcome string

const (
	Done  Outcome = "done"  // the job has succeeded
	Retry Outcome = "retry" // it failed, and runs again; the attempt counts
	Again Outcome = "again" // it was interrupted, and runs again; the attempt does not count
	Dead  Outcome = "dead"  // it failed, and does not run again unless an operator says so
)

// State is where a job stands.
type State string

const (
	StateWaiting State = "waiting" // for its time, or for a worker
	StateRunning State = "running" // in one of the processes
	StateDone    State = "done"    // it has succeeded
	StateDead    State = "dead"    // it has failed for good
)

// Record is a job as operators see it.
type Record struct {
	Info
	State   State     // where it stands
	Payload []byte    // JSON
	RunAt   time.Time // of the next run, or the last one
	Ended   time.Time // of done and dead jobs; zero otherwise
	Err     string    // of the last run that failed
}

// Filter chooses jobs.
type Filter struct {
	State State  // "" is not legal
	Kind  string // "" for all
	Limit int    // how many at most, 1 to 1000
}

// Inspector is an Engine that shows its jobs. The page of brio.JobsPage needs one.
type Inspector interface {
	// Count returns how many jobs each state has. States without jobs may be missing.
	Count(ctx context.Context) (map[State]int, error)
	// List returns jobs of a state: waiting ones by RunAt, the earliest first; others by the latest change, the latest first.
	List(ctx context.Context, f Filter) ([]Record, error)
	// Revive makes a dead job wait again, due at once, with all of its attempts. The error wraps ErrNotFound if no dead job has the ID, and
	// ErrKeyTaken if another job has its key.
	Revive(ctx context.Context, id string) error
	// Delete deletes a dead job, with its key. The error wraps ErrNotFound if no dead job has the ID.
	Delete(ctx context.Context, id string) error
}
