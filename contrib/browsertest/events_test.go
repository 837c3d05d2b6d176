package browsertest

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// eventsPage collects the events of its EventSource. After the event "end", window.events has them.
const eventsPage = `<!doctype html><title>events</title><script>
const events = [], source = new EventSource("/events");
source.addEventListener("tick", e => events.push(JSON.parse(e.data).name + "#" + e.lastEventId));
source.addEventListener("end", e => {
	source.close();
	events.push(e.data);
	window.events = events;
});
</script>`

// TestEventSourceResumes: a browser whose event stream is cut comes back with Last-Event-ID (the HTML standard, 9.2.4). So the
// page gets each event once from a stream that is cut after every second one.
func TestEventSourceResumes(t *testing.T) {
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
	var first []int // the first event of each request
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/", func() *brio.Response { return response.HTML(eventsPage) })
		app.Get("/events", func(ctx context.Context, in *resume) response.Events[account] {
			return func(yield func(response.Event[account], error) bool) {
				n := 1
				if in.Last != nil {
					n = *in.Last + 1
				}
				mu.Lock()
				first = append(first, n)
				mu.Unlock()
				for cut := n + 2; n <= 5; n++ {
					if n == cut {
						yield(response.Event[account]{}, errors.New("cut"))
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
	})
	p := openTab(t) // its console has an error for each cut
	p.navigate(s.URL)
	if got, want := wait[[]string](p, "window.events"), []string{"a1#1", "a2#2", "a3#3", "a4#4", "a5#5", "two\nlines"}; !slices.Equal(got, want) {
		t.Errorf("events: got %q, want %q", got, want)
	}
	mu.Lock()
	defer mu.Unlock()
	if want := []int{1, 3, 5}; !slices.Equal(first, want) {
		t.Errorf("first events of the requests: got %v, want %v", first, want)
	}
}
