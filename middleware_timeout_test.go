package brio_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// Handlers that are late use pooled requests as long as they run, and never those of others.
func TestLateHandlersDoNotDisturbOthers(t *testing.T) {
	type echo struct {
		ID   int    `json:"id"`
		Name string `json:"name"`
	}
	handler := func(ctx context.Context, res *brio.Response, in *struct {
		ID   int  `path:"id"`
		Body echo `body:""`
	}) echo {
		if in.ID%3 == 0 { // late, and does not listen
			<-ctx.Done()
			time.Sleep(time.Duration(in.ID%7) * time.Millisecond)
		}
		res.SetHeader("X-ID", fmt.Sprint(in.ID))
		return echo{in.ID, in.Body.Name}
	}
	const late = `503 {"detail":"The server took too long to respond"} `
	ask := func(t *testing.T, url string, id int) string {
		r, _ := http.NewRequest("POST", fmt.Sprintf("%s/%d", url, id), strings.NewReader(fmt.Sprintf(`{"id":%d,"name":"name%d"}`, id, id)))
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
	onApp := brio.New(quiet(), brio.Use(middleware.RequestID(), timeout))
	onApp.Post("/{id}", handler)
	onRoute := brio.New(quiet(), brio.Use(middleware.RequestID()))
	onRoute.Post("/{id}", handler, brio.Use(timeout))
	for name, app := range map[string]*brio.App{"app": onApp, "route": onRoute} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(app)
			defer s.Close()
			var wg sync.WaitGroup
			for g := range 16 {
				wg.Go(func() {
					for i := range 20 {
						id := g*1000 + i
						answer := fmt.Sprintf(`200 {"id":%d,"name":"name%d"} %d`, id, id, id)
						if id%3 == 0 {
							answer = late
						}
						got := ""
						for range 100 { // on a busy machine any handler may be late, but not each time
							if got = ask(t, s.URL, id); got != late || answer == late {
								break
							}
						}
						if got != answer {
							t.Errorf("%d: %s, want %s", id, got, answer)
						}
					}
				})
			}
			testkit.Wait(t, &wg, "the requests")
		})
	}
}

func TestTimeoutLeavesBriosStreamsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := brio.New(quiet(), brio.Use(middleware.Timeout(time.Second)))
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
			w := send(app, "GET", path, "")
			if got := fmt.Sprint(w.Code, " ", w.Body); got != want {
				t.Errorf("%s: %q", path, got)
			}
		}
		time.Sleep(2 * time.Hour) // the late one ends
	})
}
