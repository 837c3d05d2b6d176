//go:build unix

package brio_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// eventSourcePage collects the events of its EventSource and posts them to /heard.
const eventSourcePage = `<!doctype html><title>events</title><script>
const heard = [], source = new EventSource("/events");
source.addEventListener("tick", e => heard.push(JSON.parse(e.data).name + "#" + e.lastEventId));
source.addEventListener("end", e => {
	source.close();
	heard.push(e.data);
	fetch("/heard", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(heard)});
});
</script>`

// A browser whose event stream is cut comes back with Last-Event-ID (HTML standard, section 9.2.4). So Chromium gets each event
// once from a stream that is cut after every second one.
func TestEventSourceOfABrowser(t *testing.T) {
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser sets it")
	}
	type account struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	type publicAccount struct {
		Name string `json:"name"`
	}
	type resume struct {
		Last *int `header:"Last-Event-ID"`
	}
	var mu sync.Mutex
	var resumed []int
	heard := make(chan []string, 1)
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/", func() *brio.Response { return response.HTML(eventSourcePage) })
		app.Get("/events", func(ctx context.Context, in *resume) response.Events[account] {
			return func(yield func(response.Event[account], error) bool) {
				n := 1
				if in.Last != nil {
					n = *in.Last + 1
				}
				mu.Lock()
				resumed = append(resumed, n)
				mu.Unlock()
				for first := n; n <= 5; n++ {
					if n == first+2 {
						yield(response.Event[account]{}, errors.New("canary"))
						return
					}
					e := response.Event[account]{Data: account{"a" + strconv.Itoa(n), "canary"}, Event: "tick", ID: strconv.Itoa(n), Retry: 10 * time.Millisecond}
					if !yield(e, nil) {
						return
					}
				}
				end := response.Raw[account]("two\nlines")
				end.Event = "end"
				if yield(end, nil) {
					<-ctx.Done()
				}
			}
		}, brio.ResponseModel[publicAccount]())
		app.Post("/heard", func(in *brio.Body[[]string]) { heard <- in.Value })
	})
	browse(t, s.URL+"/")
	select {
	case got := <-heard:
		if want := "a1#1 a2#2 a3#3 a4#4 a5#5 two\nlines"; strings.Join(got, " ") != want {
			t.Errorf("events: got %q, want %q", got, want)
		}
	case <-time.After(time.Minute): // longer than testkit.Patience, because the browser starts first
		t.Fatal("the browser has not sent the events")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(resumed) != 3 || resumed[0] != 1 || resumed[1] != 3 || resumed[2] != 5 {
		t.Errorf("requests: got events from %v, want from 1, 3 and 5", resumed)
	}
}
