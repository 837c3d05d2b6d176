package document

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// documentTag is a struct tag that the document alone reads. A tag that is read in another way on types has two rows.
type documentTag struct {
	name  string
	on    tagPlace
	write func(d *description, text string) // writes what the tag says; nil: parameters.go reads the tag
}

// tagPlace is where a tag has an effect. A row may have both.
type tagPlace uint8

const (
	onField tagPlace = 1 << iota // of a member or a parameter
	onType                       // of a blank field, for its struct
)

// documentTags returns the rows, in the order in which they are written.
func documentTags() []documentTag {
	return []documentTag{
		{"doc", onField | onType, words(func(d *description, text string) { d.schema.Description = text })},
		{"title", onField | onType, words(func(d *description, text string) { d.schema.Title = text })},
		{"format", onField, words(func(d *description, text string) { d.formatted().Format = text })},
		{"examples", onField, (*description).addExamples},
		{"example", onField, (*description).addExample},
		{"examples", onType, (*description).setExamples},
		{"openapi_examples", onField, nil},
		{"deprecated", onField, boolean(func(d *description) { d.schema.Deprecated = true })},
		{"hidden", onField, boolean(func(*description) {})}, // the document has no field with "true"
		{"schema", onType, (*description).merge},
	}
}

// Tags returns the names of the struct tags that the document alone reads: of fields, and of the blank field of a struct.
func Tags() (tags model.DocumentTags) {
	for _, row := range documentTags() {
		if row.on&onField != 0 {
			tags.Fields = append(tags.Fields, row.name)
		}
		if row.on&onType != 0 {
			tags.Types = append(tags.Types, row.name)
		}
	}
	return tags
}

// description is the documentation of a field or a struct, to which its tags are written.
type description struct {
	*schemas
	schema    *spec.Schema // of the field, or of the struct
	typ       *model.Type
	name      string // in messages
	parameter bool   // its example stands beside its schema
	examples  []any  // of a field
	tag       string // that is read
}

// describe writes the tags of a field or type. lookUp returns the text of a tag.
func (d *description) describe(on tagPlace, lookUp func(tag string) (text string, tagged bool)) {
	for _, row := range documentTags() {
		if row.on&on == 0 || row.write == nil {
			continue
		}
		if text, tagged := lookUp(row.name); tagged {
			d.tag = row.name
			row.write(d, text)
		}
	}
	if len(d.examples) > 0 {
		d.schema.Examples = d.examples
	}
}

// words returns the write function of a tag that says nothing when it is empty.
func words(write func(d *description, text string)) func(*description, string) {
	return func(d *description, text string) {
		if text != "" {
			write(d, text)
		}
	}
}

// boolean returns the write function of a tag that is "true" or "false".
func boolean(write func(*description)) func(*description, string) {
	return func(d *description, text string) {
		switch text {
		case "true":
			write(d)
		case "false":
		default:
			d.mistake("%s: %s:%q is neither \"true\" nor \"false\"", d.name, d.tag, text)
		}
	}
}

// formatted returns the schema that has the format of a field: pydantic writes json_schema_extra beside anyOf.
func (d *description) formatted() *spec.Schema {
	if d.followsPydantic {
		return d.schema
	}
	return core(d.schema)
}

// addExample reads example:"a". The one of a parameter stands beside its schema.
func (d *description) addExample(text string) {
	if !d.parameter {
		d.examples = append(d.examples, literal(d.typ, text))
	}
}

// addExamples reads examples:"a,b" of a field, or a JSON list.
func (d *description) addExamples(text string) {
	if !strings.HasPrefix(text, "[") {
		for part := range strings.SplitSeq(text, ",") {
			d.examples = append(d.examples, literal(d.typ, part))
		}
		return
	}
	list, err := jsonList(text)
	if err != nil {
		d.mistake("%s: examples:%q is no JSON list: %v", d.name, text, err)
	}
	d.examples = append(d.examples, list...)
}

// setExamples reads the examples of a struct: a JSON list, or one JSON value.
func (d *description) setExamples(text string) {
	examples, err := jsonList(text)
	if err != nil {
		d.mistake("%s: examples:%q: %v", d.name, text, err)
		return
	}
	d.schema.Examples = examples
}

