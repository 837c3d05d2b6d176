package params

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
)

// accept says yes to a decoded value that the walk would have nothing to say about, and nothing to do in. It spares
// requests that are right the walk along the document. A no means nothing: the walk judges.
type accept func(v reflect.Value) bool

// acceptOf compiles the accept of a value in a document of which no field with a default was absent. It is not ok for
// types that the walk fills or changes, or whose own methods judge; a nil accept is always yes.
func acceptOf(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	if !t.Checks && rules.Empty() {
		return nil, true
	}
	for _, o := range open {
		if o == t {
			return nil, false // it contains itself: seldom, and a closure that calls itself is not worth it
		}
	}
	open = append(open, t)
	switch {
	case t.Validates, t.SetsText(), t.Enum != nil:
		return nil, false
	case t.In != model.Plain:
		return rules.Accepts, true
	}
	switch t.Kind {
	case model.Pointer:
		inner, ok := acceptOf(t.Elem, rules, open)
		return func(v reflect.Value) bool { return v.IsNil() || inner == nil || inner(v.Elem()) }, ok
	case model.Struct:
		return acceptStruct(t, rules, open)
	case model.List, model.Array:
		return acceptList(t, rules, open)
	case model.Map:
		if t.Checks || rules != nil && !(rules.Elem.Empty() && rules.Key.Empty()) {
			return nil, false
		}
	case model.Optional, model.Patch, model.Set, model.Union:
		return nil, false
	}
	return rules.Accepts, true
}

func acceptStruct(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	if len(t.Cross) > 0 || len(t.Records) > 0 {
		return nil, false
	}
	type member struct {
		index  int
		accept accept
	}
	var members []member
	for _, f := range t.Fields {
		switch {
		case !f.Checks() && !f.ReadOnly:
			continue
		case f.ReadOnly, f.AsString, len(f.Index) > 1: // embedded structs are left to the walk
			return nil, false
		}
		yes, ok := acceptOf(f.Type, f.Rules, open)
		if !ok {
			return nil, false
		}
		if yes != nil {
			members = append(members, member{f.Index[0], yes})
		}
	}
	return func(v reflect.Value) bool {
		for i := range members {
			if m := &members[i]; !m.accept(v.Field(m.index)) {
				return false
			}
		}
		return rules.Accepts(v)
	}, true
}

func acceptList(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	each, ok := acceptOf(t.Elem, elem, open)
	return func(v reflect.Value) bool {
		if each != nil {
			for i := range v.Len() {
				if !each(v.Index(i)) {
					return false
				}
			}
		}
		return rules.Accepts(v)
	}, ok
}
