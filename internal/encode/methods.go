package encode

import (
	"encoding"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
)

// jsonNode writes a type by its MarshalJSON. The method gets a pointer to the value itself, as in encoding/json when the value is
// addressable.
type jsonNode struct{ typ reflect.Type }

func (n *jsonNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	doc, err := p.Value(n.typ).Addr().Interface().(json.Marshaler).MarshalJSON()
	if err != nil {
		return dst, &MismatchError{Text: fmt.Sprintf("%s.MarshalJSON: %s", n.typ, clip(err.Error())), Err: err}
	}
	return appendCompact(dst, doc, "what "+n.typ.String()+".MarshalJSON returned")
}

// textNode writes a type by its MarshalText, as a string. net/url.URL has String alone.
type textNode struct{ typ reflect.Type }

// append writes the text as a JSON string.
func (n *textNode) append(dst []byte, p memory.Place, _ int) ([]byte, error) {
	v := p.Value(n.typ).Addr().Interface()
	m, ok := v.(encoding.TextMarshaler)
	if !ok {
		return json.AppendString(dst, v.(fmt.Stringer).String()), nil
	}
	text, err := marshalText(m)
	if err != nil {
		return dst, err
	}
	return json.AppendString(dst, text), nil
}

// convertNode converts the value to the model's type first, because that type writes itself. It allocates.
type convertNode struct {
	from, to reflect.Type
	node     node
}

func (n *convertNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	fresh := reflect.New(n.to)
	fresh.Elem().Set(p.Value(n.from).Convert(n.to))
	return n.node.append(dst, memory.OfValue(fresh.Elem()), depth)
}
