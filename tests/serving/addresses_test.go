package serving_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestServeTakesSeveralListeners: one app answers on the listener of Serve, a further listener and a further address.
func TestServeTakesSeveralListeners(t *testing.T) {
	first, second := listen(t), listen(t)
	log, _ := serve(t, t.Context(), first, brio.Listener(second), brio.Listen("127.0.0.1:0"))
	urls := urlsOf(log)
	if len(urls) != 3 {
		t.Fatalf("addresses: %q", urls)
	}
	for _, url := range urls {
		if got := get(t, url, &http.Transport{}); got != `"app HTTP/1.1"` {
			t.Errorf("%s: got %s", url, got)
		}
	}
}

// urlsOf returns the addresses in the line that says where an app serves.
func urlsOf(log *testkit.Log) []string {
	_, list, _ := strings.Cut(log.String(), `address="`)
	list, _, _ = strings.Cut(list, `"`)
	return strings.Split(list, ", ")
}

// TestServeEndsAllListeners: an error of one listener stops the app in order, and Serve returns it.
func TestServeEndsAllListeners(t *testing.T) {
	first, second := listen(t), listen(t)
	log, ended := serve(t, t.Context(), first, brio.Listener(second))
	_ = second.Close()
	if err := testkit.Receive(t, ended, "the end of Serve"); !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if c, err := net.Dial("tcp", first.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("the other listener is open")
	}
	if log.Lines("stopped") != 1 {
		t.Errorf("the app was not stopped:\n%s", log)
	}
}

// overUnix returns a transport that dials a unix socket.
func overUnix(path string) *http.Transport {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
}

// TestServeUnixSocket: the app answers on a unix socket with the mode that the program asks for. The file goes with the app.
func TestServeUnixSocket(t *testing.T) {
	path := filepath.Join(socketDir(t), "app.sock")
	stale(t, path)
	ctx, stop := context.WithCancel(t.Context())
	_, ended := serve(t, ctx, listen(t), brio.Listen("unix:"+path), brio.SocketMode(0o620))
	if got := get(t, "http://app/", overUnix(path)); got != `"app HTTP/1.1"` {
		t.Errorf("got %s", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o620 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	stop()
	if err := testkit.Receive(t, ended, "the end of Serve"); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket file is left: %v", err)
	}
}

// socketDir returns a folder with a short path: that of a socket has at most 103 bytes.
func socketDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "brio")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// stale leaves a socket file that nothing listens on, as a process that was killed does.
func stale(t *testing.T, path string) {
	t.Helper()
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = l.Close()
	if _, err := os.Lstat(path); err != nil {
		t.Fatal(err)
	}
}

// TestUnixSocketHasOneOwner: of many apps that find a stale socket at the same time one gets the path, and answers there.
func TestUnixSocketHasOneOwner(t *testing.T) {
	path := filepath.Join(socketDir(t), "app.sock")
	stale(t, path)
	ctx, stop := context.WithCancel(t.Context())
	var apps sync.WaitGroup
	refused := make(chan error, 20)
	for range cap(refused) {
		l := listen(t)
		apps.Go(func() {
			if err := newApp("app", testkit.Quiet()).Serve(ctx, l, brio.Listen("unix:"+path), brio.ShutdownDelay(0)); err != nil {
				refused <- err
			}
		})
	}
	for range cap(refused) - 1 {
		if err := testkit.Receive(t, refused, "the refusal of an app"); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("got %v", err)
		}
	}
	if got := get(t, "http://app/", overUnix(path)); got != `"app HTTP/1.1"` {
		t.Errorf("got %s", got)
	}
	stop()
	testkit.Wait(t, &apps, "the end of the apps")
}

