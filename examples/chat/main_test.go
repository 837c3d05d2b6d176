package main

import (
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

// event is an Event as a client reads it.
type event struct {
	Kind    string   `json:"kind"`
	ID      int64    `json:"id"`
	From    string   `json:"from"`
	Text    string   `json:"text"`
	Present []string `json:"present"`
	Joined  []string `json:"joined"`
	Left    []string `json:"left"`
}

// guest is a client in a room. Its methods fail the test.
type guest struct {
	t    *testing.T
	ctx  context.Context
	conn *client.Conn
}

// enter opens a WebSocket to a room, at the URL of the program.
func enter(t *testing.T, url, room, name string) *guest {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	conn, _, err := dial(ctx, url, room, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &guest{t, ctx, conn}
}

func dial(ctx context.Context, url, room, name string) (*client.Conn, *http.Response, error) {
	header := http.Header{}
	if name != "" {
		header.Set("Cookie", "name="+name)
	}
	return client.Dial(ctx, url+"/rooms/"+room, &client.DialOptions{HTTPHeader: header})
}

func (g *guest) say(text string) {
	g.t.Helper()
	data, err := json.Marshal(Say{text})
	if err != nil {
		g.t.Fatal(err)
	}
	if err := g.conn.Write(g.ctx, client.MessageText, data); err != nil {
		g.t.Fatal(err)
	}
}

// wait reads until an event fits.
func (g *guest) wait(what string, fits func(e event) bool) event {
	g.t.Helper()
	for {
		_, data, err := g.conn.Read(g.ctx)
		if err != nil {
			g.t.Fatalf("%s: %v", what, err)
		}
		var e event
		if err := json.Unmarshal(data, &e); err != nil {
			g.t.Fatalf("%s: %v", data, err)
		}
		if fits(e) {
			return e
		}
	}
}

// hear waits for the next message, which must be this one.
func (g *guest) hear(from, text string) int64 {
	g.t.Helper()
	e := g.wait(text, func(e event) bool { return e.Kind == "message" })
	if e.From != from || e.Text != text {
		g.t.Fatalf("got %q of %s, want %q of %s", e.Text, e.From, text, from)
	}
	return e.ID
}

func (g *guest) waitPresent(names ...string) {
	g.t.Helper()
	g.wait(strings.Join(names, ","), func(e event) bool { return e.Kind == "guests" && slices.Equal(e.Present, names) })
}

// serve serves the chat on this process alone.
func serve(t *testing.T) string {
	t.Helper()
	app, err := newApp(filepath.Join(t.TempDir(), "chat.db"), nil, testkit.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Serve(t, app)
}

func TestRoom(t *testing.T) {
	url := serve(t)
	ann := enter(t, url, "lobby", "ann")
	ann.waitPresent("ann")
	bob := enter(t, url, "lobby", "bob")
	ann.waitPresent("ann", "bob")
	ann.say("hello")
	if ann.hear("ann", "hello") != bob.hear("ann", "hello") {
		t.Error("the message has two IDs")
	}
	enter(t, url, "attic", "eve").say("secret")
	bob.say("<b>hi</b>")
	ann.hear("bob", "<b>hi</b>")
	cyd := enter(t, url, "lobby", "cyd")
	cyd.hear("ann", "hello") // the history
	cyd.hear("bob", "<b>hi</b>")
	cyd.waitPresent("ann", "bob", "cyd")
	_ = bob.conn.Close(client.StatusNormalClosure, "")
	e := ann.wait("bob's end", func(e event) bool { return len(e.Left) > 0 })
	if !slices.Equal(e.Left, []string{"bob"}) || !slices.Equal(e.Present, []string{"ann", "cyd"}) {
		t.Errorf("got %+v", e)
	}
}

func TestHistoryIsTheLastMessages(t *testing.T) {
	open := openHistory(filepath.Join(t.TempDir(), "chat.db"))
	h, end, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"1", "2", "3"} {
		if _, err := h.Add(t.Context(), "lobby", "ann", text); err != nil {
			t.Fatal(err)
		}
	}
	got, err := h.Last(t.Context(), "lobby", 2)
	if err != nil || len(got) != 2 || got[0].Text != "2" || got[1].Text != "3" {
		t.Errorf("got %v %v, want the messages 2 and 3", got, err)
	}
	if err := end(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestHandshakeNeedsName: the dependency refuses the handshake before the connection is a WebSocket.
func TestHandshakeNeedsName(t *testing.T) {
	url := serve(t)
	for name, tt := range map[string]struct {
		room, guest string
		status      int
	}{
		"no name":   {"lobby", "", 401},
		"long room": {strings.Repeat("x", 41), "ann", 422},
	} {
		t.Run(name, func(t *testing.T) {
			_, res, err := dial(t.Context(), url, tt.room, tt.guest)
			if err == nil || res == nil || res.StatusCode != tt.status {
				t.Errorf("got %v %v, want the status %d", res, err, tt.status)
			}
		})
	}
}

func TestMessageMustFit(t *testing.T) {
	ann := enter(t, serve(t), "lobby", "ann")
	ann.waitPresent("ann")
	ann.say("")
	_, _, err := ann.conn.Read(ann.ctx)
	if code := client.CloseStatus(err); code != client.StatusPolicyViolation {
		t.Errorf("got %v, want the code 1008", err)
	}
}

func TestPage(t *testing.T) {
	app, err := newApp(filepath.Join(t.TempDir(), "chat.db"), nil, testkit.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	c := briotest.New(t, app)
	c.Get("/").Status(200)
	c.Get("/chat.js").Status(200)
	c.Put("/name", map[string]string{"name": "ann"}).Status(204)
	c.Put("/name", map[string]string{"name": "a; b"}).Status(422)
	c.Get("/rooms/lobby/guests").Status(200).Body("[]")
}

// TestTwoProcesses: over NATS, guests of two processes are in one room, and the processes end cleanly while guests are there.
func TestTwoProcesses(t *testing.T) {
	server := hubtest.NATS(t)
	server.Start()
	binary, file := testkit.BuildProgram(t, "."), filepath.Join(t.TempDir(), "chat.db")
	start := func() *testkit.Program {
		return testkit.StartProgram(t, binary, "-nats", "nats://"+server.Addr(), "-file", file)
	}
	one, two := start(), start()
	ann := enter(t, one.URL, "lobby", "ann")
	ann.waitPresent("ann")
	bob := enter(t, two.URL, "lobby", "bob")
	ann.waitPresent("ann", "bob")
	bob.waitPresent("ann", "bob")
	ann.say("to two")
	bob.hear("ann", "to two")
	ann.hear("ann", "to two")
	bob.say("to one")
	ann.hear("bob", "to one")

	two.Stop()
	ann.waitPresent("ann")
	three := start()
	cyd := enter(t, three.URL, "lobby", "cyd")
	cyd.hear("ann", "to two")
	cyd.hear("bob", "to one")
	ann.waitPresent("ann", "cyd")
	cyd.say("back")
	ann.hear("cyd", "back")
	cyd.hear("cyd", "back")
}
