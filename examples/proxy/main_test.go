package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// patience is how long nginx may take to start, and an answer to come. It is long because machines under load are slow.
const patience = 30 * time.Second

// proxied is the program behind nginx.
type proxied struct {
	URL    string // of the program, as clients see it: https://127.0.0.1:port/api
	Host   string
	Direct string // of the program, without nginx
	pool   *x509.CertPool
	t      *testing.T
}

// startProxy starts the program, and nginx with nginx.conf, on free ports. pass is the address that nginx passes requests to, with PORT
// for that of the program. It skips the test when BRIO_NGINX is not set.
func startProxy(t *testing.T, pass string) *proxied {
	t.Helper()
	if os.Getenv("BRIO_NGINX") == "" {
		t.Skip("BRIO_NGINX is not set; make proxy sets it")
	}
	binary, err := exec.LookPath("nginx")
	if err != nil {
		binary = "/usr/sbin/nginx" // Debian's folder, which only root has in PATH
	}
	app := httptest.NewServer(newApp())
	t.Cleanup(app.Close)
	port, own := freePort(t), app.Listener.Addr().(*net.TCPAddr)
	_, ownPort, _ := net.SplitHostPort(own.String())

	conf, err := os.ReadFile("nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(conf), "127.0.0.1:8443", "127.0.0.1:"+port)
	text = strings.ReplaceAll(text, "http://127.0.0.1:8000", strings.ReplaceAll(pass, "PORT", ownPort))
	dir := t.TempDir()
	write(t, dir, "nginx.conf", []byte(text))
	certificate := testkit.NewCertificate(t, 1, "127.0.0.1")
	certificate.Write(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	p := &proxied{URL: "https://127.0.0.1:" + port + "/api", Host: "127.0.0.1:" + port, Direct: app.URL, pool: certificate.Pool, t: t}

	var log bytes.Buffer
	nginx := exec.Command(binary, "-p", dir, "-c", "nginx.conf", "-g", "daemon off; master_process off;") // one process, which reads the test's files
	nginx.Stdout, nginx.Stderr = &log, &log
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- nginx.Wait() }()
	t.Cleanup(func() {
		_ = nginx.Process.Kill()
		<-ended
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.Host); err == nil {
			_ = c.Close()
			return p
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("nginx has ended: %v\n%s", err, log.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("nginx does not listen")
		}
	}
}

// freePort returns a port of the loopback that was free a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func write(t *testing.T, dir, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// client returns a client at the address 127.0.0.2, which is not that of nginx. It keeps cookies and follows no redirect.
func (p *proxied) client() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: p.pool}, ForceAttemptHTTP2: true}
	p.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send sends a request and reads the answer. headers are key, value pairs.
func (p *proxied) send(c *http.Client, method, url string, body io.Reader, headers ...string) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequest(method, url, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return res, string(text)
}

// get sends a GET request and wants a status.
func (p *proxied) get(c *http.Client, url string, status int, headers ...string) (*http.Response, string) {
	p.t.Helper()
	res, body := p.send(c, http.MethodGet, url, nil, headers...)
	if res.StatusCode != status {
		p.t.Fatalf("GET %s: got %d, want %d\n%s", url, res.StatusCode, status, body)
	}
	return res, body
}

// post sends a note.
func (p *proxied) post(c *http.Client, text string) (*http.Response, string) {
	p.t.Helper()
	return p.send(c, http.MethodPost, p.URL+"/notes", strings.NewReader(`{"text":"`+text+`"}`), "Content-Type", "application/json")
}

// TestBehindProxy: nginx passes on the path with the prefix, or without it. Clients see no difference.
func TestBehindProxy(t *testing.T) {
	for name, pass := range map[string]string{"prefix kept": "http://127.0.0.1:PORT", "prefix removed": "http://127.0.0.1:PORT/"} {
		t.Run(name, func(t *testing.T) {
			p := startProxy(t, pass)
			t.Run("request", p.testRequest)
			t.Run("redirects", p.testRedirects)
			t.Run("documentation", p.testDocumentation)
			t.Run("cookies", p.testCookies)
			t.Run("events", p.testEvents)
			t.Run("uploads", p.testUploads)
		})
	}
}

func (p *proxied) whoami(url string, headers ...string) (got Whoami) {
	p.t.Helper()
	_, body := p.get(p.client(), url+"/whoami", 200, headers...)
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		p.t.Fatal(err)
	}
	return got
}

