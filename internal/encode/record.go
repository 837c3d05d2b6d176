package encode

import (
	"slices"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// recordPlace leads to the Record in the FieldsSet of a source.
type recordPlace struct {
	hops  []memory.Field
	field memory.Field
}

// recordOf finds the FieldsSet that ExcludeUnset reads. It returns nil when there is none.
func (b *builder) recordOf(src *model.Type) *recordPlace {
	if b.flags&excludeUnset == 0 || len(src.Records) == 0 {
		return nil
	}
	r := &recordPlace{}
	r.hops, r.field = memory.Locate(src.Go, append(slices.Clone(src.Records[0]), 0)) // its one field is the Record
	return r
}

func (r *recordPlace) load(p memory.Place) model.Record {
	if p = p.Through(r.hops); !p.IsValid() {
		return nil
	}
	return memory.Load[model.Record](p.Field(r.field))
}

// sourceName returns the JSON name that the source has for the field at index, or else the name of the model.
func sourceName(src *model.Type, index []int, name string) string {
	for _, f := range src.Fields {
		if slices.Equal(f.Index, index) {
			return f.Name
		}
	}
	return name
}

// appendRecorded writes the members that the record has. Without a record a nil member counts as unset.
func (n *structNode) appendRecorded(dst []byte, p memory.Place, depth int) ([]byte, error) {
	names := n.record.load(p)
	open := len(dst)
	var err error
	for i := range n.members {
		m := &n.members[i]
		if names != nil && !m.isComputed && !slices.Contains(names, m.recorded) {
			continue
		}
		if dst, err = m.find(dst, p, depth, names != nil); err != nil {
			return dst, err
		}
	}
	return closeObject(dst, open), nil
}
