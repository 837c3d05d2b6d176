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
	top, failure := p.collectNames(w, x)
	if top == nil {
		return false
	}
	path, secret := w.path, w.secret
	w.pushLoc(p.loc)
	w.secret = secret || p.Secret
	if failure != nil {
		w.errs.add(failure, p.loc, nil)
	} else {
		w.value(p.Type, p.Rules, node{names: top}, field)
	}
	w.path, w.secret = path, secret
	return true
}

// collectNames returns the names of the parameter in the request, nil if there are none.
func (p *parameter) collectNames(w *walker, x *exchange.Exchange) (top *names, failure *constraint.Failure) {
	w.eachName(p.Source, x, func(n *sent) {
		rest, ok := strings.CutPrefix(n.name, p.Name)
		if !ok || failure != nil || p.Source.IsForm() && (n.isFile || n.text == "") { // an empty text in a form counts as absent
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
		if !top.add(path, n.text) {
			failure = constraint.ValueError("there are at most " + strconv.Itoa(maxNames) + " names")
		}
	})
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

// input returns the names as errors echo them: texts, or the names below as an object.
func (n *names) input() any {
	switch {
	case len(n.order) > 0:
		return jsonInput(n.appendJSON(nil))
	case len(n.texts) == 1:
		return textInput(n.texts[0])
	}
	return textInputs(n.texts)
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

// scalarOfNames reads the last text of a name. An interface takes several texts, and the names below, too.
func (w *walker) scalarOfNames(t *model.Type, n node, v reflect.Value) {
	var failure *constraint.Failure
	switch {
	case t.Kind == model.Any && (len(n.names.order) > 0 || len(n.names.texts) > 1):
		v.Set(reflect.ValueOf(n.names.value()))
	case len(n.names.order) > 0:
		if failure = wrongForm(t, []byte("{}")); failure == nil {
			failure = constraint.StringType()
		}
	default:
		failure = w.setText(t, n.names.texts[len(n.names.texts)-1], v)
	}
	if failure != nil {
		w.fail(failure, n, t)
	}
}

// namedElement is an element of a list, and its index in the request.
type namedElement struct {
	index int
	names *names
}

// wrongList returns the failure of names that are no list of type t: a list is repeated texts, or names that are indexes.
func (n *names) wrongList(t *model.Type) *constraint.Failure {
	for _, name := range n.order {
		if i, err := strconv.Atoi(name); err != nil || i < 0 || len(n.texts) > 0 {
			return constraint.ListType()
		}
	}
	if t.Kind == model.Array {
		return arrayLength(t.Go.Len(), len(n.order)+len(n.texts))
	}
	return nil
}

// elements returns the elements of a list in the order of their indexes.
func (n *names) elements() (all []namedElement) {
	for _, name := range n.order {
		i, _ := strconv.Atoi(name)
		all = append(all, namedElement{i, n.members[name]})
	}
	slices.SortStableFunc(all, func(a, b namedElement) int { return a.index - b.index })
	for i, s := range n.texts {
		all = append(all, namedElement{i, &names{texts: []string{s}}})
	}
	return all
}
