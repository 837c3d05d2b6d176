package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// program is the source of a program that answers text.
func devProgram(text, more string) string {
	return fmt.Sprintf(`package main

import (
	"log"
	"os"

	"github.com/brio-go/brio"
)

func main() {
	app := brio.New()
	app.Get("/", func() string { return %q + os.Getenv("SUFFIX") })
	%s
	if err := app.Run("an address that is none"); err != nil {
		log.Fatal(err)
	}
}
`, text, more)
}

// loopTest is a brio dev that runs.
type loopTest struct {
	t   *testing.T
	url string
	log testkit.Log
}

// startLoop runs brio dev on a new module.
func startLoop(t *testing.T, files map[string]string) *loopTest {
	t.Helper()
	t.Chdir(newModule(t, files))
	return startLoopHere(t)
}

// startLoopHere runs brio dev on the module of the current folder.
func startLoopHere(t *testing.T) *loopTest {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &loopTest{t: t, url: "http://" + l.Addr().String()}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- (&devOptions{patterns: []string{"*.txt"}}).serve(ctx, &streams{nil, io.Discard, &d.log}, l, ".", nil)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(d.log.String())
		}
	})
	return d
}

// get sends a request, as a browser that loads a page or as another client.
func (d *loopTest) get(path string, isBrowser bool) (status int, body string, header http.Header) {
	r, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	if isBrowser {
		r.Header.Set("Accept", "text/html,*/*")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error(), nil
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error(), nil
	}
	return res.StatusCode, string(text), res.Header
}

// startLoad sends 50 requests in a second until the function that it returns is called. That function fails the test for each one that was
// not answered with 200.
func (d *loopTest) startLoad(path string) (end func()) {
	stop := make(chan struct{})
	var sent sync.WaitGroup
	var mu sync.Mutex
	n, failures := 0, []string(nil)
	ticks := make(chan struct{})
	go func() {
		defer close(ticks)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				n++
				sent.Go(func() { // the next request does not wait for the answer
					if status, body, _ := d.get(path, false); status != http.StatusOK {
						mu.Lock()
						defer mu.Unlock()
						failures = append(failures, fmt.Sprint(status, " ", body))
					}
				})
			case <-stop:
				return
			}
		}
	}()
	return func() {
		d.t.Helper()
		close(stop)
		<-ticks
		sent.Wait()
		d.t.Logf("%d requests, of which %d were lost", n, len(failures))
		for _, failure := range failures {
			d.t.Error("a request was lost:", failure)
		}
	}
}

// want waits until the answer has a text.
func (d *loopTest) want(path string, isBrowser bool, status int, text string) (body string) {
	d.t.Helper()
	for deadline := time.Now().Add(2 * testkit.Patience); ; time.Sleep(20 * time.Millisecond) {
		got, body, _ := d.get(path, isBrowser)
		if got == status && strings.Contains(body, text) {
			return body
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("GET %s: got %d\n%s\nwant %d and in it\n%s", path, got, body, status, text)
		}
	}
}

// The loop of a working day. A client sends 50 requests in a second all the time, and each is answered by a program that was good.
func TestDevServesThroughChanges(t *testing.T) {
	needsCommand(t)
	d := startLoop(t, map[string]string{"main.go": devProgram("first", ""), ".env": "SUFFIX=\" and last\"\n"})
	d.want("/", false, 200, `"first and last"`)
	endLoad := d.startLoad("/")
	save := func(name, text string) time.Time { writeFile(t, name, text); return time.Now() }
	fixed := func(saved time.Time, text string) {
		d.want("/", false, 200, text)
		t.Logf("%v from save to answer", time.Since(saved).Round(time.Millisecond))
	}
	reload := d.pageReload()

	save("main.go", devProgram("second", "sing()"))
	page := d.want("/", true, 500, "The program does not compile")
	for _, want := range []string{"<mark>./main.go:13:2</mark>: undefined: sing", "<h2>./main.go:13</h2>", "<mark>  13  	sing()</mark>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a compile error has no\n%s\nit is\n%s", want, page)
		}
	}
	d.want("/", false, 200, "first")
	wantReload(t, reload)

	save("main.go", devProgram("second", `app.Get("nothing", func() string { return "" })`))
	if page := d.want("/docs", true, 500, "The program does not start"); !strings.Contains(page, `the path &#34;nothing&#34; does not begin with a slash`) || !strings.Contains(page, "main.go:13</h2>") {
		t.Errorf("the page of a mistake in the declarations is\n%s", page)
	}
	save("main.go", devProgram("second", `panic("no disk")`))
	d.want("/", true, 500, "panic: no disk")

	fixed(save("main.go", devProgram("second", "")), "second and last")
	fixed(save("more.go", "package main\n\nfunc init() { text = \"third\" }\n"), "second") // text is not declared: the program before serves
	d.want("/", true, 500, "undefined: text")
	fixed(save("main.go", strings.Replace(devProgram("", ""), `""`, "text", 1)+"\nvar text string\n"), "third and last")
	saved := time.Now()
	if err := os.Remove("more.go"); err != nil {
		t.Fatal(err)
	}
	fixed(saved, `" and last"`)
	fixed(save(".env", "SUFFIX=new\n"), `"new"`)
	endLoad()
	status, body, header := d.get("/docs", true)
	if status != 200 || !strings.Contains(body, `<script src="/.brio-dev/reload.js?`) || header.Get("Cache-Control") != "no-store" || !strings.Contains(header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Errorf("/docs has no script that loads it again: %d %v\n%s", status, header, body)
	}
}

// pageReload opens the events of a page, and returns its states.
func (d *loopTest) pageReload() <-chan string {
	states := make(chan string, 100)
	res, err := http.Get(d.url + "/.brio-dev/events")
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = res.Body.Close() })
	go func() {
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if state, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				states <- state
			}
		}
	}()
	return states
}

// wantReload wants a second state.
func wantReload(t *testing.T, states <-chan string) {
	t.Helper()
	var first string
	for deadline := time.After(testkit.Patience); ; {
		select {
		case state := <-states:
			if first != "" && state != first {
				return
			}
			first = state
		case <-deadline:
			t.Fatal("the page does not load again")
		}
	}
}

func TestDevPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	t.Chdir(t.TempDir())
	writeFile(t, "go.mod", "module example.com/shop\n\ngo 1.26\n")
	writeFile(t, filepath.Join("shop", "main.go"), "package main\n")
	if code, _, stderr := brio(t, "dev", "-addr", l.Addr().String()); code != 1 || !strings.Contains(stderr, "address already in use\n\tlegal: a port that no other process listens on") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

// A policy of a page allows the script and nothing else more.
func TestPolicyAllowsScript(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"default-src 'none'; script-src 'sha256-x'", "default-src 'none'; script-src 'sha256-x' 'self'; connect-src 'self'"},
		{"default-src 'self'", "default-src 'self'; script-src 'self'; connect-src 'self'"},
		{"img-src *", "img-src *"},
		{"script-src-elem 'none'; connect-src https:", "script-src-elem 'self'; connect-src https: 'self'"},
	} {
		if got := allowSelf(c.policy); got != c.want {
			t.Errorf("%q: got %q, want %q", c.policy, got, c.want)
		}
	}
}
