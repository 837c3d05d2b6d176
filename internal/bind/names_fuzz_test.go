package bind_test

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"testing"
)

// FuzzDeepObject sends arbitrary queries to objects of every form. Accepted values obey the rules. The order of different names
// does not matter. A form gives the value of the query, except for empty texts.
func FuzzDeepObject(f *testing.F) {
	type in struct {
		Filter spot             `query:"filter,omitempty" style:"deepObject"`
		Map    map[string][]int `query:"map,omitempty" style:"deepObject"`
	}
	type formed struct {
		Filter spot             `form:"filter,omitempty" style:"deepObject"`
		Map    map[string][]int `form:"map,omitempty" style:"deepObject"`
	}
	b, fb := compile[in](f), compile[formed](f)
	for _, q := range []string{"filter[x]=1", "filter[x]=1&filter[next][x]=2", "filter[x]=1&filter[tags][]=a&filter[tags][]=b", "map[a]=1&map[a]=2&map[b][0]=3",
		"filter[sizes][a]=9&filter[y]=", "filter=1", "filter[[x]]=1", "filter]x[=1", "map[]=1", "map[][]=1", "map[a][1]=1&map[a][0]=2"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if len(query) > 4096 {
			return
		}
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		query = values.Encode() // sorted
		got, errs, err := try[in](t, b, input{query: query})
		if err != nil {
			t.Fatal(err)
		}
		if len(errs) == 0 {
			for p := &got.Filter; p != nil; p = p.Next {
				if p.X < 0 || len(p.Tags) > 3 || slices.ContainsFunc(slices.Collect(maps.Values(p.Sizes)), func(n int) bool { return n > 9 }) {
					t.Errorf("%s: %+v breaks a rule", query, p)
				}
			}
		}
		for _, empty := range values {
			if slices.Contains(empty, "") {
				return
			}
		}
		other, otherErrs, err := try[formed](t, fb, input{body: query, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}})
		if err != nil {
			return // a limit of forms
		}
		if len(errs) != len(otherErrs) || len(errs) == 0 && !reflect.DeepEqual(got, in(other)) {
			t.Errorf("%s: %+v %q, as a form %+v %q", query, got, errs, other, otherErrs)
		}
	})
}
