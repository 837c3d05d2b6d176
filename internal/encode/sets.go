package encode

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// setNode writes a Set, or a list as a Set: sorted and without repetitions, so that equal sets have the same bytes.
type setNode struct {
	typ  reflect.Type // a Set, slice or array
	elem node
}

// append encodes the elements into a text of their own, sorts them by it, and appends them without repetitions.
func (n *setNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	v := p.Value(n.typ)
	count := v.Len()
	if count == 0 {
		return append(dst, '[', ']'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	var items memory.List
	if n.typ.Kind() == reflect.Map { // a key of a map has no address
		keys := reflect.MakeSlice(reflect.SliceOf(n.typ.Key()), count, count)
		it := v.MapRange()
		for i := 0; i < count && it.Next(); i++ {
			keys.Index(i).SetIterKey(it)
		}
		items = memory.ListOf(keys)
	} else {
		items = memory.ElemOf(n.typ).List(p)
	}
	var text []byte
	ends := make([]int, count)
	for i := range count {
		var err error
		if text, err = n.elem.append(text, items.At(i), depth); err != nil {
			return dst, withStep(err, fmt.Sprintf("[%d]", i))
		}
		ends[i] = len(text)
	}
	elems, start := make([][]byte, count), 0
	for i, end := range ends {
		elems[i], start = text[start:end], end
	}
	slices.SortFunc(elems, compareJSON)
	dst = append(dst, '[')
	for _, e := range slices.CompactFunc(elems, bytes.Equal) {
		dst = append(append(dst, e...), ',')
	}
	dst[len(dst)-1] = ']'
	return dst, nil
}

// compareJSON orders numbers by size, and all other values by their bytes.
func compareJSON(a, b []byte) int {
	if isDigit(a) && isDigit(b) {
		x, _ := strconv.ParseFloat(string(a), 64)
		y, _ := strconv.ParseFloat(string(b), 64)
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
		if len(a) != len(b) && a[0] != '-' && b[0] != '-' { // integers beyond 2^53
			return cmp.Compare(len(a), len(b))
		}
	}
	if len(a) > 1 && len(b) > 1 && a[0] == '"' && b[0] == '"' {
		return bytes.Compare(a[:len(a)-1], b[:len(b)-1]) // the closing quote would come before some letters
	}
	return bytes.Compare(a, b)
}

func isDigit(text []byte) bool { return text[0] == '-' || text[0] >= '0' && text[0] <= '9' }

// buildSet returns the node of a Set, or nil when src is no list, array or Set.
func (b *builder) buildSet(src, mdl *model.Type, f filter, path string) node {
	switch {
	case mdl.Kind != model.List && mdl.Kind != model.Set:
		return nil
	case src.Kind != model.Set && src.Kind != model.List && src.Kind != model.Array:
		return nil
	}
	return &setNode{typ: src.Go, elem: b.compile(src.Elem, mdl.Elem, f.elem(), false, path+"[]")}
}
