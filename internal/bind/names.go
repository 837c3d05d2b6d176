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

// The limits of one parameter of style deepObject.
const (
	maxNameLevels = 16
	maxNames      = 1000
)

// names has the texts of one name, or the names below it. The names of filter[a][b]=1 are filter, which has a, which has b.
type names struct {
	texts   []string
	order   []string // the names below, in the order of the request
	members map[string]*names
	count   int // the number of names below, at all levels; used at the top only
}

// bindNames reads a parameter of style deepObject. It reports false if the request has none of its names.
func (p *parameter) bindNames(w *walker, x *exchange.Exchange, field reflect.Value) bool {
	top, failure := p.collectNames(x)
	if top == nil {
		return false
	}
	path, secret := w.path, w.secret
	w.pushLoc(p.loc)
	w.secret = secret || p.Secret
	if failure != nil {
		w.errs.add(failure, p.loc, nil)
	} else {
		w.walkNames(p.Type, p.Rules, top, field)
	}
	w.path, w.secret = path, secret
	return true
}

// collectNames returns the names of the parameter in the request, nil if there are none.
func (p *parameter) collectNames(x *exchange.Exchange) (top *names, failure *constraint.Failure) {
	put := func(name, value string) {
		rest, ok := strings.CutPrefix(name, p.Name)
		if !ok || failure != nil {
			return
		}
		path, ok := splitBrackets(rest)
		if !ok {
			return // the name belongs to another parameter, or to none
		}
		if top == nil {
			top = &names{}
		}
		if len(path) > maxNameLevels {
			failure = constraint.ValueError("names have at most " + strconv.Itoa(maxNameLevels) + " levels")
			return
		}
		if !top.add(path, value) {
			failure = constraint.ValueError("there are at most " + strconv.Itoa(maxNames) + " names")
		}
	}
	if p.Source == model.Query {
		for name, value := range x.QueryNames() {
			put(name, value)
		}
	} else {
		for _, v := range x.ParsedForm().Values {
			if v.File == nil && v.Text != "" {
				put(v.Name, v.Text)
			}
		}
	}
	return top, failure
}

// splitBrackets splits [a][b] into a and b. Without brackets the path is empty: the name is that of the parameter itself.
func splitBrackets(s string) (path []string, ok bool) {
	for s != "" {
		end := strings.IndexByte(s, ']')
		if s[0] != '[' || end < 0 || len(path) > maxNameLevels {
			return path, s[0] == '[' && len(path) > maxNameLevels
		}
		path, s = append(path, s[1:end]), s[end+1:]
	}
	return path, true
}

// add adds a text. The name filter[a][] is a repeated filter[a]. It reports false if there are more than maxNames.
func (top *names) add(path []string, value string) bool {
	n := top
	for i, name := range path {
		if name == "" && i == len(path)-1 {
			break
		}
		next := n.members[name]
		if next == nil {
			if top.count++; top.count > maxNames {
				return false
			}
			if n.members == nil {
				n.members = map[string]*names{}
			}
			next = &names{}
			n.members[name] = next
			n.order = append(n.order, name)
		}
		n = next
	}
	n.texts = append(n.texts, value)
	return true
}

// namesInput returns the names as errors echo them: texts, or the names below as an object.
func (w *walker) namesInput(n *names, t *model.Type) any {
	if w.secret || t.Secret {
		return nil
	}
	if len(n.order) == 0 {
		if len(n.texts) == 1 {
			return textInput(n.texts[0])
		}
		return textInputs(n.texts)
	}
	return jsonInput(n.appendJSON(nil))
}

// appendJSON appends the names as JSON. Texts are cut as errors cut them.
func (n *names) appendJSON(dst []byte) []byte {
	switch {
	case len(n.order) > 0:
		dst = append(dst, '{')
		for i, name := range n.order {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = n.members[name].appendJSON(json.AppendKey(dst, name))
		}
		return append(dst, '}')
	case len(n.texts) == 1:
		dst, _ = json.Append(dst, textInput(n.texts[0]))
	default:
		dst, _ = json.Append(dst, textInputs(n.texts))
	}
	return dst
}

