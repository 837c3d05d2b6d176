package bind

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/params"
)

// body reads the fields of a parameter struct that come from the body: one field that is the JSON document, several that are
// members of its object, or one that takes the bytes.
type body struct {
	shape       *json.Shape
	object      *model.Type // the object of which the fields are members; nil: one field is the document
	fields      []bodyField
	fieldChecks fieldChecks
	scanFills   bool         // the scan fills the fields of a document that fits, so nothing is decoded
	isFast      bool         // bindFast reads the body: the scan fills the one field, and accept checks it
	place       memory.Field // of the field in the struct; used by bindFast only
	media       []string     // accepted media types; none: all that can be read
	patched     *patchTarget // of a JSONPatch, which is the whole body
	raw         *rawBody     // not nil: the field takes the bytes, and only media and raw are used
}

// bodyField is a field that is the JSON document, or a member of it.
type bodyField struct {
	*model.Field
	loc          []any
	needsRewrite bool   // has values in forms that goccy does not read; the JSON is rewritten before
	needsCheck   bool   // has rules, defaults or Validate methods
	holdsPatch   bool   // has a Patch or a JSONPatch, which only the walker fills
	holdsAny     bool   // has values of any type
	accept       accept // nil: the walker checks the value
}

// compileBody compiles the fields of a struct that come from the body. A problem is a sentence for the start-up report.
func compileBody(r *model.Reader, typ *model.Type, fields []*model.Field) (b *body, problem string) {
	b = &body{}
	if fields[0].Raw && len(fields) == 1 {
		b.raw, problem = compileRaw(typ, fields[0])
		return b, problem
	}
	for _, f := range fields {
		if f.TakesSource && len(fields) > 1 {
			return nil, fmt.Sprintf(`%s: field %s is the whole body, so no other field can be part of it; give it a key, as in body:"item"`, typ, f.Go)
		}
		loc := []any{"body"}
		if !f.TakesSource {
			loc = append(loc, f.Name)
		}
		media, problem := readMedia(typ, f)
		if problem != "" {
			return nil, problem
		}
		b.media = append(b.media, media...)
		b.fields = append(b.fields, newBodyField(f, loc))
	}
	if fields[0].TakesSource {
		if b.media == nil && isPatch(fields[0].Type.Base()) {
			b.media = []string{"application/json", mediaMergePatch}
		}
		if t := fields[0].Type.Base(); isJSONPatch(t) {
			if b.patched, problem = newPatchTarget(r, t); problem != "" {
				return nil, problem
			}
			if b.media == nil {
				b.media = []string{mediaJSONPatch}
			}
		}
		b.shape = r.Shape(fields[0].Type)
	} else {
		b.object = model.Object(typ.Go, fields)
		b.shape = r.Shape(b.object)
	}
	b.scanFills, b.fieldChecks = b.shape.Fills(), fieldChecksOf(fields...)
	return b, ""
}

// newBodyField compiles a field of the body, or a parameter whose text is JSON.
func newBodyField(f *model.Field, loc []any) bodyField {
	b := bodyField{Field: f, loc: loc, needsRewrite: f.Type.Rewrites(), needsCheck: f.Checks(), holdsPatch: f.Type.Holds(isAnyPatch), holdsAny: f.Type.Holds(isAny)}
	if yes, ok := acceptOf(f.Type, f.Rules, nil); ok && !f.AsString {
		b.accept = yes
	}
	return b
}

// firstScan is the report of bindFast's scan of the body. bind uses it and does not scan again.
type firstScan struct {
	report json.Report
	hasRun bool // false: report is unused
}

// setFast decides whether bindFast reads the body: one field, which the scan fills and accept checks.
func (b *body) setFast(typ reflect.Type) {
	if b.object != nil || !b.scanFills { // scanFills is false for a raw body
		return
	}
	f, ok := &b.fields[0], false
	b.place, ok = memory.FieldOf(typ, f.Index)
	b.isFast = ok && (f.accept != nil || !f.needsCheck)
}

