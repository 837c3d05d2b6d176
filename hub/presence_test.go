package hub_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/hub"
)

// announce makes each change a message: joined, left, and all names.
func announce(p hub.Presence) (string, bool) {
	return fmt.Sprintf("+%s -%s =%s", strings.Join(p.Joined, ","), strings.Join(p.Left, ","), strings.Join(p.Names, ",")), true
}

// machine is a hub on a process of its own.
type machine struct {
	*hub.Hub[string]
	*process
	log strings.Builder
}

// machines returns hubs that share a broker.
func machines(t *testing.T, n int, o hub.Options[string]) []*machine {
	t.Helper()
	var server memory
	all := make([]*machine, n)
	for i := range all {
		m := &machine{process: server.connect()}
		t.Cleanup(m.stop) // after the hub is closed
		o.Broker, o.Name, o.Logger = m.process, "chat", slog.New(slog.NewTextHandler(&m.log, nil))
		m.Hub = open(t, o)
		all[i] = m
	}
	return all
}

func wantPresent(t *testing.T, h *hub.Hub[string], want ...string) {
	t.Helper()
	got, err := h.Present(t.Context(), "r")
	if err != nil || strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("present: got %q %v, want %q", got, err, want)
	}
}

func TestAnnounceTellsChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{Announce: announce})
		c, d := &conn{}, &conn{}
		join(t, h, "ann", c)
		bob := join(t, h, "bob", nil)
		second := join(t, h, "bob", nil)
		join(t, h, "", d)
		second.Leave()
		wantPresent(t, h, "ann", "bob")
		bob.Leave()
		synctest.Wait()
		c.want(t, 0, "+ann - =ann", "+bob - =ann,bob", "+ -bob =ann")
		d.want(t, 0, "+ -bob =ann")
	})
}

// TestAnnounceOfSlowMembers: an announcement may be the message too many for a member, whose end is announced in turn.
func TestAnnounceOfSlowMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{Queue: 1, Announce: announce})
		c := &conn{}
		join(t, h, "", c)
		slow := join(t, h, "slow", nil) // has its own announcement in its queue
		synctest.Wait()
		join(t, h, "", nil).Send("x")
		slow.Send("too many")
		synctest.Wait()
		c.want(t, 0, "+slow - =slow", "+ -slow =")
	})
}

func TestHubsShareRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 3, hub.Options[string]{})
		var conns [3]*conn
		for i, m := range all {
			conns[i] = &conn{}
			join(t, m.Hub, "n", conns[i])
		}
		broadcast(t, all[0].Hub, "1", "2")
		synctest.Wait()
		broadcast(t, all[1].Hub, "3")
		synctest.Wait()
		for _, c := range conns {
			c.want(t, 0, "1", "2", "3") // each once: no echo
		}
		other, err := all[2].Join(t.Context(), "another room", "")
		if err != nil {
			t.Fatal(err)
		}
		c := &conn{}
		other.Deliver(c)
		if err := all[0].Broadcast(t.Context(), "another room", "4"); err != nil { // it has no member here
			t.Error(err)
		}
		synctest.Wait()
		c.want(t, 0, "4")
		if got := strings.Join(all[2].subjects(), " "); got != "chat.another_20room chat.r" {
			t.Errorf("subscriptions: %s", got)
		}
	})
}

func TestLastMemberUnsubscribes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machines(t, 1, hub.Options[string]{})[0]
		a, b := join(t, m.Hub, "a", nil), join(t, m.Hub, "b", nil)
		a.Leave()
		if len(m.subjects()) != 1 {
			t.Errorf("subscriptions: %q, want one", m.subjects())
		}
		b.Leave()
		if len(m.subjects()) != 0 {
			t.Errorf("subscriptions: %q, want none", m.subjects())
		}
		c := join(t, m.Hub, "c", nil)
		if len(m.subjects()) != 1 {
			t.Errorf("subscriptions: %q, want one", m.subjects())
		}
		c.Leave()
	})
}

func TestPresenceSpansProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 3, hub.Options[string]{Announce: announce})
		c := &conn{}
		ann := join(t, all[0].Hub, "ann", c)
		synctest.Wait()
		d := &conn{}
		bob := join(t, all[1].Hub, "bob", d)
		synctest.Wait()
		wantPresent(t, all[0].Hub, "ann", "bob")
		wantPresent(t, all[1].Hub, "ann", "bob")
		wantPresent(t, all[2].Hub, "ann", "bob") // has no member, and asks
		if len(all[2].subjects()) > 0 {
			t.Errorf("subscriptions: %q", all[2].subjects())
		}
		bob2 := join(t, all[0].Hub, "bob", nil)
		bob.Leave()
		time.Sleep(time.Second)
		wantPresent(t, all[0].Hub, "ann", "bob") // on one process still
		bob2.Leave()
		time.Sleep(time.Second)
		c.want(t, 0, "+ann - =ann", "+bob - =ann,bob", "+ -bob =ann")
		d.want(t, 0, "+bob - =bob", "+ - =ann,bob") // ann was there before
		ann.Leave()
		synctest.Wait()
		wantPresent(t, all[2].Hub)
	})
}

func TestPresenceExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{Announce: announce, PresenceInterval: 10 * time.Second})
		c := &conn{}
		join(t, all[0].Hub, "ann", c)
		join(t, all[1].Hub, "bob", nil)
		time.Sleep(10 * time.Minute)
		wantPresent(t, all[0].Hub, "ann", "bob") // repeated
		all[1].setDown(true)
		time.Sleep(25 * time.Second)
		wantPresent(t, all[0].Hub, "ann", "bob")
		time.Sleep(20 * time.Second)
		wantPresent(t, all[0].Hub, "ann")
		all[1].setDown(false)
		synctest.Wait()
		wantPresent(t, all[0].Hub, "ann", "bob") // told at once after the interruption
		wantPresent(t, all[1].Hub, "ann", "bob")
		c.want(t, 0, "+ann - =ann", "+bob - =ann,bob", "+ -bob =ann", "+bob - =ann,bob")
	})
}

// TestBrokerDownAtStart: a room opens and serves its own members; the others come when the broker does.
func TestBrokerDownAtStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{})
		all[0].setDown(true)
		c, d := &conn{}, &conn{}
		join(t, all[0].Hub, "ann", c)
		join(t, all[1].Hub, "bob", d)
		for _, m := range []string{"1", "2"} {
			if err := all[0].Broadcast(t.Context(), "r", m); !errors.Is(err, errDown) {
				t.Errorf("broadcast: %v", err)
			}
		}
		synctest.Wait()
		c.want(t, 0, "1", "2")
		d.want(t, 0)
		if n := strings.Count(all[0].log.String(), "the broker fails"); n != 1 {
			t.Errorf("the failure is logged %d times:\n%s", n, all[0].log.String())
		}
		all[0].setDown(false)
		synctest.Wait()
		broadcast(t, all[0].Hub, "3")
		synctest.Wait()
		broadcast(t, all[1].Hub, "4")
		time.Sleep(time.Second)
		c.want(t, 0, "1", "2", "3", "4")
		d.want(t, 0, "3", "4")
		wantPresent(t, all[0].Hub, "ann", "bob")
	})
}

// TestManyJoinsAreFewReports: the names of a room go to the other processes at most once in 50 milliseconds.
func TestManyJoinsAreFewReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{})
		join(t, all[1].Hub, "observer", nil)
		synctest.Wait()
		for i := range 1000 {
			join(t, all[0].Hub, fmt.Sprint("n", i), nil)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(all[0].published()); n > 5 {
			t.Errorf("1000 joins made %d messages", n)
		}
		if got, _ := all[1].Present(t.Context(), "r"); len(got) != 1001 {
			t.Errorf("present: %d names, want 1001", len(got))
		}
	})
}

