package bind

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// field walks the value of a field: a member of an object, or a field of the body.
func (w *walker) field(f *model.Field, n node, v reflect.Value) {
	outer := w.secret
	w.secret = outer || f.Secret
	if f.AsString && n.names == nil {
		w.walkQuoted(f, n, v)
	} else {
		w.value(f.Type, f.Rules, n, v)
	}
	w.secret = outer
}

// value walks one value: its form, the values inside, then its rules. v is settable. It is filled if w.decoded, else zero.
func (w *walker) value(t *model.Type, rules *constraint.Rules, n node, v reflect.Value) {
	if w.decoded && !t.Checks && rules.Empty() || w.full() {
		return
	}
	null := w.isNull(n)
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
	case t.In != model.ByKind, n.names != nil && t.Scalar():
		w.scalar(t, n, v)
	case t.Kind == model.Struct:
		w.object(t, n, v)
	case t.Kind == model.List, t.Kind == model.Array, t.Kind == model.Set:
		w.list(t, rules, n, v)
	case t.Kind == model.Map:
		w.mapping(t, rules, n, v)
	case t.Kind == model.Patch:
		w.patch(t, n, v)
	case t.Kind == model.JSONPatch:
		w.jsonPatch(t, n, v)
	case t.Kind == model.Union:
		w.union(t, n, v)
	default:
		w.scalar(t, n, v)
	}
	if w.errs.Len() == before && !w.full() {
		w.check(t, rules, n, v)
	}
}

// check checks the rules of one value, without those of values inside, and calls its Validate.
func (w *walker) check(t *model.Type, rules *constraint.Rules, n node, v reflect.Value) {
	failure := t.CheckEnum(v)
	if failure == nil {
		failure = rules.Check(v)
	}
	if failure != nil {
		w.fail(failure, n, t)
	} else if t.Validates && !w.quiet {
		w.validate(v, func(rel []any) []any { return w.loc(rel...) }, func() any { return w.echo(n, t.Secret) })
	}
}

// list walks the elements of a slice, an array or a Set. Elements of a Set are keys of a Go map and not addressable, so they are read
// into a slice first, and so are those of a slice that the decoder has not filled.
func (w *walker) list(t *model.Type, rules *constraint.Rules, n node, v reflect.Value) {
	switch {
	case n.names != nil:
		if failure := n.names.wrongList(t); failure != nil {
			w.fail(failure, n, t)
			return
		}
	case w.doc[n.Start] == '[':
	case t.Kind == model.Set:
		w.fail(constraint.SetType(), n, t)
		return
	default:
		w.fail(constraint.ListType(), n, t)
		return
	}
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	if t.Kind == model.Set && w.decoded && elem.Empty() && !t.Elem.Checks {
		return
	}
	decoded, list := w.decoded, v
	collects := t.Kind == model.Set || t.Kind == model.List && !decoded
	if collects {
		w.decoded, list = false, reflect.MakeSlice(reflect.SliceOf(t.Elem.Go), 0, 0)
	}
	found := 0
	for i, e := range w.elements(n) {
		if found++; w.full() || t.Kind == model.Array && found > t.Go.Len() {
			continue
		}
		if collects {
			list = reflect.Append(list, reflect.Zero(t.Elem.Go))
		}
		w.path = append(w.path, step{index: i})
		w.value(t.Elem, elem, e, list.Index(found-1))
		w.pop()
	}
	if collects {
		w.decoded = decoded
		t.Collect(v, list)
	}
	if t.Kind == model.Array {
		if failure := arrayLength(t.Go.Len(), found); failure != nil {
			w.fail(failure, n, t)
		}
	}
}