// merge reads the tag schema of a struct, a JSON object.
func (d *description) merge(text string) {
	if err := json.Unmarshal([]byte(text), d.schema); err != nil {
		d.mistake("%s: schema:%q is no JSON object to merge into a schema: %v", d.name, text, err)
	}
}

// constrain adds the rules of t to its schema, as far as JSON Schema can express them. Other rules are left out, so a schema never refuses
// a value that the rules accept.
func (s *schemas) constrain(out *spec.Schema, t *model.Type, rules *constraint.Rules) {
	if rules == nil {
		return
	}
	for _, r := range rules.Schema {
		if said := ruleSchema(t, r); said != nil {
			if s.followsPydantic && said.Format == "uri" {
				said.MinLength, said.MaxLength, said.Pattern = new(1), new(2083), ""
			}
			narrow(out, said)
		}
	}
}

// isExpressible reports whether a schema can express all rules exactly.
func isExpressible(t *model.Type, rules *constraint.Rules) bool {
	for _, r := range rules.Schema {
		if said := ruleSchema(t, r); said == nil || said.Format != "" || said.ContentMediaType != "" || len(said.AnyOf) > 0 || r.Loose() != nil {
			return false
		}
	}
	return (rules.Elem == nil || t.Elem != nil && isExpressible(t.Elem.Base(), rules.Elem)) &&
		(rules.Key == nil || t.Key != nil && isExpressible(t.Key, rules.Key))
}

// ruleSchema returns a schema for one rule on values of t. It returns nil when no schema accepts all values that the rule accepts.
func ruleSchema(t *model.Type, r constraint.Rule) *spec.Schema {
	if r.Any != nil {
		out := &spec.Schema{}
		for _, a := range r.Any {
			said := ruleSchema(t, a)
			if said == nil {
				return nil
			}
			out.AnyOf = append(out.AnyOf, said)
		}
		return out
	}
	if t.In != model.ByKind {
		if t.Format == "uri" && r.ViaString() {
			return textRuleSchema(r)
		}
		return nil // the rule checks the Go value, but a schema checks its text
	}
	switch t.Kind {
	case model.Int, model.Uint, model.Float:
		return numberRuleSchema(t, r)
	case model.String:
		return textRuleSchema(r)
	case model.Bool:
		return r.Schema(t.Go)
	case model.List, model.Set, model.Array:
		if said := r.Schema(t.Go); said != nil && comparesAlike(t.Elem) {
			return said
		}
		return lengthRuleSchema(r, func(s *spec.Schema) (least, most **int) { return &s.MinItems, &s.MaxItems })
	case model.Map:
		return lengthRuleSchema(r, func(s *spec.Schema) (least, most **int) { return &s.MinProperties, &s.MaxProperties })
	case model.Bytes:
		return bytesRuleSchema(r)
	}
	return nil
}

// comparesAlike reports whether values of a type are equal in Go exactly when they are equal in JSON.
func comparesAlike(t *model.Type) bool {
	if t.In != model.ByKind {
		return false
	}
	switch t.Kind {
	case model.Bool, model.String, model.Int, model.Uint, model.Float:
		return true
	}
	return false
}

// numberRuleSchema returns the keywords of a rule on a number, or nil when JSON Schema cannot express the rule.
func numberRuleSchema(t *model.Type, r constraint.Rule) *spec.Schema {
	if said := r.Schema(t.Go); said != nil {
		return said
	}
	n, ok := number(t, r.Param)
	if !ok {
		return nil
	}
	switch r.Compares() {
	case constraint.GreaterEqual:
		return &spec.Schema{Minimum: n}
	case constraint.LessEqual:
		return &spec.Schema{Maximum: n}
	case constraint.Greater:
		return &spec.Schema{ExclusiveMinimum: n}
	case constraint.Less:
		return &spec.Schema{ExclusiveMaximum: n}
	case constraint.Equal:
		return &spec.Schema{Const: n}
	case constraint.NotEqual:
		return &spec.Schema{Not: &spec.Schema{Const: n}}
	}
	return nil
}

