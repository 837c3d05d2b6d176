package nats_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/jobs"
	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const soon = 30 * time.Second

// runLog is what the log of a worker has.
type runLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *runLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *runLog) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), text)
}

// work runs jobs of the kind "a", and stops with the test.
func work(t *testing.T, j *nats.Jobs, run func(d jobs.Delivery) jobs.Result) *runLog {
	t.Helper()
	log := &runLog{}
	stop, err := j.Work(t.Context(), jobs.Worker{
		Kinds: []string{"a"}, Concurrency: 4, Longest: time.Minute, Log: slog.New(slog.NewTextHandler(log, nil)),
		Run: func(_ context.Context, d jobs.Delivery) jobs.Result { return run(d) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = stop(ctx)
	})
	return log
}

func enqueue(t *testing.T, j *nats.Jobs, e jobs.Entry) jobs.Stored {
	t.Helper()
	if e.Kind == "" {
		e.Kind = "a"
	}
	e.Payload, e.Attempts = []byte("{}"), 3
	s, err := j.Enqueue(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func receive[T any](t *testing.T, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(soon):
		t.Fatal("waited in vain for a run")
	}
	return v
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// operator returns a connection of an operator, after the engine has created its streams.
func operator(t *testing.T, server streamServer) (*natsgo.Conn, jetstream.JetStream) {
	t.Helper()
	conn, err := natsgo.Connect("nats://" + server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openJobs(t, server.Addr(), "").Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	return conn, js
}

// shortLease makes the lease of jobs a second, as an operator may.
func shortLease(t *testing.T, js jetstream.JetStream) {
	t.Helper()
	c, err := js.Consumer(t.Context(), "brio-jobs", "workers")
	if err != nil {
		t.Fatal(err)
	}
	config := c.CachedInfo().Config
	config.AckWait = time.Second
	if _, err := js.UpdateConsumer(t.Context(), "brio-jobs", config); err != nil {
		t.Fatal(err)
	}
}

// A job that runs longer than its lease runs once. One whose process ends runs again, as the next attempt; deliveries that did not begin a run do
// not count.
func TestJobsLease(t *testing.T) {
	server := jetStream(t)
	server.Start()
	conn, js := operator(t, server)
	shortLease(t, js)
	dying, err := nats.NewJobs(conn, nats.JobsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	began, release := make(chan jobs.Delivery, 9), make(chan struct{})
	t.Cleanup(func() { close(release) })
	work(t, dying, func(d jobs.Delivery) jobs.Result {
		began <- d
		if d.Key == "dying" {
			<-release
		}
		time.Sleep(3 * time.Second)
		return jobs.Result{Outcome: jobs.Done}
	})
	enqueue(t, dying, jobs.Entry{Key: "long"})
	receive(t, began)
	time.Sleep(4 * time.Second)
	if n := len(began); n != 0 {
		t.Errorf("a job with a lease of 1 s and a run of 3 s ran %d times more", n)
	}
	enqueue(t, dying, jobs.Entry{Key: "dying", RunAt: time.Now().Add(500 * time.Millisecond)})
	if d := receive(t, began); d.Attempt != 1 {
		t.Errorf("a job that was delivered twice before its time has attempt %d", d.Attempt)
	}
	count, err := dying.Count(t.Context())
	if err != nil || count[jobs.StateRunning] != 1 || count[jobs.StateWaiting] != 0 || count[jobs.StateDone] != 1 {
		t.Errorf("count: got %v, %v", count, err)
	}
	list, err := dying.List(t.Context(), jobs.Filter{State: jobs.StateRunning, Limit: 5})
	if err != nil || len(list) != 1 || list[0].Key != "dying" || list[0].Attempt != 1 || string(list[0].Payload) != "{}" {
		t.Errorf("running jobs: got %+v, %v", list, err)
	}
	conn.Close() // the end of the process, as the server sees it
	next := openJobs(t, server.Addr(), "")
	work(t, next, func(d jobs.Delivery) jobs.Result { began <- d; return jobs.Result{Outcome: jobs.Done} })
	if d := receive(t, began); d.Attempt != 2 || d.Key != "dying" {
		t.Errorf("after the end of its process: got %+v", d.Info)
	}
}

// A server that comes late, is killed and started again: it is logged once each time, and delays of jobs survive.
func TestJobsServerAway(t *testing.T) {
	server := jetStream(t)
	j := openJobs(t, server.Addr(), "")
	ran := make(chan time.Time, 9)
	log := work(t, j, func(jobs.Delivery) jobs.Result { ran <- time.Now(); return jobs.Result{Outcome: jobs.Done} })
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := j.Enqueue(ctx, jobs.Entry{Kind: "a", Payload: []byte("{}")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Enqueue without a server: got %v", err)
	}
	time.Sleep(1500 * time.Millisecond)
	server.Start()
	enqueue(t, j, jobs.Entry{})
	receive(t, ran)
	due := time.Now().Add(4 * time.Second)
	enqueue(t, j, jobs.Entry{RunAt: due, Key: "later"})
	time.Sleep(200 * time.Millisecond)
	server.Stop()
	time.Sleep(time.Second)
	server.Start()
	if at := receive(t, ran); at.Before(due) || at.After(due.Add(3*time.Second)) {
		t.Errorf("a delayed job ran %v after its time", at.Sub(due))
	}
	if away, back := log.count("is away"), log.count("is back"); away != 2 || back != 2 {
		t.Errorf("the log says %d times that the server is away, and %d times that it is back:\n%s", away, back, log.buf.String())
	}
}

// What operators do to the streams: delete them, limit them, use their name.
func TestJobsOperator(t *testing.T) {
	server := jetStream(t)
	server.Start()
	conn, js := operator(t, server)
	j := openJobs(t, server.Addr(), "")
	ran := make(chan jobs.Delivery, 9)
	log := work(t, j, func(d jobs.Delivery) jobs.Result { ran <- d; return jobs.Result{Outcome: jobs.Done} })
	enqueue(t, j, jobs.Entry{})
	receive(t, ran)
	t.Run("deleted", func(t *testing.T) {
		for _, remove := range []func() error{
			func() error { return js.DeleteStream(t.Context(), "brio-jobs") },
			func() error { return js.DeleteConsumer(t.Context(), "brio-jobs", "workers") },
		} {
			time.Sleep(300 * time.Millisecond) // until the job before is stored as done
			if err := remove(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond) // nats-server 2.9 deletes files of a stream that is created again at once
			id := enqueue(t, j, jobs.Entry{}).ID
			if d := receive(t, ran); d.ID != id {
				t.Errorf("ran %s, want %s", d.ID, id)
			}
		}
	})
	t.Run("hostile", func(t *testing.T) {
		id := enqueue(t, j, jobs.Entry{Kind: "b", Key: "k", RunAt: time.Now().Add(time.Hour)}).ID
		s, err := js.Stream(t.Context(), "brio-jobs")
		if err != nil {
			t.Fatal(err)
		}
		last, err := s.GetLastMsgForSubject(t.Context(), "brio-jobs.job.b.>")
		if err != nil {
			t.Fatal(err)
		}
		headers := []string{"", "null", "{}", `{"id":1}`, "[", strings.ReplaceAll(last.Header.Get("Brio-Job"), id, "x"), `{"kind":"a","id":"x.y.z","attempt":-9}`}
		for i, h := range headers {
			for _, subject := range []string{"job.a.x", "job.x", "run.a.x", "dead.x", "other"} {
				m := &natsgo.Msg{Subject: "brio-jobs." + subject + fmt.Sprint(i), Data: []byte("x"), Header: natsgo.Header{"Brio-Job": {h}}}
				if err := conn.PublishMsg(m); err != nil {
					t.Fatal(err)
				}
			}
		}
		enqueue(t, j, jobs.Entry{Key: "last"})
		if d := receive(t, ran); d.Key != "last" {
			t.Errorf("ran %+v", d)
		}
		eventually(t, "the log of what is no job", func() bool { return log.count("is no job") == 2*len(headers) })
		for _, state := range []jobs.State{jobs.StateWaiting, jobs.StateRunning, jobs.StateDead, jobs.StateDone} {
			if _, err := j.List(t.Context(), jobs.Filter{State: state, Limit: 100}); err != nil {
				t.Error(err)
			}
		}
		if err := j.Sweep(t.Context(), time.Now(), slog.Default()); err != nil {
			t.Error(err)
		}
	})
	t.Run("full", func(t *testing.T) {
		s, err := js.Stream(t.Context(), "brio-jobs")
		if err != nil {
			t.Fatal(err)
		}
		config := s.CachedInfo().Config
		config.MaxMsgs = int64(s.CachedInfo().State.Msgs)
		if _, err := js.UpdateStream(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Enqueue(t.Context(), jobs.Entry{Kind: "a", Payload: []byte("1")}); !errors.Is(err, jobs.ErrFull) {
			t.Errorf("got %v, want ErrFull", err)
		}
	})
	t.Run("name in use", func(t *testing.T) {
		if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "orders", Subjects: []string{"orders.>"}}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := openJobs(t, server.Addr(), "orders").Enqueue(ctx, jobs.Entry{Kind: "a", Payload: []byte("1")})
		if err == nil || !strings.Contains(err.Error(), "another use") {
			t.Errorf("got %v", err)
		}
	})
}

// A sweep deletes keys of Once after a day and marks without jobs, and runs a job that the server forgot to deliver.
func TestJobsSweep(t *testing.T) {
	server := jetStream(t)
	server.Start()
	_, js := operator(t, server)
	j := openJobs(t, server.Addr(), "")
	once := jobs.Entry{Key: "once", Once: true}
	enqueue(t, j, once)
	dead := jobs.Entry{Key: "dead", Once: true}
	enqueue(t, j, dead)
	ran := make(chan jobs.Delivery, 9)
	log := work(t, j, func(d jobs.Delivery) jobs.Result {
		ran <- d
		if d.Key == "dead" {
			return jobs.Result{Outcome: jobs.Dead, Err: "dead"}
		}
		return jobs.Result{Outcome: jobs.Done}
	})
	receive(t, ran)
	receive(t, ran)
	s, err := js.Stream(t.Context(), "brio-jobs")
	if err != nil {
		t.Fatal(err)
	}
	messages := func() uint64 {
		info, err := s.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return info.State.Msgs
	}
	eventually(t, "the two keys and the dead job alone", func() bool { return messages() == 3 })
	old := &natsgo.Msg{Subject: "brio-jobs.run.a.gone", Header: natsgo.Header{"Brio-Job": {`{"sequence":1,"began":"2020-01-01T00:00:00Z"}`}}}
	if _, err := js.PublishMsg(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		left  uint64
	}{{23 * time.Hour, 3}, {25 * time.Hour, 2}} {
		if err := j.Sweep(t.Context(), time.Now().Add(step.after), slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		if n := messages(); n != step.left {
			t.Errorf("after %v: %d messages, want %d", step.after, n, step.left)
		}
	}
	if s := enqueue(t, j, once); s.IsDuplicate {
		t.Error("a key of Once is taken after a day")
	}
	receive(t, ran)
	if s := enqueue(t, j, dead); !s.IsDuplicate {
		t.Error("the key of a dead job with Once is free")
	}

	// A message that a server has brought back after its job was done: acknowledged, and there.
	var isStolen atomic.Bool
	c, err := js.Consumer(t.Context(), "brio-jobs", "workers")
	if err != nil {
		t.Fatal(err)
	}
	messagesOf, err := c.Messages(jetstream.PullMaxMessages(1))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			m, err := messagesOf.Next()
			if err != nil {
				return
			}
			if isStolen.CompareAndSwap(false, true) {
				_ = m.DoubleAck(context.Background())
			} else {
				_ = m.Nak()
			}
		}
	}()
	for i := 0; !isStolen.Load(); i++ {
		enqueue(t, j, jobs.Entry{Key: fmt.Sprint("stolen ", i)})
		time.Sleep(100 * time.Millisecond)
	}
	messagesOf.Stop()
	eventually(t, "the job to run", func() bool {
		if err := j.Sweep(t.Context(), time.Now(), slog.New(slog.NewTextHandler(log, nil))); err != nil {
			t.Fatal(err)
		}
		count, err := j.Count(t.Context())
		return err == nil && count[jobs.StateWaiting]+count[jobs.StateRunning] == 0
	})
	if n := log.count("did not deliver"); n != 1 {
		t.Errorf("%d jobs were rescued, want 1", n)
	}
}

// Jobs of a kind that a process does not know are run by one that does.
func TestJobsKinds(t *testing.T) {
	server := jetStream(t)
	server.Start()
	a, b := openJobs(t, server.Addr(), ""), openJobs(t, server.Addr(), "")
	work(t, a, func(d jobs.Delivery) jobs.Result {
		if d.Kind != "a" {
			t.Errorf("got a job of the kind %s", d.Kind)
		}
		return jobs.Result{Outcome: jobs.Done}
	})
	var n atomic.Int64
	stop, err := b.Work(t.Context(), jobs.Worker{
		Kinds: []string{"b"}, Concurrency: 4, Log: slog.Default(),
		Run: func(_ context.Context, d jobs.Delivery) jobs.Result {
			if d.Kind != "b" || d.Attempt != 1 {
				t.Errorf("got %+v", d.Info)
			}
			n.Add(1)
			return jobs.Result{Outcome: jobs.Done}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		enqueue(t, a, jobs.Entry{Kind: "b"})
		enqueue(t, a, jobs.Entry{Kind: "a"})
	}
	eventually(t, "the jobs of b", func() bool { return n.Load() == 20 })
	if err := stop(t.Context()); err != nil {
		t.Error(err)
	}
}
