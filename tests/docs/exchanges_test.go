package docs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	address  = "127.0.0.1:8000"  // where the programs of the pages serve
	patience = 20 * time.Second  // for a command, and for a program to serve
	width    = 100               // longer lines of JSON are broken
	ellipsis = "…"               // stands for any text in a page
	stateVar = "BRIO_DOCS_STATE" // names the file with the variables of the shell
)

// TestExchangesAreReal executes the commands of each page, in order, and compares what they print with what the page shows.
func TestExchangesAreReal(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	bin := binaries(t)
	var exchanges sync.Map
	t.Run("pages", func(t *testing.T) {
		for _, p := range readPages(t) {
			blocks := p.blocks()
			if !strings.HasPrefix(p.file, "docs/") || !hasExchanges(blocks) {
				continue
			}
			t.Run(strings.TrimSuffix(strings.TrimPrefix(p.file, "docs/"), ".md"), func(t *testing.T) {
				t.Parallel()
				r := newReader(t, bin)
				bodies := map[*block]string{}
				for _, b := range blocks {
					got, isExchange := r.read(b)
					if !isExchange {
						continue
					}
					exchanges.Store(fmt.Sprint(p.file, b.line), true)
					if want := b.body(); matches(want, got) {
						continue
					} else if *update {
						bodies[b] = keepEllipses(want, got)
					} else {
						t.Errorf("%s:%d: the page shows\n%s\nbut it is\n%s", p.file, b.line, want, got)
					}
				}
				if len(bodies) > 0 {
					p.rewrite(t, bodies)
				}
			})
		}
	})
	n := 0
	exchanges.Range(func(any, any) bool { n++; return true })
	if n < 1 && !*update {
		t.Error("no page has an exchange")
	}
}

func hasExchanges(blocks []*block) bool {
	for _, b := range blocks {
		if b.lang == "console" || b.lang == "text" && b.arg == "output" {
			return true
		}
	}
	return false
}

// binaries is the folder of the built programs. It outlives the test: go build leaves a program alone that is up to date.
func binaries(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	here, err := filepath.Abs(docs)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "brio-docs", strings.ReplaceAll(here, string(filepath.Separator), "-"))
}

// reader follows one page: it remembers the program that the page has shown last, and runs the commands.
type reader struct {
	t       *testing.T
	bin     string
	program string             // the folder of the program that was shown last, "" before the first
	running map[string]*server // by the folder of the program
	env     []string
}

// server is a program that runs, or that has ended because of a mistake.
type server struct {
	cmd    *exec.Cmd
	dir    string // its working directory
	port   string // "" if it has ended before it served
	ended  chan struct{}
	mu     sync.Mutex
	output bytes.Buffer
	shown  int // how much of output a block of the page has had
}

func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.Write(p)
}

func (s *server) text(from int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.String()[from:]
}