// value returns the value for an interface: a string, a list of strings, or a map.
func (n *names) value() any {
	if len(n.order) > 0 {
		m := make(map[string]any, len(n.order))
		for _, name := range n.order {
			m[name] = n.members[name].value()
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

// walkNames reads one value as walker.value does for JSON: its form, the values inside, then its rules.
func (w *walker) walkNames(t *model.Type, rules *constraint.Rules, n *names, v reflect.Value) {
	if w.full() {
		return
	}
	v, t = t.Allocate(v), t.Base()
	before := w.errs.Len()
	var failure *constraint.Failure
	switch {
	case t.Kind == model.Any && (len(n.order) > 0 || len(n.texts) > 1):
		v.Set(reflect.ValueOf(n.value()))
	case t.Scalar() && len(n.order) > 0:
		if failure = wrongForm(t, []byte("{}")); failure == nil {
			failure = constraint.StringType()
		}
	case t.Scalar():
		failure = w.setText(t, n.texts[len(n.texts)-1], v)
	case t.Kind == model.List, t.Kind == model.Array, t.Kind == model.Set:
		failure = w.walkNameList(t, rules, n, v)
	case len(n.order) == 0 && t.Kind == model.Struct:
		failure = constraint.ModelAttributesType()
	case len(n.order) == 0:
		failure = constraint.DictType()
	case t.Kind == model.Struct:
		w.walkNameObject(t, n, v)
	default:
		w.walkNameMap(t, rules, n, v)
	}
	if failure == nil && w.errs.Len() == before && !w.full() {
		failure = rules.Check(v)
		if failure == nil && t.Validates && !w.quiet {
			w.validate(v, func(rel []any) []any { return w.loc(rel...) }, func() any { return w.namesInput(n, t) })
		}
	}
	if failure != nil {
		w.errs.add(failure, w.loc(), w.namesInput(n, t))
	}
}

// walkNameList reads a list: repeated texts, or names that are indexes, in the order of the indexes.
func (w *walker) walkNameList(t *model.Type, rules *constraint.Rules, n *names, v reflect.Value) *constraint.Failure {
	type element struct {
		index int
		value *names
	}
	var all []element
	for _, name := range n.order {
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || len(n.texts) > 0 {
			return constraint.ListType()
		}
		all = append(all, element{i, n.members[name]})
	}
	slices.SortStableFunc(all, func(a, b element) int { return a.index - b.index })
	for i, s := range n.texts {
		all = append(all, element{i, &names{texts: []string{s}}})
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
		w.walkNames(t.Elem, elem, e.value, values.Index(i))
		w.pop()
	}
	if t.Kind != model.Array {
		t.Collect(v, values)
	}
	return nil
}

// walkNameMap reads the names below into a map.
func (w *walker) walkNameMap(t *model.Type, rules *constraint.Rules, n *names, v reflect.Value) {
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	v.Set(reflect.MakeMapWithSize(t.Go, len(n.order)))
	for _, name := range n.order {
		w.push(w.clientName(name))
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
			w.errs.add(constraint.DuplicateKey(w.clientName(name)), w.loc(), w.namesInput(n.members[name], t))
		default:
			w.walkNames(t.Elem, elem, n.members[name], value)
			v.SetMapIndex(key, value)
		}
		w.pop()
	}
}

// walkNameObject reads the names below into the fields of a struct.
func (w *walker) walkNameObject(t *model.Type, n *names, v reflect.Value) {
	before := w.errs.Len()
	for _, f := range t.Fields {
		w.push(f.Name)
		field := model.FieldOf(v, f.Index)
		switch given := n.members[f.Name]; {
		case given != nil && !f.ReadOnly:
			outer := w.secret
			w.secret = outer || f.Secret
			w.walkNames(f.Type, f.Rules, given, field)
			w.secret = outer
		case f.Default != nil:
			f.Default.Apply(field)
		case f.Required:
			w.errs.add(constraint.Missing(), w.loc(), w.namesInput(n, t))
		}
		w.pop()
	}
	if t.Extra != nil {
		w.walkNameExtras(t, n, v)
	}
	if t.Forbid {
		for _, name := range n.order {
			if t.FieldIndex(name) < 0 {
				w.errs.add(constraint.ExtraForbidden(), w.loc(w.clientName(name)), w.namesInput(n.members[name], t))
			}
		}
	}
	if len(t.Cross) == 0 || w.errs.Len() > before || w.full() {
		return
	}
	w.cross(t, v, func(i int, failure *constraint.Failure) {
		var input any
		if given := n.members[t.Fields[i].Name]; given != nil && !t.Fields[i].Secret {
			input = w.namesInput(given, t.Fields[i].Type)
		}
		w.errs.add(failure, w.loc(t.Fields[i].Name), input)
	})
}

// walkNameExtras reads the names that the struct does not declare into its map.
func (w *walker) walkNameExtras(t *model.Type, n *names, v reflect.Value) {
	e := newExtras(t, v)
	elem, keys := e.rules()
	outer := w.secret
	w.secret = outer || e.hidesInput
	for _, name := range n.order {
		if t.FieldIndex(name) >= 0 {
			continue
		}
		w.push(w.clientName(name))
		key, value := reflect.ValueOf(name).Convert(t.Extra.Type.Go.Key()), reflect.New(t.Extra.Type.Elem.Go).Elem()
		if failure := keys.Check(key); failure != nil {
			w.errs.add(failure, w.loc("[key]"), nil)
		}
		w.walkNames(t.Extra.Type.Elem, elem, n.members[name], value)
		e.into.SetMapIndex(key, value)
		w.pop()
	}
	w.secret = outer
	e.check(w, w.loc(), func() any { return w.namesInput(n, t) })
}
