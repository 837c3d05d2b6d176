package bind

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// What one parameter of style deepObject may cost.
const (
	maxDeepLevels = 16
	maxDeepNames  = 1000
)

// deep is what was sent under one name: texts, or names below it. filter[a][b]=1 is a deep in a deep.
type deep struct {
	texts []string
	names []string // in the order they came first
	below map[string]*deep
	count int // of the names below, at every level; counted at the top
}

// bindDeep reads a parameter of style deepObject; false when nothing was sent.
func (p *text) bindDeep(w *walker, x *exchange.Exchange, field reflect.Value) bool {
	top, failure := p.gather(x)
	if top == nil {
		return false
	}
	path, secret := w.path, w.secret
	w.pushLoc(p.loc)
	w.secret = secret || p.Secret
	if failure != nil {
		w.errs.add(failure, p.loc, nil)
	} else {
		w.deep(p.Type, p.Rules, top, field)
	}
	w.path, w.secret = path, secret
	return true
}

// gather collects what was sent for the parameter, nil when nothing was.
func (p *text) gather(x *exchange.Exchange) (top *deep, failure *constraint.Failure) {
	put := func(name, value string) {
		rest, ok := strings.CutPrefix(name, p.Name)
		if !ok || failure != nil {
			return
		}
		path, ok := brackets(rest)
		if !ok {
			return // another parameter, or none
		}
		if top == nil {
			top = &deep{}
		}
		if len(path) > maxDeepLevels {
			failure = constraint.ValueError("names have at most " + strconv.Itoa(maxDeepLevels) + " levels")
			return
		}
		if !top.put(path, value) {
			failure = constraint.ValueError("there are at most " + strconv.Itoa(maxDeepNames) + " names")
		}
	}
	if p.Source == model.Query {
		for name, value := range x.QueryNames() {
			put(name, value)
		}
	} else {
		for _, v := range x.Formed().Values {
			if v.File == nil && v.Text != "" {
				put(v.Name, v.Text)
			}
		}
	}
	return top, failure
}

// brackets takes [a][b] apart. Without any it is the parameter itself.
func brackets(s string) (path []string, ok bool) {
	for s != "" {
		end := strings.IndexByte(s, ']')
		if s[0] != '[' || end < 0 || len(path) > maxDeepLevels {
			return path, s[0] == '[' && len(path) > maxDeepLevels
		}
		path, s = append(path, s[1:end]), s[end+1:]
	}
	return path, true
}

// put adds a text; filter[a][] is one of several of filter[a]. It is false when there are too many names.
func (top *deep) put(path []string, value string) bool {
	n := top
	for i, name := range path {
		if name == "" && i == len(path)-1 {
			break
		}
		next := n.below[name]
		if next == nil {
			if top.count++; top.count > maxDeepNames {
				return false
			}
			if n.below == nil {
				n.below = map[string]*deep{}
			}
			next = &deep{}
			n.below[name] = next
			n.names = append(n.names, name)
		}
		n = next
	}
	n.texts = append(n.texts, value)
	return true
}

// deepInput is what an error echoes: the texts, and the names below as an object.
func (w *walker) deepInput(n *deep, t *model.Type) any {
	if w.secret || t.Secret {
		return nil
	}
	if len(n.names) == 0 {
		if len(n.texts) == 1 {
			return textInput(n.texts[0])
		}
		return textInputs(n.texts)
	}
	return jsonInput(n.append(nil))
}

// append writes the names as JSON, as far as it is ever shown.
func (n *deep) append(dst []byte) []byte {
	switch {
	case len(n.names) > 0:
		dst = append(dst, '{')
		for i, name := range n.names {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = n.below[name].append(json.AppendKey(dst, name))
		}
		return append(dst, '}')
	case len(n.texts) == 1:
		dst, _ = json.Append(dst, textInput(n.texts[0]))
	default:
		dst, _ = json.Append(dst, textInputs(n.texts))
	}
	return dst
}

// any is what was sent where the type does not say what it should be: a text, a list of them, or a map.
func (n *deep) any() any {
	if len(n.names) > 0 {
		m := make(map[string]any, len(n.names))
		for _, name := range n.names {
			m[name] = n.below[name].any()
		}
		return m
	}
	if len(n.texts) == 1 {
		return n.texts[0]
	}
	list := make([]any, len(n.texts))
	for i, s := range n.texts {
		list[i] = s
	}
	return list
}

// deep reads one value, its form, what is inside, then its rules, as value does for JSON.
func (w *walker) deep(t *model.Type, rules *constraint.Rules, n *deep, v reflect.Value) {
	if w.done() {
		return
	}
	v, t = t.Open(v), t.Base()
	before := w.errs.Len()
	var failure *constraint.Failure
	switch {
	case t.Kind == model.Any && (len(n.names) > 0 || len(n.texts) > 1):
		v.Set(reflect.ValueOf(n.any()))
	case t.Scalar() && len(n.names) > 0:
		if failure = misfit(t, []byte("{}")); failure == nil {
			failure = constraint.StringType()
		}
	case t.Scalar():
		failure = w.setText(t, n.texts[len(n.texts)-1], v)
	case t.Kind == model.List, t.Kind == model.Array, t.Kind == model.Set:
		failure = w.deepList(t, rules, n, v)
	case len(n.names) == 0 && t.Kind == model.Struct:
		failure = constraint.ModelAttributesType()
	case len(n.names) == 0:
		failure = constraint.DictType()
	case t.Kind == model.Struct:
		w.deepObject(t, n, v)
	default:
		w.deepMap(t, rules, n, v)
	}
	if failure == nil && w.errs.Len() == before && !w.done() {
		failure = rules.Check(v)
		if failure == nil && t.Validates && !w.quiet {
			w.validate(v, func(rel []any) []any { return w.loc(rel...) }, func() any { return w.deepInput(n, t) })
		}
	}
	if failure != nil {
		w.errs.add(failure, w.loc(), w.deepInput(n, t))
	}
}

