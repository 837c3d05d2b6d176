package dependencies_test

import (
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/inject"
)

// Failing declares an error type with its statuses and the place of the call.
func TestFailing(t *testing.T) {
	t.Parallel()
	guard := inject.Func(dependencies.Failing[*fs.PathError](func() {}, 404, 410), "")
	plan, problems := inject.Compile(inject.Scope{Levels: []inject.Level{{Guards: []*inject.Provider{guard}}}}, func() {})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	raised := plan.Raised()
	if len(raised) != 1 || raised[0].Type != reflect.TypeFor[*fs.PathError]() || !slices.Equal(raised[0].Statuses, []int{404, 410}) ||
		!strings.HasPrefix(raised[0].Place, "dependencies/wrap_test.go:") {
		t.Errorf("got %+v, want *fs.PathError with 404 and 410, declared here", raised)
	}
}