// TestStrangeMessages: whatever is on the subject of a room, members get messages only.
func TestStrangeMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{Announce: announce})
		c := &conn{}
		join(t, all[0].Hub, "", c)
		synctest.Wait()
		for _, data := range []string{"", "x", "{}", "[]", "null", `{"from":""}`, `{"from":1}`, `{"from":"a"}`, `{"from":"a","message":1}`,
			`{"from":"a","presence":{}}`, `{"from":"a","presence":{"seq":-1}}`, `{"from":"a","presence":{"seq":2,"names":["",""]}}`,
			`{"from":"a","presence":{"seq":3,"names":["ann","ann"],"ttl":99999999999999}}`, `{"from":"a","presence":{"seq":1,"names":["old"]}}`,
			`{"from":"b","message":"good"}`, "\xff", strings.Repeat("[", 1000)} {
			if err := all[1].process.Publish(t.Context(), "chat.r", []byte(data)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		c.want(t, 0, "+ann - =ann", "good")
		time.Sleep(25 * time.Hour)
		wantPresent(t, all[0].Hub)
	})
}

// TestRoomsHaveSubjects: no name of a room is more than one part of a subject, and two names have two subjects.
func TestRoomsHaveSubjects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machines(t, 1, hub.Options[string]{})[0]
		rooms := []string{"", "a", "A", "a.b", "a_2Eb", "*", ">", " ", "\x00", "\r\n", "ä", "_empty", "_sha256_", "a-b", strings.Repeat("x", 100), strings.Repeat("x", 101), strings.Repeat("x", 5000)}
		for _, room := range rooms {
			if _, err := m.Join(t.Context(), room, ""); err != nil {
				t.Error(err)
			}
		}
		subjects := m.subjects()
		if len(subjects) != len(rooms) {
			t.Errorf("%d rooms have %d subjects: %q", len(rooms), len(subjects), subjects)
		}
		for _, s := range subjects {
			if len(s) > 400 || strings.Count(s, ".") != 1 || strings.ContainsAny(s, "*> \r\n\x00") {
				t.Errorf("subject: %q", s)
			}
		}
	})
}

// TestCloseTellsProcesses: names go when their process closes, and not when they expire.
func TestCloseTellsProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{})
		join(t, all[0].Hub, "ann", nil)
		join(t, all[1].Hub, "bob", nil)
		synctest.Wait()
		if err := all[1].Close(context.Background()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		wantPresent(t, all[0].Hub, "ann")
	})
}

// TestPresenceOfAnUnaskedReport: a report that another process sends for its own reasons, before it is asked, tells a new listener who was
// there, and not that they have joined.
func TestPresenceOfAnUnaskedReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := machines(t, 2, hub.Options[string]{Announce: announce, PresenceInterval: 10 * time.Second})
		join(t, all[0].Hub, "ann", nil)
		time.Sleep(15 * time.Second)
		all[1].mute() // what it asks is lost
		d := &conn{}
		join(t, all[1].Hub, "bob", d)
		time.Sleep(10 * time.Second) // ann's process repeats itself
		d.want(t, 0, "+bob - =bob", "+ - =ann,bob")
	})
}

// stuck is a broker whose next Publish waits, if it is armed.
type stuck struct {
	*process
	armed       atomic.Bool
	begun, gate chan struct{}
}

func (s *stuck) Publish(ctx context.Context, subject string, data []byte) error {
	if s.armed.CompareAndSwap(true, false) {
		close(s.begun)
		<-s.gate
	}
	return s.process.Publish(ctx, subject, data)
}

// TestCloseWaitsForRepeat: names that are just repeated when the hub closes are on their way when Close returns. Both may end first, so
// there are rounds.
func TestCloseWaitsForRepeat(t *testing.T) {
	for range 50 {
		synctest.Test(t, closeDuringRepeat)
	}
}

func closeDuringRepeat(t *testing.T) {
	var server memory
	b := &stuck{process: server.connect(), begun: make(chan struct{}), gate: make(chan struct{})}
	t.Cleanup(b.stop) // after the hub is closed
	h := open(t, hub.Options[string]{Broker: b, Name: "chat", PresenceInterval: 10 * time.Second})
	join(t, h, "ann", nil)
	synctest.Wait()
	b.armed.Store(true)
	<-b.begun
	closed := make(chan error, 1)
	go func() { closed <- h.Close(context.Background()) }()
	synctest.Wait()
	select {
	case err := <-closed:
		t.Errorf("Close has returned %v while the names are repeated", err)
	default:
	}
	close(b.gate)
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
