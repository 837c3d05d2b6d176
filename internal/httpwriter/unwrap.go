package httpwriter

import (
	"net/http"
	"reflect"
)

var writerType = reflect.TypeFor[http.ResponseWriter]()

// Unwrap returns the writer that w wraps, nil where w does not tell. It uses the method Unwrap, as http.ResponseController does,
// and else reads the http.ResponseWriter that a struct embeds, as wrappers in middleware often do.
func Unwrap(w http.ResponseWriter) http.ResponseWriter {
	if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		return u.Unwrap()
	}
	return embedded(w)
}

// embedded returns the http.ResponseWriter that a struct, or a pointer to one, embeds under its own name, nil for none.
func embedded(w http.ResponseWriter) http.ResponseWriter {
	v := reflect.ValueOf(w)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.Anonymous && f.IsExported() && f.Type == writerType {
			inner, _ := v.Field(i).Interface().(http.ResponseWriter)
			return inner
		}
	}
	return nil
}
