package params_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/brio-go/brio/params"
)

func TestValidationErrorNamesFirstErrorsForLogs(t *testing.T) {
	d := params.ErrorDetail{Type: "t", Loc: []any{"body", 1}, Msg: "m", Input: "hidden"}
	err := error(&params.ValidationError{Errors: []params.ErrorDetail{d, d, d, d}})
	if got, want := err.Error(), "4 validation errors; [body 1]: m; [body 1]: m; [body 1]: m; …"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if errors.Is(err, &d) || strings.Contains(d.Error(), "hidden") {
		t.Error("the input is shown")
	}
}
