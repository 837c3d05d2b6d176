package bind

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// field walks the value of a field: a member of an object, or a field of the body.
func (w *walker) field(f *model.Field, at json.Span, v reflect.Value) {
	outer := w.secret
	w.secret = outer || f.Secret
	if f.AsString {
		w.walkQuoted(f, at, v)
	} else {
		w.value(f.Type, f.Rules, at, v)
	}
	w.secret = outer
}

// value walks one value: its form, the values inside, then its rules. v is settable. It is filled if w.decoded, else zero.
func (w *walker) value(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value) {
	if w.decoded && !t.Checks && rules.Empty() || w.full() {
		return
	}
	null := w.doc[at.Start] == 'n'
	for t.Kind == model.Pointer || t.Kind == model.Optional {
		inner, presence := v, (*model.Presence)(nil)
		if t.Kind == model.Optional {
			inner, presence = v.Addr().Interface().(model.Wrapper).Unwrap()
		}
		switch {
		case null:
			if presence != nil && !w.decoded {
				*presence = model.Null
			}
			return
		case presence != nil:
			*presence, v = model.Present, inner
		default:
			if !w.decoded {
				v.Set(reflect.New(t.Elem.Go))
			}
			v = v.Elem()
		}
		t = t.Elem
	}
	before := w.errs.Len()
	switch {
	case t.In != model.ByKind:
		w.scalar(t, at, v)
	case t.Kind == model.Struct:
		w.object(t, at, v)
	case t.Kind == model.List, t.Kind == model.Array:
		w.list(t, rules, at, v)
	case t.Kind == model.Map:
		w.mapping(t, rules, at, v)
	case t.Kind == model.Set:
		w.set(t, rules, at, v)
	case t.Kind == model.Patch:
		w.patch(t, at, v)
	case t.Kind == model.Union:
		w.union(t, at, v)
	default:
		w.scalar(t, at, v)
	}
	if w.errs.Len() == before && !w.full() {
		w.check(t, rules, at, v)
	}
}

// list walks the elements of a slice or an array.
func (w *walker) list(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value) {
	if w.doc[at.Start] != '[' {
		w.fail(constraint.ListType(), at, t)
		return
	}
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	grows := t.Kind == model.List && !w.decoded
	if grows {
		v.Set(reflect.MakeSlice(t.Go, 0, 0))
	}
	n := 0
	for i, e := range json.Elements(w.doc, at.Start) {
		if n++; w.full() || t.Kind == model.Array && i >= t.Go.Len() {
			continue
		}
		if grows {
			v.Set(reflect.Append(v, reflect.Zero(t.Elem.Go)))
		}
		w.path = append(w.path, step{index: i})
		w.value(t.Elem, elem, e, v.Index(i))
		w.pop()
	}
	if t.Kind == model.Array {
		if failure := arrayLength(t.Go.Len(), n); failure != nil {
			w.fail(failure, at, t)
		}
	}
}

// mapping walks the members of a map.
func (w *walker) mapping(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value) {
	if w.doc[at.Start] != '{' {
		w.fail(constraint.DictType(), at, t)
		return
	}
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	outer := w.decoded
	decoded := outer && t.Key.Kind == model.String && t.Key.In == model.ByKind // two texts may be one key of another type; goccy keeps the last value
	if !decoded {
		v.Set(reflect.MakeMap(t.Go))
	}
	seen := map[any]bool{}
	for name, e := range json.Members(w.doc, at.Start) {
		if w.full() {
			break
		}
		w.push(w.clientName(name))
		key := reflect.New(t.Key.Go).Elem()
		failure := t.Key.SetKey(name, key)
		if failure == nil {
			failure = keys.Check(key)
		}
		switch {
		case failure != nil:
			input := any(nil)
			if !w.secret {
				input = textInput(name)
			}
			w.errs.add(failure, w.loc("[key]"), input)
		case seen[key.Interface()]:
			w.fail(constraint.DuplicateKey(w.clientName(name)), e, t)
		default:
			seen[key.Interface()] = true
		}
		// The values of a map are not addressable, so a copy is walked and put back.
		value := reflect.New(t.Elem.Go).Elem()
		if w.decoded = false; decoded && failure == nil {
			if old := v.MapIndex(key); old.IsValid() {
				value.Set(old)
				w.decoded = true
			}
		}
		w.value(t.Elem, elem, e, value)
		if failure == nil {
			v.SetMapIndex(key, value)
		}
		w.pop()
	}
	w.decoded = outer
}

