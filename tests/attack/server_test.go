package attack_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// TestMain runs the tests, or the server of a child process.
func TestMain(m *testing.M) {
	if os.Getenv("BRIO_ATTACKED") != "" {
		if err := serveAttacked(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// limitFor is each timeout of the server under attack with n connections: long enough to open them all. Those by default are longer, and
// a test would wait for them.
func limitFor(n int) time.Duration { return 2*time.Second + time.Duration(n)*time.Millisecond }

// stats is what the server says of itself, after a garbage collection.
type stats struct {
	Memory     uint64 `json:"memory"` // bytes of heap and stacks
	Goroutines int    `json:"goroutines"`
}

// serveAttacked is the program of the child.
func serveAttacked() error {
	n, err := strconv.Atoi(os.Getenv("BRIO_ATTACKED"))
	if err != nil {
		return err
	}
	limit, big := limitFor(n), strings.Repeat("x", 32<<20)
	app := brio.New(brio.WriteTimeout(limit))
	app.Get("/", func() string { return "ok" })
	app.Get("/big", func() *brio.Response { return response.Reader("text/plain", strings.NewReader(big)) })
	app.Get("/json", func() string { return big[:bigJSON] })
	app.Get("/stats", func() stats {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return stats{m.HeapAlloc + m.StackInuse, runtime.NumGoroutine()}
	})
	return app.Run("127.0.0.1:0", brio.ShutdownDelay(0), brio.Server(func(s *http.Server) {
		s.ReadHeaderTimeout, s.IdleTimeout = limit, 2*limit
	}))
}
