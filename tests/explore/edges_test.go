package explore_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// newQuietApp makes an app without a log.
func newQuietApp(opts ...brio.AppOption) *brio.App {
	return brio.New(append(opts, brio.Logger(slog.New(slog.DiscardHandler)))...)
}

// extremes has rules at which the arithmetic of a generator goes wrong.
type extremes struct {
	Tiny  float64   `json:"tiny" validate:"gt=0.0000000000001"`
	Third float64   `json:"third" validate:"gte=0.0000000000005,multiple_of=0.0000000000005"`
	Wide  float64   `json:"wide" validate:"gte=-1e19,lte=1e19"`
	Whole int64     `json:"whole" validate:"min=-9223372036854775808,max=9223372036854775807"`
	Next  *extremes `json:"next,omitempty"`
	Part  pet       `json:"part"`
}

// TestExploreCountsExactly: bounds of many digits and of all numbers have valid and invalid neighbours, and those that a float64 cannot
// tell apart are none. An integer is valid if its first digits are. The error of a union is at the union.
func TestExploreCountsExactly(t *testing.T) {
	for seed := range uint64(4) {
		app := newQuietApp()
		extreme, counts := 0, 0
		app.Post("/extremes", func(in *brio.Body[extremes]) int { extreme++; return 1 })
		app.Post("/count", func(in *brio.Body[int]) int { counts++; return in.Value })
		for _, failure := range explored(t, app, briotest.Seed(seed+1)) {
			t.Errorf("seed %d: false alarm: %s", seed+1, failure)
		}
		if extreme < 20 || counts < 20 {
			t.Errorf("seed %d: %d and %d requests were accepted", seed+1, extreme, counts)
		}
	}
}

// loose is a model with one member, about which the document says more than the app checks.
type loose[T any] struct {
	Value T `json:"value"`
}

// post declares a route that takes a value of a type.
func post[T any](app *brio.App) {
	app.Post("/a", func(in *brio.Body[loose[T]]) int { return 1 })
}

// TestExploreBreaksEachRule: a rule that the document has and the app does not check is found, at its place and by its name.
func TestExploreBreaksEachRule(t *testing.T) {
	for _, c := range []struct {
		declare func(*brio.App)
		rule    spec.Schema
		want    string
	}{
		{post[int], spec.Schema{MultipleOf: "3"}, "body.value: multipleOf 3"},
		{post[int], spec.Schema{MultipleOf: "2"}, "body.value: multipleOf 2"},
		{post[float64], spec.Schema{MultipleOf: "0.5"}, "body.value: multipleOf 0.5"},
		{post[float64], spec.Schema{Minimum: "0.0000000000001"}, "body.value: minimum 0.0000000000001"},
		{post[int], spec.Schema{ExclusiveMaximum: "7"}, "body.value: exclusiveMaximum 7"},
		{post[int], spec.Schema{Enum: []any{1, 2}}, "body.value: the value is none of the enumeration"},
		{post[string], spec.Schema{Enum: []any{"a", "b"}}, "body.value: the value is none of the enumeration"},
		{post[string], spec.Schema{Pattern: "^[α-ω]+(a|b)?.c*$"}, "body.value: pattern ^[α-ω]+(a|b)?.c*$"},
		{post[string], spec.Schema{Format: "email"}, "body.value: format email"},
		{post[string], spec.Schema{MinLength: new(3)}, "body.value: minLength 3"},
		{post[[]int], spec.Schema{MinItems: new(2)}, "body.value: minItems 2"},
		{post[[]int], spec.Schema{MaxItems: new(3)}, "body.value: maxItems 3"},
		{post[[]int], spec.Schema{Items: &spec.Schema{Type: []string{"integer"}, Maximum: "5"}}, "body.value.0: maximum 5"},
		{post[map[string]int], spec.Schema{Required: []string{"b"}, Properties: map[string]*spec.Schema{"b": {Type: []string{"integer"}}}}, "body.value.b: it is missing"},
	} {
		app := newQuietApp(brio.TransformOpenAPI(func(d *spec.Document) {
			for _, s := range d.Components.Schemas {
				if p := s.Properties["value"]; p != nil {
					merged := c.rule
					merged.Type = p.Type
					if merged.Items == nil {
						merged.Items = p.Items
					}
					s.Properties["value"] = &merged
				}
			}
		}))
		c.declare(app)
		failures := explored(t, app)
		if len(failures) != 1 || !strings.Contains(failures[0], "POST /a: invalid refused: the request is invalid by the document ("+c.want+")") {
			t.Errorf("%s: got %q", c.want, failures)
		}
	}
}

