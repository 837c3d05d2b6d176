package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/openapi/spec"
)

// operation writes one operation.
func (g *generator) operation(e *entry) *spec.Operation {
	op := &spec.Operation{Tags: slices.Clone(e.Settings.Tags), ID: e.id, Deprecated: bool(e.Settings.Deprecated), Security: g.security(e)}
	g.texts(e, op)
	read := binders(e.Plan)
	g.schemas.readers = readers{}
	op.Parameters = g.parameters(e, read)
	op.RequestBody = g.requestBody(e, read)
	g.responses(e, op, read)
	for _, c := range e.callbacks {
		if op.Callbacks == nil {
			op.Callbacks = map[string]map[string]*spec.PathItem{}
		}
		items := map[string]*spec.PathItem{}
		g.paths(items, c.entries)
		op.Callbacks[c.name] = items
	}
	if len(e.Settings.Extra) > 0 {
		g.later = append(g.later, func() { overlay(op, e.Settings.Extra) })
	}
	return op
}

// texts are summary and description: as declared, or from the handler's doc comment, or from its name.
func (g *generator) texts(e *entry, op *spec.Operation) {
	op.Summary, op.Description = e.Settings.Summary, e.Settings.Description
	if g.Comments != nil && (op.Summary == "" || op.Description == "") {
		comment := g.Comments.Func(reflect.ValueOf(e.Handler))
		if g.FastAPI { // a docstring is the description
			op.Description = or(op.Description, comments.Describe(comment).Description)
		} else {
			text := comments.Operation(comment, e.info.Function)
			op.Summary, op.Description = or(op.Summary, text.Summary), or(op.Description, text.Description)
			op.Deprecated = op.Deprecated || text.Deprecated
		}
	}
	description, _, _ := strings.Cut(op.Description, "\f")
	op.Summary, op.Description = or(op.Summary, g.title(e)), strings.TrimSpace(description)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// binders are the parameter structs of a plan in FastAPI's order: the handler's own, then those of what it depends on,
// each before what it depends on itself.
func binders(plan *dependencies.Plan) (out []*bind.Binder) {
	if plan == nil {
		return nil
	}
	var walk func(n *dependencies.Node)
	add := func(all []dependencies.Param) {
		for _, p := range all {
			if !slices.Contains(out, p.Binder) {
				out = append(out, p.Binder)
			}
		}
	}
	tree := plan.Tree("", "")
	walk = func(n *dependencies.Node) {
		add(n.Params)
		for _, need := range n.Needs {
			walk(need)
		}
	}
	last := len(tree) - 1
	add(tree[last].Params)
	for _, guard := range tree[:last] {
		walk(guard)
	}
	walk(tree[last])
	return out
}

// overlay merges raw members into an operation: objects member by member, lists end to end, the rest in place of what was
// there.
func overlay(op *spec.Operation, extras []map[string]any) {
	merged, err := generic(op)
	if err != nil {
		return // it was encoded from its own types
	}
	for _, extra := range extras {
		merged = merge(merged, normal(extra))
	}
	text, err := json.Marshal(merged)
	if err != nil {
		return
	}
	var out spec.Operation
	if json.Unmarshal(text, &out) == nil {
		*op = out
	}
}

// CheckExtra says why raw members cannot be merged into an operation, "" when they can.
func CheckExtra(extra map[string]any) string {
	text, err := json.Marshal(extra)
	if err != nil {
		return fmt.Sprintf("it has no JSON form: %v", err)
	}
	var op spec.Operation
	if err := json.Unmarshal(text, &op); err != nil {
		return fmt.Sprintf("it is no part of an operation: %v", err)
	}
	return ""
}

// generic is what encoding/json makes of the JSON of v, with numbers as they are written.
func generic(v any) (out any, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&out)
	return out, err
}

// normal is generic, and v itself where that has no JSON form.
func normal(v any) any {
	if out, err := generic(v); err == nil {
		return out
	}
	return v
}

// merge is FastAPI's deep_dict_update.
func merge(into, from any) any {
	switch from := from.(type) {
	case map[string]any:
		object, ok := into.(map[string]any)
		if !ok {
			return from
		}
		for key, value := range from {
			if old, ok := object[key]; ok {
				value = merge(old, value)
			}
			object[key] = value
		}
		return object
	case []any:
		if list, ok := into.([]any); ok {
			return slices.Concat(list, from)
		}
	}
	return from
}
