package binding_test

import (
	"fmt"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestHeaderTagNamesModelHeader: in a model of all headers underscores stand for hyphens. A header tag gives the name as
// it is, so that a header with an underscore can be read, as with an alias or convert_underscores=False in FastAPI.
func TestHeaderTagNamesModelHeader(t *testing.T) {
	t.Parallel()
	type model struct {
		Plain string   `json:"x_plain"`
		Alias string   `json:"alias" header:"param_alias"`
		List  []string `json:"list,omitempty" header:"X-List"`
		_     struct{} `extra:"forbid"`
	}
	app := brio.New()
	app.Get("/x", func(in *brio.Header[model]) model { return in.Value })
	type open struct {
		Plain string   `json:"x_plain"`
		Alias string   `json:"alias" header:"param_alias"`
		List  []string `json:"list,omitempty" header:"X-List"`
	}
	app.Get("/open", func(in *brio.Header[open]) open { return in.Value })
	testkit.WantBody(t, testkit.Get(app, "/x", "x-plain", "1", "param_alias", "2", "x-list", "3", "x-list", "4", "Host", "h"),
		`{"detail":[{"type":"extra_forbidden","loc":["header","host"],"msg":"Extra inputs are not permitted","input":"example.com"}]}`)
	testkit.WantBody(t, testkit.Get(app, "/open", "x-plain", "1", "param_alias", "2", "x-list", "3", "x-list", "4"), `{"x_plain":"1","alias":"2","list":["3","4"]}`)
	w := testkit.Get(app, "/open", "x-plain", "1", "param-alias", "2")
	testkit.WantStatus(t, w, 422)
	testkit.WantContains(t, w.Body.String(), `"loc":["header","param_alias"]`)
	testkit.WantContains(t, testkit.Get(app, "/openapi.json").Body.String(), `"name":"param_alias"`, `"name":"X-List"`, `"name":"x-plain"`)

	bad := brio.New()
	bad.Get("/x", func(*brio.Header[struct {
		A string `json:"a" header:"a,omitempty"`
	}]) int {
		return 1
	})
	testkit.WantContains(t, fmt.Sprint(bad.Check()), `no name of a header`)
}
