package funcname_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/funcname"
)

// inner and outer are functions of one package that call each other, as Compress and CompressWith do.
func inner() (function, place string) {
	return funcname.Entry("github.com/brio-go/brio/internal/funcname_test")
}

func outer() (function, place string) { return inner() }

// Entry names the function of the package that was called from outside of it. All functions here are of this package but that of
// package testing, which calls the test.
func TestEntryNamesOutermostFunction(t *testing.T) {
	function, place := outer()
	if function != "funcname_test.TestEntryNamesOutermostFunction" || !strings.HasPrefix(place, "testing/testing.go:") {
		t.Errorf("got %s at %s, want the test, called by package testing", function, place)
	}
	if function, place := funcname.Entry("example.com/other"); function != "" || !strings.Contains(place, "place_test.go:") {
		t.Errorf("another package: got %q at %s, want no function, and this line", function, place)
	}
}
