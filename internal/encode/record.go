package encode

import (
	"slices"

	"github.com/brio-go/brio/internal/model"
)

// recordAt is where a source has its FieldsSet.
type recordAt struct {
	hops   []uintptr
	offset uintptr
}

// recordOf finds the FieldsSet that ExcludeUnset reads, nil for none.
func (b *builder) recordOf(src *model.Type) *recordAt {
	if b.flags&noUnset == 0 || len(src.Records) == 0 {
		return nil
	}
	r := &recordAt{}
	r.hops, r.offset = locate(src.Go, src.Records[0])
	return r
}

func (r *recordAt) load(p ptr) model.Record {
	for _, hop := range r.hops {
		if p = load[ptr](add(p, hop)); p == nil {
			return nil
		}
	}
	return load[model.Record](add(p, r.offset))
}

// sourceName is the key under which the source's document had the field at index, or else the model's.
func sourceName(src *model.Type, index []int, name string) string {
	for _, f := range src.Fields {
		if slices.Equal(f.Index, index) {
			return f.Name
		}
	}
	return name
}

// appendRecorded writes the members that the record has. Without one, nil is what tells that nothing was set.
func (n *structNode) appendRecorded(dst []byte, p ptr, depth int) ([]byte, error) {
	names := n.record.load(p)
	open := len(dst)
	var err error
	for i := range n.members {
		m := &n.members[i]
		if names != nil && !m.always && !slices.Contains(names, m.recorded) {
			continue
		}
		if dst, err = m.find(dst, p, depth, names != nil); err != nil {
			return dst, err
		}
	}
	return closeObject(dst, open), nil
}