// The program sees client, scheme and host as the client of nginx sees them. Headers that a client forges change nothing, whether they
// pass nginx or not.
func (p *proxied) testRequest(t *testing.T) {
	forged := []string{"X-Forwarded-For", "192.0.2.9", "X-Forwarded-Proto", "http", "X-Forwarded-Host", "evil.example", "Forwarded", "for=192.0.2.9;host=evil.example"}
	want := Whoami{"127.0.0.2", "https", p.Host, p.URL + "/whoami", 1}
	if got := p.whoami(p.URL); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := p.whoami(p.URL, forged...); got != want {
		t.Errorf("forged: got %+v, want %+v", got, want)
	}
	direct := Whoami{"127.0.0.2", "http", strings.TrimPrefix(p.Direct, "http://"), p.Direct + "/api/whoami", 1}
	if got := p.whoami(p.Direct, append(forged, "X-Forwarded-Proto", "https")...); got != direct {
		t.Errorf("forged, without nginx: got %+v, want %+v", got, direct)
	}
}

// A redirect for a slash, a redirect of the program, and the Location of a new note lead back through nginx.
func (p *proxied) testRedirects(t *testing.T) {
	c := p.client()
	res, _ := p.post(c, "first")
	note := res.Header.Get("Location")
	if res.StatusCode != 201 || !regexp.MustCompile(`^`+regexp.QuoteMeta(p.URL)+`/notes/\d+$`).MatchString(note) {
		t.Fatalf("a new note: got %d, Location %q", res.StatusCode, note)
	}
	p.get(c, note, 200)
	for path, want := range map[string]string{"/whoami/": p.URL + "/whoami", "/notes/latest": p.URL + "/notes/"} {
		res, _ := p.get(c, p.URL+path, 307)
		location, err := res.Location()
		if err != nil || !strings.HasPrefix(location.String(), want) {
			t.Errorf("%s: got %v, %v, want %s", path, location, err, want)
			continue
		}
		p.get(c, location.String(), 200)
	}
}

// The page of the documentation finds the document and its own files, and the document says where the program is.
func (p *proxied) testDocumentation(t *testing.T) {
	c := p.client()
	page, html := p.get(c, p.URL+"/docs", 200)
	paths := regexp.MustCompile(`(?:src|href|data-config)="([^"#][^"]*)"`).FindAllStringSubmatch(html, -1)
	if len(paths) < 5 || !strings.Contains(html, `href="openapi.json"`) {
		t.Fatalf("links of the page: got %q", paths)
	}
	for _, m := range paths {
		at, err := page.Request.URL.Parse(m[1])
		if err != nil {
			t.Fatal(err)
		}
		if at.Host == p.Host {
			p.get(c, at.String(), 200)
		}
	}
	_, text := p.get(c, p.URL+"/openapi.json", 200)
	var doc struct {
		Servers []struct{ URL string }
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Servers) == 0 || doc.Servers[0].URL != "/api" || doc.Paths["/whoami"] == nil {
		t.Errorf("the document: got servers %v", doc.Servers)
	}
	p.get(c, p.URL+"/readyz", 200)
}

// The session cookie is Secure where the client has https, and comes back.
func (p *proxied) testCookies(t *testing.T) {
	c := p.client()
	res, body := p.get(c, p.URL+"/whoami", 200)
	set := res.Cookies()
	if len(set) != 1 || !set[0].Secure || !set[0].HttpOnly {
		t.Errorf("got %v", res.Header["Set-Cookie"])
	}
	if !strings.Contains(body, `"visits":1`) {
		t.Errorf("first visit: got %s", body)
	}
	if _, body := p.get(c, p.URL+"/whoami", 200); !strings.Contains(body, `"visits":2`) {
		t.Errorf("second visit: got %s", body)
	}
	if res, _ := p.get(p.client(), p.Direct+"/whoami", 200); len(res.Cookies()) != 1 || res.Cookies()[0].Secure {
		t.Errorf("without nginx: got %v", res.Header["Set-Cookie"])
	}
}

// nginx passes on each event when it is sent: the second one is made only after the first has arrived.
func (p *proxied) testEvents(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, last := p.post(p.client(), "before")
	var note Note
	if err := json.Unmarshal([]byte(last), &note); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	read := func(text string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), `"text":"`+text+`"`) {
				return
			}
		}
		t.Fatalf("the event %q has not come: %v", text, lines.Err())
	}
	read("before")
	for _, text := range []string{"one", "two", "three"} {
		p.post(p.client(), text)
		read(text)
	}
}

// An upload that is larger than the buffers of nginx arrives complete.
func (p *proxied) testUploads(t *testing.T) {
	const size = 8 << 20
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "large.bin")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write(make([]byte, size)) // a bytes.Buffer takes all
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	res, text := p.send(p.client(), http.MethodPost, p.URL+"/files", &body, "Content-Type", form.FormDataContentType())
	if res.StatusCode != 200 || text != `{"size":8388608}` {
		t.Errorf("got %d %s", res.StatusCode, text)
	}
}

// Without nginx the program works too: the prefix may be absent.
func TestWithoutProxy(t *testing.T) {
	app := newApp()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/whoami", "/api/whoami"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), `"link":"http://example.com/api/whoami"`) {
			t.Errorf("%s: got %d %s", path, w.Code, w.Body)
		}
	}
}
