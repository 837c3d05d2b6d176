package startup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// A switch takes at most one argument, and a limit is positive, NoLimit or 0. Check reports others with the place of the option.
func TestCheckReportsArgumentsOfOptions(t *testing.T) {
	app := brio.New(testkit.Quiet(),
		brio.Debug(true, false), brio.FastAPIDocument(false, true), brio.LaxJSON(true, true), brio.MaxBody(-5), brio.ReadTimeout(-time.Second),
		brio.UploadLimits(params.UploadLimits{FileSize: -2}), brio.Document("/other.json", brio.AutoTitles(true, true)))
	router := brio.NewRouter(brio.Hidden(false, true))
	router.Get("/x", func() {}, brio.NoResponseModel(true, false), brio.EventPing(-3))
	app.Include(router, brio.Tags("x"), brio.MaxPairs(-7))
	err := app.Check()
	if err == nil {
		t.Fatal("no mistake is reported")
	}
	testkit.WantContains(t, err.Error(), "Debug has 2 arguments", "FastAPIDocument has 2 arguments", "LaxJSON has 2 arguments", "AutoTitles has 2 arguments",
		"Hidden has 2 arguments", "NoResponseModel has 2 arguments", "MaxBody is -5", "ReadTimeout is -1s", "UploadLimits: FileSize is -2", "EventPing is -3ns", "MaxPairs is -7")
	if n := strings.Count(err.Error(), "startup/arguments_test.go:"); n != 11 {
		t.Errorf("got %d places, want 11:\n%v", n, err)
	}
}

// NoLimit and 0 are legal for each limit.
func TestCheckTakesNoLimitAndZero(t *testing.T) {
	for _, n := range []int{0, brio.NoLimit} {
		d := time.Duration(n)
		app := brio.New(testkit.Quiet(), brio.MaxBody(int64(n)), brio.MaxDepth(n), brio.MaxElements(n), brio.MaxPairs(n), brio.ReadTimeout(d), brio.WriteTimeout(d),
			brio.MinReadRate(int64(n)), brio.StreamWriteTimeout(d), brio.EventPing(d), brio.UploadLimits(params.UploadLimits{Files: n, FileSize: int64(n)}))
		if err := app.Check(); err != nil {
			t.Errorf("%d: %v", n, err)
		}
	}
}
