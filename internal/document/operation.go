package document

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/openapi/spec"
)

// operation returns the operation object of one method of a route.
func (g *generator) operation(e *entry) *spec.Operation {
	op := &spec.Operation{Tags: slices.Clone(e.Settings.Tags), ID: e.id, Deprecated: bool(e.Settings.Deprecated), Security: g.security(e)}
	g.addTexts(e, op)
	addDeprecation(e, op)
	read := binders(e.Plan)
	g.schemas.readers = readers{}
	op.Parameters = append(g.parameters(e, read), versionParameter(e)...)
	op.RequestBody = g.requestBody(e, read)
	g.addResponses(e, op, read)
	g.addAround(e, op)
	addVersionHeader(e, op)
	for _, c := range e.callbacks {
		if op.Callbacks == nil {
			op.Callbacks = map[string]map[string]*spec.PathItem{}
		}
		items := map[string]*spec.PathItem{}
		g.addPaths(items, c.entries)
		op.Callbacks[c.name] = items
	}
	if len(e.Settings.Extra) > 0 {
		g.deferred = append(g.deferred, func() { mergeExtras(op, e.Settings.Extra) })
	}
	return op
}

// addTexts sets summary and description: the declared ones, or those of the handler's doc comment, or the name in words.
func (g *generator) addTexts(e *entry, op *spec.Operation) {
	op.Summary, op.Description = e.Settings.Summary, e.Settings.Description
	if g.Comments != nil && (op.Summary == "" || op.Description == "") {
		comment := g.Comments.Func(reflect.ValueOf(e.Handler))
		if g.FastAPI { // FastAPI uses a docstring as the description
			op.Description = cmp.Or(op.Description, comments.Describe(comment).Description)
		} else {
			text := comments.Operation(comment, e.info.Function)
			op.Summary, op.Description = cmp.Or(op.Summary, text.Summary), cmp.Or(op.Description, text.Description)
			op.Deprecated = op.Deprecated || text.Deprecated
		}
	}
	description, _, _ := strings.Cut(op.Description, "\f")
	op.Summary, op.Description = cmp.Or(op.Summary, g.title(e)), strings.TrimSpace(description)
}

// addDeprecation says since when an operation is deprecated, and when it ends. x-sunset is the date that tools read which compare documents.
func addDeprecation(e *entry, op *spec.Operation) {
	if !e.Settings.Deprecation.IsSet() {
		return
	}
	d := e.Settings.Deprecation.Value()
	since := d.Since.UTC().Format(time.DateOnly)
	text := "Deprecated since " + since
	op.Extra = map[string]any{"x-deprecated-since": since}
	if !d.Sunset.IsZero() {
		end := d.Sunset.UTC().Format(time.DateOnly)
		op.Extra["x-sunset"] = end
		text += ", until " + end
	}
	if text += "."; d.Link != "" {
		text += " See <" + d.Link + ">."
	}
	if op.Description != "" {
		text = op.Description + "\n\n" + text
	}
	op.Description = text
}

// binders returns the parameter structs of a plan in FastAPI's order: those of the handler, then those of its dependencies, each before
// those of its own dependencies.
func binders(plan *inject.Plan) (out []*bind.Binder) {
	if plan == nil {
		return nil
	}
	var walk func(n *inject.Node)
	add := func(all []inject.Param) {
		for _, p := range all {
			if !slices.Contains(out, p.Binder) {
				out = append(out, p.Binder)
			}
		}
	}
	tree := plan.Tree("", "")
	walk = func(n *inject.Node) {
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

// mergeExtras merges raw members into an operation. It merges objects member by member, appends lists, and replaces other values.
func mergeExtras(op *spec.Operation, extras []map[string]any) {
	merged, err := encodable(op)
	if err != nil {
		return // cannot happen: the operation was encoded a moment ago
	}
	for _, extra := range extras {
		merged = mergeJSON(merged, jsonValue(extra))
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

// CheckExtra returns the reason why raw members cannot be merged into an operation, or "" when they can.
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

// encodable encodes v and decodes the JSON again, with numbers as json.Number.
func encodable(v any) (out any, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&out)
	return out, err
}

// jsonValue is encodable without an error: it returns v itself when v has no JSON form.
func jsonValue(v any) any {
	if out, err := encodable(v); err == nil {
		return out
	}
	return v
}

// mergeJSON merges as FastAPI's deep_dict_update does.
func mergeJSON(into, from any) any {
	switch from := from.(type) {
	case map[string]any:
		object, ok := into.(map[string]any)
		if !ok {
			return from
		}
		for key, value := range from {
			if old, ok := object[key]; ok {
				value = mergeJSON(old, value)
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