// mapping walks the members of a map.
func (w *walker) mapping(t *model.Type, rules *constraint.Rules, n node, v reflect.Value) {
	if !w.isObject(n) {
		w.fail(constraint.DictType(), n, t)
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
	for name, e := range w.members(n) {
		if w.full() {
			break
		}
		found := w.errs.Len()
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
		if n.names != nil && w.errs.Len() > found {
			w.pop()
			continue // of a deepObject only the name is reported
		}
		if t.Partial && w.isNull(e) { // the map lacks a member that is recorded: it is removed (RFC 7396, 2)
			w.given[name] = nil
			w.pop()
			continue
		}
		// The values of a map are not addressable, so a copy is walked and put back.
		value := reflect.New(t.Elem.Go).Elem()
		if w.decoded = false; decoded && failure == nil {
			if old := v.MapIndex(key); old.IsValid() {
				value.Set(old)
				w.decoded = true
			}
		}
		if t.Partial {
			outer := w.record(name, t.Elem, e)
			w.value(t.Elem, elem, e, value)
			w.given = outer
		} else {
			w.value(t.Elem, elem, e, value)
		}
		if failure == nil {
			v.SetMapIndex(key, value)
		}
		w.pop()
	}
	w.decoded = outer
}

// object walks the members of a struct. If w.fieldChecks has checks of the struct, it skips the fields that pass.
func (w *walker) object(t *model.Type, n node, v reflect.Value) {
	if !w.isObject(n) {
		w.fail(constraint.ModelAttributesType(), n, t)
		return
	}
	before := w.errs.Len()
	free := len(w.nodes)
	var members []node
	var unknown []unknownMember
	var checks []fieldCheck // nil: every field is walked
	var p memory.Place      // the struct, for checks
	if w.decoded && !w.lacksDefault {
		checks, p = w.fieldChecks[t], memory.OfValue(v)
	}
	if checks == nil {
		members, unknown = w.membersOf(t, n)
		if n.names == nil {
			w.remember(t, v, members)
		}
	}
	for i, f := range t.Fields {
		if checks != nil && checks[i].passes(p) {
			continue
		}
		if members == nil {
			members, unknown = w.membersOf(t, n)
		}
		w.pushField(f)
		present := members[i].isPresent()
		if present && f.ReadOnly { // clients cannot set the field
			w.checkUntyped(members[i], false)
			model.FieldOf(v, f.Index).SetZero()
			present = false
		}
		switch {
		case present:
			if t.Partial {
				w.patchMember(f, members[i], model.FieldOf(v, f.Index))
			} else {
				w.field(f, members[i], model.FieldOf(v, f.Index))
			}
		case f.Default != nil:
			f.Default.Apply(model.FieldOf(v, f.Index))
		case f.Required:
			w.fail(constraint.Missing(), n, t)
		}
		w.pop()
	}
	w.reportUnknown(t, unknown, n, v)
	if len(t.Cross) == 0 || w.errs.Len() > before || w.full() {
		w.nodes = w.nodes[:free]
		return
	}
	w.cross(t, v, func(i int, failure *constraint.Failure) {
		f, given := t.Fields[i], members[i]
		secret := f.Secret || f.Type.Secret
		if !given.isPresent() {
			given, secret = n, secret || t.Secret || n.names != nil // for an absent name errors do not echo the deepObject
		}
		w.push(f.Name)
		w.errs.add(failure, w.loc(), w.echo(given, secret))
		w.pop()
	})
	w.nodes = w.nodes[:free]
}

// unknownMember is a member of an object that the struct does not declare.
type unknownMember struct {
	name  string
	value node
}

// membersOf returns the members of an object by the index of their field, and the unknown ones. It reports repeated members; their
// first value counts. The nodes are at the end of w.nodes; the caller takes them off.
func (w *walker) membersOf(t *model.Type, n node) (members []node, unknown []unknownMember) {
	w.nodes = append(w.nodes, make([]node, len(t.Fields))...)
	members = w.nodes[len(w.nodes)-len(t.Fields) : len(w.nodes) : len(w.nodes)]
	if n.names != nil {
		for name, value := range w.members(n) {
			if i := t.FieldIndex(name); i >= 0 {
				members[i] = value
			} else {
				unknown = append(unknown, unknownMember{name, value})
			}
		}
		return members, unknown
	}
	next := 0 // most documents are in the order of declaration
	for raw, at := range json.RawMembers(w.doc, n.Start) {
		i := next
		if next++; i >= len(t.Fields) || !json.IsKey(raw, t.Fields[i].Name) {
			i = t.FieldIndex(json.Key(raw))
		}
		switch {
		case i < 0:
			unknown = append(unknown, unknownMember{json.Key(raw), node{Span: at}})
		case members[i].isPresent():
			name := t.Fields[i].Name
			w.errs.add(constraint.DuplicateKey(name), w.loc(name), w.echo(node{Span: at}, t.Fields[i].Secret || t.Fields[i].Type.Secret))
		default:
			members[i].Span = at
		}
	}
	return members, unknown
}

// reportUnknown reports unknown members that are errors: names that differ from a declared one in case only, because decoders match
// them; repeated ones; and with extra:"forbid" all. With extra:"allow" it reads them into the map of v.
func (w *walker) reportUnknown(t *model.Type, all []unknownMember, n node, v reflect.Value) {
	if w.decoded && t.Extra == nil {
		return // the scan has found no error
	}
	var extra *extras
	if t.Extra != nil {
		extra = newExtras(t, v)
		defer func() { extra.check(w, w.loc(), func() any { return w.echo(n, t.Secret) }) }()
	}
	seen := make(map[string]bool, len(all))
	for _, u := range all {
		if w.full() {
			return
		}
		name, folded := w.clientName(u.name), (*model.Field)(nil)
		switch {
		case n.names == nil:
			folded = foldedField(t, u.name)
		case extra != nil && extra.hidesInput:
			name = "[secret]"
		}
		w.push(name)
		switch {
		case seen[u.name]:
			w.fail(constraint.DuplicateKey(name), u.value, t)
		case folded != nil:
			w.errs.add(constraint.FoldedKey(name, folded.Name), w.loc(), w.echo(u.value, folded.Secret || folded.Type.Secret))
		case t.Forbid:
			w.fail(constraint.ExtraForbidden(), u.value, t) // hides the input if t has a secret: the name may be its misspelling
		case extra != nil:
			if t.Partial {
				w.given[u.name] = nil
				if w.isNull(u.value) {
					break // it is removed
				}
			}
			extra.walk(w, u)
		default:
			outer := w.secret
			w.secret = outer || t.Secret
			w.checkUntyped(u.value, false)
			w.secret = outer
		}
		seen[u.name] = true
		w.pop()
	}
}

// foldedField returns the field whose name differs from name in case only, nil if there is none.
func foldedField(t *model.Type, name string) *model.Field {
	for _, f := range t.Fields {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}
