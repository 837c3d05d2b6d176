package route

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
)

// debugPage is the answer to an unhandled error under Debug: its full text, the errors that it wraps, and the stack of a panic. It
// is plain text, so that a browser does not read quotes from the request as HTML.
func debugPage(r *http.Request, err error) *answer.Answer {
	var b strings.Builder
	fmt.Fprintf(&b, "Internal Server Error\n\n%s %s\n\n%s\n", r.Method, r.URL.Path, errorText(err))
	for depth, inner := 1, errors.Unwrap(err); depth < 20 && inner != nil; depth, inner = depth+1, errors.Unwrap(inner) {
		fmt.Fprintf(&b, "%s%T: %s\n", strings.Repeat("  ", depth), inner, errorText(inner))
	}
	if p := panics.PanicOf(err); p != nil {
		fmt.Fprintf(&b, "\n%s", p.Stack)
	}
	b.WriteString("\nThis page is here because of brio.Debug(true). It is for development alone.\n")
	return response.AnswerOf(response.Text(b.String()).Status(http.StatusInternalServerError))
}