// bindFast reads a JSON body into its field of the struct at dst. On false bind reads the body again, with the report of the scan if
// there was one.
func (b *body) bindFast(x *exchange.Exchange, s *Settings, dst memory.Place) (first firstScan, ok bool) {
	mediaType, known := x.MediaType()
	if !known || s.Switches&switches.LaxJSON != 0 || !exchange.IsJSON(mediaType) || !acceptsMediaType(b.media, mediaType) || s.decoderFor(mediaType) != nil || x.Encoded() {
		return first, false
	}
	doc, owned, err := x.UnpooledBody(s.MaxBody)
	if err != nil || len(doc) == 0 {
		return first, false // bind calls UnpooledBody again, which returns the same
	}
	value, f := dst.Field(b.place), &b.fields[0]
	first = firstScan{json.ScanInto(b.shape, doc, json.Options{Limits: s.JSON, NoCopy: owned}, value), true}
	return first, first.report.Filled && f.passes(value, first.report.Absent)
}

// bind reads the body and fills its fields. It refuses a body by its headers before it reads any of it: the client may be waiting
// for 100 Continue.
func (b *body) bind(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if b.raw != nil {
		return b.raw.bind(w, x, s, dst)
	}
	mediaType, ok := x.MediaType()
	declared := ok || mediaType != ""
	isJSON := (!declared || acceptsMediaType(b.media, mediaType)) && (exchange.IsJSON(mediaType) || !declared && s.Switches&switches.StrictContentType == 0)
	var decoder *Decoder
	if ok && b.object == nil && acceptsMediaType(b.media, mediaType) {
		decoder = s.decoderFor(mediaType)
	}
	switch size := x.ContentLength(); {
	case !x.HasBody():
	case decoder == nil && !isJSON && s.Switches&switches.ContentTypeErrors != 0 && (declared || size > 0):
		return x.WrongMediaType(b.accepted(s)...) // before net/http sends 100 Continue (RFC 9110, 10.1.1)
	case x.Encoded():
		return params.ErrEncoding
	}
	doc, owned, err := x.UnpooledBody(s.MaxBody)
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
		x.KeepBody() // the decoder's value may refer to the bytes
		b.decode(w, decoder, doc, dst)
		if !w.errs.Empty() {
			w.errs.keepBody(doc)
		}
		return nil
	case isJSON:
	case s.Switches&switches.ContentTypeErrors != 0:
		return x.WrongMediaType(b.accepted(s)...)
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

// acceptsMediaType reports whether media has the media type, or a range such as image/* or */* that has it. An empty media has all.
func acceptsMediaType(media []string, mediaType string) bool {
	return len(media) == 0 || slices.ContainsFunc(media, func(m string) bool {
		main, any := strings.CutSuffix(m, "*")
		return m == mediaType || any && (main == "*/" || strings.HasPrefix(mediaType, main))
	})
}

// accepted returns the media types of bodies that are read. It is nil for a raw body of any type.
func (b *body) accepted(s *Settings) []string {
	switch {
	case b.raw != nil:
		return b.raw.media
	case len(b.media) > 0:
		return b.media
	}
	accepted := []string{"application/json"}
	for i := range s.Decoders {
		if b.object == nil && !slices.Contains(accepted, s.Decoders[i].MediaType) {
			accepted = append(accepted, s.Decoders[i].MediaType)
		}
	}
	return accepted
}

// decoderFor returns the decoder for a media type, or nil. The innermost level counts.
func (s *Settings) decoderFor(mediaType string) *Decoder {
	for i := len(s.Decoders) - 1; i >= 0; i-- {
		if s.Decoders[i].MediaType == mediaType {
			return &s.Decoders[i]
		}
	}
	return nil
}

// read reads a JSON document: scan, fill, check. The scan compares the document with the shape, and fills the fields if scanFills.
// Otherwise the codec fills them, or the walker where they hold a Patch. accept checks them. The walker reads a field again when one
// of the three says no.
func (b *body) read(w *walker, doc []byte, s *Settings, dst reflect.Value) error {
	report, fills := w.first.report, b.scanFills && w.on&switches.LaxJSON == 0
	switch {
	case w.first.hasRun:
	case fills:
		report = json.ScanInto(b.shape, doc, json.Options{Limits: s.JSON, NoCopy: w.owned}, b.target(dst))
	default:
		report = w.scan()(b.shape, doc, s.JSON)
	}
	if w.filled = report.Filled; fills && !w.filled {
		b.clear(dst)
	}
	switch report.Verdict {
	case json.Malformed:
		w.errs.add(constraint.JSONInvalid(report.Message), []any{"body", report.Offset}, json.RawMessage("{}"))
		return nil
	case json.TooDeep:
		return tooDeep(s.JSON.Effective())
	case json.TooLong:
		return tooComplex(s.JSON.Effective())
	}
	w.begin(doc, report)
	w.target, w.maxBody = b.patched, s.MaxBody
	w.fieldChecks, w.path = b.fieldChecks, append(w.path, step{name: "body", index: -1, boxed: locBody})
	whole, fits := node{Span: json.Span{Start: json.Space(doc, 0), End: json.SpaceEnd(doc)}}, report.Verdict == json.Fits
	switch {
	case b.object == nil:
		b.fields[0].bind(w, whole, fits, dst)
	case w.isNull(whole):
		b.absent(w, dst)
	case !w.isObject(whole):
		b.reportNoObject(w)
	default:
		members, unknown := w.membersOf(b.object, whole)
		for i := range b.fields {
			w.pushField(b.fields[i].Field)
			b.fields[i].bind(w, members[i], fits, dst)
			w.pop()
		}
		w.reportUnknown(b.object, unknown, whole, dst)
		w.nodes = w.nodes[:len(w.nodes)-len(members)]
	}
	return nil
}

// tooDeep returns the error of a document with too many levels.
func tooDeep(l json.Limits) error {
	f := constraint.JSONTooDeep(l.Depth)
	return &exchange.LimitError{Kind: f.Type, Place: "body", Key: "max_depth", Limit: int64(l.Depth), Msg: f.Msg, FastAPIText: "There was an error parsing the body", Cause: params.ErrTooDeep}
}

// tooComplex returns the error of a document with too many elements.
func tooComplex(l json.Limits) error {
	f := constraint.TooManyElements(l.Elements)
	return &exchange.LimitError{Kind: f.Type, Place: "body", Key: "max_elements", Limit: int64(l.Elements), Msg: f.Msg, Cause: params.ErrTooComplex}
}

// target returns the place of the value that the scan fills.
func (b *body) target(dst reflect.Value) memory.Place {
	if b.object == nil {
		dst = model.FieldOf(dst, b.fields[0].Index)
	}
	return memory.OfValue(dst)
}

// clear zeroes the fields, which a scan has filled in part.
func (b *body) clear(dst reflect.Value) {
	for i := range b.fields {
		model.FieldOf(dst, b.fields[i].Index).SetZero()
	}
}

// bind fills one field. A member that the document lacks is absent, and so is null if its type has none, as in FastAPI.
func (f *bodyField) bind(w *walker, n node, fits bool, dst reflect.Value) {
	if !n.isPresent() || w.isNull(n) && !f.Type.Nullable() {
		f.absent(w, dst)
		return
	}
	f.fill(w, n, fits, model.FieldOf(dst, f.Index))
}

// fill decodes a value that fits. If the value does not fit, or does not pass its rules at once, the walker reads it.
func (f *bodyField) fill(w *walker, n node, fits bool, target reflect.Value) {
	w.decoded = fits && (w.filled || f.decode(w, n.Span, target))
	if !w.decoded || !f.passes(memory.OfValue(target), w.lacksDefault) {
		w.field(f.Field, n, target)
	}
	w.decoded = false
}

// passes reports whether a decoded value passes all rules. On false the walker must look at it. absent says that the value lacks a
// default.
func (f *bodyField) passes(value memory.Place, absent bool) bool {
	return !f.needsCheck || !absent && f.accept != nil && f.accept(value)
}

// decode decodes a value that the scan has found to fit. It reports false if the walker must read the value instead. A type's own
// UnmarshalJSON may still refuse it, for instance.
func (f *bodyField) decode(w *walker, at json.Span, target reflect.Value) bool {
	if f.holdsPatch || f.holdsAny && w.hasLargeInt {
		return false
	}
	doc, unmarshal := w.raw(at), json.Unmarshal
	if w.owned {
		unmarshal = json.UnmarshalNoCopy
	}
	if f.needsRewrite || w.converts {
		r := model.Rewriter{Doc: w.doc, Lax: w.on&switches.LaxJSON != 0, Choose: func(t *model.Type, at json.Span) int { return w.choose(t, at).variant }}
		var ok bool
		if doc, ok = r.Append(nil, f.Type, at); !ok {
			return false
		}
	}
	if unmarshal(doc, target.Addr().Interface()) != nil {
		target.SetZero() // goccy may have filled it in part
		return false
	}
	return true
}

// absent treats all fields as absent.
func (b *body) absent(w *walker, dst reflect.Value) {
	for i := range b.fields {
		b.fields[i].absent(w, dst)
	}
}

// reportNoObject reports each field as missing, because the body is no object but a list, a string or a number. As in FastAPI, this
// includes fields that an object may lack.
func (b *body) reportNoObject(w *walker) {
	for i := range b.fields {
		w.errs.add(constraint.Missing(), b.fields[i].loc, nil)
	}
}

// absent sets the default of a field that the body lacks, or reports that it is missing.
func (f *bodyField) absent(w *walker, dst reflect.Value) {
	switch {
	case f.Default != nil:
		f.Default.Apply(model.FieldOf(dst, f.Index))
	case f.Required:
		w.errs.add(constraint.Missing(), f.loc, nil)
	}
}

// locAndInput returns the loc of a field, and its value as errors echo it.
func (b *body) locAndInput(w *walker, f *model.Field) (loc []any, input any) {
	if f.Raw {
		return []any{"body"}, nil
	}
	if f.TakesSource {
		return []any{"body"}, w.echo(node{Span: json.Span{Start: json.Space(w.doc, 0), End: json.SpaceEnd(w.doc)}}, f.Secret || f.Type.Secret)
	}
	loc = []any{"body", f.Name}
	for name, at := range json.Members(w.doc, 0) {
		if name == f.Name {
			return loc, w.echo(node{Span: at}, f.Secret || f.Type.Secret)
		}
	}
	return loc, nil
}

// locBody is the first step of each loc in a body, boxed once.
var locBody any = "body"

// keepBody copies the document for the ValidationError. The exchange reuses the buffer of doc.
func (e *Errors) keepBody(doc []byte) {
	if e.body == nil {
		e.body = bytes.Clone(doc)
	}
}

// mediaMergePatch is the media type of a JSON Merge Patch (RFC 7396, 4).
const mediaMergePatch = "application/merge-patch+json"

// isPatch reports whether t is a Patch.
func isPatch(t *model.Type) bool { return t.Kind == model.Patch }

// isAnyPatch reports whether t is a Patch or a JSONPatch.
func isAnyPatch(t *model.Type) bool { return isPatch(t) || isJSONPatch(t) }

// isAny reports whether t is an interface, which takes any JSON value.
func isAny(t *model.Type) bool { return t.Kind == model.Any && t.In == model.ByKind }
