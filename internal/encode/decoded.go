package encode

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// A value whose type is known at run time only comes mostly from a JSON decoder. Its numbers are float64 or json.Number, its times and
// identifiers are strings, its arrays are []any. The nodes of this file compare such a value with the model by value, not by
// Go type: 2.0 is an integer, as in JSON Schema, and 2.5 is not. Sources whose type is declared are compared by type, at
// start-up. A json.Number is compared by value everywhere: its type does not say which number it has.

// byValue returns the node that writes a number or text of type src as mdl, or returns an error for values that do not fit. It
// returns nil where no value of src could fit.
func (b *builder) byValue(src, mdl *model.Type, quote bool, path string) node {
	isText := src.Go.Kind() == reflect.String && src.Kind != model.Number
	isNumber := isNumberKind(src.Kind) || src.Kind == model.Number || src.WritesNumber()
	switch {
	case !b.dynamic && src.Kind != model.Number:
		return nil
	case mdl.Out == model.ByKind && (isNumberKind(mdl.Kind) || mdl.Kind == model.Number):
		if isNumber || isText && quote {
			return &numeralNode{src: src, mdl: mdl, quote: quote}
		}
	case !b.dynamic, quote, !isText && !isNumber, !readsText(mdl, isNumber):
	default:
		return &readNode{src: src, mdl: mdl, node: b.compile(mdl, mdl, filter{}, false, path)}
	}
	return nil
}

// readsText reports whether a JSON string, or with number a JSON number, can be read as a value of mdl: a time, a duration, bytes or
// a type with a method that reads.
func readsText(mdl *model.Type, number bool) bool {
	switch {
	case mdl.In == model.ByText:
		return !number
	case mdl.In == model.ByJSON:
		return true // its method decides
	case mdl.Out != model.ByKind:
		return false
	}
	return mdl.Kind == model.Duration || !number && (mdl.Kind == model.Time || mdl.Kind == model.Bytes)
}

var numberType = reflect.TypeFor[json.Number]()

// numeralNode writes a number, or with quote the text of a number, as the number type of the model. It returns an error when the
// model's type does not have the value: it is a fraction, or out of range.
type numeralNode struct {
	src, mdl *model.Type
	quote    bool
}

// append appends the number in the model's form.
func (n *numeralNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	token, ok := numeral(n.src, p, isNumberKind(n.mdl.Kind) && n.mdl.Kind != model.Float)
	switch {
	case !ok:
		return dst, newMismatch("%s has no JSON form", clip(token))
	case n.quote:
		dst = append(dst, '"')
	}
	switch n.mdl.Kind {
	case model.Float:
		bits := n.mdl.Go.Bits()
		f, err := strconv.ParseFloat(token, bits)
		if err != nil {
			return dst, n.wrongNumber(token)
		}
		if n.src.Kind == model.Float {
			dst, _ = json.AppendFloat(dst, f, bits)
			break
		}
		if bits == 32 && isNumberKind(n.src.Kind) && strconv.FormatFloat(f, 'f', 0, 64) != token { // an integer that a float32 does not have
			return dst, n.wrongNumber(token)
		}
		dst = append(dst, token...)
	case model.Number:
		dst = append(dst, token...)
	default:
		digits, whole := json.IntegerDigits(token)
		if whole && n.mdl.Kind == model.Int {
			_, err := strconv.ParseInt(digits, 10, n.mdl.Go.Bits())
			whole = err == nil
		} else if whole {
			_, err := strconv.ParseUint(digits, 10, n.mdl.Go.Bits())
			whole = err == nil
		}
		if !whole {
			return dst, n.wrongNumber(token)
		}
		dst = append(dst, digits...)
	}
	if n.quote {
		dst = append(dst, '"')
	}
	return dst, nil
}

func (n *numeralNode) wrongNumber(token string) error {
	return newMismatch("the %s %s does not fit the model's %s", n.src.Go, clip(token), n.mdl.Go)
}