// deepList reads repeated texts, or names that are indexes, in their order.
func (w *walker) deepList(t *model.Type, rules *constraint.Rules, n *deep, v reflect.Value) *constraint.Failure {
	type element struct {
		index int
		value *deep
	}
	var all []element
	for _, name := range n.names {
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || len(n.texts) > 0 {
			return constraint.ListType()
		}
		all = append(all, element{i, n.below[name]})
	}
	slices.SortStableFunc(all, func(a, b element) int { return a.index - b.index })
	for i, s := range n.texts {
		all = append(all, element{i, &deep{texts: []string{s}}})
	}
	if t.Kind == model.Array && len(all) != v.Len() {
		return arrayLength(v.Len(), len(all))
	}
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	values := v
	if t.Kind != model.Array {
		values = reflect.MakeSlice(reflect.SliceOf(t.Elem.Go), len(all), len(all))
	}
	for i, e := range all {
		w.path = append(w.path, step{index: e.index})
		w.deep(t.Elem, elem, e.value, values.Index(i))
		w.pop()
	}
	if t.Kind != model.Array {
		t.Collect(v, values)
	}
	return nil
}

func (w *walker) deepMap(t *model.Type, rules *constraint.Rules, n *deep, v reflect.Value) {
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	v.Set(reflect.MakeMapWithSize(t.Go, len(n.names)))
	for _, name := range n.names {
		w.push(w.called(name))
		key, value := reflect.New(t.Key.Go).Elem(), reflect.New(t.Elem.Go).Elem()
		failure := t.Key.SetKey(name, key)
		if failure == nil {
			failure = keys.Check(key)
		}
		switch {
		case failure != nil:
			var input any
			if !w.secret {
				input = textInput(name)
			}
			w.errs.add(failure, w.loc("[key]"), input)
		case v.MapIndex(key).IsValid():
			w.errs.add(constraint.DuplicateKey(w.called(name)), w.loc(), w.deepInput(n.below[name], t))
		default:
			w.deep(t.Elem, elem, n.below[name], value)
			v.SetMapIndex(key, value)
		}
		w.pop()
	}
}

func (w *walker) deepObject(t *model.Type, n *deep, v reflect.Value) {
	before := w.errs.Len()
	for _, f := range t.Fields {
		w.push(f.Name)
		field := model.FieldOf(v, f.Index)
		switch given := n.below[f.Name]; {
		case given != nil && !f.ReadOnly:
			outer := w.secret
			w.secret = outer || f.Secret
			w.deep(f.Type, f.Rules, given, field)
			w.secret = outer
		case f.Default != nil:
			f.Default.Apply(field)
		case f.Required:
			w.errs.add(constraint.Missing(), w.loc(), w.deepInput(n, t))
		}
		w.pop()
	}
	if t.Extra != nil {
		w.deepExtras(t, n, v)
	}
	if t.Forbid {
		for _, name := range n.names {
			if t.FieldIndex(name) < 0 {
				w.errs.add(constraint.ExtraForbidden(), w.loc(w.called(name)), w.deepInput(n.below[name], t))
			}
		}
	}
	if len(t.Cross) == 0 || w.errs.Len() > before || w.done() {
		return
	}
	w.cross(t, v, func(i int, failure *constraint.Failure) {
		var input any
		if given := n.below[t.Fields[i].Name]; given != nil && !t.Fields[i].Secret {
			input = w.deepInput(given, t.Fields[i].Type)
		}
		w.errs.add(failure, w.loc(t.Fields[i].Name), input)
	})
}

// deepExtras reads the names that a struct does not declare into its map.
func (w *walker) deepExtras(t *model.Type, n *deep, v reflect.Value) {
	e := newExtras(t, v)
	elem, keys := e.rules()
	outer := w.secret
	w.secret = outer || e.secret
	for _, name := range n.names {
		if t.FieldIndex(name) >= 0 {
			continue
		}
		w.push(w.called(name))
		key, value := reflect.ValueOf(name).Convert(t.Extra.Type.Go.Key()), reflect.New(t.Extra.Type.Elem.Go).Elem()
		if failure := keys.Check(key); failure != nil {
			w.errs.add(failure, w.loc("[key]"), nil)
		}
		w.deep(t.Extra.Type.Elem, elem, n.below[name], value)
		e.into.SetMapIndex(key, value)
		w.pop()
	}
	w.secret = outer
	e.check(w, w.loc(), func() any { return w.deepInput(n, t) })
}
