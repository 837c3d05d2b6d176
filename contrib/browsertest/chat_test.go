package browsertest

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

// TestChatPage: the page of examples/chat talks over its WebSocket, and a client of a second process sees it, over NATS. What a guest
// writes is text on the page. The page connects again after its process has ended, and shows each message once.
func TestChatPage(t *testing.T) {
	p := openTab(t) // its console has an error when the connection is refused
	server := hubtest.NATS(t)
	server.Start()
	binary, file := testkit.BuildProgram(t, "../../examples/chat"), filepath.Join(t.TempDir(), "chat.db")
	args := []string{"-nats", "nats://" + server.Addr(), "-file", file}
	one, two := testkit.StartProgram(t, binary, args...), testkit.StartProgram(t, binary, args...)

	conn, _, err := websocket.Dial(p, two.URL+"/rooms/attic", &websocket.DialOptions{HTTPHeader: http.Header{"Cookie": {"name=bob"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	next := func(kind string) (text string) {
		t.Helper()
		for {
			_, data, err := conn.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			var e struct{ Kind, From, Text string }
			if err := json.Unmarshal(data, &e); err != nil {
				t.Fatal(err)
			}
			if e.Kind == kind {
				return e.From + ": " + e.Text
			}
		}
	}
	say := func(text string) {
		t.Helper()
		if err := conn.Write(p, websocket.MessageText, []byte(`{"text":"`+text+`"}`)); err != nil {
			t.Fatal(err)
		}
	}

	p.navigate(one.URL + "/#attic")
	enter := func() {
		t.Helper()
		waitElement[bool](p, "#name", `(e.value = "ann", true)`)
		p.click("#enter button")
	}
	enter()
	waitElement[bool](p, "#present", `e.innerText === "ann, bob"`)
	waitElement[bool](p, "#text", `(e.value = "from the page", true)`)
	p.click("#say button")
	if got := next("message"); got != "ann: from the page" {
		t.Errorf("the second process has %q", got)
	}
	say("<img src=x onerror=alert(1)>")
	waitElement[bool](p, "#messages", `e.innerText.includes("bob: <img src=x onerror=alert(1)>")`)
	if n := p.count("#messages img"); n != 0 {
		t.Error("the text of a guest is HTML")
	}
	p.screenshot("chat")

	// The page tries again at once, which fails in another way: each text that it shows counts.
	waitElement[bool](p, "#state", `(window.states = [], new MutationObserver(() => states.push(e.innerText)).observe(e, {childList: true}), true)`)
	one.Stop()
	waitElement[bool](p, "#state", `states.some((s) => s.startsWith("connection lost (1001)"))`)
	say("while you were away")
	again := testkit.StartProgram(t, binary, append(args, "-addr", one.URL[len("http://"):])...)
	if again.URL != one.URL {
		t.Fatalf("the process serves %s, want %s", again.URL, one.URL)
	}
	waitElement[bool](p, "#messages", `e.innerText.includes("bob: while you were away")`)
	if n := p.count("#messages .message"); n != 3 {
		t.Errorf("the page has %d messages, want 3", n)
	}
}