func newReader(t *testing.T, bin string) *reader {
	home := t.TempDir()
	// As in a terminal, curl shows no progress, but errors.
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte("silent\nshow-error\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(home, "state")
	if err := os.WriteFile(state, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	cache, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	caches := strings.Fields(string(cache))
	r := &reader{t: t, bin: bin, running: map[string]*server{}}
	r.env = append(os.Environ(), "HOME="+home, "CURL_HOME="+home, "LC_ALL=C", "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0",
		"GOCACHE="+caches[0], "GOMODCACHE="+caches[1], "BRIO_ENV=development", stateVar+"="+state)
	t.Cleanup(func() {
		for _, s := range r.running {
			s.stop()
		}
	})
	return r
}

// read does what a block is for, and returns what it should show, if it is an exchange.
func (r *reader) read(b *block) (got string, isExchange bool) {
	switch {
	case b.lang == "go" && b.arg != "":
		file, _, _ := strings.Cut(b.arg, "#")
		dir := filepath.Dir(filepath.Join(b.dir(), file))
		if _, err := os.Stat(filepath.Join(dir, "main.go")); err == nil {
			r.program = dir
		}
	case b.lang == "text" && b.arg == "output":
		return r.programOutput(b), true
	case b.lang == "console":
		return r.commands(b), true
	}
	return "", false
}

// commands runs the commands of a block, and returns them with what they print.
func (r *reader) commands(b *block) string {
	var out strings.Builder
	body := strings.Split(b.body(), "\n")
	for i := 0; i < len(body); i++ {
		command, isCommand := strings.CutPrefix(body[i], "$ ")
		if !isCommand {
			continue // the output of the last run
		}
		shown := body[i]
		for strings.HasSuffix(command, `\`) && i+1 < len(body) {
			i++
			command += "\n" + body[i]
			shown += "\n" + body[i]
		}
		if out.Len() > 0 {
			out.WriteString("\n")
		}
		out.WriteString(shown + "\n")
		if text := r.run(b, command); text != "" {
			out.WriteString(text + "\n")
		}
	}
	return strings.TrimRight(out.String(), "\n")
}

var goRun = regexp.MustCompile(`(?:^|\s)go run \.`)

// run executes one command and returns what it prints.
func (r *reader) run(b *block, command string) string {
	if r.program == "" {
		r.t.Fatalf("%s:%d: the page has shown no program", b.page.file, b.line)
	}
	if goRun.MatchString(command) {
		if old := r.running[r.program]; old != nil {
			old.stop()
		}
		s := r.start(b, command)
		r.running[r.program] = s
		s.shown = len(s.text(0))
		text := s.text(0)
		if s.port == "" && s.cmd.ProcessState.ExitCode() > 0 {
			text += fmt.Sprintf("exit status %d\n", s.cmd.ProcessState.ExitCode()) // as go run says
		}
		return r.tidy(text, s)
	}
	dir, port := r.program, ""
	s := r.running[r.program]
	if !strings.HasPrefix(command, "go ") {
		if s == nil {
			s = r.start(b, "go run .")
			r.running[r.program] = s
			if s.port == "" {
				r.t.Fatalf("%s:%d: the program does not serve:\n%s", b.page.file, b.line, s.text(0))
			}
			s.shown = len(s.text(0))
		}
		dir, port = s.dir, s.port
	}
	script := `set -a; . "$` + stateVar + `"; ` + strings.ReplaceAll(command, address, "127.0.0.1:"+port) + "\nexport -p >\"$" + stateVar + `"`
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir, cmd.Env = dir, r.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	timer := time.AfterFunc(patience*6, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	if !timer.Stop() {
		r.t.Errorf("%s:%d: the command does not end: %s", b.page.file, b.line, command)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return r.tidy(out.String(), s)
}

var serving = regexp.MustCompile(`https?://127\.0\.0\.1:(\d+)`)

// start builds the program that was shown last, and runs it until it serves or has ended. command is "go run ." with arguments and
// variables.
func (r *reader) start(b *block, command string) *server {
	r.t.Helper()
	s := &server{dir: filepath.Join(r.t.TempDir(), filepath.Base(r.program)), ended: make(chan struct{})}
	if err := os.CopyFS(s.dir, withoutGo{os.DirFS(r.program)}); err != nil {
		r.t.Fatal(err)
	}
	s.cmd = exec.Command("sh", "-c", "exec env "+goRun.ReplaceAllLiteralString(command, " "+r.build(b)))
	s.cmd.Dir, s.cmd.Env = s.dir, r.env
	s.cmd.Stdout, s.cmd.Stderr = s, s
	r.serve(b, s)
	return s
}

// serve starts the program of a server, and waits until it serves or has ended.
func (r *reader) serve(b *block, s *server) {
	r.t.Helper()
	s.cmd.WaitDelay = time.Second
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	go func() {
		s.cmd.Wait()
		close(s.ended)
	}()
	r.t.Cleanup(s.stop)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		text := s.text(0)
		if m := serving.FindStringSubmatch(text); m != nil && strings.Contains(text, "INFO serving") && strings.HasSuffix(text, "\n") {
			s.port = m[1]
			return
		}
		select {
		case <-s.ended:
			return
		default:
		}
	}
	r.t.Fatalf("%s:%d: the program serves nothing and does not end:\n%s", b.page.file, b.line, s.text(0))
}

// stop ends the program as Ctrl+C does.
func (s *server) stop() {
	select {
	case <-s.ended:
		return
	default:
	}
	s.cmd.Process.Signal(syscall.SIGINT)
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.cmd.Process.Kill()
	}
}

// build builds the program that was shown last, with a free port in the place of its own.
func (r *reader) build(b *block) string {
	r.t.Helper()
	sources, err := filepath.Glob(filepath.Join(r.program, "*.go"))
	if err != nil {
		r.t.Fatal(err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	dir := r.t.TempDir()
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			r.t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(address)) {
			continue
		}
		source, err = filepath.Abs(source)
		if err != nil {
			r.t.Fatal(err)
		}
		overlay.Replace[source] = filepath.Join(dir, filepath.Base(source))
		if err := os.WriteFile(overlay.Replace[source], bytes.ReplaceAll(text, []byte(address), []byte("127.0.0.1:0")), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	replace, err := json.Marshal(overlay)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), replace, 0o644); err != nil {
		r.t.Fatal(err)
	}
	name, err := filepath.Rel(docs, r.program)
	if err != nil {
		r.t.Fatal(err)
	}
	binary := filepath.Join(r.bin, filepath.FromSlash(name), "program")
	build := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-ldflags=-s -w", "-o", binary, ".")
	build.Dir, build.Env = r.program, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0") // as everything that CI builds without the race detector, so that it is built once
	if out, err := build.CombinedOutput(); err != nil {
		r.t.Fatalf("%s:%d: %s: go build: %v\n%s", b.page.file, b.line, r.program, err, out)
	}
	return binary
}

// programOutput returns what the program has written since the last block that showed it. It waits until the output matches.
func (r *reader) programOutput(b *block) string {
	s := r.running[r.program]
	if s == nil {
		r.t.Fatalf("%s:%d: the program has not been started", b.page.file, b.line)
	}
	got := ""
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if got = r.tidy(s.text(s.shown), s); got != "" && matches(b.body(), got) {
			break
		}
	}
	s.shown = len(s.text(0))
	return got
}

var (
	dateHeader = regexp.MustCompile(`(?m)^Date: .*\n`)
	logTime    = regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d`)
	duration   = regexp.MustCompile(`\bduration=\S+`)
	testTime   = regexp.MustCompile(`(?m)(^ok .*\t|\()[0-9.]+s\)?$`)
)

// tidy makes an output independent of port, place and time.
func (r *reader) tidy(text string, s *server) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if s != nil && s.port != "" {
		text = strings.ReplaceAll(text, "127.0.0.1:"+s.port, address)
	}
	if here, err := filepath.Abs(docs); err == nil {
		text = strings.ReplaceAll(text, here+"/", "")
	}
	text = dateHeader.ReplaceAllString(text, "")
	text = logTime.ReplaceAllString(text, "2026/12/02 10:00:00")
	text = duration.ReplaceAllString(text, "duration="+ellipsis)
	text = testTime.ReplaceAllString(text, "${1}…")
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(breakJSON(line), " ")
	}
	return strings.Join(lines, "\n")
}

// matches reports whether a text of a page, in which … stands for any text, is got.
func matches(want, got string) bool {
	pattern := regexp.QuoteMeta(want)
	lines := strings.Split(pattern, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == ellipsis {
			lines[i] = `(?s:.*)`
		} else {
			lines[i] = strings.ReplaceAll(line, ellipsis, `[^\n]*`)
		}
	}
	return regexp.MustCompile(`\A` + strings.Join(lines, "\n") + `\z`).MatchString(got)
}

// keepEllipses returns got with the lines of want that match because of their ….
func keepEllipses(want, got string) string {
	lines := strings.Split(got, "\n")
	for i, line := range lines {
		for pattern := range strings.SplitSeq(want, "\n") {
			if strings.Contains(pattern, ellipsis) && strings.TrimSpace(pattern) != ellipsis && matches(pattern, line) {
				lines[i] = pattern
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// breakJSON breaks a long line of JSON into indented ones. What fits on a line stays on it. Other lines are not changed.
func breakJSON(line string) string {
	if len(line) <= width || !json.Valid([]byte(line)) {
		return line
	}
	return breakValue([]byte(line), "")
}

func breakValue(value json.RawMessage, indent string) string {
	compact := string(bytes.TrimSpace(value))
	if len(indent)+len(compact) <= width || compact[0] != '{' && compact[0] != '[' {
		return compact
	}
	inner := indent + "  "
	var parts []string
	d := json.NewDecoder(strings.NewReader(compact))
	d.Token() // the bracket
	for d.More() {
		part := inner
		if compact[0] == '{' {
			key, _ := d.Token()
			text, _ := json.Marshal(key)
			part += string(text) + ": "
		}
		var member json.RawMessage
		if err := d.Decode(&member); err != nil {
			return compact
		}
		parts = append(parts, part+breakValue(member, inner))
	}
	return compact[:1] + "\n" + strings.Join(parts, ",\n") + "\n" + indent + compact[len(compact)-1:]
}

// withoutGo is a folder without its programs: what a program reads at run time.
type withoutGo struct{ fs.FS }

func (f withoutGo) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(f.FS, name)
	kept := entries[:0]
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); ext != ".go" && ext != ".md" {
			kept = append(kept, e)
		}
	}
	return kept, err
}
