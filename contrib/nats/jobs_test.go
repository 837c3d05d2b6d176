package nats_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/jobs/enginetest"
)

// streamServer is a nats-server with JetStream whose files stay when it is stopped. It can be full.
type streamServer struct {
	*hubtest.Server
	t *testing.T
}

// maxStore is how many bytes the streams of a streamServer may have.
const maxStore = 64 << 20

// jetStream returns a nats-server with JetStream that does not run yet.
func jetStream(t *testing.T) streamServer {
	t.Helper()
	return streamServer{hubtest.NewServer(t, "nats-server", func(port, dir string) []string {
		config := filepath.Join(dir, "nats.conf")
		text := fmt.Sprintf("host: 127.0.0.1\nport: %s\njetstream: {store_dir: %q, max_file_store: %d}\n", port, dir, maxStore)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{"-c", config}
	}), t}
}

// Fill stores messages of a stream of its own, until the server refuses one.
func (s streamServer) Fill() {
	s.with(func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "filler", Subjects: []string{"filler"}})
		for n := 0; err == nil; n++ {
			if n > maxStore/len(filler) {
				return errors.New("the server does not become full")
			}
			_, err = js.Publish(ctx, "filler", filler[:])
		}
		if !strings.Contains(err.Error(), "resource") {
			return err
		}
		return nil
	})
}

// filler is one message of Fill.
var filler [512 << 10]byte

// Free deletes the messages of Fill.
func (s streamServer) Free() {
	s.with(func(ctx context.Context, js jetstream.JetStream) error { return js.DeleteStream(ctx, "filler") })
}

func (s streamServer) with(do func(ctx context.Context, js jetstream.JetStream) error) {
	s.t.Helper()
	conn, err := natsgo.Connect("nats://" + s.Addr())
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		err = do(ctx, js)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// openJobs returns an engine, which the end of the test closes.
func openJobs(t *testing.T, addr, name string) *nats.Jobs {
	t.Helper()
	j, err := nats.OpenJobs("nats://"+addr, nats.JobsOptions{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func TestJobs(t *testing.T) {
	server := jetStream(t)
	server.Start()
	n := 0
	enginetest.Engine(t, func(t *testing.T) jobs.Engine {
		n++
		return openJobs(t, server.Addr(), "jobs-"+string(rune('a'+n)))
	})
	t.Run("shared", func(t *testing.T) {
		enginetest.Shared(t, func(t *testing.T) jobs.Engine { return openJobs(t, server.Addr(), "shared") })
	})
}

func TestJobsFaults(t *testing.T) {
	enginetest.Faults(t, jetStream(t), func(t *testing.T, addr string) jobs.Engine { return openJobs(t, addr, "") })
}

func TestJobsOptions(t *testing.T) {
	for _, o := range []nats.JobsOptions{{Name: "a.b"}, {Name: "ä"}, {Name: "*"}, {Name: string(make([]byte, 41))}, {Replicas: 2}, {Replicas: -1}} {
		if j, err := nats.OpenJobs("nats://127.0.0.1:1", o); err == nil {
			_ = j.Close()
			t.Errorf("%+v: got no error", o)
		} else {
			t.Log(err)
		}
	}
	if _, err := nats.NewJobs(nil, nats.JobsOptions{}); err == nil {
		t.Error("a nil connection: got no error")
	}
}
