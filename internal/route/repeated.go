package route

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// This file reports two declarations of one level for one entry of the document. The second would replace the first without a word.
// A declaration of an inner level may replace one of an outer level.

// repeatedResponses reports responses of one status and level that have different models, headers, links or contents.
func (c *compiler) repeatedResponses(levels declare.Levels[declare.Documented]) {
	for _, level := range levels {
		first := map[string]map[string]documentedPart{}
		for _, d := range level {
			key := d.Key()
			if first[key] == nil {
				first[key] = map[string]documentedPart{}
			}
			for _, part := range partsOf(&d) {
				old, ok := first[key][part.name]
				switch {
				case !ok:
					first[key][part.name] = part
				case !reflect.DeepEqual(old.value, part.value):
					c.add(routing.Mistake{
						Place: d.Place, Found: fmt.Sprintf("a second %s of the response %s; the first is at %s", part.name, key, old.place),
						Legal: part.legal,
					})
				}
			}
		}
	}
}

// nearestResponses returns the responses that the document describes, outermost first. Those of a level take the place of all that outer
// levels say of the same status, with headers, links and media types, as in FastAPI's include_router.
func nearestResponses(levels declare.Levels[declare.Documented]) (out []declare.Documented) {
	inner := map[string]bool{}
	for _, level := range slices.Backward(levels) {
		kept := slices.DeleteFunc(slices.Clone(level), func(d declare.Documented) bool { return inner[d.Key()] })
		out = append(kept, out...)
		for _, d := range kept {
			inner[d.Key()] = true
		}
	}
	return out
}

// documentedPart is one part of a documented response. The document has one of each name.
type documentedPart struct {
	name, legal, place string
	value              any
}

// partsOf returns the parts of d: its model, headers, links, and the schemas and examples of its media types.
func partsOf(d *declare.Documented) (out []documentedPart) {
	add := func(name, legal string, value any) { out = append(out, documentedPart{name, legal, d.Place, value}) }
	if d.Model != nil {
		add("model", "one type for each status: a union (brio.AnyOf) of both, or another status", d.Model)
	}
	const one = "one for each name: remove one, or give it another name"
	for _, more := range d.More {
		for _, name := range slices.Sorted(maps.Keys(more.Headers)) {
			add(fmt.Sprintf("header %q", name), one, more.Headers[name])
		}
		for _, name := range slices.Sorted(maps.Keys(more.Links)) {
			add(fmt.Sprintf("link %q", name), one, more.Links[name])
		}
		for _, mediaType := range slices.Sorted(maps.Keys(more.Content)) {
			media, ok := more.Content[mediaType].(*spec.MediaType)
			if !ok || media == nil {
				continue // the document merges other values member by member
			}
			if media.Schema != nil {
				add("schema of "+mediaType, "one schema for each media type: a schema with anyOf, or another media type", media.Schema)
			}
			for _, x := range media.Examples {
				add(fmt.Sprintf("%s example %q", mediaType, x.Name), one, x)
			}
		}
	}
	return out
}

// repeatedExamples reports two examples of one name for one parameter.
func (c *compiler) repeatedExamples(all []declare.NamedExamples, at routing.Mistake) {
	type example struct{ param, name string }
	type declared struct {
		spec.Example
		place string
	}
	first := map[example]declared{}
	for _, x := range all {
		for _, e := range x.Examples {
			old, ok := first[example{x.Param, e.Name}]
			if !ok {
				first[example{x.Param, e.Name}] = declared{e, x.Place}
				continue
			}
			if !reflect.DeepEqual(old.Example, e) {
				m := mistakeAt(at, fmt.Sprintf("a second example of %s with the name %q; the first is at %s", x.Param, e.Name, old.place),
					"one example for each name: give one of them another name")
				m.Place, m.Registered = cmp.Or(x.Place, at.Place), at.Place
				c.add(m)
			}
		}
	}
}
