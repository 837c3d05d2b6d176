package bind

import (
	"math"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
)

// unionPlace is a value of the document that is read as a union.
type unionPlace struct {
	union *model.Type
	start int
}

// choice is the variant that a value is, or -1 for none. Without a discriminator, fits has all variants that fit.
type choice struct {
	variant      int
	fits         []int
	ruled        verdict // whether the rules of the variant hold too
	knownMembers int     // the result of countKnown; -1: not counted yet
}

// verdict says whether the rules of a variant hold, as far as they have been checked.
type verdict uint8

const (
	unjudged verdict = iota
	holds
	broken
)

// choose returns the variant that the value at a span is. The walker keeps choices, so that unions inside of unions cost their depth
// and not all combinations of variants.
func (w *walker) choose(t *model.Type, at json.Span) *choice {
	if w.chosen == nil {
		w.chosen = map[unionPlace]*choice{}
	}
	key := unionPlace{t, at.Start}
	if c := w.chosen[key]; c != nil {
		return c
	}
	c := &choice{variant: -1, knownMembers: -1}
	if t.Discriminator != "" {
		if i, _, failure := w.taggedVariant(t, at); failure == nil && w.variantFits(t.Variants[i], at, false, w.scan()) {
			c.variant = i
		}
	} else {
		c.fits = w.fittingVariants(t, at, json.Scan)
		if w.on&switches.LaxJSON != 0 && len(c.fits) == 0 {
			c.fits = w.fittingVariants(t, at, json.ScanLax) // variants that fit exactly come first, as in pydantic
		}
		c.ruled = holds
		if !t.OneOf {
			c.variant = w.bestVariant(t, c.fits, at)
		} else if len(c.fits) == 1 {
			c.variant = c.fits[0]
		}
	}
	w.chosen[key] = c
	return c
}

// rescanLimits are the limits of a second scan. The first one has enforced the limits of the route.
var rescanLimits = json.Limits{Depth: json.MaxDepth, Elements: math.MaxInt}

// fittingVariants returns the indexes of the variants that fit.
func (w *walker) fittingVariants(t *model.Type, at json.Span, scan scan) (fits []int) {
	for i, v := range t.Variants {
		if w.variantFits(v, at, v.Ruled, scan) {
			fits = append(fits, i)
		}
	}
	return fits
}

// variantFits reports whether a value has the shape of a variant and, with rules, obeys all rules. It calls no Validate: only that of
// the chosen variant is called.
func (w *walker) variantFits(v *model.Variant, at json.Span, rules bool, scan scan) bool {
	if scan(v.Shape, w.raw(at), rescanLimits).Verdict != json.Fits {
		return false
	}
	if !rules {
		return true
	}
	q := walker{ctx: w.ctx, engine: w.engine, errs: &Errors{}, doc: w.doc, reading: w.reading, quiet: true, chosen: w.chosen}
	q.value(v.Type, nil, node{Span: at}, reflect.New(v.Type.Go).Elem())
	return q.errs.Empty()
}

// variantHolds reports whether the value is a variant of the union and obeys all rules.
func (w *walker) variantHolds(t *model.Type, at json.Span) bool {
	c := w.choose(t, at)
	if c.variant < 0 {
		return false
	}
	if c.ruled == unjudged {
		c.ruled = broken
		if v := t.Variants[c.variant]; w.variantFits(v, at, v.Ruled, w.scan()) {
			c.ruled = holds
		}
	}
	return c.ruled == holds
}

