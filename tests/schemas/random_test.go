package schemas_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
)

// randomDocs writes documents that a schema is likely to accept, and breaks some.
type randomDocs struct {
	*rand.Rand
	defs  map[string]*spec.Schema
	root  *spec.Schema
	wrong int // of a hundred values
}

func (g *randomDocs) value(s *spec.Schema, depth int) string {
	if g.IntN(100) < g.wrong {
		return values[g.IntN(len(values))]
	}
	switch {
	case s.Ref == "#":
		return g.value(g.root, depth)
	case s.Ref != "":
		return g.value(g.defs[strings.TrimPrefix(s.Ref, "#/$defs/")], depth)
	case len(s.AnyOf)+len(s.OneOf) > 0:
		all := append(s.AnyOf[:len(s.AnyOf):len(s.AnyOf)], s.OneOf...)
		if depth <= 0 {
			return g.value(all[len(all)-1], depth-1) // null, where there is one
		}
		return g.value(all[g.IntN(len(all))], depth-1)
	case s.Const != nil:
		return text(s.Const)
	case len(s.Enum) > 0:
		return text(s.Enum[g.IntN(len(s.Enum))])
	case len(s.Type) == 0:
		return values[g.IntN(len(values))]
	}
	switch s.Type[g.IntN(len(s.Type))] {
	case "null":
		return "null"
	case "boolean":
		return fmt.Sprint(g.IntN(2) == 0)
	case "integer":
		return fmt.Sprint(g.number(s, 1))
	case "number":
		return fmt.Sprint(float64(g.number(s, 4)) / 4)
	case "array":
		n := g.IntN(4)
		if depth <= 0 {
			n = 0
		}
		if s.UniqueItems {
			n = min(n, 1)
		}
		if s.MinItems != nil {
			n = max(n, *s.MinItems)
		}
		if s.MaxItems != nil {
			n = min(n, *s.MaxItems)
		}
		var parts []string
		for i := range n {
			elem := s.Items
			if i < len(s.PrefixItems) {
				elem = s.PrefixItems[i]
			}
			if elem != nil {
				parts = append(parts, g.value(elem, depth-1))
			}
		}
		return "[" + strings.Join(parts, ",") + "]"
	case "object":
		return g.object(s, depth)
	}
	texts := map[string]string{"date-time": `"2024-02-29T12:30:45Z"`, "date": `"2024-02-29"`, "duration": `"PT5S"`, "uri": `"http://example.com"`,
		"time-local": `"12:30:45"`, "date-time-local": `"2024-02-29T12:30:45"`}
	if format := texts[s.Format]; format != "" {
		return format
	}
	for range 20 {
		word := [...]string{"", "a", "ab", "AQID", "foobar", "x"}[g.IntN(6)]
		fits := (s.MinLength == nil || len(word) >= *s.MinLength) && (s.MaxLength == nil || len(word) <= *s.MaxLength) && (s.ContentEncoding == "" || len(word)%4 == 0)
		if fits && (s.Pattern == "" || regexp.MustCompile(s.Pattern).MatchString(word)) {
			return text(word)
		}
	}
	return `"12"`
}

// number is a small one within the bounds, times the factor.
func (g *randomDocs) number(s *spec.Schema, times int) int {
	least, _ := s.Minimum.Float64()
	if above, err := s.ExclusiveMinimum.Float64(); err == nil {
		least = above + 1
	}
	n := int(max(least, -2)) + g.IntN(8)
	if most, err := s.Maximum.Float64(); err == nil {
		n = min(n, int(most))
	}
	return times * n
}

func (g *randomDocs) object(s *spec.Schema, depth int) string {
	var parts []string
	for _, name := range s.PropertyOrder {
		if g.IntN(100) < 40 && depth > 0 || strings.Contains(" "+strings.Join(s.Required, " ")+" ", " "+name+" ") && g.IntN(100) >= g.wrong {
			parts = append(parts, fmt.Sprintf("%q:%s", name, g.value(s.Properties[name], depth-1)))
		}
	}
	if of, ok := s.AdditionalProperties.(*spec.Schema); ok && depth > 0 {
		for _, name := range []string{"a", "1", "s", "2024-02-29"} {
			if named := s.PropertyNames; g.IntN(3) == 0 && (named == nil || named.Format == "date" == (len(name) == 10) && regexp.MustCompile(named.Pattern).MatchString(name)) {
				parts = append(parts, fmt.Sprintf("%q:%s", name, g.value(of, depth-1)))
			}
		}
	}
	if g.IntN(100) < g.wrong {
		parts = append(parts, `"unknown":1`)
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + strings.Join(parts, ",") + "}"
}

// request is everything that requests can have, in one type.
type request struct {
	_ struct{} `extra:"forbid"`
	options
	Item   item                       `json:"item"`
	Owner  *owner                     `json:"owner"`
	Pet    pet                        `json:"pet"`
	Either params.Optional[catOrDog]  `json:"either"`
	One    *oneOfText                 `json:"one"`
	Days   map[params.Date]small      `json:"days"`
	Local  *params.LocalDateTime      `json:"local"`
	Links  []params.URL               `json:"links" validate:"max=2"`
	Patch  params.Patch[closedStruct] `json:"patch"`
	Matrix [2][2]int8                 `json:"matrix" validate:"dive,dive,min=-2"`
}

func TestGeneratedDocuments(t *testing.T) {
	j := newJudge(t, reflect.TypeFor[request]())
	accepted := 0
	for i := range 1000 {
		g := &randomDocs{rand.New(rand.NewPCG(1, uint64(i))), j.schema.Defs, j.schema, i % 4}
		doc := g.value(j.schema, 4)
		j.verdict(t, doc, "stricter", "datetime_from_date_parsing", "union_ambiguous", "time_delta_parsing")
		if _, err := j.read(doc); err == nil {
			accepted++
		}
	}
	t.Logf("%d of 1000 were accepted", accepted)
	if accepted < 100 || accepted > 900 {
		t.Errorf("the documents are of no use: %d of 1000 were accepted", accepted)
	}
}

func FuzzPlanAndSchemaAgree(f *testing.F) {
	j := newJudge(f, reflect.TypeFor[request]())
	for i := range 10 {
		g := &randomDocs{rand.New(rand.NewPCG(2, uint64(i))), j.schema.Defs, j.schema, i % 4}
		f.Add(g.value(j.schema, 4))
	}
	f.Fuzz(func(t *testing.T, doc string) { // a format uri may lack the host that URLs of the web need: http:/a
		j.verdict(t, doc, "stricter", "datetime_from_date_parsing", "union_ambiguous", "time_delta_parsing", "json_invalid", "url_parsing")
	})
}
