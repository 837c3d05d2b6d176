package startup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// The tests of this file follow FastAPI's tests/test_tutorial/test_events and tests/test_router_events.py, with the names there. A
// Lifespan is FastAPI's lifespan and its pairs of startup and shutdown handlers: what it returns runs at the end. What a lifespan yields
// for request.state is a value of SupplyFunc in Go, which functions take by its type.

// notes is a Lifespan that notes its start and its end.
func notes(tr *testkit.Trace, name string) brio.LifespanOption {
	return brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		tr.Add("%s startup", name)
		return func(context.Context) error { tr.Add("%s shutdown", name); return nil }, nil
	})
}

// hello is the route of these programs.
func hello() map[string]string { return map[string]string{"message": "Hello World"} }

// test_events of tutorial001 and tutorial003: what is loaded before the first request serves all, and is released after the last.
func TestLifespanLoadsBeforeRequests(t *testing.T) {
	type models map[string]func(float64) float64
	loaded := models{}
	app := brio.New(testkit.Quiet(), brio.Supply(loaded), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		loaded["answer_to_everything"] = func(x float64) float64 { return x * 42 }
		return func(context.Context) error { clear(loaded); return nil }, nil
	}))
	app.Get("/predict", func(in *struct {
		X float64 `query:"x"`
	}, m models) map[string]float64 {
		return map[string]float64{"result": m["answer_to_everything"](in.X)}
	})
	if err := app.Check(); err != nil || len(loaded) > 0 {
		t.Fatalf("before the start: %d models, %v", len(loaded), err)
	}
	testkit.WantBody(t, testkit.Get(app, "/predict?x=2"), `{"result":84}`)
	if err := app.Shutdown(t.Context()); err != nil || len(loaded) > 0 {
		t.Errorf("after the end: %d models, %v", len(loaded), err)
	}
}

// test_events of tutorial002, test_app_lifespan_state, test_router_async_shutdown_handler, test_router_sync_generator_lifespan: a client of
// a test starts the app, and ends it with the test.
func TestTestClientRunsLifespan(t *testing.T) {
	var tr testkit.Trace
	app := brio.New(testkit.Quiet(), notes(&tr, "app"))
	app.Get("/", hello)
	tr.Want(t, "")
	t.Run("with the client", func(t *testing.T) {
		c := briotest.New(t, app)
		tr.Want(t, "app startup")
		c.Get("/").Status(200).Body(`{"message":"Hello World"}`)
	})
	tr.Want(t, "app shutdown")
}

// test_router_events, test_router_nested_lifespan_state, test_startup_shutdown_handlers_as_parameters: lifespans of included routers run
// after that of the app, and end before it.
func TestLifespansOfRoutersNest(t *testing.T) {
	var tr testkit.Trace
	sub := brio.NewRouter(notes(&tr, "sub-router"))
	router := brio.NewRouter(notes(&tr, "router"))
	router.Include(sub)
	app := brio.New(testkit.Quiet(), notes(&tr, "app"))
	app.Include(router)
	app.Get("/", hello)
	t.Run("client", func(t *testing.T) {
		briotest.New(t, app).Get("/").Status(200)
		tr.Want(t, "app startup, router startup, sub-router startup")
	})
	tr.Want(t, "sub-router shutdown, router shutdown, app shutdown")
}

// test_router_nested_lifespan_state_discard_default_lifespan_app, ..._child, ..._no_lifespans: each level may have none.
func TestLevelsWithoutLifespan(t *testing.T) {
	for want, levels := range map[string][2]bool{
		"": {}, "app startup": {true, false}, "router startup": {false, true}, "app startup, router startup": {true, true},
	} {
		var tr testkit.Trace
		app, router := brio.New(testkit.Quiet()), brio.NewRouter()
		if levels[0] {
			app = brio.New(testkit.Quiet(), notes(&tr, "app"))
		}
		if levels[1] {
			router = brio.NewRouter(notes(&tr, "router"))
		}
		app.Include(router)
		app.Get("/", hello)
		testkit.WantBody(t, testkit.Get(app, "/"), `{"message":"Hello World"}`)
		tr.Want(t, want)
	}
}

// test_router_nested_lifespan_state_overriding_by_parent, test_merged_mixed_state_lifespans: FastAPI merges the states into one, in which
// the app's wins. Values have types in Go: each router sees the value of its own level, and the app's where it has none.
func TestStateOfLifespanIsSuppliedByLevel(t *testing.T) {
	type overridden string
	type onlyApp bool
	supplies := func(value string) brio.Option {
		return brio.SupplyFunc(func(context.Context) (overridden, func(context.Context) error, error) {
			return overridden(value), nil, nil
		})
	}
	router := brio.NewRouter(supplies("router"))
	read := func(o overridden, a onlyApp) []any { return []any{string(o), bool(a)} }
	router.Get("/router", read, brio.Name("ofRouter"))
	app := brio.New(testkit.Quiet(), supplies("app"), brio.Supply(onlyApp(true)))
	app.Include(router)
	app.Get("/app", read, brio.Name("ofApp"))
	testkit.WantBody(t, testkit.Get(app, "/app"), `["app",true]`)
	testkit.WantBody(t, testkit.Get(app, "/router"), `["router",true]`)
}

// A failing startup stops the start, as in Starlette: no request is answered, and what had started ends.
func TestFailedStartupAnswersNothing(t *testing.T) {
	var tr testkit.Trace
	broken := errors.New("no database")
	app := brio.New(testkit.Quiet(), notes(&tr, "app"), brio.Lifespan(func(context.Context) (func(context.Context) error, error) { return nil, broken }))
	app.Get("/", hello)
	if err := app.Start(t.Context()); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	tr.Want(t, "app startup, app shutdown")
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, broken) {
			t.Errorf("the request panics with %v", err)
		}
	}()
	testkit.Get(app, "/")
}