// numeral returns the number at p in JSON's form, and false when JSON has no form of it. With exact a whole float has all of its
// digits, because its shortest form is rounded.
func numeral(src *model.Type, p memory.Place, exact bool) (token string, ok bool) {
	v := p.Value(src.Go)
	switch {
	case src.WritesNumber():
		return v.Addr().Interface().(fmt.Stringer).String(), true
	case src.Kind == model.Int:
		return strconv.FormatInt(v.Int(), 10), true
	case src.Kind == model.Uint:
		return strconv.FormatUint(v.Uint(), 10), true
	case src.Kind == model.Float:
		f := v.Float()
		text, ok := json.AppendFloat(nil, f, src.Go.Bits())
		if !ok {
			return strconv.FormatFloat(f, 'g', -1, 64), false
		}
		if exact && f == math.Trunc(f) {
			return strconv.FormatFloat(f, 'f', 0, 64), true
		}
		return string(text), true
	}
	s := v.String()
	if s == "" && src.Kind == model.Number {
		s = "0" // as encoding/json
	}
	return s, isNumber(s)
}

// readNode reads a text or number as it reads the JSON of a request, and writes the value that it has read: a time, a UUID, a
// duration.
type readNode struct {
	src, mdl *model.Type
	node     node
}

// append reads the text or number into a new value of the model's type, and writes that.
func (n *readNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	var doc []byte
	if n.src.Go.Kind() == reflect.String && n.src.Kind != model.Number {
		doc = json.AppendString(nil, memory.Load[string](p))
	} else {
		token, ok := numeral(n.src, p, n.mdl.Format == "integer")
		if !ok {
			return dst, newMismatch("%s has no JSON form", clip(token))
		}
		if digits, whole := json.IntegerDigits(token); whole && n.mdl.Format == "integer" {
			token = digits
		}
		doc = []byte(token)
	}
	fresh := reflect.New(n.mdl.Go)
	if failure := n.mdl.ReadJSON(doc, fresh.Elem()); failure != nil {
		return dst, newMismatch("the %s %s is no %s: %s", n.src.Go, clip(string(doc)), n.mdl.Go, failure.Msg)
	}
	return n.node.append(dst, memory.OfValue(fresh.Elem()), depth)
}

// tupleNode writes a list of exactly len elements.
type tupleNode struct {
	listNode
	len int
}

func (n *tupleNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if got := p.Len(); got != n.len {
		return dst, newMismatch("the list has %d elements, where the model has %d", got, n.len)
	}
	return n.listNode.append(dst, p, depth)
}

// keyRead returns the function that reads a text as a key of mdl and writes it as the model writes its keys, or nil.
func keyRead(mdl *model.Type) func(reflect.Value) (string, error) {
	write := keyText(mdl.Go)
	if write == nil {
		return nil
	}
	return func(k reflect.Value) (string, error) {
		key := reflect.New(mdl.Go).Elem()
		if failure := mdl.SetKey(k.String(), key); failure != nil {
			return "", newMismatch("%s is no %s: %s", clip(strconv.Quote(k.String())), mdl.Go, failure.Msg)
		}
		return write(key)
	}
}

// anyOfNode writes a value as the first variant of a union that it fits. In a OneOf a second variant that fits is an error.
type anyOfNode struct {
	union    *model.Type
	variants []*model.Variant
	nodes    []node
}

// append tries the variants in order. The error is that of the first variant.
func (n *anyOfNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	found, out := -1, dst
	var first error
	for i, v := range n.nodes {
		written, err := v.append(out, p, depth)
		switch {
		case err != nil:
			if first == nil {
				first = err
			}
			continue
		case found >= 0:
			return dst, newMismatch("the value can be written as %s and as %s, variants of %s; return the variant itself",
				n.variants[found].Name, n.variants[i].Name, typeName(n.union))
		}
		found, out = i, written
		if !n.union.OneOf {
			break
		}
	}
	if found < 0 {
		return dst, first
	}
	return out, nil
}
