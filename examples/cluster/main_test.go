package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
	"time"

	client "github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

// cluster has the servers, and starts processes on them.
type cluster struct {
	t                     *testing.T
	binary                string
	database, redis, nats string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	redis, nats := hubtest.Redis(t), hubtest.NATS(t)
	redis.Start()
	nats.Start()
	return &cluster{t, testkit.BuildProgram(t, "."), testkit.Postgres(t), redis.Addr(), "nats://" + nats.Addr()}
}

// start starts a process. Its jobs run there only with workers.
func (c *cluster) start(name string, workers bool) *testkit.Program {
	c.t.Helper()
	return testkit.StartProgram(c.t, c.binary, "-name", name, "-database", c.database, "-redis", c.redis, "-nats", c.nats, fmt.Sprintf("-workers=%t", workers))
}

// browser is a client with cookies, which may ask each process. Its methods fail the test.
type browser struct {
	t *testing.T
	c *http.Client
}

func newBrowser(t *testing.T) *browser {
	jar, _ := cookiejar.New(nil) // it never fails
	return &browser{t, &http.Client{Jar: jar}}
}

// do sends a request, wants a status, and reads the body into v if that is not nil. Cookies of 127.0.0.1 are sent to all ports.
func (b *browser) do(want int, method, url, body string, v any, headers ...string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		b.t.Fatalf("%s %s: %d %s, %v, want %d", method, url, res.StatusCode, text, err, want)
	}
	if v != nil {
		if err := json.Unmarshal(text, v); err != nil {
			b.t.Fatalf("%s %s: %s: %v", method, url, text, err)
		}
	}
	return res
}

// signIn signs in at a process.
func (b *browser) signIn(url, name string) {
	b.t.Helper()
	b.do(200, "POST", url+"/session", fmt.Sprintf(`{"name":%q,"password":"brio"}`, name), nil)
}

// TestSessions: who signs in at one process is signed in at the other, and a sign-out holds for both.
func TestSessions(t *testing.T) {
	c := newCluster(t)
	a, b := c.start("a", true).URL, c.start("b", true).URL
	ann := newBrowser(t)
	ann.do(401, "GET", a+"/session", "", nil)
	ann.do(401, "POST", a+"/session", `{"name":"ann","password":"wrong"}`, nil)
	ann.signIn(a, "ann")
	var m Member
	if res := ann.do(200, "GET", b+"/session", "", &m); m.Name != "ann" || res.Header.Get("Server") != "b" {
		t.Errorf("got %+v from %q, want ann from b", m, res.Header.Get("Server"))
	}
	newBrowser(t).do(401, "GET", b+"/session", "", nil)
	ann.do(204, "DELETE", b+"/session", "", nil)
	ann.do(401, "GET", a+"/session", "", nil)
}

// TestLimit: a client has one limit at both processes.
func TestLimit(t *testing.T) {
	c := newCluster(t)
	urls := []string{c.start("a", true).URL, c.start("b", true).URL}
	refused, passed := map[string]int{}, 0
	began := time.Now()
	for i := range 240 {
		res, err := http.Get(urls[i%2] + "/session")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests {
			refused[res.Header.Get("Server")]++
		} else {
			passed++
		}
	}
	allowed := 100 + int(time.Since(began)/(100*time.Millisecond)) + 1
	if passed < 100 || passed > allowed || refused["a"] == 0 || refused["b"] == 0 {
		t.Errorf("%d passed, want 100 to %d; refused %v, want some of each", passed, allowed, refused)
	}
}

// TestJob: a job that is enqueued at a process without workers runs at the other one, once for all retries of the request.
func TestJob(t *testing.T) {
	c := newCluster(t)
	a, b := c.start("a", false).URL, c.start("b", true).URL
	ann := newBrowser(t)
	ann.signIn(a, "ann")
	var first, again Report
	ann.do(202, "POST", a+"/reports", `{"text":"a b a"}`, &first, "Idempotency-Key", `"1"`)
	ann.do(202, "POST", b+"/reports", `{"text":"a b a"}`, &again, "Idempotency-Key", `"1"`)
	if first.ID != again.ID {
		t.Errorf("the retry has made report %d, want %d", again.ID, first.ID)
	}
	url := fmt.Sprint(a, "/reports/", first.ID)
	ann.waitCounted(url, "b")
	eve := newBrowser(t)
	eve.signIn(b, "eve")
	eve.do(404, "GET", url, "", nil)
}

// waitCounted waits until the job of a report has run, and wants three words.
func (b *browser) waitCounted(url, by string) {
	b.t.Helper()
	testkit.Eventually(b.t, "the words are counted", func() bool {
		time.Sleep(250 * time.Millisecond) // within the limit
		var r Report
		b.do(200, "GET", url, "", &r)
		words, ok := r.Words.Get()
		if ok && (words != 3 || r.CountedBy.Or("") != by) {
			b.t.Fatalf("got %d words, counted by %q, want 3 by %s", words, r.CountedBy.Or(""), by)
		}
		return ok
	})
}

// TestKilledProcess: what a killed process has promised is done by the other one.
func TestKilledProcess(t *testing.T) {
	c := newCluster(t)
	a := c.start("a", false)
	ann := newBrowser(t)
	ann.signIn(a.URL, "ann")
	var r Report
	ann.do(202, "POST", a.URL+"/reports", `{"text":"a b a"}`, &r)
	a.Kill()
	b := c.start("b", true)
	ann.waitCounted(fmt.Sprint(b.URL, "/reports/", r.ID), "b")
}

// TestRooms: members of one room are at different processes. A guest without a session does not come in.
func TestRooms(t *testing.T) {
	c := newCluster(t)
	a, b := c.start("a", true).URL, c.start("b", true).URL
	ann, bob := newBrowser(t), newBrowser(t)
	ann.signIn(a, "ann")
	bob.signIn(b, "bob")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, res, err := client.Dial(ctx, a+"/rooms/lobby", nil); err == nil || res == nil || res.StatusCode != 401 {
		t.Errorf("without a session: %v, %v, want 401", res, err)
	}
	one, other := ann.enter(ctx, a), bob.enter(ctx, b)
	if err := wsjson.Write(ctx, one, Say{"hello"}); err != nil {
		t.Fatal(err)
	}
	for _, conn := range []*client.Conn{one, other} {
		var got Said
		if err := wsjson.Read(ctx, conn, &got); err != nil || got != (Said{"ann", "hello", "a"}) {
			t.Errorf("got %+v, %v, want hello of ann at a", got, err)
		}
	}
}

// enter joins the room lobby at a process.
func (b *browser) enter(ctx context.Context, url string) *client.Conn {
	b.t.Helper()
	conn, _, err := client.Dial(ctx, url+"/rooms/lobby", &client.DialOptions{HTTPClient: b.c})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = conn.CloseNow() })
	return conn
}
