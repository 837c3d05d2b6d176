//go:build unix

package brio_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// eventSourcePage collects what its EventSource hears and sends it back.
const eventSourcePage = `<!doctype html><title>events</title><script>
const heard = [], source = new EventSource("/events");
source.addEventListener("tick", e => heard.push(JSON.parse(e.data).name + "#" + e.lastEventId));
source.addEventListener("end", e => {
	source.close();
	heard.push(e.data);
	fetch("/heard", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(heard)});
});
</script>`

// TestEventSourceOfABrowser lets Chromium listen to a stream that is cut after every second event: it must hear each
// once, because it comes back with Last-Event-ID. make browser runs it.
func TestEventSourceOfABrowser(t *testing.T) {
	if os.Getenv("BRIO_BROWSER") == "" {
		t.Skip("BRIO_BROWSER is not set; make browser does it")
	}
	var mu sync.Mutex
	var resumed []int
	heard := make(chan []string, 1)
	s := newStage(t, func(app *brio.App) {
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
						yield(response.Event[account]{}, errCanary)
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
	browse(t, s.url+"/")
	select {
	case got := <-heard:
		if want := "a1#1 a2#2 a3#3 a4#4 a5#5 two\nlines"; strings.Join(got, " ") != want {
			t.Errorf("heard %q", got)
		}
	case <-time.After(time.Minute):
		t.Fatal("the browser has heard nothing to the end")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(resumed) != 3 || resumed[0] != 1 || resumed[1] != 3 || resumed[2] != 5 {
		t.Errorf("it came back for %v, want 1, 3 and 5", resumed)
	}
}
