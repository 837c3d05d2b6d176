package injectables_test

import (
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/response"
)

// scopes is the type by which functions of these tests receive scopes.
type scopes []string

// rows returns the rows with a name: the ones that programs may take.
func rows() []inject.Row {
	all := injectables.Rows(injectables.Source{Scopes: reflect.TypeFor[scopes]()})
	return slices.DeleteFunc(all, func(r inject.Row) bool { return r.Name == "" })
}

// The documentation lists the framework types, in the order of the table.
func TestDocumentationListsRows(t *testing.T) {
	t.Parallel()
	var want []string
	for _, r := range rows() {
		want = append(want, r.Name)
	}
	for file, c := range map[string]struct {
		from, to string
		name     *regexp.Regexp
		write    *strings.Replacer
	}{
		"../../doc.go":               {"//   - a type of the framework:", ";", regexp.MustCompile(`\*?(\[\w+\]|\w+\.\w+)`), strings.NewReplacer("[", "brio.", "]", "")},
		"../../docs/dependencies.md": {"may also take a type of the framework:", ".\n", regexp.MustCompile("`[^`]+`"), strings.NewReplacer("`", "")},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, list, _ := strings.Cut(string(text), c.from)
		list, _, _ = strings.Cut(list, c.to)
		var got []string
		for _, name := range c.name.FindAllString(list, -1) {
			got = append(got, c.write.Replace(name))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %q, the table %q", file, got, want)
		}
	}
}

// Each type has one row, and one way to its argument.
func TestRows(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range rows() {
		if seen[r.Name] {
			t.Errorf("%s has two rows", r.Name)
		}
		seen[r.Name] = true
		if (r.Make == nil) == (r.MakeFor == nil) {
			t.Errorf("%s: one of Make and MakeFor is set", r.Name)
		}
	}
}

// Forget makes the State that of a request whose functions have taken nothing. A Response of the request before stays valid.
func TestStateForget(t *testing.T) {
	t.Parallel()
	x := exchange.Acquire(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	t.Cleanup(x.Release)
	var s injectables.State
	f := &inject.Frame{Exchange: x, Owner: &s}
	for _, r := range rows() {
		if name := r.Name; name == "*brio.Response" || name == "*brio.BackgroundTasks" {
			if first, again := r.Make(f), r.Make(f); first != again {
				t.Errorf("%s: two functions receive two values", name)
			}
		}
	}
	var before *response.Response = s.Temporal()
	if before == nil || s.Tasks() == nil || s.Untouched() {
		t.Error("the State has no Response or no tasks")
	}
	s.Forget()
	if s.Temporal() != nil || s.Tasks() != nil || !s.Untouched() {
		t.Error("after Forget the State has values")
	}
	before.SetHeader("X-Late", "no panic")
}
