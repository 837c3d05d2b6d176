package bind

import (
	"math"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// unionPlace is a position of a document, as a union.
type unionPlace struct {
	union *model.Type
	start int
}

// choice is the variant of a union at a place, or -1. Of a OneOf without discriminator fits has all that could be.
type choice struct {
	variant      int
	fits         []int
	ruled        verdict // whether the variant's rules hold too
	knownMembers int     // members that the variant knows; -1 before they are counted
}

type verdict uint8

const (
	unjudged verdict = iota
	holds
	broken
)

// choose finds the variant that the value at a span is. What was found is kept, so that unions inside unions cost what
// their depth costs, and not all combinations of variants.
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
		if w.lax && len(c.fits) == 0 {
			c.fits = w.fittingVariants(t, at, json.ScanLax) // exact spellings come first, as in pydantic
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

// rescanLimits are the limits of what is scanned once more: the route's have been kept.
var rescanLimits = json.Limits{Depth: json.MaxDepth, Elements: math.MaxInt}

// fittingVariants lists the variants that fit.
func (w *walker) fittingVariants(t *model.Type, at json.Span, scan scan) (fits []int) {
	for i, v := range t.Variants {
		if w.variantFits(v, at, v.Ruled, scan) {
			fits = append(fits, i)
		}
	}
	return fits
}

// variantFits compares a value with the shape of a variant and, where asked, with all rules inside; Validate methods judge the
// variant that is chosen, and do not choose.
func (w *walker) variantFits(v *model.Variant, at json.Span, rules bool, scan scan) bool {
	if scan(v.Shape, w.raw(at), rescanLimits).Verdict != json.Fits {
		return false
	}
	if !rules {
		return true
	}
	q := walker{ctx: w.ctx, engine: w.engine, errs: &Errors{}, doc: w.doc, reading: w.reading, quiet: true, chosen: w.chosen}
	q.value(v.Type, nil, at, reflect.New(v.Type.Go).Elem())
	return q.errs.Empty()
}

// variantHolds reports whether a union's variant at a place is found and obeys all rules.
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

// bestVariant is the variant that knows most members of the value; a number without fraction is an integer rather than a float.
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

// countKnown counts the members of a value, and of those inside, that t has fields for.
func (w *walker) countKnown(t *model.Type, at json.Span) (n int) {
	t = t.Base()
	if t.In != model.Plain {
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

// taggedVariant reads the discriminator and finds the variant that it chooses.
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

// union walks the variant that the value is, or says for each variant why it is not.
func (w *walker) union(t *model.Type, at json.Span, v reflect.Value) {
	i, label := -1, ""
	switch {
	case w.quiet: // the value itself is of no use, and what was judged is not judged again
		if !w.variantHolds(t, at) {
			w.fail(constraint.ValueError("no variant fits"), at, t)
		}
		return
	case t.Discriminator != "":
		var failure *constraint.Failure
		if i, label, failure = w.taggedVariant(t, at); failure != nil {
			w.fail(failure, at, t)
			return
		}
	case w.decoded:
		i = t.Chosen(v)
	default:
		c := w.choose(t, at)
		if i = c.variant; i < 0 && len(c.fits) > 1 {
			names := make([]string, len(c.fits))
			for n, fit := range c.fits {
				names[n] = t.Variants[fit].Name
			}
			w.fail(constraint.UnionAmbiguous(names), at, t)
			return
		}
	}
	secret, veiled := w.secret, w.veiled
	defer func() { w.secret, w.veiled = secret, veiled }()
	if i >= 0 {
		if t.Secret { // the object as a whole may hold the secret of another variant
			w.veiled = at.Start + 1
		}
		w.variant(t.Variants[i], label, at, v)
		return
	}
	w.secret = secret || t.Secret // what one variant does not know may be the secret of another
	before := w.errs.Len()
	for _, variant := range t.Variants {
		w.variant(variant, "", at, v)
		// Unions inside unions have as many reasons as there are combinations of variants. Past a bound the first is enough.
		if w.explained += at.End - at.Start; w.explained > 8*len(w.doc)+1<<16 {
			break
		}
	}
	if w.errs.Len() == before { // the scan refused what the walk has nothing against
		w.fail(constraint.ValueError("no variant fits"), at, t)
	}
}

// variant walks the value as one of the variants; its name, or the tag that chose it, stands in the loc.
func (w *walker) variant(v *model.Variant, label string, at json.Span, union reflect.Value) {
	if label == "" {
		label = v.Name
	}
	field := union.Field(v.Index)
	if !w.decoded {
		field.Set(reflect.New(v.Type.Go))
	}
	outer := w.lacksDefault
	w.lacksDefault = outer || v.Defaults // the scan of the document did not know which variant it would be
	w.push(label)
	w.value(v.Type, nil, at, field.Elem())
	w.pop()
	w.lacksDefault = outer
}
