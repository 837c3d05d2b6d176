package route

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/panics"
)

// debugPage makes the answer to an unhandled error under Debug: its full text, the errors that it wraps, and the stack of a panic. It
// is plain text, so that a browser does not read quotes from the request as HTML.
func debugPage(out *answer.Answer, x *exchange.Exchange, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "Internal Server Error\n\n%s %s\n\n%s\n", x.Method(), x.URL().Path, errorText(err))
	for depth, inner := 1, errors.Unwrap(err); depth < 20 && inner != nil; depth, inner = depth+1, errors.Unwrap(inner) {
		fmt.Fprintf(&b, "%s%T: %s\n", strings.Repeat("  ", depth), inner, errorText(inner))
	}
	if p := panics.PanicOf(err); p != nil {
		fmt.Fprintf(&b, "\n%s", p.Stack)
	}
	b.WriteString("\nThis page is here because of brio.Debug(true). It is for development alone.\n")
	out.Fill(http.StatusInternalServerError, exchange.ContentTypeOf("text/plain; charset=utf-8"), []byte(b.String()), false)
}
