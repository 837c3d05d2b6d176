package nats_test

import (
	"testing"

	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/jobs/enginetest"
)

// jetStream returns a nats-server with JetStream that does not run yet. Its files stay when it is stopped.
func jetStream(t *testing.T) *hubtest.Server {
	t.Helper()
	return hubtest.NewServer(t, "nats-server", func(port, dir string) []string {
		return []string{"-a", "127.0.0.1", "-p", port, "-js", "-sd", dir}
	})
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
