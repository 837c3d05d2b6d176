package route

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/startup"
)

// Explanations returns the explanations of all routes, in the order of declaration.
func (t *Table) Explanations() []Explanation {
	out := make([]Explanation, 0, len(t.endpoints))
	for _, e := range t.endpoints {
		if e.plan != nil {
			out = append(out, e.explanation())
		}
	}
	return out
}

// explanation describes a request of the route, without its text.
func (e *endpoint) explanation() Explanation {
	settings := e.settings()
	x := Explanation{Methods: slices.Clone(e.route.Methods), Info: e.info(settings.Tags), Hidden: bool(settings.Hidden), Plan: e.plan.Tree(e.name, e.route.Place), Result: e.explainResult()}
	for _, m := range e.table.outer {
		x.Middleware = append(x.Middleware, funcname.Short(startup.NotesOf(m).Middleware))
	}
	if e.readRare().sunset != nil {
		x.Middleware = append(x.Middleware, "DeprecatedSince")
	}
	for _, m := range e.middleware {
		x.Middleware = append(x.Middleware, funcname.Short(startup.NotesOf(m).Middleware))
	}
	for _, f := range e.around {
		x.Around = append(x.Around, funcname.Short(f))
	}
	for _, h := range e.handlers {
		x.Errors = append(x.Errors, ExplainedHandler{Name: h.String(), Place: h.Place})
	}
	x.ErrorFormat = e.table.errors.MediaType()
	return x
}

// Explain describes a request of a method and path, of a host as in api.example.com/items, as text: middleware, guards, the dependencies of the handler, the handler, the
// form of its answer, and the error handlers. The numbers give the order of the calls. It returns "" if there is no such route.
func (t *Table) Explain(method, path string) string {
	for _, e := range t.endpoints {
		if (slices.Contains(e.route.Methods, method) || e.isMount()) && e.hostPattern()+e.path.Text == path {
			x := e.explanation()
			return explanationText(&x, method, nil)
		}
	}
	return ""
}

// explanationText writes an explanation for one of its methods. ran adds what each function did in one request; nil: there is none.
func explanationText(x *Explanation, method string, ran func(*inject.Node) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", method, x.Info.Path)
	if len(x.Middleware) > 0 {
		fmt.Fprintf(&b, "middleware, outermost first\n   %s\n", strings.Join(x.Middleware, "\n   "))
	}
	if len(x.Around) > 0 {
		fmt.Fprintf(&b, "around everything up to the response, outermost first\n   %s\n", strings.Join(x.Around, "\n   "))
	}
	last := len(x.Plan) - 1
	if last > 0 {
		b.WriteString("guards, which always run\n")
	}
	for _, n := range x.Plan[:last] {
		n.Write(&b, "   ", ran)
	}
	b.WriteString("handler\n")
	x.Plan[last].Write(&b, "   ", ran)
	fmt.Fprintf(&b, "response\n   %s\n", x.Result)
	b.WriteString("errors, the first that answers\n")
	for _, h := range x.Errors {
		fmt.Fprintf(&b, "   %s  %s\n", h.Name, h.Place)
	}
	fmt.Fprintf(&b, "   the app's format, %s\n", x.ErrorFormat)
	return b.String()
}

// explainResult describes the answer that the router makes of the handler's result.
func (e *endpoint) explainResult() string {
	switch e.kind {
	case nothing:
		return fmt.Sprintf("%d without a body", e.statusOr(204))
	case null:
		return fmt.Sprintf("%d null", e.statusOr(200))
	case mounted:
		return "what the handler of net/http writes"
	case fromFolder:
		return "a file of the folder, or 404"
	case direct:
		return "the Response that the handler returns, as it is"
	case classed, texts:
		return fmt.Sprintf("%d %s, rendered by the response class", e.statusOr(e.class.Status), e.class.MediaType)
	case stream:
		item := "item"
		if e.sendsEvents() {
			item = "event's data"
		}
		return fmt.Sprintf("%d %s, each %s through the model %s", e.statusOr(200), e.lineType(), item, e.model)
	}
	json := fmt.Sprintf("%d %s", e.statusOr(e.class.Status), e.class.MediaType)
	if e.encoder == nil {
		return json + ", by the dynamic type of each value"
	}
	return fmt.Sprintf("%s through the model %s", json, e.model)
}
