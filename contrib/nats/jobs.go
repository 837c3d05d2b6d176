package nats

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/jobs"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Jobs is a [jobs.Engine] and a [jobs.Inspector] on NATS JetStream. It needs nats-server 2.9 or newer with JetStream. It is safe for
// concurrent use, and one is enough for a process. [OpenJobs] and [NewJobs] make one.
//
// Each job is one message of a stream, on a subject of its own: the subject has the hash of the key, or the ID of a job without a key. Each
// change of a job is one message that replaces the one before, and that the server refuses if another process was faster. So a job is stored
// together with its key, and a crash leaves no key without a job. A run costs five requests to the server: the job, a mark that counts the
// attempt, the result, an entry in the list of done jobs, and the end of the mark. A process of two cores, shared with the server, enqueued 15,000
// jobs in a second and ran 1,700 of them (BRIO_FIGURES=1 go test -run Figures). The list of done jobs has the last 10,000 of a day, without payloads.
//
// What JetStream cannot do: it takes no part in a transaction of the program's database. A request enqueues its jobs after the handler has
// succeeded and its BeforeResponse clean-ups have committed. If the process ends between the two, the data is committed and the job is not
// there; if the server is away then, the answer is an error although the data is committed. Where that matters, write the job to a table of the
// same transaction (an outbox), and have a schedule enqueue what the table has with jobs.Once and the ID of its row, and delete the row
// then; or use an engine that keeps jobs in the program's database.
//
// What durability needs: by default a server writes to the operating system and syncs every two minutes, so a job survives the end of the
// server, and not a loss of power. Either let three servers keep the jobs, [JobsOptions.Replicas], or set sync_interval: always in the jetstream
// block of the server's configuration (nats-server 2.10), which makes each write slower. Replicas without it lose jobs if the power of most of
// the servers fails at once.
//
// A job whose process has ended runs again after 30 seconds: its lease, which the process renews while the job runs. A process that cannot
// reach the server for so long loses its leases too, and its jobs run a second time elsewhere, at the same time. Jobs with a later time wait in
// the server, which looks at all of them often: it is made for tens of thousands of them, and not for millions. Jobs of kinds that a process does not
// know go back after a time from 50 milliseconds up to 10 seconds. Count and List read the headers of all jobs.
type Jobs struct {
	conn     *nats.Conn
	isOwner  bool // Close closes the connection
	js       jetstream.JetStream
	options  JobsOptions
	statuses chan nats.Status
	ended    chan struct{} // is closed when watch has returned

	opening chan struct{}                // has a token while a call of open asks the server
	opened  atomic.Pointer[jobStreams]   // nil: open asks the server
	link    atomic.Pointer[linkOfServer] // the connection until it is interrupted

	mu      sync.Mutex
	running map[uint64]*lease // of the jobs that run in this process, by the sequence of their message
}

var _ interface {
	jobs.Engine
	jobs.Inspector
} = (*Jobs)(nil)

// JobsOptions are the options of a [Jobs]. The streams of a name that exist are used as they are: Replicas then has no effect, and operators
// change it with the tools of NATS.
type JobsOptions struct {
	Name     string // of the stream, and the first token of its subjects; 1 to 40 letters, digits, hyphens and underscores; "": "brio-jobs"
	Replicas int    // how many servers of a cluster keep each job: 1, 3 or 5; 0: 1
}

const (
	jobsLease    = 30 * time.Second // of a consumer that the engine creates
	onceKept     = 24 * time.Hour   // how long a key of Once stays taken after its job is done
	doneKept     = 10_000           // done jobs in the list
	jobsTimeout  = 10 * time.Second // of Enqueue and the methods of an Inspector if their context has no deadline
	tryTimeout   = 5 * time.Second  // of one request to the server
	jobHeader    = "Brio-Job"       // has a jobRecord as JSON
	jobsConsumer = "workers"
	stateLive    = ""          // of a jobRecord that waits or runs
	scanTimeout  = time.Minute // of a method that reads all jobs
)

// The errors of one try that its caller knows how to go on with.
var (
	errConflict = errors.New("nats: another process has changed the job")
	errGone     = errors.New("nats: the message is deleted")
	errAway     = errors.New("nats: there is no connection to the server")
)

// jobStreams are the handles of what the server has.
type jobStreams struct {
	jobs, done jetstream.Stream
	workers    jetstream.Consumer
	lease      time.Duration
	created    time.Time // of the stream: sequences of another one mean other jobs
}

// linkOfServer is a connection to the server. ctx ends when it is interrupted.
type linkOfServer struct {
	ctx context.Context
	end context.CancelFunc
}

