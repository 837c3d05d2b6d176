package encode

import (
	"maps"
	"reflect"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// unionNode writes the variant that is set. None or several are an error.
type unionNode struct {
	typ   *model.Type
	nodes []node // of the pointers' targets, in the order of the variants
}

// append writes the variant that is set.
func (n *unionNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	v := p.Value(n.typ.Go)
	i := n.typ.Chosen(v)
	switch {
	case i == -1:
		return dst, newMismatch("the union %s is empty: none of its variants (%s) is set", typeName(n.typ), variantNames(n.typ))
	case i < 0:
		return dst, newMismatch("more than one variant of the union %s is set; set one of %s", typeName(n.typ), variantNames(n.typ))
	}
	// A variant may be the union again, below: depth ends cycles of pointers.
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	return n.nodes[i].append(dst, memory.OfValue(v.Field(n.typ.Variants[i].Index).Elem()), depth)
}

func variantNames(t *model.Type) string {
	names := make([]string, len(t.Variants))
	for i, v := range t.Variants {
		names[i] = t.Go.Field(v.Index).Name
	}
	return strings.Join(names, ", ")
}

// fromUnion returns the node that writes the variant of a union as the model, which is no union.
func (b *builder) fromUnion(src, mdl *model.Type, f filter, quote bool, path string) node {
	n := &unionNode{typ: src}
	for _, v := range src.Variants {
		n.nodes = append(n.nodes, b.compile(v.Type, mdl, f, quote, path))
	}
	return n
}

// toUnion returns the node that writes a value as a variant of a union: the variant of its own type, or else one that it fits.
func (b *builder) toUnion(src, mdl *model.Type, f filter, quote bool, path string) node {
	var fits []*model.Variant
	for _, v := range mdl.Variants {
		if v.Type.Go == src.Go {
			return b.compile(src, v.Type, f, quote, path)
		}
		if b.canWrite(src, v.Type, f, quote) {
			fits = append(fits, v)
		}
	}
	switch {
	case len(fits) == 0:
		return b.mismatch(src, mdl, path)
	case src.Kind == model.Map:
		n := &mapUnionNode{typ: src.Go, discriminator: mdl.Discriminator, union: mdl}
		for _, v := range fits {
			n.variants, n.nodes = append(n.variants, v), append(n.nodes, b.compile(src, v.Type, f, quote, path))
		}
		return n
	case len(fits) > 1 && b.dynamic:
		n := &anyOfNode{union: mdl, variants: fits}
		for _, v := range fits {
			n.nodes = append(n.nodes, b.compile(src, v.Type, f, quote, path))
		}
		return n
	case len(fits) > 1 && mdl.OneOf:
		return b.problem(path, "the source's %s can be written as %s and as %s, variants of %s; return the variant itself",
			src.Go, fits[0].Name, fits[1].Name, typeName(mdl))
	}
	return b.compile(src, fits[0].Type, f, quote, path)
}

// canWrite reports whether values of src can be written as mdl: it compiles them. A pair that is being tried already, because the
// types contain themselves, counts as possible.
func (b *builder) canWrite(src, mdl *model.Type, f filter, quote bool) bool {
	key := pair{src.Go, mdl.Go, f, quote}
	if b.trying[key] {
		return true
	}
	trial := &builder{c: b.c, flags: b.flags, dynamic: b.dynamic, memo: map[pair]node{}, trying: map[pair]bool{key: true}}
	maps.Copy(trial.trying, b.trying)
	trial.compile(src, mdl, f, quote, "")
	return len(trial.problems) == 0
}

// mapUnionNode writes a map as the variant that its discriminator names. In a union without a discriminator it takes the first variant
// whose required keys the map has.
type mapUnionNode struct {
	typ           reflect.Type
	union         *model.Type
	discriminator string
	variants      []*model.Variant
	nodes         []node
}

// append tries the variants in order, or takes the one that the discriminator chooses.
func (n *mapUnionNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if n.discriminator != "" {
		return n.byTag(dst, p, depth)
	}
	var first error
	for _, v := range n.nodes {
		out, err := v.append(dst, p, depth)
		if err == nil {
			return out, nil
		}
		if first == nil {
			first = err
		}
	}
	return dst, first
}

// byTag writes the variant that the value of the discriminator chooses.
func (n *mapUnionNode) byTag(dst []byte, p memory.Place, depth int) ([]byte, error) {
	tag := p.Value(n.typ).MapIndex(reflect.ValueOf(n.discriminator).Convert(n.typ.Key()))
	for tag.IsValid() && tag.Kind() == reflect.Interface {
		tag = tag.Elem()
	}
	if !tag.IsValid() {
		return dst, newMismatch("the map has no %q, which chooses the variant of %s", n.discriminator, typeName(n.union))
	}
	text, quoted := "", tag.Kind() == reflect.String && tag.Type() != numberType
	switch {
	case tag.Kind() == reflect.String:
		text = tag.String()
	case tag.CanInt() || tag.CanUint():
		text, _ = keyText(tag.Type())(tag)
	case tag.CanFloat():
		text = strconv.FormatFloat(tag.Float(), 'f', -1, 64)
	}
	if digits, whole := json.IntegerDigits(text); !quoted && isNumber(text) && whole {
		text = digits
	}
	i := n.union.ByTag(text, quoted)
	for at, v := range n.variants {
		if i >= 0 && v == n.union.Variants[i] {
			return n.nodes[at].append(dst, p, depth)
		}
	}
	return dst, newMismatch("the %q of the map chooses no variant of %s that a %s can be", n.discriminator, typeName(n.union), n.typ)
}
