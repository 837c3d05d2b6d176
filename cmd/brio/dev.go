package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/joho/godotenv"

	"github.com/brio-go/brio/internal/ask"
)

const (
	defaultAddress = "127.0.0.1:8000"
	pollInterval   = 5 * time.Millisecond // between two looks at the file in which a program says where it serves
	drainTime      = 2 * time.Second      // for requests of the program before, until it is told to stop
	stopTime       = 12 * time.Second     // for a program that was told to stop: its ShutdownTimeout is 10 s by default
	reportSize     = 64 << 10             // bytes of the standard error that a page shows
)

// devCommand is the command that runs a program while it is written.
func devCommand() command {
	return command{
		name: "dev", args: "[PACKAGE] [-- ARGS]", short: "run the program, and build it again at each save", long: `
Dev builds the program, runs it, and builds it again when a file of it changes. It listens by itself, on 127.0.0.1:8000 or on the
port in the variable PORT, and hands each request to the newest program that starts. No request is refused in between. While the
program does not compile, has mistakes in its declarations or ends at its start, the one before serves on, and a browser gets the
report as a page. The page loads again when the program is good, and so does each HTML page of the program, such as /docs.

The program serves on a free port of the loopback in place of the addresses of Run, without TLS, as in development: it logs its
requests. Two of them run for a moment at each change. Variables in the file .env of the current folder are set, unless the
environment has them. ARGS are arguments of the program.

Go files, go.mod, go.sum, go.work, .env and embedded files are watched. -watch adds others.`,
		define: func(flags *flag.FlagSet) runner {
			o := &devOptions{}
			flags.StringVar(&o.address, "addr", "", "listen on this `address`, as in :8000; port 0 is a free one")
			flags.Func("watch", "also watch files whose names have this `pattern`, as in \"*.html\"; may be repeated", func(text string) error {
				if _, err := filepath.Match(text, ""); err != nil {
					return err
				}
				o.patterns = append(o.patterns, text)
				return nil
			})
			return o.run
		},
	}
}

// devOptions are the flags of dev.
type devOptions struct {
	address  string
	patterns []string
}

// listen opens the address.
func (o *devOptions) listen() (net.Listener, error) {
	address := o.address
	if address == "" {
		address = defaultAddress
		if port := os.Getenv("PORT"); port != "" {
			address = net.JoinHostPort("127.0.0.1", port)
		}
	}
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%w\n\tlegal: a port that no other process listens on, as in brio dev -addr 127.0.0.1:8001; port 0 is a free one", err)
	}
	return l, err
}

// run runs the loop until the command is interrupted.
func (o *devOptions) run(s *streams, args, program []string) error {
	if len(args) > 1 {
		return wrong("dev takes one package")
	}
	pkg, err := findProgram(strings.Join(args, ""))
	if err != nil {
		return err
	}
	l, err := o.listen()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return o.serve(ctx, s, l, pkg, program)
}