// jobRecord is the header of each message of a job.
type jobRecord struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	State      jobs.State `json:"state,omitempty"` // stateLive, or done or dead: the message then only holds a key of Once
	Key        []byte     `json:"key,omitempty"`
	Once       bool       `json:"once,omitempty"`
	Attempt    int        `json:"attempt,omitempty"` // that have ended
	EnqueuedAt time.Time  `json:"enqueued_at"`
	RunAt      time.Time  `json:"run_at"`
	Ended      time.Time  `json:"ended,omitzero"`
	Err        string     `json:"err,omitempty"`
	Parent     string     `json:"traceparent,omitempty"`
	RequestID  string     `json:"request_id,omitempty"`
}

// OpenJobs connects to servers, given by their URLs with commas in between, and returns a Jobs. A server that is down is no error: the
// connection is made when it comes, and again after each interruption, without an end. Options come after these: RetryOnFailedConnect,
// MaxReconnects(-1), ReconnectWait of a quarter of a second, ReconnectBufSize(-1). The error is of an illegal URL or option, or of a server that
// refuses the credentials. Close closes the connection.
func OpenJobs(servers string, o JobsOptions, opts ...nats.Option) (*Jobs, error) {
	conn, err := connect(servers, append([]nats.Option{nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectBufSize(-1)}, opts...)...)
	if err != nil {
		return nil, err
	}
	j, err := NewJobs(conn, o)
	if err != nil {
		conn.Close()
		return nil, err
	}
	j.isOwner = true
	return j, nil
}

// NewJobs returns a Jobs over a connection of the program, which Close leaves open. The connection should have the option
// nats.ReconnectBufSize(-1): what another one keeps while the server is away is sent later, also after Enqueue has returned an error. The error
// is of an illegal option.
func NewJobs(conn *nats.Conn, o JobsOptions) (*Jobs, error) {
	if o.Name == "" {
		o.Name = "brio-jobs"
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	const legal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	switch {
	case conn == nil:
		return nil, errors.New("nats: the connection of NewJobs is nil")
	case len(o.Name) > 40 || strings.ContainsFunc(o.Name, func(c rune) bool { return !strings.ContainsRune(legal, c) }):
		return nil, fmt.Errorf("nats: JobsOptions.Name is %.60q; legal are 1 to 40 letters, digits, hyphens and underscores", o.Name)
	case o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5:
		return nil, fmt.Errorf("nats: JobsOptions.Replicas is %d; legal are 1, 3 and 5", o.Replicas)
	}
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, fmt.Errorf("nats: JetStream: %w", err)
	}
	j := &Jobs{
		conn: conn, js: js, options: o, opening: make(chan struct{}, 1), ended: make(chan struct{}), running: map[uint64]*lease{},
		statuses: conn.StatusChanged(nats.CONNECTED, nats.RECONNECTING, nats.DISCONNECTED, nats.CLOSED),
	}
	j.relink()
	go j.watch()
	return j, nil
}

// Close releases what the engine has. A connection of OpenJobs is closed. Stop the app first: jobs that still run are run again later.
func (j *Jobs) Close() error {
	j.conn.RemoveStatusListener(j.statuses)
	<-j.ended
	if j.isOwner {
		j.conn.Close()
	}
	return nil
}

// watch ends the link when the connection is interrupted, until Close.
func (j *Jobs) watch() {
	defer close(j.ended)
	for status := range j.statuses {
		if status != nats.CONNECTED {
			j.relink()
		}
	}
	j.link.Load().end()
}

// relink ends the link and makes the next one.
func (j *Jobs) relink() {
	ctx, end := context.WithCancel(context.Background())
	if old := j.link.Swap(&linkOfServer{ctx, end}); old != nil {
		old.end()
	}
}

// open returns the handles of the streams and the consumer. It creates what the server does not have.
func (j *Jobs) open(ctx context.Context) (*jobStreams, error) {
	if s := j.opened.Load(); s != nil {
		return s, nil
	}
	select {
	case j.opening <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-j.opening }()
	if s := j.opened.Load(); s != nil {
		return s, nil
	}
	link := j.link.Load()
	o, s := j.options, &jobStreams{}
	var err error
	s.jobs, err = j.stream(ctx, jetstream.StreamConfig{
		Name: o.Name, Description: "jobs of Brio", Subjects: []string{o.Name + ".>"}, Replicas: o.Replicas,
		MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, Storage: jetstream.FileStorage,
	})
	if err != nil {
		return nil, err
	}
	s.done, err = j.stream(ctx, jetstream.StreamConfig{
		Name: o.Name + "-done", Description: "jobs of Brio that are done", Subjects: []string{o.Name + "-done.>"}, Replicas: o.Replicas,
		MaxMsgsPerSubject: 1, MaxAge: onceKept, MaxMsgs: doneKept, Storage: jetstream.FileStorage,
	})
	if err != nil {
		return nil, err
	}
	s.workers, err = s.jobs.Consumer(ctx, jobsConsumer)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		s.workers, err = s.jobs.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
			Durable: jobsConsumer, FilterSubject: o.Name + ".job.>", AckPolicy: jetstream.AckExplicitPolicy, AckWait: jobsLease,
			MaxDeliver: -1, MaxAckPending: -1,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("nats: the consumer %q of the stream %q: %w", jobsConsumer, o.Name, err)
	}
	config := s.workers.CachedInfo().Config
	if config.AckPolicy != jetstream.AckExplicitPolicy || config.MaxDeliver > 0 || config.AckWait < time.Second {
		return nil, fmt.Errorf("nats: the consumer %q of the stream %q has another configuration than jobs need; delete it, and it is created anew", jobsConsumer, o.Name)
	}
	s.lease, s.created = config.AckWait, s.jobs.CachedInfo().Created
	if link == j.link.Load() {
		j.opened.Store(s)
	}
	return s, nil
}

