package params

import (
	"io"
	"iter"
	"net/textproto"

	"github.com/brio-go/brio/internal/exchange"
)

// Parts streams a body that is multipart/form-data, part by part and in constant memory, however large it is. A handler
// or dependency asks for a *Parts. Nothing has been read before All is ranged over, and nothing is read ahead; limits are
// enforced on the way. A body that is declared as something else is a 415 before the handler.
type Parts struct{ parts *exchange.Parts }

// Part is one part: a file, when it has a filename, or a field. It is read as it arrives, and is good until the next
// part is asked for.
type Part struct {
	io.Reader
	Name        string
	Filename    string // as the client says, without folders; never use it as a path unchecked
	ContentType string // as the client says
	Header      textproto.MIMEHeader
}

// All yields the parts in the order they arrive. What is not read of a part is skipped; after break nothing more is read.
// Errors of All and of Part.Read, of too many or too large parts, a broken body, a client that has gone, are final, and
// are the right answer (413 or 400) when the handler returns them, wrapped or not.
func (p *Parts) All() iter.Seq2[*Part, error] {
	return func(yield func(*Part, error) bool) {
		if p.parts == nil {
			return
		}
		for {
			part, err := p.parts.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(&Part{part, part.Name, part.Filename, part.ContentType, part.Header}, nil) {
				return
			}
		}
	}
}
