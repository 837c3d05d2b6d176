package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// remember fills the FieldsSets of an object with the names of the members that are present, without readonly ones.
func (w *walker) remember(t *model.Type, v reflect.Value, spans []json.Span) {
	if len(t.Records) == 0 {
		return
	}
	names := make(model.Record, 0, len(spans))
	for i, f := range t.Fields {
		if spans[i].End != 0 && !f.ReadOnly {
			names = append(names, f.Name)
		}
	}
	t.Remember(v, names)
}
