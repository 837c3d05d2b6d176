package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

var partsType = reflect.TypeFor[params.Parts]()

// IsParams reports whether t is a parameter struct, params.Parts, or a pointer to one of them.
func IsParams(t reflect.Type) bool {
	return t == partsType || t.Kind() == reflect.Pointer && t.Elem() == partsType || model.IsParams(t)
}

// bindParts makes a Parts that reads the body. It reads nothing of the body yet.
func bindParts(x *exchange.Exchange, s *Settings, into *params.Parts) error {
	parts, ok, err := x.Parts(s.form())
	if !ok {
		return x.WrongMediaType("multipart/form-data")
	}
	if err != nil {
		return err
	}
	*into = params.NewParts(parts)
	return nil
}
