package exchange

import (
	"net/http"
	"reflect"
)

// maxWriters is how many writers inside each other OwnerOf looks at.
const maxWriters = 100

var writerType = reflect.TypeFor[http.ResponseWriter]()

// Owned is a writer that keeps to itself what it wraps, and says whose it is.
type Owned interface {
	http.ResponseWriter
	// ResponseOwner is what OwnerOf says of what is wrapped.
	ResponseOwner() (owner any, begun bool)
}

// OwnerOf is the owner of the innermost [Exchange.WriterWithOwner] that w wraps, nil for none, and whether the response has begun.
// It goes through writers that have Unwrap, as http.ResponseController does, and through structs that embed an
// http.ResponseWriter, as middleware often has them.
func OwnerOf(w http.ResponseWriter) (owner any, begun bool) {
	for range maxWriters {
		if t, ok := w.(interface{ tracked() *trackingWriter }); ok {
			begun = begun || t.tracked().written
			if owner := t.tracked().owner; owner != nil {
				return owner, begun
			}
		}
		if o, ok := w.(Owned); ok {
			owner, more := o.ResponseOwner()
			return owner, begun || more
		}
		if w = inner(w); w == nil {
			break
		}
	}
	return nil, begun
}

// inner is what a writer wraps, nil where that is not known.
func inner(w http.ResponseWriter) http.ResponseWriter {
	if u, ok := w.(interface{ Unwrap() http.ResponseWriter }); ok {
		return u.Unwrap()
	}
	return embedded(w)
}

// MarkExit notes, for what is around, that the log has the call of runtime.Goexit that ends this request.
func (x *Exchange) MarkExit() {
	x.writeRare().exited = true
	MarkExitOf(x.w)
}

// MarkExitOf is MarkExit for what is around a writer.
func MarkExitOf(w http.ResponseWriter) {
	for range maxWriters {
		if w == nil {
			return
		}
		if t, ok := w.(interface{ tracked() *trackingWriter }); ok {
			t.tracked().exited = true
		}
		if e, ok := w.(ExitMarker); ok {
			e.ResponseExit()
			return
		}
		w = inner(w)
	}
}

// Exited reports whether Exit was called, or something inside has called it.
func (x *Exchange) Exited() bool {
	return x.rare.exited || x.rare.tracker != nil && x.rare.tracker.exited
}

// ExitMarker is a writer that keeps to itself what it wraps, as [Owned] is, and passes on what Exit says.
type ExitMarker interface{ ResponseExit() }

// embedded is the http.ResponseWriter that a struct embeds, nil where it has none.
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
