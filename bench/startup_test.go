package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/bench/api"
	"github.com/brio-go/brio/bench/cputime"
)

// manyRoutes is an app of n routes with parameters, bodies, models and a dependency.
func manyRoutes(n int) *brio.App {
	type params struct {
		ID    int      `path:"id" validate:"gt=0"`
		Limit int      `query:"limit" default:"10" validate:"min=1,max=100"`
		Tags  []string `query:"tags,omitempty"`
	}
	type change struct {
		ID   int        `path:"id"`
		User api.UserIn `body:""`
	}
	app := brio.New(brio.Provide(func(r *http.Request) *api.Session { return &api.Session{} }))
	for i := range n / 2 {
		path := fmt.Sprintf("/area%d/things%d/{id}", i%25, i)
		app.Get(path, func(in *params, s *api.Session) *api.ItemOut { return &api.ItemOut{ItemID: in.ID} }, brio.Name(fmt.Sprint("read", i)))
		app.Put(path, func(in *change, s *api.Session) *api.UserInDB { return &api.UserInDB{} }, brio.ResponseModel[api.UserOut](), brio.Name(fmt.Sprint("change", i)))
	}
	return app
}

// BenchmarkStart is the time until the first answer of an app of 1,000 routes, and of 4,000, which should be four times it.
func BenchmarkStart(b *testing.B) {
	for _, n := range []int{1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cputime.Loop(b, func(int) {
				w := httptest.NewRecorder()
				manyRoutes(n).ServeHTTP(w, httptest.NewRequest("GET", "/area0/things0/1", nil))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code, w.Body)
				}
			})
		})
	}
}
