package encode

import (
	"math"
	"math/big"
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// A value that is only known at run time mostly comes from a JSON decoder: its numbers are float64 or json.Number, its
// moments and identifiers are strings, its arrays are []any. Such a value fits a model by what it is, not by its Go type:
// 2.0 is an integer, as in JSON Schema, and 2.5 is none. Sources whose type is declared are still compared by type, at
// start-up; json.Number alone says nothing about its value and is compared by value everywhere.

// byValue gives the node that writes a number or text of type src as mdl, or fails; nil where no value of src could fit.
func (b *builder) byValue(src, mdl *model.Type, quote bool, path string) node {
	isText := src.Go.Kind() == reflect.String && src.Kind != model.Number
	isNumber := number(src.Kind) || src.Kind == model.Number || src.Go == bigIntType
	switch {
	case !b.dynamic && src.Kind != model.Number:
		return nil
	case mdl.Out == model.Plain && (number(mdl.Kind) || mdl.Kind == model.Number):
		if isNumber || isText && quote {
			return &numeralNode{src: src, mdl: mdl, quote: quote}
		}
	case !b.dynamic, quote, !isText && !isNumber, !readsText(mdl, isNumber):
	default:
		return &readNode{src: src, mdl: mdl, node: b.compile(mdl, mdl, filter{}, false, path)}
	}
	return nil
}

// readsText reports whether a request's JSON string, or number, could be a value of mdl that is not written like one.
func readsText(mdl *model.Type, number bool) bool {
	switch {
	case mdl.In == model.ByText:
		return !number
	case mdl.In == model.ByJSON:
		return true // its method decides
	case mdl.Out != model.Plain:
		return false
	}
	return mdl.Kind == model.Duration || !number && (mdl.Kind == model.Time || mdl.Kind == model.Bytes)
}

var (
	bigIntType = reflect.TypeFor[big.Int]()
	numberType = reflect.TypeFor[json.Number]()
)

// numeralNode writes a number, or with quote the text of one, as the number type of the model. It fails where the value is
// not one of that type: a fraction, or out of range.
type numeralNode struct {
	src, mdl *model.Type
	quote    bool
}

func (n *numeralNode) append(dst []byte, p ptr, _ int) ([]byte, error) {
	token, ok := numeral(n.src, p, number(n.mdl.Kind) && n.mdl.Kind != model.Float)
	switch {
	case !ok:
		return dst, fail("%s has no JSON form", clip(token))
	case n.quote:
		dst = append(dst, '"')
	}
	switch n.mdl.Kind {
	case model.Float:
		bits := n.mdl.Go.Bits()
		f, err := strconv.ParseFloat(token, bits)
		if err != nil {
			return dst, n.misfit(token)
		}
		if n.src.Kind == model.Float {
			dst, _ = json.AppendFloat(dst, f, bits)
			break
		}
		if bits == 32 && number(n.src.Kind) && strconv.FormatFloat(f, 'f', 0, 64) != token { // an integer that it does not have
			return dst, n.misfit(token)
		}
		dst = append(dst, token...)
	case model.Number:
		dst = append(dst, token...)
	default:
		digits, whole := json.Whole(token)
		if whole && n.mdl.Kind == model.Int {
			_, err := strconv.ParseInt(digits, 10, n.mdl.Go.Bits())
			whole = err == nil
		} else if whole {
			_, err := strconv.ParseUint(digits, 10, n.mdl.Go.Bits())
			whole = err == nil
		}
		if !whole {
			return dst, n.misfit(token)
		}
		dst = append(dst, digits...)
	}
	if n.quote {
		dst = append(dst, '"')
	}
	return dst, nil
}

func (n *numeralNode) misfit(token string) error {
	return fail("the %s %s does not fit the model's %s", n.src.Go, clip(token), n.mdl.Go)
}

// numeral is the number at p as JSON has it; false where it is none. With exact an integer in a float has all of its digits:
// its shortest form is rounded.
func numeral(src *model.Type, p ptr, exact bool) (token string, ok bool) {
	v := reflect.NewAt(src.Go, p)
	switch {
	case src.Go == bigIntType:
		return v.Interface().(*big.Int).String(), true
	case src.Kind == model.Int:
		return strconv.FormatInt(v.Elem().Int(), 10), true
	case src.Kind == model.Uint:
		return strconv.FormatUint(v.Elem().Uint(), 10), true
	case src.Kind == model.Float:
		f := v.Elem().Float()
		text, ok := json.AppendFloat(nil, f, src.Go.Bits())
		if !ok {
			return strconv.FormatFloat(f, 'g', -1, 64), false
		}
		if exact && f == math.Trunc(f) {
			return strconv.FormatFloat(f, 'f', 0, 64), true
		}
		return string(text), true
	}
	s := v.Elem().String()
	if s == "" && src.Kind == model.Number {
		s = "0" // as encoding/json
	}
	return s, isNumber(s)
}

// readNode reads a text or number as a request's JSON would be read, and writes what it is: a moment, a UUID, a duration.
type readNode struct {
	src, mdl *model.Type
	node     node
}

func (n *readNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	var doc []byte
	if n.src.Go.Kind() == reflect.String && n.src.Kind != model.Number {
		doc = json.AppendString(nil, load[string](p))
	} else {
		token, ok := numeral(n.src, p, n.mdl.Format == "integer")
		if !ok {
			return dst, fail("%s has no JSON form", clip(token))
		}
		if digits, whole := json.Whole(token); whole && n.mdl.Format == "integer" {
			token = digits
		}
		doc = []byte(token)
	}
	fresh := reflect.New(n.mdl.Go)
	if failure := n.mdl.ReadJSON(doc, fresh.Elem()); failure != nil {
		return dst, fail("the %s %s is no %s: %s", n.src.Go, clip(string(doc)), n.mdl.Go, failure.Msg)
	}
	return n.node.append(dst, fresh.UnsafePointer(), depth)
}

// tupleNode writes a list of exactly len elements.
type tupleNode struct {
	listNode
	len int
}

func (n *tupleNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	if got := load[slice](p).len; got != n.len {
		return dst, fail("the list has %d elements, where the model has %d", got, n.len)
	}
	return n.listNode.append(dst, p, depth)
}

// keyRead gives how texts that are keys become keys of mdl: read, and written again as the model writes them.
func keyRead(mdl *model.Type) func(reflect.Value) (string, error) {
	write := keyText(mdl.Go)
	if write == nil {
		return nil
	}
	return func(k reflect.Value) (string, error) {
		key := reflect.New(mdl.Go).Elem()
		if failure := mdl.SetKey(k.String(), key); failure != nil {
			return "", fail("%s is no %s: %s", clip(strconv.Quote(k.String())), mdl.Go, failure.Msg)
		}
		return write(key)
	}
}

// anyOfNode writes a value as the first of several variants of a union that it fits, or of a OneOf as the only one.
type anyOfNode struct {
	union    *model.Type
	variants []*model.Variant
	nodes    []node
}

func (n *anyOfNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
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
			return dst, fail("the value can be written as %s and as %s, variants of %s; return the variant itself",
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
