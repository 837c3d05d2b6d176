package encode

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// scalar returns the node that writes src in the form of mdl, or nil when a value of src could be lost.
func scalar(src, mdl *model.Type, quote bool) node {
	var n node
	switch mdl.Kind {
	case model.Time, model.Duration, model.Raw, model.Bytes:
		if src.Kind != mdl.Kind {
			return nil
		}
		return map[model.Kind]node{model.Time: timeNode{}, model.Duration: durationNode{}, model.Raw: rawNode{}, model.Bytes: bytesNode{}}[mdl.Kind]
	case model.String, model.Number:
		switch {
		case src.Go.Kind() != reflect.String, src.Kind == model.Number && mdl.Kind == model.String: // a number is no text
			return nil
		case mdl.Kind == model.Number:
			n = numberNode{}
		case quote:
			return quotedStringNode{}
		default:
			return stringNode{}
		}
	case model.Bool:
		if src.Kind != model.Bool {
			return nil
		}
		n = boolNode{}
	default:
		if !isNumberKind(src.Kind) {
			return nil
		}
		if n = numeric(src.Go, mdl.Go); n == nil {
			return nil
		}
	}
	if quote {
		return quotedNode{n}
	}
	return n
}

func isNumberKind(k model.Kind) bool { return k == model.Int || k == model.Uint || k == model.Float }

// numeric returns the node that writes a number of type src as a number of type mdl, or nil when mdl cannot have every value of
// src. Integers of any size go into a float64: JSON has all of their digits.
func numeric(src, mdl reflect.Type) node {
	from, to := numberClass(src), numberClass(mdl)
	if from == 0 || to == 0 {
		return nil
	}
	fits := false
	switch s, m := src.Bits(), mdl.Bits(); {
	case from == to:
		fits = s <= m
	case from == 'u' && to == 'i':
		fits = s < m
	case to == 'f':
		fits = m == 64 || s <= 16
	}
	if !fits {
		return nil
	}
	switch src.Kind() {
	case reflect.Int:
		return intNode[int](0)
	case reflect.Int8:
		return intNode[int8](0)
	case reflect.Int16:
		return intNode[int16](0)
	case reflect.Int32:
		return intNode[int32](0)
	case reflect.Int64:
		return intNode[int64](0)
	case reflect.Uint:
		return uintNode[uint](0)
	case reflect.Uint8:
		return uintNode[uint8](0)
	case reflect.Uint16:
		return uintNode[uint16](0)
	case reflect.Uint32:
		return uintNode[uint32](0)
	case reflect.Uint64:
		return uintNode[uint64](0)
	case reflect.Uintptr:
		return uintNode[uintptr](0)
	case reflect.Float32:
		return floatNode[float32]{mdl.Bits()}
	}
	return floatNode[float64]{64}
}

// numberClass returns i, u or f for integers, unsigned integers and floats, and 0 for other types.
func numberClass(t reflect.Type) byte {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return 'i'
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return 'u'
	case reflect.Float32, reflect.Float64:
		return 'f'
	}
	return 0
}
