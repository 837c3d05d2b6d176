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
	Wide  float64   `json:"wide" validate:"gte=-9e18,lte=9e18"`
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