// object walks the members of a struct. If w.fieldChecks has checks of the struct, it skips the fields that pass.
func (w *walker) object(t *model.Type, at json.Span, v reflect.Value) {
	if w.doc[at.Start] != '{' {
		w.fail(constraint.ModelAttributesType(), at, t)
		return
	}
	before := w.errs.Len()
	free := len(w.spans)
	var spans []json.Span
	var unknown []unknownMember
	var checks []fieldCheck // nil: every field is walked
	var p unsafe.Pointer    // the struct, for checks
	if w.decoded && !w.lacksDefault {
		checks, p = w.fieldChecks[t], unsafe.Pointer(v.UnsafeAddr())
	}
	if checks == nil {
		spans, unknown = w.members(t, at.Start)
		w.remember(t, v, spans)
	}
	for i, f := range t.Fields {
		if checks != nil && checks[i].passes(p) {
			continue
		}
		if spans == nil {
			spans, unknown = w.members(t, at.Start)
		}
		w.pushField(f)
		present := spans[i].End != 0
		if present && f.ReadOnly { // clients cannot set the field
			w.checkUntyped(spans[i], false)
			model.FieldOf(v, f.Index).SetZero()
			present = false
		}
		switch {
		case present:
			w.member(t, f, spans[i], model.FieldOf(v, f.Index))
		case f.Default != nil:
			f.Default.Apply(model.FieldOf(v, f.Index))
		case f.Required:
			w.fail(constraint.Missing(), at, t)
		}
		w.pop()
	}
	w.reportUnknown(t, unknown, at, v)
	if len(t.Cross) == 0 || w.errs.Len() > before || w.full() {
		w.freeSpans(free)
		return
	}
	defer w.freeSpans(free)
	w.cross(t, v, func(i int, failure *constraint.Failure) {
		f, given := t.Fields[i], spans[i]
		if given.End == 0 {
			given = at
		}
		w.push(f.Name)
		w.errs.add(failure, w.loc(), w.echo(given, f.Secret || f.Type.Secret || given == at && t.Secret))
		w.pop()
	})
}

// freeSpans returns the spans that members has taken since w.spans had n.
func (w *walker) freeSpans(n int) { w.spans = w.spans[:n] }

// unknownMember is a member of a JSON object that the struct does not declare.
type unknownMember struct {
	name string
	at   json.Span
}

// members returns the spans of an object's members, by the index of the field, and the unknown members. The span of an absent member
// is zero. It reports repeated members; their first value counts. The spans belong to w.spans until freeSpans.
func (w *walker) members(t *model.Type, start int) (spans []json.Span, unknown []unknownMember) {
	w.spans = append(w.spans, make([]json.Span, len(t.Fields))...)
	spans = w.spans[len(w.spans)-len(t.Fields) : len(w.spans) : len(w.spans)]
	next := 0 // most documents are in the order of declaration
	for raw, at := range json.RawMembers(w.doc, start) {
		i := next
		if next++; i >= len(t.Fields) || !json.IsKey(raw, t.Fields[i].Name) {
			i = t.FieldIndex(json.Key(raw))
		}
		switch {
		case i < 0:
			unknown = append(unknown, unknownMember{json.Key(raw), at})
		case spans[i].End != 0:
			name := t.Fields[i].Name
			w.errs.add(constraint.DuplicateKey(name), w.loc(name), w.echo(at, t.Fields[i].Secret || t.Fields[i].Type.Secret))
		default:
			spans[i] = at
		}
	}
	return spans, unknown
}

// reportUnknown reports unknown members that are errors: names that differ from a declared one in case only, because decoders match
// them; repeated ones; and with extra:"forbid" all. With extra:"allow" it reads them into the map of v.
func (w *walker) reportUnknown(t *model.Type, all []unknownMember, at json.Span, v reflect.Value) {
	if w.decoded && t.Extra == nil {
		return // the scan has found no error
	}
	var extra *extras
	if t.Extra != nil {
		extra = newExtras(t, v)
		defer func() { extra.check(w, w.loc(), func() any { return w.echo(at, t.Secret) }) }()
	}
	seen := make(map[string]bool, len(all))
	for _, u := range all {
		if w.full() {
			return
		}
		name, folded := w.clientName(u.name), folded(t, u.name)
		w.push(name)
		switch {
		case seen[u.name]:
			w.fail(constraint.DuplicateKey(name), u.at, t)
		case folded != nil:
			w.errs.add(constraint.FoldedKey(name, folded.Name), w.loc(), w.echo(u.at, folded.Secret || folded.Type.Secret))
		case t.Forbid:
			w.fail(constraint.ExtraForbidden(), u.at, t) // hides the input if t has a secret: the name may be its misspelling
		case extra != nil:
			if t.Partial {
				w.given[u.name] = nil
			}
			extra.walk(w, u)
		default:
			outer := w.secret
			w.secret = outer || t.Secret
			w.checkUntyped(u.at, false)
			w.secret = outer
		}
		seen[u.name] = true
		w.pop()
	}
}

// folded returns the field whose name differs from name in case only, nil if there is none.
func folded(t *model.Type, name string) *model.Field {
	for _, f := range t.Fields {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

// set walks the elements of a Set. They are keys of a Go map and not addressable, so it reads them into a slice first.
func (w *walker) set(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value) {
	if w.doc[at.Start] != '[' {
		w.fail(constraint.SetType(), at, t)
		return
	}
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	if w.decoded && elem.Empty() && !t.Elem.Checks {
		return
	}
	decoded := w.decoded
	w.decoded = false
	list := reflect.MakeSlice(reflect.SliceOf(t.Elem.Go), 0, 0)
	for i, e := range json.Elements(w.doc, at.Start) {
		if w.full() {
			break
		}
		list = reflect.Append(list, reflect.Zero(t.Elem.Go))
		w.path = append(w.path, step{index: i})
		w.value(t.Elem, elem, e, list.Index(i))
		w.pop()
	}
	w.decoded = decoded
	t.Collect(v, list)
}
