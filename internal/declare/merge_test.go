package declare

import (
	"slices"
	"testing"

	"github.com/brio-go/brio/internal/switches"
)

type settings struct {
	Tags   Appended[string]
	Limit  Nearest[int]
	Lists  Levels[int]
	Hidden Sticky
	Inside struct{ On Nearest[bool] }
	Switches
}

// TestInheritMergesByType: the innermost Nearest counts, lists add up from the outside, Levels keep levels apart, and a Sticky
// stays on. A struct of settings merges field by field.
func TestInheritMergesByType(t *testing.T) {
	var app, empty, route settings
	app.Tags, app.Hidden = Appended[string]{"a"}, true
	app.Limit.Set(1)
	app.Lists.Add(1)
	app.Lists.Add(2)
	app.Inside.On.Set(true)
	route.Tags = Appended[string]{"b"}
	route.Limit.Set(0)
	route.Lists.Add(3)
	Inherit(&empty, &app)
	Inherit(&route, &empty)
	if want := []string{"a", "b"}; !slices.Equal(route.Tags, want) {
		t.Errorf("tags %q, want %q", route.Tags, want)
	}
	if !route.Limit.IsSet() || route.Limit.Or(5) != 0 {
		t.Errorf("limit %d, want the route's 0", route.Limit.Or(5))
	}
	if len(route.Lists) != 2 || !slices.Equal(route.Lists.All(), []int{1, 2, 3}) || !slices.Equal(route.Lists.Nearest(), []int{3}) {
		t.Errorf("levels %v, want [[1 2] [3]]", route.Lists)
	}
	if !bool(route.Hidden) || !route.Inside.On.Value() {
		t.Errorf("hidden %t, on %t, want what the app sets", route.Hidden, route.Inside.On.Value())
	}
	if empty.Limit.Value() != 1 || len(empty.Lists) != 1 {
		t.Errorf("the level in between has %+v, want what the app has", empty)
	}
}

// TestSwitchesMergeEachAlone: the innermost level that sets a switch counts, and one that no level sets has its default.
func TestSwitchesMergeEachAlone(t *testing.T) {
	var app, router, route settings
	app.Switches.Set(switches.LaxJSON, true)
	app.Switches.Set(switches.LaxText, true)
	app.Switches.Set(switches.StrictContentType, false)
	router.Switches.Set(switches.LaxJSON, false)
	router.Switches.Set(switches.StrictContentType, true)
	route.Switches.Set(switches.AutoETag, true)
	route.Switches.Set(switches.AutoETag, false)
	Inherit(&router, &app)
	Inherit(&route, &router)
	if got, want := route.On(), switches.Default|switches.LaxText; got != want {
		t.Errorf("route: got %b, want %b", got, want)
	}
	if got, want := app.On(), switches.ContentTypeErrors|switches.LaxJSON|switches.LaxText; got != want {
		t.Errorf("app: got %b, want %b", got, want)
	}
}

// TestNearestSetIf: a value that says nothing leaves the setting to the outer level, also after another option has set it.
func TestNearestSetIf(t *testing.T) {
	var n Nearest[int]
	n.Set(3)
	n.SetIf(false, 0)
	if n.IsSet() || n.Or(7) != 7 || n.Value() != 0 {
		t.Errorf("set %t, value %d, want none", n.IsSet(), n.Or(7))
	}
	n.SetIf(true, 4)
	if n.Or(7) != 4 {
		t.Errorf("value %d, want 4", n.Or(7))
	}
}

// TestLevelsAddKeepsOuterLevels: Add adds to the innermost level and writes into no list of another one.
func TestLevelsAddKeepsOuterLevels(t *testing.T) {
	outer := Levels[int]{{1}, append(make([]int, 0, 8), 2)}
	inner := slices.Clone(outer)
	inner.Add(3)
	outer.Add(4)
	if !slices.Equal(inner.All(), []int{1, 2, 3}) || !slices.Equal(outer.All(), []int{1, 2, 4}) || len(inner) != 2 {
		t.Errorf("got %v and %v, want [[1] [2 3]] and [[1] [2 4]]", inner, outer)
	}
}
