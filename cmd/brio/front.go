package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// reloadPath is below what programs use: the script that loads a page again, and its events.
const reloadPath = "/.brio-dev/"

// program is a process that serves, or is being started.
type program struct {
	cmd      *exec.Cmd
	binary   string
	log      tail
	ended    chan struct{} // closed when the process has ended
	proxy    *httputil.ReverseProxy
	requests atomic.Int64 // that it has not answered yet
}

// problem is a report in the place of a program.
type problem struct{ title, report string }

func (p *problem) Error() string { return p.title + "\n\n" + p.report }

// problemOf returns the report of an error.
func problemOf(err error) *problem {
	if p := (*problem)(nil); errors.As(err, &p) {
		return p
	}
	if b := (*buildError)(nil); errors.As(err, &b) {
		return &problem{"The program does not compile", b.report}
	}
	return &problem{"The program does not start", err.Error()}
}

// front answers each request with the newest program that serves, or with a report.
type front struct {
	root string // where files of reports are looked for
	run  string // tells events of another run of the command apart

	mu      sync.Mutex
	program *program
	problem *problem
	n       int           // of changes
	changed chan struct{} // closed at the next change
}

func newFront(root string) *front {
	return &front{root: root, run: rand.Text()[:8], changed: make(chan struct{})}
}

// set makes a program the one that answers, and returns the one before.
func (f *front) set(p *program, found *problem) (before *program) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, f.program, f.problem = f.program, p, found
	f.change()
	return before
}

// fail shows a report. The program before answers what is not for a browser.
func (f *front) fail(found *problem) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.problem = found
	f.change()
}

// lost takes a program away that has ended. It reports false for one that was replaced.
func (f *front) lost(p *program, found *problem) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.program != p {
		return false
	}
	f.program = nil
	if f.problem == nil {
		f.problem = found
	}
	f.change()
	return true
}

// change tells pages that something is new. f.mu is locked.
func (f *front) change() {
	f.n++
	close(f.changed)
	f.changed = make(chan struct{})
}

// state returns the name of what is shown, and a channel that is closed when it changes.
func (f *front) state() (name string, changed <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stateName(), f.changed
}

// stateName is the name of what is shown. f.mu is locked.
func (f *front) stateName() string { return f.run + "-" + strconv.Itoa(f.n) }

// take waits for a program or a report. The request counts as one of the program until it is answered.
func (f *front) take(ctx context.Context, wantsPage bool) (p *program, found *problem, state string) {
	for {
		f.mu.Lock()
		changed := f.changed
		p, found, state = f.program, f.problem, f.stateName()
		if p != nil && (found == nil || !wantsPage) {
			p.requests.Add(1)
			f.mu.Unlock()
			return p, nil, state
		}
		f.mu.Unlock()
		if found != nil {
			return nil, found, state
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, nil, ""
		}
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if name, ok := strings.CutPrefix(r.URL.Path, reloadPath); ok {
		f.serveReload(w, r, name)
		return
	}
	wantsPage := isNavigation(r)
	p, found, state := f.take(r.Context(), wantsPage)
	switch {
	case p != nil:
		defer p.requests.Add(-1)
		p.proxy.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), stateKey{}, state)))
	case found != nil && wantsPage:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, f.page(found, state))
	case found != nil:
		http.Error(w, found.title+"\n\n"+found.report, http.StatusInternalServerError)
	}
}

// stateKey is the key of the state in the context of a request.
type stateKey struct{}

// isNavigation reports whether a browser loads a page.
func isNavigation(r *http.Request) bool {
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return false
	}
	return r.Method == http.MethodGet && strings.Contains(r.Header.Get("Accept"), "text/html") && r.Header.Get("Upgrade") == ""
}

// serveAt makes the proxy of a program that serves at an address.
func (p *program) serveAt(address string) {
	target := &url.URL{Scheme: "http", Host: address}
	p.proxy = &httputil.ReverseProxy{
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			if isNavigation(r.In) { // its page gets the script
				for _, name := range []string{"Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range"} {
					r.Out.Header.Del(name)
				}
			}
		},
		ModifyResponse: addReload,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil {
				http.Error(w, "brio dev: the program has not answered: "+err.Error(), http.StatusBadGateway)
			}
		},
	}
}

// addReload appends the script to an HTML page.
func addReload(res *http.Response) error {
	state, _ := res.Request.Context().Value(stateKey{}).(string)
	if !isNavigation(res.Request) || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") || res.Header.Get("Content-Encoding") != "" ||
		res.StatusCode == http.StatusNoContent || res.StatusCode == http.StatusNotModified {
		return nil
	}
	script := scriptOf(state)
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(res.Body, strings.NewReader(script)), res.Body}
	if res.ContentLength >= 0 {
		res.ContentLength += int64(len(script))
		res.Header.Set("Content-Length", strconv.FormatInt(res.ContentLength, 10))
	}
	res.Header.Del("ETag")
	res.Header.Del("Last-Modified")
	res.Header.Set("Cache-Control", "no-store")
	policies := res.Header["Content-Security-Policy"]
	for i := range policies {
		policies[i] = allowSelf(policies[i])
	}
	return nil
}

