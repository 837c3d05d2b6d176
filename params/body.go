package params

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// Errors of a body that is not read any further. The router gives them their status.
var (
	ErrMediaType  = errors.New("the body is not declared as JSON")              // 415
	ErrTooComplex = errors.New("the JSON has too many elements")                // 413
	ErrTooDeep    = errors.New("the JSON is nested too deeply to be processed") // 400
)

// body reads the fields of one parameter struct that come from the JSON body: either one that is the whole body, or
// some that are members of an object.
type body struct {
	shape  *json.Shape
	fields []bodyField
	keyed  bool
	decode bool // a decoded value needs a walk: there are rules, defaults or Validate methods
	r      *model.Reader
}

type bodyField struct {
	*model.Field
	loc      []any
	rewrites bool // holds values whose JSON the decoder does not know
}

func compileBody(r *model.Reader, t reflect.Type, fields []*model.Field) (*body, []string) {
	b := &body{r: r}
	root := &model.Type{Kind: model.Struct, Go: t}
	for _, f := range fields {
		if f.Whole && len(fields) > 1 {
			return nil, []string{fmt.Sprintf(`%s: field %s is the whole body, so no other field can be part of it; give it a key, as in body:"item"`, t, f.Go)}
		}
		loc := []any{"body"}
		if !f.Whole {
			loc = append(loc, f.Name)
			b.keyed = true
		}
		root.Fields = append(root.Fields, f)
		b.fields = append(b.fields, bodyField{f, loc, rewrites(f.Type)})
		b.decode = b.decode || needsWalk(f.Rules, f.Type, map[*model.Type]bool{})
	}
	if b.keyed {
		b.shape = r.Shape(root)
	} else {
		b.shape = r.Shape(fields[0].Type)
	}
	return b, nil
}

// needsWalk reports whether a decoded value must be looked at once more.
func needsWalk(rules *constraint.Rules, t *model.Type, seen map[*model.Type]bool) bool {
	if t == nil || !rules.Empty() {
		return t != nil
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	if reflect.PointerTo(t.Go).Implements(validatorType) {
		return true
	}
	if needsWalk(nil, t.Elem, seen) || needsWalk(nil, t.Key, seen) {
		return true
	}
	return slices.ContainsFunc(t.Fields, func(f *model.Field) bool {
		return f.Default != nil || f.ReadOnly || len(f.Rules.Cross) > 0 || needsWalk(f.Rules, f.Type, seen)
	})
}

// bind reads the body and fills its fields.
func (b *body) bind(ctx context.Context, x *exchange.Exchange, s Settings, dst reflect.Value, errs *Errors) error {
	doc, err := x.Body(s.MaxBody)
	if err != nil {
		return err
	}
	if len(doc) == 0 {
		b.absent(dst, errs)
		return nil
	}
	if mediaType, ok := x.MediaType(); !exchange.IsJSON(mediaType) && (ok || mediaType != "" || s.StrictContentType) {
		return ErrMediaType
	}
	report := json.Scan(b.shape, doc, json.Limits{})
	switch report.Verdict {
	case json.Malformed:
		errs.keepBody(doc)
		errs.add(constraint.JSONInvalid(report.Message), []any{"body", report.Offset}, json.RawMessage("{}"))
		return nil
	case json.TooDeep:
		return ErrTooDeep
	case json.TooLong:
		return ErrTooComplex
	}
	w := walker{ctx: ctx, reader: b.r, doc: doc, errs: errs}
	before := errs.Len()
	b.each(&w, func(f bodyField, at json.Span) {
		target := dst.FieldByIndex(f.Index)
		if report.Verdict == json.Fits {
			w.decoded = decode(f, doc[at.Start:at.End], target) == nil
		}
		if !w.decoded || b.decode {
			w.loc = append(w.loc[:0], f.loc...)
			w.field(f.Field, at, target)
		}
		if !w.decoded && errs.Len() == before {
			// The scan or the decoder refused what the walk has nothing against; the value was not filled.
			errs.add(constraint.ValueError("the value could not be read"), f.loc, nil)
		}
		w.decoded = false
	}, dst)
	if errs.Len() > before {
		errs.keepBody(doc)
	}
	return nil
}

// each calls do for every field that the document has, and treats the others as absent.
func (b *body) each(w *walker, do func(bodyField, json.Span), dst reflect.Value) {
	start := json.Space(w.doc, 0)
	whole := json.Span{Start: start, End: json.Skip(w.doc, start)}
	isNull := w.doc[start] == 'n'
	if !b.keyed {
		if f := b.fields[0]; isNull && !f.Type.Nullable() {
			f.miss(dst, w.errs)
		} else {
			do(f, whole)
		}
		return
	}
	if w.doc[start] != '{' {
		if isNull {
			b.absent(dst, w.errs)
		} else {
			w.errs.add(constraint.ModelAttributesType(), []any{"body"}, jsonInput(w.doc[whole.Start:whole.End]))
		}
		return
	}
	w.loc = append(w.loc[:0], "body")
	spans := w.members(start, func(name string) int {
		return slices.IndexFunc(b.fields, func(f bodyField) bool { return f.Name == name })
	}, len(b.fields), nil)
	for i, f := range b.fields {
		if spans[i].End == 0 {
			f.miss(dst, w.errs)
			continue
		}
		do(f, spans[i])
	}
}

// decode gives goccy a document that was found to fit, and a fresh value.
func decode(f bodyField, doc []byte, target reflect.Value) error {
	if f.rewrites {
		doc = rewrite(nil, f.Type, doc)
	}
	err := json.Unmarshal(doc, target.Addr().Interface())
	if err != nil {
		target.SetZero() // goccy leaves what it had filled
	}
	return err
}

func (b *body) absent(dst reflect.Value, errs *Errors) {
	for _, f := range b.fields {
		f.miss(dst, errs)
	}
}

// miss is for a body or member that is not there.
func (f bodyField) miss(dst reflect.Value, errs *Errors) {
	switch {
	case f.Default != nil:
		f.Default.Apply(dst.FieldByIndex(f.Index))
	case f.Required:
		errs.add(constraint.Missing(), f.loc, nil)
	}
}

// keepBody keeps the document for the ValidationError; the buffer it stands in is used again.
func (e *Errors) keepBody(doc []byte) {
	if e.body == nil {
		e.body = bytes.Clone(doc)
	}
}