// TestExploreSendsLeast: one request has no optional value at all, and the smallest request that shows a fault has none that it can do
// without.
func TestExploreSendsLeast(t *testing.T) {
	app := newQuietApp()
	app.Get("/a", func(in *struct {
		A *int     `query:"a"`
		B *float64 `query:"b"`
		D *int     `query:"d"`
		E *string  `header:"X-E"`
		F *string  `cookie:"f"`
	}) (int, error) {
		if in.A == nil && in.B == nil && in.D == nil && in.E == nil && in.F == nil {
			panic("none")
		}
		return 1, nil
	})
	failures := explored(t, app, briotest.Requests(0))
	if len(failures) != 1 || !strings.Contains(failures[0], "\n  curl -i \"$BASE\"'/a'\n  answer: 500") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreShrinksToWhatCanBeSent: a list that has to be there is not shrunk to an empty one, which a query cannot say. The empty one
// would be refused for another reason than the one that is reported.
func TestExploreShrinksToWhatCanBeSent(t *testing.T) {
	app := newQuietApp()
	app.Get("/a", func(in *struct {
		Tags []string `query:"tag"`
	}) (int, error) {
		return 0, brio.Error(400, "No tags today")
	}, brio.Responds[response.Detail](400, "It is wrong"))
	failures := explored(t, app)
	if len(failures) != 1 || !strings.Contains(failures[0], "valid accepted: the request is valid by the document, and is refused with 400") ||
		!strings.Contains(failures[0], "/a?tag=") || strings.Contains(failures[0], "&") {
		t.Errorf("got %q", failures)
	}
}

// TestExploreEnds: when the time is over, Explore ends what it does with one request, and sends no further ones.
func TestExploreEnds(t *testing.T) {
	app := newQuietApp()
	const limit = 2 * time.Second
	after, started := 0, time.Now()
	count := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(started) > limit+100*time.Millisecond {
				after++
			}
			next.ServeHTTP(w, r)
		})
	}
	app.Use(count)
	for i := range 20 {
		app.Get(fmt.Sprint("/", string(rune('a'+i))), func() int { return 1 })
	}
	app.Get("/z", func() int { time.Sleep(max(0, limit+200*time.Millisecond-time.Since(started))); return 1 })
	if failures := explored(t, app, briotest.For(limit)); len(failures) > 0 {
		t.Errorf("got %q", failures)
	}
	if after == 0 || after > 10 {
		t.Errorf("%d requests were sent after the time", after)
	}
}

// TestExploreFollowsRelativeLocation: a Location may be relative to the URL of the request (RFC 9110, section 10.2.2).
func TestExploreFollowsRelativeLocation(t *testing.T) {
	for location, want := range map[string]string{
		"things/7":                    "",
		"/things/7?full=true":         "",
		"http://example.com/things/7": "",
		"7":                           "the Location /7 is answered with 404",
		"./others/7":                  "the Location /others/7 is answered with 404",
	} {
		app := newQuietApp()
		app.Post("/things", func(res *brio.Response) int { res.SetHeader("Location", location); return 1 }, brio.Status(201))
		app.Get("/things/{id}", func(in *struct {
			ID int `path:"id"`
		}) int {
			return in.ID
		})
		failures := explored(t, app, briotest.Stateful())
		if (want == "") != (len(failures) == 0) || want != "" && !strings.Contains(failures[0], "POST /things: Location: "+want) {
			t.Errorf("%s: got %q", location, failures)
		}
	}
}
