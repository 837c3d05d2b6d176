package bind

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// body reads the fields of one parameter struct that come from the JSON body: either one that is the whole body, or
// some that are members of an object.
type body struct {
	shape       *json.Shape
	object      *model.Type // the members; nil when one field is the whole body
	fields      []bodyField
	fieldChecks fieldChecks
	scanFills   bool     // the scan fills what it finds right, and there is nothing to decode
	isFast      bool     // there is one field, which can be judged at once
	offset      uintptr  // its offset in the struct, then
	media       []string // media types that are taken; none: all that can be read
	raw         *rawBody // the body is not JSON
}

type bodyField struct {
	*model.Field
	loc          []any
	needsRewrite bool // holds values whose JSON the decoder does not know
	needsCheck   bool // a decoded value needs a look
	holdsPatch   bool // holds a Patch, which the walk fills
	holdsAny     bool // holds values of any type
	accept       accept
}

func compileBody(r *model.Reader, typ *model.Type, fields []*model.Field) (b *body, problem string) {
	b = &body{}
	if fields[0].Raw && len(fields) == 1 {
		b.raw, problem = compileRaw(typ, fields[0])
		return b, problem
	}
	for _, f := range fields {
		if f.Whole && len(fields) > 1 {
			return nil, fmt.Sprintf(`%s: field %s is the whole body, so no other field can be part of it; give it a key, as in body:"item"`, typ, f.Go)
		}
		loc := []any{"body"}
		if !f.Whole {
			loc = append(loc, f.Name)
		}
		media, problem := readMedia(typ, f)
		if problem != "" {
			return nil, problem
		}
		b.media = append(b.media, media...)
		b.fields = append(b.fields, newBodyField(f, loc))
	}
	if fields[0].Whole {
		b.shape = r.Shape(fields[0].Type)
	} else {
		b.object = model.Object(typ.Go, fields)
		b.shape = r.Shape(b.object)
	}
	b.scanFills, b.fieldChecks = b.shape.Fills(), fieldChecksOf(fields...)
	return b, ""
}

func newBodyField(f *model.Field, loc []any) bodyField {
	b := bodyField{Field: f, loc: loc, needsRewrite: f.Type.Rewrites(), needsCheck: f.Checks(), holdsPatch: f.Type.Holds(isPatch), holdsAny: f.Type.Holds(isAny)}
	if yes, ok := acceptOf(f.Type, f.Rules, nil); ok && !f.AsString {
		b.accept = yes
	}
	return b
}

// bind reads the body and fills its fields.
func (b *body) bind(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if b.raw != nil {
		return b.raw.bind(w, x, s, dst)
	}
	mediaType, ok := x.MediaType()
	declared := ok || mediaType != ""
	isJSON := (!declared || acceptsMediaType(b.media, mediaType)) && (exchange.IsJSON(mediaType) || !declared && !s.StrictContentType)
	var decoder *Decoder
	if ok && b.object == nil && acceptsMediaType(b.media, mediaType) {
		decoder = s.decoderFor(mediaType)
	}
	switch size := x.Request().ContentLength; {
	case !x.HasBody():
	case decoder == nil && !isJSON && !s.TextBodies && (declared || size > 0):
		return params.ErrMediaType // known before the client was asked for the body (RFC 9110, 10.1.1)
	case x.Encoded():
		return params.ErrEncoding
	}
	doc, owned, err := x.OwnBody(s.MaxBody)
	if err != nil {
		return err
	}
	if len(doc) == 0 {
		b.absent(w, dst)
		return nil
	}
	sent := doc
	switch {
	case decoder != nil:
		x.KeepBody() // what a decoder makes may refer to it
		b.decode(w, decoder, doc, dst)
		if !w.errs.Empty() {
			w.errs.keepBody(doc)
		}
		return nil
	case isJSON:
	case !s.TextBodies:
		return params.ErrMediaType
	case b.object != nil:
		b.reportNoObject(w)
		return nil
	default:
		doc = json.AppendString(nil, strings.ToValidUTF8(string(doc), "\uFFFD"))
	}
	w.owned = owned
	if err := b.read(w, doc, s, dst); err != nil {
		return err
	}
	switch {
	case w.errs.Empty():
	case owned && w.errs.body == nil:
		w.errs.body = sent
	default:
		w.errs.keepBody(sent)
	}
	return nil
}

// read reads a JSON document.
func (b *body) read(w *walker, doc []byte, s *Settings, dst reflect.Value) error {
	report, fills := w.first.report, b.scanFills && !w.lax
	switch {
	case w.first.hasRun:
	case fills:
		report = json.ScanInto(b.shape, doc, s.limits(), b.target(dst), w.owned)
	default:
		report = w.scan()(b.shape, doc, s.limits())
	}
	if w.filled = report.Filled; fills && !w.filled {
		b.clear(dst)
	}
	switch report.Verdict {
	case json.Malformed:
		w.errs.add(constraint.JSONInvalid(report.Message), []any{"body", report.Offset}, json.RawMessage("{}"))
	case json.TooDeep:
		return tooDeep(s.limits())
	case json.TooLong:
		return tooComplex(s.limits())
	default:
		w.begin(doc, report)
		w.fieldChecks, w.path = b.fieldChecks, append(w.path, step{name: "body", index: -1, boxed: locBody})
		b.bindFields(w, report.Verdict == json.Fits, dst)
	}
	return nil
}

func tooDeep(l json.Limits) error {
	f := constraint.JSONTooDeep(l.Depth)
	return &exchange.LimitError{Kind: f.Type, Place: "body", Key: "max_depth", Limit: int64(l.Depth), Msg: f.Msg, Plain: "There was an error parsing the body", Cause: params.ErrTooDeep}
}

