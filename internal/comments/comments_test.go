package comments_test

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/brio-go/brio/internal/comments"
	. "github.com/brio-go/brio/internal/comments/commentstest"
)

// handler is in the package of the test.
func handler() {}

// inTest is, too.
type inTest struct {
	// of inTest
	A int
}

// sources are a table and the source itself, which must say the same.
func sources() map[string]comments.Comments {
	const path = "github.com/brio-go/brio/internal/comments/commentstest"
	table := comments.Collect(comments.Package{Path: path, Dir: "commentstest", Name: "commentstest"})
	return map[string]comments.Comments{
		"table":  table,
		"source": comments.NewSource([]reflect.Value{reflect.ValueOf(handler)}),
	}
}

func TestFunc(t *testing.T) {
	page := &Page[map[string]Item]{}
	for name, tt := range map[string]struct {
		fn   any
		want string
	}{
		"a function":            {Local, "Local returns values of types that are declared in functions, one of them with the name of another."},
		"in another style":      {Plain, "Plain has a comment\nin another style."},
		"a generic one":         {All[Item], "All is generic."},
		"a method value":        {Item{}.List, "List lists."},
		"a method expression":   {Item.List, "List lists."},
		"of a generic type":     {page.Every, "Every is for every T."},
		"of an embedded struct": {(&Item{Base: &Base{}}).Count, "Count counts."},
		"hides an embedded one": {(&Item{}).Silent, ""},
		"without a comment":     {NoComment, ""},
		"a literal":             {func() {}, ""},
		"nil":                   {(func())(nil), ""},
	} {
		for from, c := range sources() {
			if got := c.Func(reflect.ValueOf(tt.fn)); got != tt.want {
				t.Errorf("%s, %s: %q, want %q", name, from, got, tt.want)
			}
		}
	}
}

func TestType(t *testing.T) {
	local, only, twin := Local()
	for name, tt := range map[string]struct {
		typ  reflect.Type
		want string
	}{
		"a struct":                      {reflect.TypeFor[Item](), "Item is what is sold."},
		"a pointer":                     {reflect.TypeFor[**Item](), "Item is what is sold."},
		"with type arguments":           {reflect.TypeFor[Page[Item]](), "Page is a page of anything."},
		"in a group":                    {reflect.TypeFor[ID](), "ID is in a group."},
		"made of another":               {reflect.TypeFor[Public](), "Public has the fields of another."},
		"in a group, without":           {reflect.TypeFor[Bare](), ""},
		"behind":                        {reflect.TypeFor[Line](), ""},
		"of a function":                 {reflect.TypeOf(only), "Only has a name of its own."},
		"of a function, a name of two":  {reflect.TypeOf(local), "Item is another Item."},
		"two of a name that look alike": {reflect.TypeOf(twin), ""},
		"unnamed":                       {reflect.TypeFor[[]Item](), ""},
		"predeclared":                   {reflect.TypeFor[int](), ""},
		"of another module":             {reflect.TypeFor[reflect.Method](), ""},
		"nil":                           {nil, ""},
	} {
		for from, c := range sources() {
			if got := c.Type(tt.typ); got != tt.want {
				t.Errorf("%s, %s: %q, want %q", name, from, got, tt.want)
			}
		}
	}
}

func TestField(t *testing.T) {
	local, only, twin := Local()
	for name, tt := range map[string]struct {
		owner reflect.Type
		field string
		want  string
	}{
		"above":                          {reflect.TypeFor[Item](), "SKU", "SKU says which."},
		"above and behind":               {reflect.TypeFor[Item](), "Price", "Above counts."},
		"the second of a line":           {reflect.TypeFor[*Item](), "Cost", "Above counts."},
		"only a directive":               {reflect.TypeFor[Item](), "Stock", ""},
		"none":                           {reflect.TypeFor[Item](), "Note", ""},
		"on the way":                     {reflect.TypeFor[Item](), "Base.ID", "numbers it"},
		"promoted":                       {reflect.TypeFor[Item](), "ID", "numbers it"},
		"of a type made of another":      {reflect.TypeFor[Public](), "SKU", "SKU says which."},
		"of a generic type":              {reflect.TypeFor[Page[int]](), "Items", "on it"},
		"of an unnamed struct":           {reflect.TypeFor[Item](), "Deep.Unnamed", ""},
		"of a function's":                {reflect.TypeOf(only), "A", "a"},
		"of a function's, a name of two": {reflect.TypeOf(local), "Other", "here"},
		"two that look alike":            {reflect.TypeOf(twin), "A", ""},
		"no such":                        {reflect.TypeFor[Item](), "No", ""},
		"no struct":                      {reflect.TypeFor[int](), "No", ""},
	} {
		for from, c := range sources() {
			if got := c.Field(tt.owner, tt.field); got != tt.want {
				t.Errorf("%s, %s: %q, want %q", name, from, got, tt.want)
			}
		}
	}
}

func TestSourceOfTest(t *testing.T) {
	c := comments.NewSource(nil)
	if got := c.Func(reflect.ValueOf(handler)); got != "handler is in the package of the test." {
		t.Errorf("the handler: %q", got)
	}
	if got := c.Type(reflect.TypeFor[inTest]()); got != "inTest is, too." {
		t.Errorf("the type: %q", got)
	}
	if got := c.Field(reflect.TypeFor[inTest](), "A"); got != "of inTest" {
		t.Errorf("the field: %q", got)
	}
}

// A package that has only methods for handlers is found by the call that made the app.
func TestSourceOfCall(t *testing.T) {
	var here [1]uintptr
	runtime.Callers(1, here[:])
	for name, tt := range map[string]struct {
		c    comments.Comments
		want string
	}{
		"with":    {comments.NewSource(nil, here[:]...), "Item is what is sold."},
		"without": {comments.NewSource(nil), ""},
	} {
		if got := tt.c.Func(reflect.ValueOf(Item{}.List)); (got != "") != (tt.want != "") {
			t.Errorf("%s, the method: %q", name, got)
		}
		if got := tt.c.Type(reflect.TypeFor[Item]()); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A table calls a program by its import path, and the program calls itself main; its tests do not.
func TestTableOfProgram(t *testing.T) {
	table := comments.Collect(comments.Package{Path: "example.com/shop", Dir: "testdata/program", Name: "main"})
	want := comments.Table{"main": "example.com/shop", "example.com/shop.list()": "list lists.", "example.com/shop.Item": "Item is sold.", "example.com/shop.Item.A": "first"}
	if !reflect.DeepEqual(table, want) {
		t.Errorf("%v", table)
	}
}