// serve runs the loop on a listener until ctx ends.
func (o *devOptions) serve(ctx context.Context, s *streams, l net.Listener, pkg string, args []string) error {
	folder, err := os.MkdirTemp("", "brio-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	w, err := newWatcher(o.patterns)
	if err != nil {
		return err
	}
	defer w.close()
	d := &loop{pkg: pkg, args: args, folder: folder, front: newFront(w.root), err: &lockedWriter{w: s.err}}
	server := &http.Server{Handler: d.front, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }()
	defer func() { _ = server.Close() }()
	fmt.Fprintf(d.err, "\n  brio dev %s\n\n  serving  http://%s\n  stop     Ctrl+C\n\n", pkg, l.Addr())
	saved := time.Now()
	for {
		attempt, cancel := context.WithCancel(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.try(attempt, saved)
			if attempt.Err() == nil {
				w.readEmbedded(attempt, pkg)
			}
		}()
		ok := w.wait(ctx)
		saved = time.Now()
		cancel()
		<-done
		if !ok {
			if p := d.front.set(nil, nil); p != nil {
				d.stop(p)
			}
			d.stops.Wait()
			return nil
		}
	}
}

// loop builds and starts programs.
type loop struct {
	pkg    string
	args   []string
	folder string // of the binaries
	n      int    // of programs so far
	front  *front
	err    io.Writer
	stops  sync.WaitGroup // programs that are being stopped
}

// try builds and starts the program. When it serves, it takes the place of the one before. saved is when the change was seen.
func (d *loop) try(ctx context.Context, saved time.Time) {
	d.n++
	binary := filepath.Join(d.folder, fmt.Sprintf("program%d%s", d.n, exeSuffix()))
	err := build(ctx, d.pkg, binary, "-ldflags=-w", "-buildvcs=false")
	built := time.Now()
	var p *program
	if err == nil {
		p, err = d.start(ctx, binary)
	}
	if ctx.Err() != nil {
		if p != nil {
			d.stop(p)
		}
		return
	}
	if err != nil {
		found := problemOf(err)
		fmt.Fprintf(d.err, "brio: %s\n%s\n", found.title, found.report)
		d.front.fail(found)
		return
	}
	fmt.Fprintf(d.err, "brio: serving %v after the change: built in %v, started in %v\n", time.Since(saved).Round(time.Millisecond),
		built.Sub(saved).Round(time.Millisecond), time.Since(built).Round(time.Millisecond))
	if before := d.front.set(p, nil); before != nil {
		d.stop(before)
	}
	d.stops.Go(func() { d.watchEnd(p) })
}

// watchEnd shows it when a program ends by itself.
func (d *loop) watchEnd(p *program) {
	<-p.ended
	if found := p.problem("The program has ended"); d.front.lost(p, found) {
		fmt.Fprintf(d.err, "brio: the program has ended (%v); the next change starts it again\n", p.state())
	}
	_ = os.Remove(p.binary)
}

// stop tells a program to stop, in the background, when its requests are answered. A program that does not stop is killed.
func (d *loop) stop(p *program) {
	d.stops.Go(func() {
		for deadline := time.Now().Add(drainTime); p.requests.Load() > 0 && time.Now().Before(deadline); {
			time.Sleep(pollInterval)
		}
		if p.cmd.Process.Signal(os.Interrupt) != nil { // Windows has no such signal
			_ = p.cmd.Process.Kill()
		}
		kill := time.AfterFunc(stopTime, func() { _ = p.cmd.Process.Kill() })
		<-p.ended
		kill.Stop()
		_ = os.Remove(p.binary)
	})
}

// start starts a program and waits until it serves.
func (d *loop) start(ctx context.Context, binary string) (*program, error) {
	p := &program{cmd: exec.Command(binary, d.args...), binary: binary, ended: make(chan struct{})}
	answer := binary + ".answer"
	p.cmd.Stdout, p.cmd.Stderr = d.err, io.MultiWriter(d.err, &p.log)
	p.cmd.Env = append(environment(), ask.Environment([]string{ask.Serve}, answer)...)
	ownGroup(p.cmd)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // state says how it has ended
		close(p.ended)
	}()
	for {
		text, err := os.ReadFile(answer)
		if url, isURL := strings.CutPrefix(string(text), "http://"); err == nil && isURL {
			p.serveAt(strings.TrimSpace(url))
			return p, nil
		}
		select {
		case <-p.ended:
			if text, err := os.ReadFile(answer); err == nil && !strings.HasPrefix(string(text), "http://") {
				return nil, &problem{title: "The program does not start", report: string(text)}
			}
			return nil, p.problem("The program ends at its start")
		case <-ctx.Done():
			_ = p.cmd.Process.Kill()
			<-p.ended
			return nil, ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

// environment is that of a program: the variables of the process, of the file .env, and BRIO_ENV.
func environment() []string {
	env := os.Environ()
	has := func(name string) bool {
		return slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
	}
	file, _ := godotenv.Read() // a program without one needs none
	for _, name := range slices.Sorted(maps.Keys(file)) {
		if !has(name) {
			env = append(env, name+"="+file[name])
		}
	}
	if !has("BRIO_ENV") {
		env = append(env, "BRIO_ENV=development")
	}
	return env
}

// problem returns what a program has left when it ended.
func (p *program) problem(title string) *problem {
	report := p.log.String()
	if report == "" {
		report = "It has printed nothing. A program serves with app.Run or app.Serve.\n"
	}
	return &problem{title: title, report: report + "\n" + p.state() + "\n"}
}

// state says how a program has ended.
func (p *program) state() string { return p.cmd.ProcessState.String() }

// tail keeps the last bytes that are written.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if over := len(t.text) - reportSize; over > 0 {
		t.text = bytes.Clone(t.text[over:])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}

// lockedWriter is written by the loop and by the programs.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
