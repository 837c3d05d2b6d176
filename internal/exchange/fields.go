package exchange

import "net/http"

// Field is one header of a response. A name with no values removes the header.
type Field struct {
	Name   string // canonical
	Values []string
}

// Fields are the headers of a response: a list and not a map, as there are few. Values of one name that is there twice
// are those of the last, but for Vary and Set-Cookie, which are added.
type Fields []Field

// FieldsOf makes Fields of a header.
func FieldsOf(h http.Header) Fields {
	if len(h) == 0 {
		return nil
	}
	f := make(Fields, 0, len(h))
	for name, values := range h {
		f = append(f, Field{http.CanonicalHeaderKey(name), values})
	}
	return f
}
