package hubtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/websocket"
)

// environment has the address of the server of messages for a process that is an app.
const environment = "BRIO_HUB_SERVER"

// Message is what the rooms of the app have. Present is for changes of the presence.
type Message struct {
	From    string   `json:"from"`
	Text    string   `json:"text"`
	Present []string `json:"present,omitempty"`
}

type say struct {
	Text string `json:"text"`
}

// Open connects to a server of messages. The second result closes the broker.
type Open func(addr string) (hub.Broker, func() error)

// Main runs the tests of a broker, or the app in a process that a test has started.
func Main(m *testing.M, open Open) {
	addr := os.Getenv(environment)
	if addr == "" {
		os.Exit(m.Run())
	}
	broker, closeBroker := open(addr)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	app := newApp(broker)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go func() { // the end of the standard input is the end of the test, which the process does not survive
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	if err := app.Serve(ctx, l, brio.ShutdownDelay(0)); err != nil {
		log.Fatal(err)
	}
	if err := closeBroker(); err != nil {
		log.Fatal(err)
	}
}

// newApp is the app: rooms, and who is there.
func newApp(broker hub.Broker) *brio.App {
	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Message]{
		Broker: broker, Name: "test", Queue: 10_000, PresenceInterval: 300 * time.Millisecond,
		Announce: func(p hub.Presence) (Message, bool) { return Message{Present: p.Names}, true },
	})))
	type in struct {
		Room string `path:"room"`
		Name string `query:"name" default:""`
	}
	app.WebSocket("/rooms/{room}", func(ctx context.Context, ws *websocket.Conn[say, Message], rooms *hub.Hub[Message], in *in) error {
		member, err := rooms.Join(ctx, in.Room, in.Name)
		if err != nil {
			return err
		}
		defer member.Leave()
		member.Deliver(ws)
		for say, err := range ws.Messages(ctx) {
			if err != nil {
				return err
			}
			_ = rooms.Broadcast(ctx, in.Room, Message{From: in.Name, Text: say.Text}) // the members of this process have it
		}
		return nil
	})
	app.Get("/rooms/{room}", func(ctx context.Context, rooms *hub.Hub[Message], in *in) ([]string, error) {
		return rooms.Present(ctx, in.Room)
	})
	return app
}

// process is the app in a process of its own.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	addr  string
	stdin io.Closer
	log   lockedBuffer
	once  sync.Once
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startProcess starts the app. The test prints its log when it fails.
func startProcess(t *testing.T, server *Server) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(os.Args[0], "-test.run=^$")}
	p.cmd.Env = append(os.Environ(), environment+"="+server.Addr())
	p.cmd.Stderr = &p.log
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.stop(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("log of the process:\n%s", p.log.String())
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the app does not start: %v\n%s", err, p.log.String())
	}
	p.addr = strings.TrimSpace(line)
	return p
}

// stop ends the process by a signal, and waits for its end.
func (p *process) stop(sig os.Signal) {
	p.once.Do(func() {
		_ = p.cmd.Process.Signal(sig)
		timer := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
		defer timer.Stop()
		if err := p.cmd.Wait(); err != nil && sig == syscall.SIGTERM {
			p.t.Errorf("the process ends with %v", err)
		}
		_ = p.stdin.Close()
	})
}

// wantPresent waits until the process knows exactly these names.
func (p *process) wantPresent(room string, want ...string) {
	p.t.Helper()
	text := "[]"
	if len(want) > 0 {
		text = `["` + strings.Join(want, `","`) + `"]`
	}
	got := ""
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get("http://" + p.addr + "/rooms/" + room)
		if err != nil {
			p.t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if got = strings.TrimSpace(string(body)); got == text {
			return
		}
	}
	p.t.Fatalf("present in %s: got %s, want %s", room, got, text)
}

// peer is a client of the app.
type peer struct {
	t    *testing.T
	conn *client.Conn
	ctx  context.Context
}

// join opens a WebSocket to a room.
func (p *process) join(room, name string) *peer {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	p.t.Cleanup(cancel)
	conn, _, err := client.Dial(ctx, "ws://"+p.addr+"/rooms/"+room+"?name="+name, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = conn.CloseNow() })
	return &peer{p.t, conn, ctx}
}

func (c *peer) say(text string) {
	c.t.Helper()
	data, _ := json.Marshal(say{text})
	if err := c.conn.Write(c.ctx, client.MessageText, data); err != nil {
		c.t.Fatal(err)
	}
}

// next returns the next message that is no change of the presence.
func (c *peer) next() Message {
	c.t.Helper()
	for {
		_, data, err := c.conn.Read(c.ctx)
		if err != nil {
			c.t.Fatal(err)
		}
		var m Message
		if err := json.Unmarshal(data, &m); err != nil {
			c.t.Fatalf("%s: %v", data, err)
		}
		if m.From != "" {
			return m
		}
	}
}

// want reads messages of a sender.
func (c *peer) want(from string, texts ...string) {
	c.t.Helper()
	for _, text := range texts {
		if m := c.next(); m.From != from || m.Text != text {
			c.t.Fatalf("got %q of %s, want %q of %s", m.Text, m.From, text, from)
		}
	}
}

// leave closes the connection.
func (c *peer) leave() { _ = c.conn.Close(client.StatusNormalClosure, "") }
