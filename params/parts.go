package params

import (
	"io"
	"iter"
	"net/textproto"

	"github.com/brio-go/brio/internal/exchange"
)

// Parts streams a body of type multipart/form-data, part by part and in constant memory. A handler or a provider takes a *Parts.
// The framework reads nothing before the first step of [Parts.All], and nothing ahead. It enforces [UploadLimits] on the way. A
// body of another media type is a 415, and the handler is not called.
type Parts struct{ parts *exchange.Parts }

// Part is one part of a form: a file if it has a filename, else a field. Its Reader reads the content as it arrives. A Part must
// not be read after the next step of [Parts.All].
type Part struct {
	io.Reader
	Name        string               // of the form's field
	Filename    string               // as the client says, without folders; check it before it becomes part of a path
	ContentType string               // as the client says
	Header      textproto.MIMEHeader // of the part alone
}

// All yields the parts in the order of their arrival. It skips the rest of a part that was not read completely. After a break it
// reads nothing more.
//
// Errors of All and of Part.Read are final: [ErrTooLarge] for a limit, [ErrBroken] for a malformed body or a closed connection. A
// handler that returns one, wrapped or not, answers with its status.
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
