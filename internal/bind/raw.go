package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
)

// rawBody is a field that takes the bytes of the body, or a reader of them. It is never absent: a request without a body gives an
// empty one.
type rawBody struct {
	*model.Field
	reader bool     // the field is an io.Reader
	media  []string // accepted media types, in lower case; none: all
}

// compileRaw compiles the field. A problem is a sentence for the start-up report.

func compileRaw(typ *model.Type, f *model.Field) (b *rawBody, problem string) {
	b = &rawBody{Field: f, reader: f.Type.Kind == model.Any}
	b.media, problem = readMedia(typ, f)
	return b, problem
}

// bind sets the field to the bytes of the body, or to a reader of them.
func (b *rawBody) bind(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if mediaType, _ := x.MediaType(); !acceptsMediaType(b.media, mediaType) && (mediaType != "" || x.HasBody()) {
		return x.WrongMediaType(b.media...)
	}
	field := model.FieldOf(dst, b.Index)
	if b.reader {
		r, err := x.BodyReader(s.MaxBody)
		if err != nil {
			return err
		}
		field.Set(reflect.ValueOf(r))
		return nil
	}
	doc, err := x.Body(s.MaxBody)
	if err != nil {
		return err
	}
	field.SetBytes(append([]byte{}, doc...)) // a copy: the exchange reuses the buffer of doc
	if failure := b.Rules.Check(field); failure != nil {
		var input any
		if !b.Secret {
			input = textInput(string(doc[:min(len(doc), maxInput+1)]))
		}
		w.errs.add(failure, []any{"body"}, input)
	}
	return nil
}