// stream returns the handle of a stream, which it creates unless there is one.
func (j *Jobs) stream(ctx context.Context, want jetstream.StreamConfig) (s jetstream.Stream, err error) {
	s, err = j.js.Stream(ctx, want.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if s, err = j.js.CreateStream(ctx, want); errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			s, err = j.js.Stream(ctx, want.Name)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("nats: the stream %q: %w", want.Name, err)
	}
	if c := s.CachedInfo().Config; c.MaxMsgsPerSubject != 1 || c.Retention != jetstream.LimitsPolicy || c.MaxAge != want.MaxAge {
		return nil, fmt.Errorf("nats: the stream %q belongs to another use: its retention, its age or its messages for each subject differ; give JobsOptions another Name", want.Name)
	}
	return s, nil
}

// do calls f until it succeeds, has an error that another try does not mend, or ctx ends. A ctx without a deadline gets one.
func (j *Jobs) do(ctx context.Context, f func(ctx context.Context, s *jobStreams) error) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, jobsTimeout)
		defer cancel()
	}
	return j.retry(ctx, tryTimeout, f)
}

// persist is do without a deadline.
func (j *Jobs) persist(ctx context.Context, f func(ctx context.Context, s *jobStreams) error) error {
	return j.retry(ctx, tryTimeout, f)
}

// read is do for an f that reads all jobs.
func (j *Jobs) read(ctx context.Context, f func(ctx context.Context, s *jobStreams) error) error {
	ctx, cancel := context.WithTimeout(ctx, scanTimeout)
	defer cancel()
	return j.retry(ctx, scanTimeout, f)
}

