package answer

import (
	"reflect"

	"github.com/brio-go/brio/internal/iterate"
)

// Class says how a returned value becomes an answer. Package response makes Classes; they do not change.
type Class struct {
	MediaType string                       // the Content-Type, "" if answers have none
	Status    int                          // if the handler and the route set none
	Render    func(v any) (*Answer, error) // nil: JSON, filtered by the response model
	Text      bool                         // the body is a string or []byte, unchanged; only the media type is set
	Chunks    bool                         // the value is an iterator whose chunks are sent unchanged
	Events    bool                         // the items of an iterator are sent as server-sent events
}

// LegalChunks names the results that a Class with Chunks accepts, for error messages.
const LegalChunks = "an iter.Seq[T] or iter.Seq2[T, error] of string or []byte, which is not nil"

// IsChunks reports whether t is an iterator of string or []byte.
func IsChunks(t reflect.Type) bool {
	item, ok := iterate.ItemOf(t)
	return ok && (item.Kind() == reflect.String || item.Kind() == reflect.Slice && item.Elem().Kind() == reflect.Uint8)
}