// TestServeSystemdSockets: a child gets two sockets as systemd passes them, and serves the one of the name that it asks for. The parent
// keeps its copy open, so a request that comes between two children waits for the second one.
func TestServeSystemdSockets(t *testing.T) {
	other, web := listen(t), listen(t)
	files := make([]*os.File, 2)
	for i, l := range []net.Listener{other, web} {
		f, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	run := func(command ...string) *child {
		cmd := exec.Command(command[0], command[1:]...)
		cmd.ExtraFiles = files
		return startCommand(t, cmd, "systemd", "LISTEN_FDS=2", "LISTEN_FDNAMES=other:web", "LISTEN_PID=1")
	}
	c := run(os.Args[0]) // the sockets are for another process
	c.wait(1)
	testkit.WantContains(t, c.stderr.String(), "brio: serving/main_test.go:", `"systemd:web"`, "LISTEN_PID", "legal: a socket unit")

	answers := make(chan string, 1)
	go func() { answers <- get(t, "http://"+web.Addr().String(), &http.Transport{}) }() // before a child accepts
	for i := range 2 {
		c := run("sh", "-c", `LISTEN_PID=$$ exec "$0"`, os.Args[0]) // exec keeps the process, as systemd does
		if i == 1 {
			go func() { answers <- get(t, "http://"+web.Addr().String(), &http.Transport{}) }()
		}
		if got := testkit.Receive(t, answers, "the answer"); got != `"systemd HTTP/1.1"` {
			t.Errorf("got %s", got)
		}
		c.stop()
	}
	_ = other.(*net.TCPListener).SetDeadline(time.Now())
	if _, err := other.Accept(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the other socket: %v", err)
	}
}

// TestWrongAddressesAreStartErrors: each error has the place of the option, the address, its cause and a cure.
func TestWrongAddressesAreStartErrors(t *testing.T) {
	taken := listen(t).Addr().String()
	dir := socketDir(t)
	file, busy := filepath.Join(dir, "file"), filepath.Join(dir, "busy.sock")
	if err := os.WriteFile(file, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", busy)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for address, want := range map[string][]string{
		taken:                   {"address already in use", "port 0 is a free one"},
		"8000":                  {"no known form", `"host:port"`},
		"":                      {"no known form", `"host:port"`},
		"https://127.0.0.1:0":   {"no known form", `"http://host:port"`},
		"http://127.0.0.1:0/v1": {"no known form"},
		"unix:":                 {"no known form", `"unix:/path"`},
		"192.0.2.1:8000":        {"cannot assign", "an address of this machine"},
		"127.0.0.1:nonsense":    {"nonsense", `"host:port"`},
		"unix:" + file:          {"no socket", "remove the file"},
		"unix:" + busy:          {"a process accepts connections there", "another path"},
		"unix:" + dir + "/no/x": {"no such file", "a directory that exists"},
		"unix:" + dir + "/" + strings.Repeat("x", 120): {"legal: a path of at most 103 bytes"},
		"systemd": {"LISTEN_PID", "a socket unit of systemd"},
	} {
		t.Run(address, func(t *testing.T) {
			err := serveError(t, brio.Listen(address))
			testkit.WantContains(t, err.Error(), append(want, "brio: serving/addresses_test.go:", "cannot listen on", "\n\tlegal: ")...)
		})
	}
	if content, _ := os.ReadFile(file); string(content) != "data" {
		t.Error("a file was removed")
	}
	if c, err := net.Dial("unix", busy); err != nil {
		t.Errorf("a socket in use was removed: %v", err)
	} else {
		_ = c.Close()
	}
}

// TestWrongRunOptionsAreReported with their places, all at once.
func TestWrongRunOptionsAreReported(t *testing.T) {
	err := serveError(t, brio.Listener(nil), brio.TLS(nil), brio.SocketMode(fs.ModeSetuid|0o600), brio.MaxConnections(-2))
	testkit.WantContains(t, err.Error(), "brio: 4 mistakes", "addresses_test.go:", "Listener is nil", "TLS is nil", "SocketMode is", "MaxConnections is -2")
}
