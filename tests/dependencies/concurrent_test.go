package dependencies_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type echoParams struct {
	Path  string         `path:"p"`
	Query string         `query:"q"`
	Head  string         `header:"X-H"`
	Body  map[string]any `body:""`
}

// keptRequest holds the parameters of a handler beyond the request.
type keptRequest struct {
	id  string
	in  *echoParams
	res *brio.Response
	ctx context.Context
	r   *http.Request
	a   *depA
	inf *brio.RouteInfo
}

func (k *keptRequest) String() string {
	return fmt.Sprint(k.in.Path, k.in.Query, k.in.Head, k.in.Body["id"], k.res.Header().Get("X-Id"), k.res.Cookies()[0].Value,
		k.ctx.Value(contextKey{}), k.r.PathValue("p"), k.r.Header.Get("X-H"), k.a.by, k.inf.Tags)
}

// Requests and buffers are pooled. Nothing of one request is seen by another, at the same time or later, whichever way the
// request ends, and parameters that a handler keeps stay as they are.
func TestRequestsAreIsolated(t *testing.T) {
	var mu sync.Mutex
	var all []*keptRequest
	app := brio.New(testkit.Quiet(), brio.Tags("app"), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, r.Header.Get("X-H"))))
		})
	}), brio.Provide(func(r *http.Request) (*depA, func(error)) {
		a := &depA{r.Header.Get("X-H")}
		return a, func(error) {
			if a.by != r.Header.Get("X-H") {
				t.Error("a clean-up has the value of another request")
			}
		}
	}), brio.Depends(func(res *brio.Response, r *http.Request) {
		res.SetHeader("X-Id", r.Header.Get("X-H")).SetCookie(cookies.New("id", r.Header.Get("X-H")))
	}))
	app.Post("/{p}", func(in *echoParams, res *brio.Response, ctx context.Context, r *http.Request, a *depA, info *brio.RouteInfo) (any, error) {
		k := &keptRequest{in.Path, in, res, ctx, r, a, info}
		if len(in.Path)%5 == 0 {
			mu.Lock()
			all = append(all, k)
			mu.Unlock()
		}
		switch in.Query {
		case "error":
			return nil, brio.Error(409, in)
		case "panic":
			panic(in.Path)
		case "direct":
			return response.JSON(in), nil
		case "text":
			return response.Text(k.String()), nil
		}
		return map[string]any{"in": in, "all": k.String()}, nil
	})
	ways := []string{"value", "error", "panic", "direct", "text", "invalid"}
	goroutines, requests := 64, 200
	if testing.Short() {
		goroutines, requests = 8, 50
	}
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			for i := range requests {
				way := ways[(g+i)%len(ways)]
				id := fmt.Sprintf("%s-g%d-i%d-%s", way, g, i, strings.Repeat("x", i%7))
				body := fmt.Sprintf(`{"id":%q}`, id)
				if way == "invalid" {
					body = fmt.Sprintf(`[%q]`, id)
				}
				r := httptest.NewRequest("POST", "/"+id+"?q="+way, strings.NewReader(body))
				r.Header.Set("X-H", id)
				r.Header.Set("Content-Type", "application/json")
				w := httptest.NewRecorder()
				app.ServeHTTP(w, r)
				in := fmt.Sprintf(`{"Path":%q,"Query":%q,"Head":%q,"Body":{"id":%q}}`, id, way, id, id)
				text := fmt.Sprint(id, way, id, id, id, id, id, id, id, id, []string{"app"})
				want, status := "", 200
				switch way {
				case "value":
					want = fmt.Sprintf(`{"all":%q,"in":%s}`, text, in)
				case "error":
					want, status = `{"detail":`+in+`}`, 409
				case "panic":
					want, status = `{"detail":"Internal Server Error"}`, 500
				case "direct":
					want = in
				case "text":
					want = text
				case "invalid":
					want, status = fmt.Sprintf(`{"detail":[{"type":"dict_type","loc":["body"],"msg":"Input should be a valid dictionary","input":[%q]}]}`, id), 422
				}
				if w.Code != status || w.Body.String() != want {
					t.Errorf("%s: %d %s, want %s", id, w.Code, w.Body, want)
					return
				}
				if way == "value" {
					testkit.WantHeader(t, w, "X-Id", id)
					testkit.WantHeader(t, w, "Set-Cookie", "id="+id+"; Path=/; SameSite=Lax")
				}
			}
		})
	}
	testkit.Wait(t, &wg, "the requests")
	if len(all) < requests {
		t.Errorf("kept: got %d requests, want at least %d", len(all), requests)
	}
	for _, k := range all {
		if got, want := k.String(), fmt.Sprint(k.id, k.in.Query, k.id, k.id, k.id, k.id, k.id, k.id, k.id, k.id, []string{"app"}); got != want {
			t.Fatalf("kept: got %s, want %s", got, want)
		}
	}
}

// Handlers of concurrent requests may call App.URL.
func TestURLIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/{id}", func(in struct {
		ID string `path:"id"`
	}) (string, error) {
		return app.URL("self", "id", in.ID)
	}, brio.Name("self"))
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			testkit.WantBody(t, testkit.Get(app, fmt.Sprint("/", g)), fmt.Sprintf(`"/%d"`, g))
		})
	}
	testkit.Wait(t, &wg, "the requests")
}
