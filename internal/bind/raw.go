package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
)

// rawBody is a body that is taken as it is: all its bytes, or a reader of them. It is always there, if empty.
type rawBody struct {
	*model.Field
	reader bool
	media  []string // of the media tag, in lower case; none: anything is taken
}

func compileRaw(typ *model.Type, f *model.Field) (b *rawBody, problem string) {
	b = &rawBody{Field: f, reader: f.Type.Kind == model.Any}
	b.media, problem = readMedia(typ, f)
	return b, problem
}

func (b *rawBody) bind(w *walker, x *exchange.Exchange, s *Settings, dst reflect.Value) error {
	if mediaType, _ := x.MediaType(); !acceptsMediaType(b.media, mediaType) && (mediaType != "" || x.HasBody()) {
		return params.ErrMediaType
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
	field.SetBytes(append([]byte{}, doc...)) // the buffer is used again
	if failure := b.Rules.Check(field); failure != nil {
		var input any
		if !b.Secret {
			input = textInput(string(doc[:min(len(doc), maxInput+1)]))
		}
		w.errs.add(failure, []any{"body"}, input)
	}
	return nil
}