// number returns the parameter of a rule as a JSON number: 0x10 gives 16.
func number(t *model.Type, param string) (json.Number, bool) {
	switch t.Kind {
	case model.Int:
		n, err := strconv.ParseInt(param, 0, 64)
		return json.Number(strconv.FormatInt(n, 10)), err == nil
	case model.Uint:
		n, err := strconv.ParseUint(param, 0, 64)
		return json.Number(strconv.FormatUint(n, 10)), err == nil
	}
	f, err := strconv.ParseFloat(param, t.Go.Bits())
	text, badText := json.Marshal(f)
	return json.Number(text), err == nil && badText == nil
}

// lengthRuleSchema returns the keywords of a rule on a length. bounds returns the fields of the schema that bound it.
func lengthRuleSchema(r constraint.Rule, bounds func(*spec.Schema) (least, most **int)) *spec.Schema {
	n, err := strconv.ParseInt(r.Param, 0, 64)
	if err != nil {
		return nil
	}
	out := &spec.Schema{}
	least, most := bounds(out)
	at := func(n int64) *int {
		m := int(max(n, 0))
		return &m
	}
	switch r.Compares() {
	case constraint.GreaterEqual:
		*least = at(n)
	case constraint.Greater:
		*least = at(n + 1)
	case constraint.LessEqual:
		*most = at(n)
	case constraint.Less:
		*most = at(n - 1)
	case constraint.Equal:
		*least, *most = at(n), at(n)
	case constraint.NotEqual:
		*least, *most = at(n), at(n)
		return &spec.Schema{Not: out}
	default:
		return nil
	}
	return out
}

// bytesRuleSchema converts a number of bytes to a length of base64 text. It sets no upper bound: the decoder skips line breaks.
func bytesRuleSchema(r constraint.Rule) *spec.Schema {
	n, err := strconv.ParseInt(r.Param, 0, 64)
	if err != nil {
		return nil
	}
	switch r.Compares() {
	case constraint.Greater:
		n++
	case constraint.GreaterEqual, constraint.Equal:
	default:
		return nil
	}
	least := int((n + 2) / 3 * 4)
	return &spec.Schema{MinLength: &least}
}

// narrow adds the keywords of add to a schema. Of two bounds the tighter remains; other keywords that both have go to allOf.
func narrow(s, add *spec.Schema) {
	tighten(&s.Minimum, &s.ExclusiveMinimum, &add.Minimum, &add.ExclusiveMinimum, 1)
	tighten(&s.Maximum, &s.ExclusiveMaximum, &add.Maximum, &add.ExclusiveMaximum, -1)
	for _, b := range []struct {
		at, add **int
		lower   bool
	}{
		{&s.MinLength, &add.MinLength, true}, {&s.MinItems, &add.MinItems, true}, {&s.MinProperties, &add.MinProperties, true},
		{&s.MaxLength, &add.MaxLength, false}, {&s.MaxItems, &add.MaxItems, false}, {&s.MaxProperties, &add.MaxProperties, false},
	} {
		if *b.at != nil && *b.add != nil {
			if (**b.add > **b.at) == b.lower {
				*b.at = *b.add
			}
			*b.add = nil
		}
	}
	rest := s.Add(add)
	if !rest.IsAny() {
		s.AllOf = append(slices.Clip(s.AllOf), rest)
	}
}

// tighten keeps the tighter of two bounds. sign is 1 for a lower bound and -1 for an upper bound.
func tighten(at, exclusive, newAt, newExclusive *json.Number, sign int) {
	if *newAt == "" && *newExclusive == "" || *at == "" && *exclusive == "" {
		return
	}
	old, wider := *at+*exclusive, *newAt+*newExclusive
	a, _ := new(big.Rat).SetString(string(old))
	b, _ := new(big.Rat).SetString(string(wider))
	if c := b.Cmp(a) * sign; c > 0 || c == 0 && *newExclusive != "" {
		*at, *exclusive = "", ""
		return
	}
	*newAt, *newExclusive = "", ""
}
