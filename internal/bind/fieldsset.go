package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// remember fills the FieldsSets of an object with the names of the members that are present, without readonly ones.
func (w *walker) remember(t *model.Type, v reflect.Value, members []node) {
	if len(t.Records) == 0 {
		return
	}
	names := make(model.Record, 0, len(members))
	for i, f := range t.Fields {
		if members[i].isPresent() && !f.ReadOnly {
			names = append(names, f.Name)
		}
	}
	t.Remember(v, names)
}
