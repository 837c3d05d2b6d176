package model

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Filtering is implemented by params.Filter. FilterType returns the type of the values that a client compares with.
type Filtering interface{ FilterType() reflect.Type }

// Sorting is implemented by params.Sort.
type Sorting interface{ SortParameter() }

// Routed is implemented by pointers to values that depend on the route of the request, as params.Position.
type Routed interface{ SetRoute(pattern string) }

var (
	filteringType = reflect.TypeFor[Filtering]()
	sortingType   = reflect.TypeFor[Sorting]()
)

// Operator is one comparison of a filter. Its row in the table says which types have it.
type Operator struct {
	Name  string // in the tag, and behind the name of the parameter
	field string // of params.Filter
	text  string // what the document says of it
	order bool   // it needs types with an order
	like  bool   // it is for strings
	list  bool   // its value is a list
	plain bool   // the name of the filter stands for it
	null  bool   // its value is a bool, of whatever type the filter is
}

// maxFilterList is the largest number of values of a filter in or not_in. Each is a placeholder of the statement, of which databases
// take a limited number: 32766 in SQLite, 65535 in PostgreSQL.
const maxFilterList = 100

// maxFilterText is the largest number of characters that a text is searched for.
const maxFilterText = 200

// operators returns the operators of filters.
func operators() []Operator {
	return []Operator{
		{Name: "eq", plain: true, field: "Eq", text: "equal to the value"},
		{Name: "ne", field: "Ne", text: "not equal to the value"},
		{Name: "lt", field: "Lt", text: "less than the value", order: true},
		{Name: "lte", field: "Lte", text: "at most the value", order: true},
		{Name: "gt", field: "Gt", text: "greater than the value", order: true},
		{Name: "gte", field: "Gte", text: "at least the value", order: true},
		{Name: "in", field: "In", text: "one of the values", list: true},
		{Name: "not_in", field: "NotIn", text: "none of the values", list: true},
		{Name: "contains", field: "Contains", text: "with the text in it", like: true},
		{Name: "prefix", field: "Prefix", text: "with the text at its beginning", like: true},
		{Name: "null", field: "Null", text: "absent (true) or present (false)", null: true},
	}
}

// FilterUse is what a parameter of a filter compares.
type FilterUse struct {
	Name string // of the filter: the parameter without the operator
	Op   string // the Name of the Operator
}

// isFilter reports whether t is a params.Filter.
func isFilter(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.Implements(filteringType) }

// filterFields appends the parameters of a filter to out, one for each operator of its tag: price, price__lt, price__in. They read into
// the fields of the params.Filter. at is the index of sf in m, and where its name.
func (r *Reader) filterFields(m *Type, owner reflect.Type, sf reflect.StructField, at []int, where string, out *[]*Field) {
	name, opts, _ := strings.Cut(sf.Tag.Get("query"), ",")
	switch source := sourcesOf(sf)[0]; {
	case source != Query:
		m.problem(input, "field %s: a filter is read from the query, not from a %s; write query:\"name\"", where, source)
		return
	case name == "" || opts != "":
		m.problem(input, "field %s: a filter has a name and no options; write query:\"name\"", where)
		return
	}
	declared, tagged := sf.Tag.Lookup("filter")
	if !tagged || declared == "" {
		m.problem(input, "field %s: the filter has no operators; write filter:\"eq\", or several of %s", where, operatorNames(sf.Type))
		return
	}
	if _, has := sf.Tag.Lookup("default"); has {
		m.problem(input, "field %s: a filter has no default, as the client could not take it back; compare in the handler, or in the SQL", where)
	}
	if t := r.read(filterType(sf.Type)); !t.Scalar() || t.Base() != t {
		m.problem(input, "field %s: a filter compares with one text, which cannot be a %s; legal are scalars and types with UnmarshalText", where, t)
		return
	}
	m.refuses = Query
	used := map[string]bool{}
	for op := range strings.SplitSeq(declared, ",") {
		row, ok := operatorOf(op)
		switch {
		case !ok:
			m.problem(input, "field %s: filter:%q has the unknown operator %q; legal are %s", where, declared, op, operatorNames(sf.Type))
			continue
		case used[op]:
			m.problem(input, "field %s: filter:%q has %s twice; keep one", where, declared, op)
			continue
		case !row.fits(sf.Type):
			m.problem(input, "field %s: the operator %s is not for a %s; legal are %s", where, op, typeName(filterType(sf.Type)), operatorNames(sf.Type))
			continue
		}
		used[op] = true
		inner, _ := sf.Type.FieldByName(row.field)
		f := &Field{
			Go: where + "." + row.field, Owner: owner, Index: slices.Concat(at, inner.Index), Source: Query, Type: r.read(inner.Type),
			Tag: row.tag(name, sf.Tag), Filter: &FilterUse{Name: name, Op: op},
		}
		if len(used) == 1 {
			r.checkTags(m, "field "+where, withoutTag(sf.Tag, "filter"), onParameter, Query)
		}
		r.readSource(m, f)
		*out = append(*out, f)
	}
}

// filterType returns the type of the values of a params.Filter.
func filterType(t reflect.Type) reflect.Type {
	return reflect.Zero(t).Interface().(Filtering).FilterType()
}

