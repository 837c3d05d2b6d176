package limits_test

import (
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestJSONLimitsAreExact: a document that reaches MaxDepth or MaxElements passes. One level more answers 400, one element more
// 413. The limit of a route replaces that of the app.
func TestJSONLimitsAreExact(t *testing.T) {
	app := brio.New(brio.MaxDepth(2), brio.MaxElements(3))
	app.Post("/", func(in brio.Body[any]) any { return in.Value })
	app.Post("/deep", func(in brio.Body[any]) any { return in.Value }, brio.MaxDepth(3))
	for _, tt := range []struct {
		path, body string
		want       int
	}{
		{"/", `[[1]]`, 200}, {"/", `[[[]]]`, 400}, {"/deep", `[[[]]]`, 200}, {"/deep", `[[[[]]]]`, 400}, {"/", `[1,2,3]`, 200}, {"/", `[1,2,3,4]`, 413},
	} {
		if w := testkit.PostJSON(app, tt.path, tt.body); w.Code != tt.want {
			t.Errorf("%s: %d, want %d: %s", tt.body, w.Code, tt.want, w.Body)
		}
	}
}
