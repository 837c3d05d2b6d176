package jsonpatch

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// value is a JSON value.
type value struct {
	kind     byte   // '{', '[', or 0 for a scalar
	raw      []byte // of a scalar
	members  map[string]*value
	elements []*value

	from     reflect.Value // the Go value without pointers that it was made of; invalid for a value of the client
	typ      *model.Type   // of an object that was made of a struct
	changed  bool          // an operation reached it, or a value inside
	isOneOf  bool          // a variant of a union
	isHidden bool          // a member that operations can write and not read
}

// hides reports whether clients can write a member and not read it.
func hides(f *model.Field) bool { return f.WriteOnly || f.Secret }

// parse returns the value at i of a well-formed document, with its height: 0 for a scalar.
func parse(doc []byte, i int) (v *value, end, height int) {
	i = json.Space(doc, i)
	if doc[i] != '{' && doc[i] != '[' {
		end = json.Skip(doc, i)
		return &value{raw: doc[i:end:end]}, end, 0
	}
	v = &value{kind: doc[i]}
	if v.kind == '{' {
		v.members = map[string]*value{}
	}
	for i++; ; i++ {
		if i = json.Space(doc, i); doc[i] == '}' || doc[i] == ']' {
			return v, i + 1, height + 1
		}
		if doc[i] == ',' {
			continue
		}
		var name string
		if v.kind == '{' {
			end := json.Skip(doc, i)
			name = json.Key(doc[i+1 : end-1])
			i = json.Space(doc, end) + 1 // after the colon
		}
		inner, end, h := parse(doc, i)
		if v.kind == '{' {
			v.members[name] = inner
		} else {
			v.elements = append(v.elements, inner)
		}
		height = max(height, h)
		i = end - 1
	}
}

// append appends the value as JSON, the members of objects in the order of their names.
func (v *value) append(dst []byte) []byte {
	switch v.kind {
	case '{':
		dst = append(dst, '{')
		for i, name := range slices.Sorted(maps.Keys(v.members)) {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(json.AppendString(dst, name), ':')
			dst = v.members[name].append(dst)
		}
		return append(dst, '}')
	case '[':
		dst = append(dst, '[')
		for i, e := range v.elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.append(dst)
		}
		return append(dst, ']')
	}
	return append(dst, v.raw...)
}

// equal reports whether two values are equal (RFC 6902, 4.6): numbers by their value, strings by their characters, objects without
// regard to order. Members that clients cannot read are in no comparison.
func equal(v, w *value) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case '{':
		visible := 0
		for name, in := range v.members {
			if in.isHidden {
				continue
			}
			visible++
			if other := w.members[name]; other == nil || !equal(in, other) {
				return false
			}
		}
		return visible == len(w.members)
	case '[':
		return slices.EqualFunc(v.elements, w.elements, equal)
	}
	switch a, b := v.raw[0], w.raw[0]; {
	case a == '"':
		return b == '"' && json.Key(v.raw[1:len(v.raw)-1]) == json.Key(w.raw[1:len(w.raw)-1])
	case a == '-' || a >= '0' && a <= '9':
		return (b == '-' || b >= '0' && b <= '9') && readNumber(string(v.raw)) == readNumber(string(w.raw))
	}
	return string(v.raw) == string(w.raw)
}

// number is a number of JSON in its one normal form: digits without zeros at the ends, times ten to the power.
type number struct {
	negative bool
	digits   string
	power    int64
}

// readNumber returns the value of a JSON number, exactly. It costs the length of the token, whatever the exponent is.
func readNumber(token string) (n number) {
	token, n.negative = strings.CutPrefix(token, "-")
	if at := strings.IndexAny(token, "eE"); at >= 0 {
		power, err := strconv.ParseInt(token[at+1:], 10, 64)
		if err != nil { // ParseInt returns the nearest bound
			power /= 2
		}
		token, n.power = token[:at], min(max(power, math.MinInt64/2), math.MaxInt64/2)
	}
	whole, fraction, _ := strings.Cut(token, ".")
	n.power -= int64(len(fraction))
	n.digits = strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(n.digits, "0")
	n.power += int64(len(n.digits) - len(trimmed))
	if n.digits = trimmed; trimmed == "" {
		return number{}
	}
	return n
}

// height returns how many arrays and objects are nested in the value, and counts its values.
func (v *value) height(count *int) (h int) {
	*count++
	if v.kind == 0 {
		return 0
	}
	for _, in := range v.members {
		h = max(h, in.height(count))
	}
	for _, e := range v.elements {
		h = max(h, e.height(count))
	}
	return h + 1
}

// inherit gives an object that replaces a struct's what clients cannot set: its Go value and its read-only members.
func (v *value) inherit(old *value) {
	if old.typ == nil || old.isOneOf || v.kind != '{' || v.typ != nil {
		return
	}
	v.typ, v.from, v.changed = old.typ, old.from, true
	for _, f := range old.typ.Fields {
		switch was, is := old.members[f.Name], v.members[f.Name]; {
		case was == nil:
		case f.ReadOnly:
			v.members[f.Name] = was
		case is != nil:
			is.isHidden = was.isHidden
			is.inherit(was)
		}
	}
}

// strip takes the hidden members out of a value that moves to a place of another type.
func (v *value) strip() {
	for name, in := range v.members {
		if in.isHidden {
			delete(v.members, name)
			v.changed = true
			continue
		}
		in.strip()
		v.changed = v.changed || in.changed
	}
	for _, e := range v.elements {
		e.strip()
		v.changed = v.changed || e.changed
	}
}
