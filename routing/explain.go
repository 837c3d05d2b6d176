package routing

import (
	"cmp"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/response"
)

// Explain prints what happens for a request of method and path: middleware, guards, what the handler needs, the handler,
// and what becomes of its result, with the turn in which each function is called. It is "" when there is no such route.
func (t *Table) Explain(method, path string) string {
	for _, e := range t.endpoints {
		if slices.Contains(e.route.methods, method) && e.info.Path == path {
			return e.explainRoute(method)
		}
	}
	return ""
}

func (e *endpoint) explainRoute(method string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", method, e.info.Path)
	if mw := slices.Concat(e.table.outer, e.middleware); len(mw) > 0 {
		names := make([]string, len(mw))
		for i, m := range mw {
			names[i] = functionName(m)
		}
		fmt.Fprintf(&b, "middleware, outermost first\n   %s\n", strings.Join(names, "\n   "))
	}
	if len(e.around) > 0 {
		b.WriteString("around everything up to the response, outermost first\n")
	}
	for _, f := range e.around {
		fmt.Fprintf(&b, "   %s\n", functionName(f))
	}
	last := len(e.plan.Tree) - 1
	if last > 0 {
		b.WriteString("guards, which always run\n")
	}
	for _, n := range e.plan.Tree[:last] {
		n.Write(&b, "   ")
	}
	handler := *e.plan.Tree[last]
	handler.Name, handler.Place = e.info.Name, e.route.place
	b.WriteString("handler\n")
	handler.Write(&b, "   ")
	fmt.Fprintf(&b, "response\n   %s\n", e.explainResult())
	b.WriteString("errors, the first that answers\n")
	for _, h := range e.failing.handlers {
		fmt.Fprintf(&b, "   %s  %s\n", h, h.Place)
	}
	fmt.Fprintf(&b, "   the app's format, %s\n", e.table.errors.MediaType())
	return b.String()
}

// explainResult says what becomes of the handler's result.
func (e *endpoint) explainResult() string {
	status := func(fallback int) int { return orDefault(e.status, fallback) }
	switch e.kind {
	case nothing:
		return fmt.Sprintf("%d without a body", status(204))
	case direct:
		return "the Response that the handler returns, as it is"
	case classed:
		return fmt.Sprintf("%d %s, rendered by the response class", status(response.ClassStatus(e.class)), response.ClassMediaType(e.class))
	case stream:
		what := "item"
		if e.stream.events {
			what = "event's data"
		}
		return fmt.Sprintf("%d %s, each %s through the model %s", status(200), e.lineType(), what, e.model)
	}
	json := fmt.Sprintf("%d %s", status(response.ClassStatus(e.class)), response.ClassMediaType(e.class))
	if e.encoder == nil {
		return json + ", by the dynamic type of each value"
	}
	return fmt.Sprintf("%s through the model %s", json, e.model)
}

// functionName names middleware: by its package and name, or those of the function that made it.
func functionName(f any) string {
	n := funcname.Of(reflect.ValueOf(f))
	if n == (funcname.Name{}) {
		return fmt.Sprintf("%T", f)
	}
	return path.Base(n.Package) + "." + cmp.Or(n.Func, n.Outer)
}
