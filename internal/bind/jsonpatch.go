package bind

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/jsonpatch"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// mediaJSONPatch is the media type of a JSON Patch (RFC 6902, 6).
const mediaJSONPatch = "application/json-patch+json"

// isJSONPatch reports whether t is a JSONPatch.
func isJSONPatch(t *model.Type) bool { return t.Kind == model.JSONPatch }

// patchTarget reads the result of a JSON Patch.
type patchTarget struct {
	typ      *model.Type // of the value
	document *Document
	encode   jsonpatch.Encode
}

// newPatchTarget compiles the target of t, a JSONPatch.
func newPatchTarget(r *model.Reader, t *model.Type) (*patchTarget, string) {
	_, body, _ := reflect.New(t.Go).Interface().(model.JSONPatcher).OpenJSONPatch()
	d, err := NewDocument(r, body)
	if err != nil {
		return nil, err.Error()
	}
	return &patchTarget{t.Elem, d, encode.NewCompiler(r).Append}, ""
}

// jsonPatch walks a JSONPatch: the list of operations, then what each kind of operation needs.
func (w *walker) jsonPatch(t *model.Type, n node, v reflect.Value) {
	list, _, apply := v.Addr().Interface().(model.JSONPatcher).OpenJSONPatch()
	before, decoded := w.errs.Len(), w.decoded
	w.decoded = false
	w.value(t.Key, nil, n, list)
	w.decoded = decoded
	if w.errs.Len() > before || w.full() {
		return
	}
	operations := list.Interface().([]params.PatchOperation)
	if len(operations) > jsonpatch.MaxOperations {
		w.errs.add(constraint.TooLong("List", jsonpatch.MaxOperations, len(operations)), w.loc(), nil)
		return
	}
	for i, e := range w.elements(n) {
		if w.full() {
			return
		}
		w.path = append(w.path, step{index: i})
		w.operation(&operations[i], e)
		w.pop()
	}
	if w.errs.Len() == before && w.target != nil {
		*apply = patchRequest{w.ctx, w.target, w.loc(), operations, Settings{JSON: w.limits, Switches: w.on &^ switches.LaxJSON}, w.maxBody}.apply
	}
}

// operation checks an operation: the syntax of its pointers, and that it has the members that it needs (RFC 6902, 4).
func (w *walker) operation(o *params.PatchOperation, n node) {
	var from, value node
	for name, member := range w.members(n) {
		switch name {
		case "from":
			from = member
		case "value":
			value = member
		}
	}
	pointer := func(name, text string) {
		if _, ok := jsonpatch.Pointer(text); !ok {
			w.errs.add(constraint.ValueError("a JSON Pointer is empty or begins with a slash, and has ~0 for ~ and ~1 for a slash"), w.loc(name), textInput(text))
		}
	}
	pointer("path", o.Path)
	switch o.Op {
	case "add", "replace", "test":
		if !value.isPresent() {
			w.errs.add(constraint.Missing(), w.loc("value"), w.echo(n, false))
		}
	case "move", "copy":
		if !from.isPresent() {
			w.errs.add(constraint.Missing(), w.loc("from"), w.echo(n, false))
			return
		}
		pointer("from", o.From)
		if o.Op == "move" && jsonpatch.IsInside(o.Path, o.From) {
			w.errs.add(constraint.ValueError("a value cannot be moved into itself"), w.loc("path"), textInput(o.Path))
		}
	}
}

// patchRequest is a JSON Patch of one request, for Apply.
type patchRequest struct {
	ctx        context.Context
	target     *patchTarget
	loc        []any
	operations []params.PatchOperation
	settings   Settings
	maxBody    int64
}

// apply is params.JSONPatch.Apply. Errors of the result echo no input: it may be a value of the server that the client does not know.
func (p patchRequest) apply(to reflect.Value) error {
	limits := p.settings.JSON.Effective()
	d, err := jsonpatch.New(p.target.typ, to, p.target.encode, jsonpatch.Limits{Depth: limits.Depth, Values: limits.Elements, Bytes: p.maxBody})
	if err != nil {
		return fmt.Errorf("brio: the value of a JSON Patch cannot be encoded: %w", err)
	}
	operations := make([]jsonpatch.Operation, len(p.operations))
	for i, o := range p.operations {
		operations[i] = jsonpatch.Operation{Op: o.Op, Path: o.Path, From: o.From, Value: o.Value}
	}
	if r := d.Apply(operations); r != nil {
		return p.refusal(r)
	}
	result := reflect.New(p.target.document.binder.typ.Go).Elem()
	if err := p.target.document.Read(p.ctx, d.Append(nil), &p.settings, result); err != nil {
		if invalid, ok := err.(*params.ValidationError); ok {
			invalid.Body = nil
			for i := range invalid.Errors {
				invalid.Errors[i].Input = nil
			}
		}
		return err
	}
	value := result.Field(0)
	d.Restore(value)
	to.Set(value)
	return nil
}

// refusal returns the error of an operation that cannot be applied.
func (p patchRequest) refusal(r *jsonpatch.Refusal) error {
	o := p.operations[r.Operation]
	failure := constraint.ValueError(r.Text)
	switch r.Reason {
	case jsonpatch.Missing:
		failure = constraint.PatchMissing()
	case jsonpatch.Unequal:
		failure = constraint.PatchTest()
	}
	d := params.ErrorDetail{Type: failure.Type, Msg: failure.Msg, Ctx: cloneCtx(failure.Ctx), Loc: slices.Concat(p.loc, []any{r.Operation, r.Member})}
	switch r.Member {
	case "path":
		d.Input = textInput(o.Path)
	case "from":
		d.Input = textInput(o.From)
	}
	if r.Reason == jsonpatch.Refused {
		return &params.ValidationError{Errors: []params.ErrorDetail{d}}
	}
	return &params.ConflictError{Errors: []params.ErrorDetail{d}}
}
