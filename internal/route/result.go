package route

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/iterate"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/response"
)

// isText reports whether t is a string or []byte, which a class may send unchanged.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

// usesContext reports whether a function of the plan takes the context of the request, directly or with the request.
func (e *endpoint) usesContext() bool {
	return e.plan.Marks.Has(injectables.UsesContext | injectables.UsesRequest)
}

var directType = reflect.TypeFor[*response.Response]()

// result decides how the handler's result becomes an answer, and compiles the encoder. It reports options that do not fit the result.
func (c *compiler) result(e *endpoint, set *declare.RouteSettings, s *declare.Settings, fail func(found, legal string)) {
	t := e.plan.Result
	mdl := set.Model
	if set.NoModel {
		if mdl != nil {
			fail("both ResponseModel and NoResponseModel", "one of them")
		}
		mdl = nil
	}
	filtered := set.Filter.Says() // the route's own filters must fit; those of outer levels hold for the routes that they fit
	switch {
	case t == nil && mdl != nil:
		fail(mistakes.ModelWithoutResult(mdl.String()))
		return
	case t == nil, t == directType:
		switch {
		case t != nil:
			e.kind = direct
		case s.NullResults.Value() && !isBodiless(int(e.status)):
			e.kind = null
		default:
			e.kind = nothing
		}
		e.endsWithApp = e.kind == direct && e.usesContext()
		if filtered {
			fail(fmt.Sprintf("filters (ResponseInclude, ResponseExclude, ExcludeUnset, …) on a handler that returns %s", map[bool]string{true: "nothing", false: "*brio.Response"}[t == nil]),
				"filters are for values that go through a response model")
		}
		return
	case isBodiless(set.Status) && t.Kind() != reflect.Interface:
		fail(mistakes.BodilessStatus(set.Status, t.String()))
		return
	case e.class.Render != nil:
		e.kind = classed
		if e.class.Text && isText(t) {
			e.kind = map[bool]resultKind{true: texts, false: binary}[t.Kind() == reflect.String]
		}
		if e.class.Chunks {
			e.checkChunks(t, fail)
		}
		if mdl != nil || filtered {
			fail("a response model or filter, with a response class that does not render JSON", "one of them; only JSON goes through a response model")
		}
		return
	}
	e.kind = modelled
	if item, ok := iterate.ItemOf(t); ok {
		e.kind, e.endsWithApp = stream, true
		t = e.readItemType(item, fail) // the model is for the item
	} else if e.class.Events {
		fail(fmt.Sprintf("EventStreamClass, but the handler returns a %s", t), "a handler that returns iter.Seq[T], iter.Seq2[T, error] or response.Events[T]")
		return
	} else if t.Kind() == reflect.Interface {
		e.kind, e.endsWithApp = dynamic, e.usesContext()
		if mdl == nil && !filtered && !s.Filter.Says() {
			return // the dynamic type of each value decides
		}
	}
	if mdl == nil {
		mdl = t
		if mdl.Kind() == reflect.Pointer {
			mdl = mdl.Elem() // a nil *T is null only under ResponseModel[*T]
		}
	}
	encoder, problems := c.Models.Compile(t, mdl, c.filter(mdl, s.Filter, set.Filter))
	if len(problems) == 0 {
		problems = c.Scope.Reader.Type(mdl).OutputProblems()
	}
	for _, p := range problems {
		fail(p, "a response model and its filters name what the handler's result has, and every type in it has a JSON form (docs/responses.md)")
	}
	e.encoder, e.model, e.isPage = encoder, mdl, response.IsPage(t)
	if e.kind == modelled && e.isPage {
		e.kind = dynamic // encode adds the links of the page
	}
	if e.kind == modelled && reflect.PointerTo(t).NumMethod() > t.NumMethod() && t.Kind() != reflect.Struct {
		e.kind = dynamic // its methods may keep a pointer to their receiver, so encode gives them a copy
	}
}