// scriptOf is the element that has a page load again after the state.
func scriptOf(state string) string {
	return fmt.Sprintf("\n<script src=%q></script>\n", reloadPath+"reload.js?"+state)
}

// allowSelf returns a Content-Security-Policy that allows the script and its events.
func allowSelf(policy string) string {
	directives := strings.Split(policy, ";")
	sources := func(name string) (at int, list []string) {
		at = slices.IndexFunc(directives, func(d string) bool {
			return strings.EqualFold(strings.SplitN(strings.TrimSpace(d)+" ", " ", 2)[0], name)
		})
		if at >= 0 {
			list = strings.Fields(directives[at])[1:]
		}
		return at, list
	}
	_, byDefault := sources("default-src")
	for _, name := range []string{"script-src", "script-src-elem", "connect-src"} {
		at, list := sources(name)
		if at < 0 && (byDefault == nil || name == "script-src-elem") {
			continue
		}
		if at < 0 {
			list = byDefault
		}
		list = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "'none'" })
		if !slices.Contains(list, "'self'") {
			list = append(list, "'self'")
		}
		directive := " " + name + " " + strings.Join(list, " ")
		if at < 0 {
			directives = append(directives, directive)
		} else {
			directives[at] = directive
		}
	}
	return strings.TrimSpace(strings.Join(directives, ";"))
}

// reloadScript loads its page again when the state is no more that of the page.
const reloadScript = `(() => {
	const state = new URL(document.currentScript.src).search.slice(1)
	new EventSource("` + reloadPath + `events").onmessage = e => { if (e.data !== state) location.reload() }
})()
`

// serveReload serves the script and the events.
func (f *front) serveReload(w http.ResponseWriter, r *http.Request, name string) {
	w.Header().Set("Cache-Control", "no-store")
	switch name {
	case "reload.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = io.WriteString(w, reloadScript)
	case "events":
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			state, changed := f.state()
			_, _ = fmt.Fprintf(w, "retry: 500\ndata: %s\n\n", state)
			if http.NewResponseController(w).Flush() != nil {
				return
			}
			select {
			case <-changed:
			case <-r.Context().Done():
				return
			}
		}
	default:
		http.NotFound(w, r)
	}
}

// placeInReport is a file and a line in the report of the compiler, of Check, or of a panic.
var placeInReport = regexp.MustCompile(`([\w./\\-]+\.go):(\d+)(?::\d+)?`)

// maxExcerpts is how many places of a report are shown with their source.
const maxExcerpts = 5

// page shows a report with the source of its places.
func (f *front) page(found *problem, state string) string {
	var b strings.Builder
	title := html.EscapeString(found.title)
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
pre{overflow:auto;padding:1rem;border:1px solid #8886;border-radius:.4rem}mark{background:#f8d24766;color:inherit}</style>
<h1>%s</h1>
<pre>%s</pre>
`, title, title, placeInReport.ReplaceAllString(html.EscapeString(found.report), "<mark>$0</mark>"))
	shown := map[string]bool{}
	for _, m := range placeInReport.FindAllStringSubmatch(found.report, -1) {
		if line, err := strconv.Atoi(m[2]); err == nil && !shown[m[0]] && len(shown) < maxExcerpts {
			if text := f.excerpt(m[1], line); text != "" {
				shown[m[0]] = true
				fmt.Fprintf(&b, "<h2>%s:%d</h2>\n<pre>%s</pre>\n", html.EscapeString(m[1]), line, text)
			}
		}
	}
	b.WriteString("<p>The page loads again when the program is good. The program before, if there is one, answers other clients than browsers.\n")
	b.WriteString(scriptOf(state))
	return b.String()
}

// excerpt returns the lines around a place as HTML, "" for a file outside of the module. Reports name a file from the current folder, with
// the folder of its package, or in full.
func (f *front) excerpt(name string, line int) string {
	tries := []string{name, filepath.Join(f.root, name), filepath.Join(filepath.Dir(f.root), name), filepath.Join(f.root, filepath.Base(name))}
	if here, err := os.Getwd(); err == nil {
		tries = append(tries, filepath.Join(filepath.Dir(here), name), filepath.Join(here, filepath.Base(name)))
	}
	for _, path := range tries {
		path, err := filepath.Abs(path)
		if rel, outside := filepath.Rel(f.root, path); err != nil || outside != nil || !filepath.IsLocal(rel) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		lines := bytes.Split(text, []byte("\n"))
		if line < 1 || line > len(lines) {
			return ""
		}
		var b strings.Builder
		for i := max(1, line-3); i <= min(len(lines), line+3); i++ {
			row := fmt.Sprintf("%4d  %s", i, html.EscapeString(string(lines[i-1])))
			if i == line {
				row = "<mark>" + row + "</mark>"
			}
			b.WriteString(row + "\n")
		}
		return b.String()
	}
	return ""
}
