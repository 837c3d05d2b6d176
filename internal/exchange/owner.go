package exchange

import (
	"net/http"

	"github.com/brio-go/brio/internal/httpwriter"
)

// maxWriters is how many nested writers OwnerOf looks through. It ends a cycle of writers.
const maxWriters = 100

// Owned is implemented by hooks of a writer that cannot be unwrapped.
type Owned interface {
	// ResponseOwner returns what OwnerOf returns for the writer below.
	ResponseOwner() (owner any, begun bool)
}

// OwnerOf returns the owner of the innermost [Exchange.WriterWithOwner] that w wraps, nil for none, and whether the response has
// begun. It looks through wrappers as [httpwriter.Unwrap] does.
func OwnerOf(w http.ResponseWriter) (owner any, begun bool) {
	for range maxWriters {
		switch h := httpwriter.HooksOf(w).(type) {
		case *trackingWriter:
			if begun = begun || h.written; h.owner != nil {
				return h.owner, begun
			}
		case Owned:
			owner, outside := h.ResponseOwner()
			return owner, begun || outside
		}
		if w = httpwriter.Unwrap(w); w == nil {
			break
		}
	}
	return nil, begun
}

// MarkExit tells each Exchange and middleware around this one that the log has the call of runtime.Goexit that ends the request.
func (x *Exchange) MarkExit() {
	x.writeRare().exited = true
	MarkExitOf(x.w)
}

// MarkExitOf is MarkExit for the wrappers of a writer, from w inwards.
func MarkExitOf(w http.ResponseWriter) {
	for range maxWriters {
		if w == nil {
			return
		}
		switch h := httpwriter.HooksOf(w).(type) {
		case *trackingWriter:
			h.exited = true
		case ExitMarker:
			h.ResponseExit()
			return
		}
		w = httpwriter.Unwrap(w)
	}
}

// Exited reports whether MarkExit was called on x, or on an Exchange that was given x.Writer.
func (x *Exchange) Exited() bool {
	return x.rare.exited || x.tracker != nil && x.tracker.exited
}

// ExitMarker is implemented by hooks of a writer that cannot be unwrapped. ResponseExit passes MarkExit on.
type ExitMarker interface{ ResponseExit() }
