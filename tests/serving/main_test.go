package serving_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestMain runs the tests, or the program of a child process that a test has started.
func TestMain(m *testing.M) {
	if program := programs[os.Getenv("BRIO_TEST_PROGRAM")]; program != nil {
		if err := program(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// programs are what child processes run.
var programs = map[string]func() error{
	"systemd": func() error { return newApp("systemd").Run("systemd:web") },
	"fatal": func() error {
		log.Fatal(newApp("fatal").Run("127.0.0.1:0", brio.FromEnv(flag.CommandLine)))
		return nil
	},
	"env": func() error { return newApp("env").Run("127.0.0.1:0", brio.FromEnv(flag.CommandLine)) },
	"endless": func() error {
		app := newApp("endless")
		app.Get("/endless", func() {
			fmt.Fprintln(os.Stderr, "entered")
			select {}
		})
		return app.Run("127.0.0.1:0", brio.ShutdownDelay(0), brio.ShutdownTimeout(brio.NoLimit))
	},
	"plain": func() error { return newApp("plain").Run("127.0.0.1:0") },
	"logs on a router": func() error {
		r := brio.NewRouter(brio.Prefix("/logged"), brio.Use(middleware.AccessLog(nil)))
		r.Get("/", func() string { return "" })
		app := newApp("logs", brio.TrustProxies("*"), brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowCredentials: true})))
		app.Include(r)
		return app.Run("127.0.0.1:0", brio.Development())
	},
	"logs": func() error {
		return newApp("logs", brio.Use(middleware.AccessLog(nil))).Run("127.0.0.1:0", brio.Development())
	},
}

// newApp returns an app that answers GET / with its name and the protocol.
func newApp(name string, opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{brio.Title(name)}, opts...)...)
	app.Get("/", func(r *http.Request) string { return name + " " + r.Proto })
	return app
}

// serve serves an app until the test ends. It returns the log, and what Serve has returned.
func serve(t *testing.T, ctx context.Context, l net.Listener, opts ...brio.RunOption) (*testkit.Log, <-chan error) {
	t.Helper()
	log := &testkit.Log{}
	app := newApp("app", brio.Logger(log.Logger()))
	ctx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- app.Serve(ctx, l, append([]brio.RunOption{brio.ShutdownDelay(0)}, opts...)...) }()
	ended := make(chan error, 1)
	go func() {
		ended <- <-done
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		testkit.Receive(t, ended, "the end of Serve")
	})
	testkit.Eventually(t, "the start", func() bool { return strings.Contains(log.String(), "serving") })
	return log, ended
}

// serveError returns the error of an app that cannot start, and checks that nothing was started.
func serveError(t *testing.T, opts ...brio.RunOption) error {
	t.Helper()
	started := false
	app := newApp("app", testkit.Quiet(), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		started = true
		return nil, nil
	}))
	l := listen(t)
	ctx, cancel := context.WithTimeout(t.Context(), testkit.Patience)
	defer cancel()
	err := app.Serve(ctx, l, opts...)
	if started {
		t.Error("the app was started")
	}
	if c, dialErr := net.Dial("tcp", l.Addr().String()); dialErr == nil {
		_ = c.Close()
		t.Error("the listener is open")
	}
	if err == nil {
		t.Fatal("no error")
	}
	return err
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// get returns the body of the answer to GET with a transport, which it closes.
func get(t *testing.T, url string, transport *http.Transport) string {
	t.Helper()
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport, Timeout: testkit.Patience}).Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// child is a process of its own that runs one of programs.
type child struct {
	*exec.Cmd
	t      *testing.T
	stderr *testkit.Log
}

// start starts a child. env are variables, as in PORT=0.
func start(t *testing.T, program string, args []string, env ...string) *child {
	t.Helper()
	return startCommand(t, exec.Command(os.Args[0], args...), program, env...)
}

// startCommand starts a command that becomes a child.
func startCommand(t *testing.T, cmd *exec.Cmd, program string, env ...string) *child {
	t.Helper()
	c := &child{cmd, t, &testkit.Log{}}
	c.Env, c.Stderr = append(clean(os.Environ()), append(env, "BRIO_TEST_PROGRAM="+program)...), c.stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c
}

// clean returns the environment without what Run and FromEnv read.
func clean(env []string) (out []string) {
	for _, line := range env {
		name, _, _ := strings.Cut(line, "=")
		if name != "HOST" && name != "PORT" && !strings.HasPrefix(name, "BRIO_") && !strings.HasPrefix(name, "LISTEN_") {
			out = append(out, line)
		}
	}
	return out
}

// address waits for the line that says where the child serves, and returns what follows address= in it.
func (c *child) address() string {
	c.t.Helper()
	var address string
	testkit.Eventually(c.t, "the start of the child", func() bool {
		for _, mark := range []string{"address=", `"address":"`} {
			if _, rest, ok := strings.Cut(c.stderr.String(), mark); ok {
				address = rest[:strings.IndexAny(rest+" ", "\" \n")]
				return true
			}
		}
		return false
	})
	return address
}

// stop ends the child as a service manager does, and wants the exit code 0.
func (c *child) stop() {
	c.t.Helper()
	_ = c.Process.Signal(syscall.SIGTERM)
	c.wait(0)
}

// wait waits for the end of the child.
func (c *child) wait(code int) {
	c.t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case <-ended:
		if got := c.ProcessState.ExitCode(); got != code {
			c.t.Errorf("exit code %d, want %d:\n%s", got, code, c.stderr)
		}
	case <-time.After(testkit.Patience):
		c.t.Fatalf("the child does not end:\n%s", c.stderr)
	}
}
