package hub_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/hub"
)

// Article is what the feed has.
type Article struct {
	Title string `json:"title"`
}

// A hub lives as long as its app. Each event stream is a member of the room.
func ExampleOpen() {
	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Article]{Slow: hub.DropOldest})))
	app.Get("/feed", func(ctx context.Context, news *hub.Hub[Article]) iter.Seq2[Article, error] {
		return news.Messages(ctx, "articles", "")
	}, brio.EventStream())
	app.Post("/articles", func(ctx context.Context, news *hub.Hub[Article], in *brio.Body[Article]) error {
		return news.Broadcast(ctx, "articles", in.Value)
	})
	fmt.Println(app.Check())
	// Output: <nil>
}

func ExampleHub() {
	h, err := hub.New(hub.Options[string]{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer h.Close(context.Background())
	ctx := context.Background()
	member, err := h.Join(ctx, "lobby", "ann")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer member.Leave()
	fmt.Println(h.Broadcast(ctx, "lobby", "hello"))
	fmt.Println(h.Present(ctx, "lobby"))
	for message := range member.Messages() {
		fmt.Println(message)
		break
	}
	// Output:
	// <nil>
	// [ann] <nil>
	// hello
}

// Members hear who comes and goes.
func ExamplePresence() {
	h, err := hub.New(hub.Options[string]{
		Announce: func(p hub.Presence) (string, bool) { return fmt.Sprint(p.Joined, p.Left, p.Names), true },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer h.Close(context.Background())
	ann, _ := h.Join(context.Background(), "lobby", "ann")
	defer ann.Leave()
	bob, _ := h.Join(context.Background(), "lobby", "bob")
	bob.Leave()
	n := 0
	for message := range ann.Messages() {
		fmt.Println(message)
		if n++; n == 3 {
			break
		}
	}
	// Output:
	// [ann] [] [ann]
	// [bob] [] [ann bob]
	// [] [bob] [ann]
}

// list is a connection that keeps what is written to it.
type list struct{ sent chan string }

func (l list) Write(_ context.Context, message string) error { l.sent <- message; return nil }
func (l list) Close(int, string) error                       { return nil }

// Deliver writes the messages of a member to its connection, which is a *websocket.Conn in a program.
func ExampleMember() {
	var policy hub.Policy = hub.CloseSlow
	h, err := hub.New(hub.Options[string]{Slow: policy, Queue: 16})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer h.Close(context.Background())
	var connection hub.Conn[string] = list{make(chan string, 2)}
	var member *hub.Member[string]
	if member, err = h.Join(context.Background(), "lobby", "ann"); err != nil {
		fmt.Println(err)
		return
	}
	defer member.Leave()
	member.Deliver(connection)
	member.Send("welcome")
	_ = h.Broadcast(context.Background(), "lobby", "hello")
	fmt.Println(<-connection.(list).sent, <-connection.(list).sent)
	// Output:
	// welcome hello
}

// local is a broker of one process: it hands data to all subscribers of a subject.
type local struct {
	mu          sync.Mutex
	subscribers map[string][]hub.Subscriber
}

func (l *local) Publish(_ context.Context, subject string, data []byte) error {
	l.mu.Lock()
	all := slices.Clone(l.subscribers[subject])
	l.mu.Unlock()
	for _, s := range all {
		s.Receive(slices.Clone(data))
	}
	return nil
}

func (l *local) Subscribe(subject string, s hub.Subscriber) (unsubscribe func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscribers[subject] = append(l.subscribers[subject], s)
	go s.Ready() // Subscribe must not call it
	return func() {}, nil
}

// A Broker connects the hubs of many processes. Here two hubs stand for two processes.
func ExampleBroker() {
	var broker hub.Broker = &local{subscribers: map[string][]hub.Subscriber{}}
	ctx := context.Background()
	here, err := hub.New(hub.Options[string]{Broker: broker, Name: "chat"})
	if err != nil {
		fmt.Println(err)
		return
	}
	there, err := hub.New(hub.Options[string]{Broker: broker, Name: "chat"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer here.Close(ctx)
	defer there.Close(ctx)
	ann, err := here.Join(ctx, "lobby", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer ann.Leave()
	fmt.Println(there.Broadcast(ctx, "lobby", "hello from there"))
	for message := range ann.Messages() {
		fmt.Println(message)
		break
	}
	// Output:
	// <nil>
	// hello from there
}
