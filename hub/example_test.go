package hub_test

import (
	"context"
	"fmt"
	"iter"

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
