package middleware_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestTimeoutIsolatesLateHandlers: a handler that runs on after the timeout keeps its pooled request until it returns. It
// never reads or writes the request of another client.
func TestTimeoutIsolatesLateHandlers(t *testing.T) {
	type echo struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	handler := func(ctx context.Context, res *brio.Response, in *struct {
		ID   int  `path:"id"`
		Body echo `body:""`
	}) echo {
		if in.ID%3 == 0 { // late: it returns some time after its context has ended
			<-ctx.Done()
			time.Sleep(time.Duration(in.ID%7) * time.Millisecond)
		}
		res.SetHeader("X-ID", fmt.Sprint(in.ID))
		return echo{in.ID, in.Body.Name}
	}
	const late = `503 {"detail":"The server took too long to respond"} `
	send := func(url string, id int) string {
		r, err := http.NewRequest("POST", fmt.Sprintf("%s/%d", url, id), strings.NewReader(fmt.Sprintf(`{"id":%d,"name":"name%d"}`, id, id)))
		if err != nil {
			return err.Error()
		}
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return fmt.Sprint(res.StatusCode, " ", string(body), " ", res.Header.Get("X-ID"))
	}
	timeout := middleware.Timeout(30 * time.Millisecond)
	onApp := brio.New(testkit.Quiet(), brio.Use(middleware.RequestID(), timeout))
	onApp.Post("/{id}", handler)
	onRoute := brio.New(testkit.Quiet(), brio.Use(middleware.RequestID()))
	onRoute.Post("/{id}", handler, brio.Use(timeout))
	for name, app := range map[string]*brio.App{"app": onApp, "route": onRoute} {
		t.Run(name, func(t *testing.T) {
			url := testkit.Serve(t, app)
			var wg sync.WaitGroup
			for g := range 16 {
				wg.Go(func() {
					for i := range 20 {
						id := g*1000 + i
						want := fmt.Sprintf(`200 {"id":%d,"name":"name%d"} %d`, id, id, id)
						if id%3 == 0 {
							want = late
						}
						got := ""
						for range 100 { // on a machine under load any handler may be late, but not each time
							if got = send(url, id); got != late || want == late {
								break
							}
						}
						if got != want {
							t.Errorf("%d: got %s, want %s", id, got, want)
						}
					}
				})
			}
			testkit.Wait(t, &wg, "the requests")
		})
	}
}

// TestTimeoutIgnoresStartedStream: a handler has the timeout to return its stream. The stream itself may take longer.
func TestTimeoutIgnoresStartedStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := brio.New(testkit.Quiet(), brio.Use(middleware.Timeout(time.Second)))
		app.Get("/lines", func() iter.Seq[int] {
			return func(yield func(int) bool) {
				for i := 0; i < 3 && yield(i); i++ {
					time.Sleep(time.Hour)
				}
			}
		})
		app.Get("/slow", func() iter.Seq[int] {
			time.Sleep(time.Hour)
			return func(func(int) bool) {}
		})
		for path, want := range map[string]string{"/lines": "200 0\n1\n2\n", "/slow": `503 {"detail":"The server took too long to respond"}`} {
			w := testkit.Get(app, path)
			if got := fmt.Sprint(w.Code, " ", w.Body); got != want {
				t.Errorf("%s: got %q, want %q", path, got, want)
			}
		}
		time.Sleep(2 * time.Hour) // the handler of /slow returns
	})
}
