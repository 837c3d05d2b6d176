package route

import (
	"reflect"

	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/response"
)

// linkPage adds the Link header of a Page to its answer (RFC 8288). A Link header of the temporal Response replaces it, as all headers of
// that Response do.
func (q *request) linkPage(page reflect.Value) {
	x := &q.exchange
	ctx, u := x.Context(), x.URL()
	base := origin.SchemeOf(ctx, x.Secure()) + "://" + x.Host() + origin.PrefixOf(ctx, u, x.Target()) + u.EscapedPath()
	if links := response.PageLinks(page, base, u.RawQuery); links != "" {
		q.answer.AddHeader("Link", links)
	}
}