// bestVariant returns the variant with fields for most members of the value. For a number without a fraction it prefers an integer to
// a float.
func (w *walker) bestVariant(t *model.Type, fits []int, at json.Span) int {
	if len(fits) == 1 {
		return fits[0]
	}
	best, most := -1, -1
	for _, i := range fits {
		v := t.Variants[i]
		n := 2*w.countKnown(v.Type, at) + 1
		if v.Type.Kind == model.Float && !strings.ContainsAny(string(w.raw(at)), ".eE") {
			n--
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// countKnown counts the members of a value, and of those inside, that t has fields for. It is not counted while variantFits tries a variant:
// a variant without rules is tried by the scan alone, which looks into no union, and only where several variants fit their members count.
func (w *walker) countKnown(t *model.Type, at json.Span) (n int) {
	t = t.Base()
	if t.In != model.ByKind {
		return 0
	}
	switch t.Kind {
	case model.Struct, model.Map:
		for name, e := range json.Members(w.doc, at.Start) {
			if t.Kind == model.Map {
				n += w.countKnown(t.Elem, e)
			} else if i := t.FieldIndex(name); i >= 0 {
				n += 1 + w.countKnown(t.Fields[i].Type, e)
			}
		}
	case model.List, model.Array, model.Set:
		for _, e := range json.Elements(w.doc, at.Start) {
			n += w.countKnown(t.Elem, e)
		}
	case model.Union:
		if w.doc[at.Start] == 'n' {
			return 0
		}
		c := w.choose(t, at)
		if c.variant >= 0 && c.knownMembers < 0 {
			c.knownMembers = w.countKnown(t.Variants[c.variant].Type, at)
		}
		n = max(c.knownMembers, 0)
	}
	return n
}

// taggedVariant returns the variant that the discriminator chooses, and the value of the discriminator.
func (w *walker) taggedVariant(t *model.Type, at json.Span) (variant int, tag string, f *constraint.Failure) {
	if w.doc[at.Start] != '{' {
		return -1, "", constraint.ModelAttributesType()
	}
	for name, e := range json.Members(w.doc, at.Start) {
		if name != t.Discriminator {
			continue
		}
		tag, quoted := model.Unquote(w.raw(e))
		if !quoted {
			tag = string(w.raw(e))
		}
		variant = t.ByTag(tag, quoted)
		if variant < 0 {
			return -1, tag, constraint.UnionTagInvalid(t.Discriminator, w.clientName(tag), t.Tags())
		}
		return variant, tag, nil
	}
	return -1, "", constraint.UnionTagNotFound(t.Discriminator)
}

// union walks the variant that the value is. If it is none, union reports the errors of each variant.
func (w *walker) union(t *model.Type, n node, v reflect.Value) {
	at := n.Span
	i, label := -1, ""
	switch {
	case w.quiet: // v is thrown away, so the kept choice is enough
		if !w.variantHolds(t, at) {
			w.fail(constraint.ValueError("no variant fits"), n, t)
		}
		return
	case t.Discriminator != "":
		var failure *constraint.Failure
		if i, label, failure = w.taggedVariant(t, at); failure != nil {
			w.fail(failure, n, t)
			return
		}
	case w.decoded:
		i = t.Chosen(v)
	default:
		c := w.choose(t, at)
		if i = c.variant; i < 0 && len(c.fits) > 1 {
			names := make([]string, len(c.fits))
			for i, fit := range c.fits {
				names[i] = t.Variants[fit].Name
			}
			w.fail(constraint.UnionAmbiguous(names), n, t)
			return
		}
	}
	secret, veiled := w.secret, w.veiled
	defer func() { w.secret, w.veiled = secret, veiled }()
	if i >= 0 {
		if t.Secret { // the object may have the secret of another variant
			w.veiled = at.Start + 1
		}
		w.variant(t.Variants[i], label, n, v)
		return
	}
	w.secret = secret || t.Secret // a member that one variant does not declare may be the secret of another
	before := w.errs.Len()
	for _, variant := range t.Variants {
		w.variant(variant, "", n, v)
		// Unions inside of unions have errors for all combinations of variants. After a limit the errors of one variant are enough.
		if w.explained += at.End - at.Start; w.explained > 8*len(w.doc)+1<<16 {
			break
		}
	}
	if w.errs.Len() == before { // the scan refused the value, but the walk found no error
		w.fail(constraint.ValueError("no variant fits"), n, t)
	}
}

// variant walks the value as one of the variants. The loc has the name of the variant, or the value of the discriminator: label.
func (w *walker) variant(v *model.Variant, label string, n node, union reflect.Value) {
	if label == "" {
		label = v.Name
	}
	field := union.Field(v.Index)
	if !w.decoded {
		field.Set(reflect.New(v.Type.Go))
	}
	outer := w.lacksDefault
	w.lacksDefault = outer || v.Defaults // the scan did not know the variant
	w.push(label)
	w.value(v.Type, nil, n, field.Elem())
	w.pop()
	w.lacksDefault = outer
}