func tooComplex(l json.Limits) error {
	f := constraint.TooManyElements(l.Elements)
	return &exchange.LimitError{Kind: f.Type, Place: "body", Key: "max_elements", Limit: int64(l.Elements), Msg: f.Msg, Cause: params.ErrTooComplex}
}

// target is where the value of the body's shape stands.
func (b *body) target(dst reflect.Value) unsafe.Pointer {
	if b.object == nil {
		dst = model.FieldOf(dst, b.fields[0].Index)
	}
	return unsafe.Pointer(dst.UnsafeAddr())
}

// clear zeroes what a scan has filled in part.
func (b *body) clear(dst reflect.Value) {
	for i := range b.fields {
		model.FieldOf(dst, b.fields[i].Index).SetZero()
	}
}

// bindFields fills the fields that the document has, and treats the others as absent.
func (b *body) bindFields(w *walker, fits bool, dst reflect.Value) {
	start := json.Space(w.doc, 0)
	whole := json.Span{Start: start, End: json.SpaceEnd(w.doc)}
	switch {
	case b.object == nil:
		b.fields[0].bind(w, whole, fits, dst)
	case w.doc[start] == 'n':
		b.absent(w, dst)
	case w.doc[start] != '{':
		b.reportNoObject(w)
	default:
		defer w.freeSpans(len(w.spans))
		spans, unknown := w.members(b.object, start)
		for i := range b.fields {
			f := &b.fields[i]
			if spans[i].End == 0 {
				f.absent(w, dst)
				continue
			}
			w.pushField(f.Field)
			f.bind(w, spans[i], fits, dst)
			w.pop()
		}
		w.reportUnknown(b.object, unknown, whole, dst)
	}
}

// bind fills one field. Null where the type has none counts as absent, as in FastAPI.
func (f *bodyField) bind(w *walker, at json.Span, fits bool, dst reflect.Value) {
	if w.doc[at.Start] == 'n' && !f.Type.Nullable() {
		f.absent(w, dst)
		return
	}
	f.fill(w, at, fits, model.FieldOf(dst, f.Index))
}

// fill decodes a value and looks at it, or walks it.
func (f *bodyField) fill(w *walker, at json.Span, fits bool, target reflect.Value) {
	w.decoded = fits && (w.filled || f.decode(w, at, target))
	if !w.decoded || !f.passes(unsafe.Pointer(target.UnsafeAddr()), w.lacksDefault) {
		w.field(f.Field, at, target)
	}
	w.decoded = false
}

// passes reports whether there is nothing against a decoded value, as far as can be said without a walk. With absent, a
// default is missing in it.
func (f *bodyField) passes(value unsafe.Pointer, absent bool) bool {
	return !f.needsCheck || !absent && f.accept != nil && f.accept(value)
}

// decode gives the decoder a document that was found to fit, and a fresh value. It may still refuse: what a type's own
// method reads, for instance.
func (f *bodyField) decode(w *walker, at json.Span, target reflect.Value) bool {
	if f.holdsPatch || f.holdsAny && w.hasLargeInt {
		return false
	}
	doc, unmarshal := w.raw(at), json.Unmarshal
	if w.owned {
		unmarshal = json.UnmarshalKept
	}
	if f.needsRewrite || w.converts {
		r := model.Rewriter{Doc: w.doc, Lax: w.lax, Choose: func(t *model.Type, at json.Span) int { return w.choose(t, at).variant }}
		var ok bool
		if doc, ok = r.Append(nil, f.Type, at); !ok {
			return false
		}
	}
	if unmarshal(doc, target.Addr().Interface()) != nil {
		target.SetZero() // it may be partly filled
		return false
	}
	return true
}

func (b *body) absent(w *walker, dst reflect.Value) {
	for i := range b.fields {
		b.fields[i].absent(w, dst)
	}
}

// reportNoObject is for a body that has no members: a list, a text, a number. Each field is missing, as in FastAPI, also those that
// an object may leave out.
func (b *body) reportNoObject(w *walker) {
	for i := range b.fields {
		w.errs.add(constraint.Missing(), b.fields[i].loc, nil)
	}
}

// absent is for a body or member that is not there.
func (f *bodyField) absent(w *walker, dst reflect.Value) {
	switch {
	case f.Default != nil:
		f.Default.Apply(model.FieldOf(dst, f.Index))
	case f.Required:
		w.errs.add(constraint.Missing(), f.loc, nil)
	}
}

// locAndInput is where the value of a field was, and what an error echoes of it.
func (b *body) locAndInput(w *walker, f *model.Field) (loc []any, input any) {
	if f.Raw {
		return []any{"body"}, nil
	}
	if f.Whole {
		return []any{"body"}, w.echo(json.Span{Start: json.Space(w.doc, 0), End: json.SpaceEnd(w.doc)}, f.Secret || f.Type.Secret)
	}
	loc = []any{"body", f.Name}
	for name, at := range json.Members(w.doc, 0) {
		if name == f.Name {
			return loc, w.echo(at, f.Secret || f.Type.Secret)
		}
	}
	return loc, nil
}

var locBody any = "body"

// keepBody keeps the document for the ValidationError; the buffer it stands in is used again.
func (e *Errors) keepBody(doc []byte) {
	if e.body == nil {
		e.body = bytes.Clone(doc)
	}
}

func isPatch(t *model.Type) bool { return t.Kind == model.Patch }

func isAny(t *model.Type) bool { return t.Kind == model.Any && t.In == model.Plain }
