package dependencies_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The types and functions of the mistakes.
type (
	plantNowhere struct{}
	plantUser    struct{}
	plantDB      struct{}
	plantTx      struct{}
	plantSession struct{}
	plantCache   struct{}
	plantKey     struct{}
	plantA       struct{}
	plantB       struct{}
	plantC       struct{}
	plantMailer  interface{ Mail(to string) }
	plantSMTP    struct{}
	plantFake    struct{}
	plantSender  interface{ Send() }
	plantSocket  struct{}
)

func (*plantSMTP) Mail(string) {}
func (*plantFake) Mail(string) {}
func (*plantSocket) Send()     {}

func plantOpenTx() (*plantTx, func(error) error)        { return nil, func(err error) error { return err } }
func plantOpenSession(*plantTx) (*plantSession, func()) { return nil, func() {} }
func plantNeedsB(*plantB) *plantA                       { return nil }
func plantNeedsC(*plantC) *plantB                       { return nil }
func plantNeedsA(*plantA) *plantC                       { return nil }
func plantSMTPMailer() *plantSMTP                       { return nil }
func plantFakeMailer() *plantFake                       { return nil }
func plantTwoResults() (*plantUser, *plantDB)           { return nil, nil }
func plantFirstKey() *plantKey                          { return nil }
func plantSecondKey() *plantKey                         { return nil }
func plantVariadic(...*plantDB)                         {}
func plantCurrentUser(u *plantUser) *plantUser          { return u }
func plantNothing()                                     {}

// One report has each mistake of a program with 200 providers and 300 routes, and Start returns the same report.
func TestReportHasEveryMistake(t *testing.T) {
	app := newLargeApp(200, 300)
	add := func(opts ...brio.RouterOption) *brio.Router {
		r := brio.NewRouter(opts...)
		app.Include(r)
		return r
	}
	other := add(brio.Provide(func() *plantCache { return nil }), brio.Prefix("/other"))
	other.Get("/", func(*plantCache) {})

	add().Get("/1", func(*plantNowhere) {})                                                                 // provided nowhere
	add(brio.Supply(plantDB{})).Get("/2", func(*plantDB) {})                                                // a value is supplied
	add().Get("/3", func(*plantCache) {})                                                                   // provided by another router
	add(brio.Supply(plantSocket{})).Get("/4", func(plantSender) {})                                         // only the pointer has the methods
	add(brio.Provide(plantNeedsB, plantNeedsC, plantNeedsA)).Get("/5", func(*plantB) {})                    // a cycle
	add(brio.Provide(plantSMTPMailer, plantFakeMailer)).Get("/6", func(plantMailer) {})                     // ambiguous
	add(brio.Provide(plantFirstKey, plantSecondKey)).Get("/7", func(*plantKey) {})                          // two of one type
	add(brio.Provide(brio.BeforeResponse(plantOpenTx), plantOpenSession)).Get("/8", func(*plantSession) {}) // outlives what it needs
	add().Get("/9", func() {}, brio.Depends(plantTwoResults))
	add().Get("/10", func() {}, brio.Depends(plantVariadic))
	add().Get("/11", func() {}, brio.Depends(plantCurrentUser)) // its own type, from nowhere
	add().Get("/12", func() {}, brio.Provide(plantNothing))

	err := app.Check()
	if err == nil {
		t.Fatal("Check reports no mistake")
	}
	report := err.Error()
	if first, _, _ := strings.Cut(report, "\n"); first != "brio: 12 mistakes in the declarations" {
		t.Errorf("first line: got %s", first)
	}
	testkit.WantGolden(t, "testdata/mistakes.golden", report)
	if err := app.Start(t.Context()); err == nil || err.Error() != report {
		t.Errorf("Start: got\n%v\nwant the report of Check", err)
	}
}