// operatorOf returns the operator with a name.
func operatorOf(name string) (Operator, bool) {
	all := operators()
	i := slices.IndexFunc(all, func(o Operator) bool { return o.Name == name })
	if i < 0 {
		return Operator{}, false
	}
	return all[i], true
}

// operatorNames returns the names of the operators that a params.Filter may have, for messages.
func operatorNames(t reflect.Type) string {
	var names []string
	for _, o := range operators() {
		if o.fits(t) {
			names = append(names, o.Name)
		}
	}
	return strings.Join(names, ", ")
}

// fits reports whether a params.Filter may have the operator.
func (o Operator) fits(filter reflect.Type) bool {
	t := filterType(filter)
	text := kindOf(t) == String && form(t, jsonUnmarshaler, textUnmarshaler) == ByKind
	return !(o.like && !text || o.order && kindOf(t) == Bool)
}

// tag returns the tag of the parameter for the operator: rules of the filter hold for each value of a list, and not for texts that are
// only a part of a value.
func (o Operator) tag(name string, of reflect.StructTag) reflect.StructTag {
	rules := of.Get("validate")
	switch {
	case o.list:
		list := fmt.Sprintf("min=1,max=%d", maxFilterList)
		if rules != "" {
			list += ",dive," + rules
		}
		rules = list
	case o.like:
		rules = fmt.Sprintf("min=1,max=%d", maxFilterText)
	case o.null:
		rules = ""
	}
	tag := withoutTag(of, "query", "filter", "validate", "default")
	if o.like || o.null {
		tag = withoutTag(tag, "pattern", "example")
	}
	if !o.list {
		tag = withoutTag(tag, "style")
	}
	if !o.plain {
		name += "__" + o.Name
		doc := "Only " + o.text
		if text := of.Get("doc"); text != "" {
			doc = text + ": " + o.text
		}
		tag = addTag(withoutTag(tag, "doc"), "doc", doc)
	}
	if rules != "" {
		tag = addTag(tag, "validate", rules)
	}
	return addTag(tag, "query", name+",omitempty")
}

var sortName = regexp.MustCompile(`^-?[A-Za-z_][A-Za-z0-9_.-]*$`)

// sortTag returns the tag of a params.Sort as a list with an enum of its names. It reports problems of the tag sort.
func (r *Reader) sortTag(m *Type, sf reflect.StructField, names []string, where string) reflect.StructTag {
	declared := sf.Tag.Get("sort")
	switch _, rules := sf.Tag.Lookup("validate"); {
	case declared == "":
		m.problem(input, "field %s: the sort has no names; write sort:\"name,-created\" with each order that a client may ask for, a minus for descending", where)
		return sf.Tag
	case rules:
		m.problem(input, "field %s: a sort has no validate tag; sort:%q is its rule", where, declared)
	}
	for i, name := range names {
		switch {
		case !sortName.MatchString(name):
			m.problem(input, "field %s: sort:%q has %q, which is no name; legal are letters, digits, _, . and -, with a minus in front for descending", where, declared, name)
			return sf.Tag
		case slices.Contains(names[:i], name):
			m.problem(input, "field %s: sort:%q has %s twice; keep one", where, declared, name)
		}
	}
	m.refuses = Query
	tag := withoutTag(sf.Tag, "sort", "validate", "style")
	tag = addTag(tag, "validate", fmt.Sprintf("omitempty,max=%d,unique,dive,oneof=%s", len(names), strings.Join(names, " ")))
	return addTag(tag, "style", "comma")
}

// isSort reports whether t is a params.Sort.
func isSort(t reflect.Type) bool { return t.Kind() == reflect.Slice && t.Implements(sortingType) }

// strayFilter reports the tags filter and sort of a field that is neither a params.Filter nor a params.Sort.
func (m *Type) strayFilter(sf reflect.StructField, where string) {
	if v, has := sf.Tag.Lookup("filter"); has {
		m.problem(input, "field %s: filter:%q is for a params.Filter; write params.Filter[%s]", where, v, typeName(sf.Type))
	}
	if v, has := sf.Tag.Lookup("sort"); has && !isSort(sf.Type) {
		m.problem(input, "field %s: sort:%q is for a params.Sort, and %s is none", where, v, typeName(sf.Type))
	}
}

// withoutTag returns a tag without some keys.
func withoutTag(tag reflect.StructTag, keys ...string) (out reflect.StructTag) {
	rest := eachTag(tag, func(key, value string) {
		if !slices.Contains(keys, key) {
			out = addTag(out, key, value)
		}
	})
	if rest != "" {
		out += reflect.StructTag(" " + rest)
	}
	return out
}

// addTag returns a tag with one more key.
func addTag(tag reflect.StructTag, key, value string) reflect.StructTag {
	if tag != "" {
		tag += " "
	}
	return tag + reflect.StructTag(key+":"+strconv.Quote(value))
}

// RefusesUndeclared reports whether a parameter struct refuses names in a source that no function of the route declares: in the query if it
// has filters or sorts. A misspelled filter that is ignored gives the client all rows.
func (t *Type) RefusesUndeclared(s Source) bool { return s == t.refuses && t.Tag("extra") != "allow" }