// retry calls f until it succeeds, has an error that another try does not mend, or ctx ends. timeout is that of one try.
func (j *Jobs) retry(ctx context.Context, timeout time.Duration, f func(ctx context.Context, s *jobStreams) error) error {
	for pause := 25 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := j.try(ctx, timeout, f)
		if err == nil || isFinal(err) {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

// try calls f with a context that ends when the connection is interrupted, as an answer does not come then.
func (j *Jobs) try(ctx context.Context, timeout time.Duration, f func(ctx context.Context, s *jobStreams) error) error {
	if j.conn.IsClosed() {
		return nats.ErrConnectionClosed
	}
	link := j.link.Load()
	if !j.conn.IsConnected() {
		return errAway
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer context.AfterFunc(link.ctx, cancel)()
	s, err := j.open(ctx)
	if err != nil {
		return err
	}
	err = f(ctx, s)
	if errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrConsumerNotFound) {
		j.opened.CompareAndSwap(s, nil) // deleted, or without a leader
	}
	return err
}

// isFinal reports whether another try has the same error.
func isFinal(err error) bool {
	for _, final := range []error{errConflict, errGone, jetstream.ErrMsgNotFound, nats.ErrConnectionClosed, nats.ErrMaxPayload, jobs.ErrFull, jobs.ErrNotFound, jobs.ErrKeyTaken} {
		if errors.Is(err, final) {
			return true
		}
	}
	code := codeOf(err)
	return code != nil && code.Code != 503 && code.ErrorCode != jetstream.JSErrCodeStreamNotFound && code.ErrorCode != jetstream.JSErrCodeConsumerNotFound
}

// codeOf returns the server's error, or nil.
func codeOf(err error) *jetstream.APIError {
	if e, ok := errors.AsType[jetstream.JetStreamError](err); ok {
		return e.APIError()
	}
	return nil
}

// Enqueue implements [jobs.Engine]. It waits for a server that is away until ctx ends, or for 10 seconds if ctx has no deadline. The error wraps
// [jobs.ErrFull] if the stream has a limit that is reached.
func (j *Jobs) Enqueue(ctx context.Context, e jobs.Entry) (stored jobs.Stored, err error) {
	now := time.Now()
	r := jobRecord{
		ID: nuid.Next(), Kind: e.Kind, Key: []byte(e.Key), Once: e.Once, EnqueuedAt: now, RunAt: e.RunAt, Parent: e.Traceparent, RequestID: e.RequestID,
	}
	if e.RunAt.Before(now) {
		r.RunAt = now
	}
	err = j.do(ctx, func(ctx context.Context, s *jobStreams) error {
		holder, err := j.claim(ctx, s, r, e.Payload, r.ID)
		stored = jobs.Stored{ID: holder, IsDuplicate: holder != r.ID}
		return err
	})
	if err != nil {
		return jobs.Stored{}, fmt.Errorf("nats: enqueue: %w", err)
	}
	return stored, nil
}

// claim stores a job on its subject if that is free, and returns the ID of the job that has the subject then: the one of r, or another one that
// holds the key. The server leaves out a message whose msgID it has had within two minutes, as when an answer was lost.
func (j *Jobs) claim(ctx context.Context, s *jobStreams, r jobRecord, payload []byte, msgID string) (holder string, err error) {
	subject, expected := j.jobSubject(r), uint64(0)
	for {
		_, err := j.put(ctx, subject, r, payload, jetstream.WithExpectLastSequencePerSubject(expected), jetstream.WithMsgID(msgID))
		if !errors.Is(err, errConflict) {
			return r.ID, err
		}
		last, err := get(ctx, s.jobs, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
			return s.jobs.GetLastMsgForSubject(ctx, subject)
		})
		expected = last.sequence
		switch isFree := last.State == jobs.StateDone && time.Since(last.Ended) > onceKept; {
		case errors.Is(err, jetstream.ErrMsgNotFound): // it was freed meanwhile
		case err != nil:
			return "", err
		case last.State == jobs.StateDead && last.ID == r.ID: // r is revived
		case !isFree:
			return last.ID, nil
		}
	}
}

// put publishes a record to a stream, and waits until the server has it.
func (j *Jobs) put(ctx context.Context, subject string, r any, payload []byte, opts ...jetstream.PublishOpt) (sequence uint64, err error) {
	m := &nats.Msg{Subject: subject, Data: payload, Header: nats.Header{}}
	if err := encode(m.Header, r); err != nil {
		return 0, err
	}
	ack, err := j.js.PublishMsg(ctx, m, append(opts, jetstream.WithRetryAttempts(0))...)
	if err == nil {
		return ack.Sequence, nil
	}
	if code := codeOf(err); code != nil {
		switch code.ErrorCode {
		case jetstream.JSErrCodeStreamWrongLastSequence, jetstream.JSErrCodeStreamWrongLastSequenceConstant:
			return 0, errConflict
		}
		if strings.HasPrefix(code.Description, "maximum ") {
			return 0, fmt.Errorf("%w: %w", jobs.ErrFull, err)
		}
	}
	return 0, err
}

// storedRecord is a message of a job.
type storedRecord struct {
	jobRecord
	subject  string
	sequence uint64
	payload  []byte
}

// get reads a message of a stream. The error is jetstream.ErrMsgNotFound if there is none.
func get(ctx context.Context, s jetstream.Stream, ask func(ctx context.Context) (*jetstream.RawStreamMsg, error)) (r storedRecord, err error) {
	m, err := ask(ctx)
	if err != nil {
		return r, err
	}
	r.subject, r.sequence, r.payload = m.Subject, m.Sequence, m.Data
	return r, decode(m.Header, &r.jobRecord)
}

// remove deletes a message. The error is errGone if there was none.
func remove(ctx context.Context, s jetstream.Stream, sequence uint64) error {
	err := s.DeleteMsg(ctx, sequence)
	if !errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) && codeOf(err) == nil {
		return err
	}
	_, again := s.GetMsg(ctx, sequence) // the error of DeleteMsg has no code
	switch {
	case errors.Is(again, jetstream.ErrMsgNotFound):
		return errGone
	case again != nil:
		return again
	}
	return err
}

// The subjects of a stream: jobs that wait or run and keys of Once; marks of runs; dead jobs; and, of the other stream, done jobs.

func (j *Jobs) jobSubject(r jobRecord) string { return j.options.Name + ".job." + slot(r) }
func (j *Jobs) runSubject(r jobRecord) string { return j.options.Name + ".run." + slot(r) }
func (j *Jobs) deadSubject(id string) string  { return j.options.Name + ".dead." + id }
func (j *Jobs) doneSubject(id string) string  { return j.options.Name + "-done." + id }

// slot is what jobs with the same key have in common: two tokens of a subject.
func slot(r jobRecord) string {
	if len(r.Key) == 0 {
		return r.Kind + "." + r.ID
	}
	sum := sha256.Sum256(r.Key)
	return r.Kind + ".key-" + hex.EncodeToString(sum[:20])
}