// A provider with a clean-up after the response must not need a value that ends before it, also through another provider
// whose value has been resolved before.
func TestLifetimesAreCheckedThroughSharedValues(t *testing.T) {
	t.Parallel()
	type repo struct{}
	app := brio.New(brio.Provide(brio.BeforeResponse(plantOpenTx), func(*plantTx) *repo { return nil },
		func(*repo) (*plantSession, func()) { return nil, func() {} }))
	app.Get("/", func(*repo, *plantSession) {})
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "its clean-up runs after the response, but it needs plantOpenTx") {
		t.Error(err)
	}
	app = brio.New(brio.Provide(brio.BeforeResponse(plantOpenTx), func(*plantTx) *repo { return nil }))
	app.Get("/", func(*repo) {})
	if err := app.Check(); err != nil {
		t.Error("without a clean-up no value outlives another, but Check reports", err)
	}
}

// A cycle of providers is one mistake, however many routes need one of them.
func TestCycleIsReportedOnce(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Provide(plantNeedsB, plantNeedsC, plantNeedsA))
	app.Get("/a", func(*plantA) {})
	app.Get("/b", func(*plantB) {})
	app.Get("/c", func(*plantC, *plantA) {})
	err := app.Check()
	if _, ok := err.(interface{ Unwrap() []error }); !ok || strings.Count(err.Error(), "a cycle: ") != 1 {
		t.Errorf("got %T %v, want a list with one cycle", err, err)
	}
}

// The log of the start has a warning for each provider that no route needs.
func TestUnusedProvidersAreLogged(t *testing.T) {
	t.Parallel()
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()), brio.Provide(plantFirstKey, plantOpenTx, plantSMTPMailer), brio.Supply(&plantDB{}))
	router := brio.NewRouter(brio.Provide(plantOpenTx))
	router.Get("/", func(*plantTx, plantMailer) {})
	app.Include(router, brio.Depends(plantOpenTx))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var unused []string
	for _, m := range regexp.MustCompile(`level=WARN msg="no route needs a provider" provider=(\w+) place=\S+_test.go:\d+`).FindAllStringSubmatch(log.String(), -1) {
		unused = append(unused, m[1])
	}
	if got := strings.Join(unused, " "); got != "plantFirstKey" { // a route needs plantOpenTx, so none of its declarations is unused
		t.Errorf("unused: got %s, want plantFirstKey; the log has\n%s", got, log.String())
	}
}

func explainLog(next http.Handler) http.Handler { return next }

func explainTimeout(int) brio.Middleware {
	return func(next http.Handler) http.Handler { return next }
}

func plantVerify(in *struct {
	Token string `header:"X-Token"`
}) error {
	return nil
}

// Explain prints the middleware, the functions of a route and the order of their calls.
func TestExplainShowsPlan(t *testing.T) {
	t.Parallel()
	type input struct {
		ID    string            `path:"id"`
		Draft bool              `query:"draft" default:"false"`
		Item  map[string]string `body:""`
	}
	type item struct{ Name string }
	app := brio.New(testkit.Quiet(), brio.Use(explainTimeout(1), explainLog), brio.Depends(plantVerify), brio.Supply(&plantDB{}),
		brio.Provide(brio.BeforeResponse(func(*plantDB) (*plantTx, func(error) error) { return nil, nil }), brio.NoCache(func() *plantKey { return nil }),
			func(*plantDB, *plantKey) (*plantSession, func()) { return nil, nil }, brio.Scoped(func(*plantSession, brio.Scopes) *plantUser { return nil }, "me")))
	r := brio.NewRouter(brio.Prefix("/shops/{shop}"), brio.Use(explainLog))
	r.Post("/items/{id}", func(*plantTx, *plantKey, *plantUser, *plantSession, *input) (*item, error) { return nil, nil },
		brio.Name("createItem"), brio.Status(201), brio.Security(func(*plantSession, brio.Scopes) {}, "items"))
	r.Get("/text", func() *brio.Response { return nil })
	app.Include(r)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	testkit.WantGolden(t, "testdata/explain.golden", app.Explain("POST", "/shops/{shop}/items/{id}")+"\n"+app.Explain("GET", "/shops/{shop}/text"))
	if got := app.Explain("GET", "/nowhere"); got != "" {
		t.Errorf("an unknown route: got %s, want nothing", got)
	}
}
