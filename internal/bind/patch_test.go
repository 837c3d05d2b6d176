package bind_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/params"
)

type keeper struct {
	Name  string  `json:"name" validate:"min=2"`
	Email *string `json:"email" validate:"email"`
}

func (k keeper) Validate(context.Context) error {
	if k.Name == "" {
		return errors.New("a keeper has a name")
	}
	return nil
}

type creature struct {
	Name   string                  `json:"name" validate:"min=2"`
	Age    int                     `json:"age" default:"1" validate:"max=99"`
	Nick   params.Optional[string] `json:"nick"`
	Owner  keeper                  `json:"owner"`
	Vet    *keeper                 `json:"vet" validate:"required"`
	Friend *creature               `json:"friend"`
	Tags   []string                `json:"tags" validate:"max=2"`
	Sizes  map[string]keeper       `json:"sizes"`
	From   int                     `json:"from"`
	To     int                     `json:"to" validate:"gtfield=From"`
	ID     int                     `json:"id" readonly:"true"`
}

func patch(t testing.TB, doc string) (params.Patch[creature], []string) {
	return body[params.Patch[creature]](t, doc)
}

// TestPatchApplies: Apply changes the fields that the client sent, and no others.
func TestPatchApplies(t *testing.T) {
	mail := "a@example.com"
	vet := &keeper{Name: "Vera", Email: &mail}
	stored := creature{Name: "Rex", Age: 4, Nick: params.Some("R"), Owner: keeper{Name: "Olaf", Email: &mail}, Vet: vet,
		Tags: []string{"a"}, Sizes: map[string]keeper{"s": {Name: "Sam"}}, From: 1, To: 2, ID: 7}
	for doc, change := range map[string]func(c *creature){
		`{}`:                                    func(*creature) {},
		`{"name":"Max","to":0,"id":9,"more":1}`: func(c *creature) { c.Name, c.To = "Max", 0 },
		`{"owner":{"email":null}}`:              func(c *creature) { c.Owner.Email = nil },
		`{"owner":{}}`:                          func(*creature) {},
		`{"vet":{"name":"Vic"}}`:                func(c *creature) { c.Vet = &keeper{Name: "Vic", Email: &mail} },
		`{"vet":null,"nick":null}`:              func(c *creature) { c.Vet, c.Nick = nil, params.Null[string]() },
		`{"nick":"X"}`:                          func(c *creature) { c.Nick = params.Some("X") },
		`{"tags":[],"sizes":{"m":{"name":"Mo","email":null}}}`: func(c *creature) {
			c.Tags, c.Sizes = []string{}, map[string]keeper{"s": {Name: "Sam"}, "m": {Name: "Mo"}}
		},
		`{"sizes":{"s":null,"none":null}}`: func(c *creature) { c.Sizes = map[string]keeper{} },
		`{"sizes":{"s":{"email":"b@example.com"}}}`: func(c *creature) {
			mail := "b@example.com"
			c.Sizes = map[string]keeper{"s": {Name: "Sam", Email: &mail}}
		},
		`{"friend":{"friend":{"age":3}}}`: func(c *creature) { c.Friend = &creature{Friend: &creature{Age: 3}} },
	} {
		p, errs := patch(t, doc)
		wantErrors(t, errs)
		want, got := stored, stored
		change(&want)
		p.Apply(&got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", doc, got, want)
		}
		if vet.Name != "Vera" || vet.Email != &mail || len(stored.Sizes) != 1 {
			t.Fatalf("%s: what a pointer leads to was changed in place", doc)
		}
	}
	var zero params.Patch[creature]
	got := stored
	zero.Apply(&got)
	wantValue(t, got, stored)
}

// TestPatchKnowsMembers: Has reports the members that the client sent.
func TestPatchKnowsMembers(t *testing.T) {
	p, errs := patch(t, `{"name":"Max","age":0,"vet":null,"owner":{"email":null},"friend":{},"sizes":{"s":{"name":"Sam","email":null}},"id":1}`)
	wantErrors(t, errs)
	for path, want := range map[string]bool{"name": true, "age": true, "vet": true, "owner": true, "owner.email": true, "friend": true, "sizes": true,
		"nick": false, "owner.name": false, "vet.name": false, "friend.name": false, "sizes.s": true, "sizes.s.name": true, "sizes.m": false, "name.x": false, "": false, ".": false, "id": false, "more": false} {
		if p.Has(path) != want {
			t.Errorf("Has(%q) is %v", path, !want)
		}
	}
	if v := p.Value(); v.Name != "Max" || v.Age != 0 || v.ID != 0 {
		t.Errorf("%+v", v)
	}
}

// TestPatchErrorsHaveLocations: members of a patch are validated like those of a whole value.
func TestPatchErrorsHaveLocations(t *testing.T) {
	for doc, want := range map[string][]string{
		`{"name":null,"age":100,"owner":{"name":"x"},"vet":{"email":"y"}}`: {`body.name string_type null`, `body.age less_than_equal 100`, `body.owner.name string_too_short "x"`, `body.vet.email value_error "y"`},
		`{"owner":null,"tags":null,"sizes":{"a":{"name":"x"},"b":1}}`:      {`body.owner model_attributes_type null`, `body.tags list_type null`, `body.sizes.a.name string_too_short "x"`, `body.sizes.b model_attributes_type 1`},
		`{"Name":"Max"}`:               {`body.Name ambiguous_key "Max"`},
		`{"name":"Max","name":"Maxi"}`: {`body.name duplicate_key "Maxi"`},
		`[]`:                           {`body model_attributes_type []`},
		`null`:                         {`body missing null`},
	} {
		_, errs := patch(t, doc)
		if !reflect.DeepEqual(errs, want) {
			t.Errorf("%s:\n  %q\nwant\n  %q", doc, errs, want)
		}
	}
}

// TestPatchWorksInside: patches may be members, elements of lists, and JSON in a query.
func TestPatchWorksInside(t *testing.T) {
	type batch struct {
		Common params.Patch[keeper]             `json:"common"`
		Each   map[string]*params.Patch[keeper] `json:"each"`
		After  keeper                           `json:"after"`
	}
	v, errs := body[batch](t, `{"common":{"name":"Al"},"each":{"a":{"email":null},"b":null},"after":{"name":"Bo"}}`)
	wantErrors(t, errs)
	if !v.Common.Has("name") || !v.Each["a"].Has("email") || v.Each["a"].Has("name") || v.Each["b"] != nil || v.After.Name != "Bo" {
		t.Errorf("%+v", v)
	}
	type query struct {
		P params.Patch[keeper] `query:"p,json"`
	}
	q, errs, _ := try[query](t, compile[query](t), input{query: `p={"name":"Al"}`})
	wantErrors(t, errs)
	if !q.P.Has("name") {
		t.Error("the query's patch has no name")
	}
}

// FuzzPatch: applying a patch twice changes nothing the second time, an empty document changes nothing, and absent members stay.
func FuzzPatch(f *testing.F) {
	b := compile[params.Body[params.Patch[creature]]](f)
	for _, doc := range []string{`{}`, `{"name":"Max"}`, `{"owner":{"name":"Al"},"vet":null}`, `{"friend":{"friend":{"tags":["x"]}}}`, `{"nick":null,"sizes":{"a":{"name":"x"}}}`} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		v, errs, err := try[params.Body[params.Patch[creature]]](t, b, input{body: doc})
		if err != nil || len(errs) > 0 || doc == "" {
			return
		}
		base := creature{Name: "Rex", Age: 4, Owner: keeper{Name: "Olaf"}, Vet: &keeper{Name: "Vera"}, ID: 7}
		once := base
		v.Value.Apply(&once)
		twice := once
		v.Value.Apply(&twice)
		if !reflect.DeepEqual(once, twice) {
			t.Errorf("%s: %+v, then %+v", doc, once, twice)
		}
		if base.Vet.Name != "Vera" || once.ID != 7 || once.Name != base.Name && !v.Value.Has("name") || once.Owner.Name != base.Owner.Name && !v.Value.Has("owner.name") {
			t.Errorf("%s: %+v", doc, once)
		}
		var top map[string]json.RawMessage
		if json.Unmarshal([]byte(doc), &top) != nil {
			t.Fatalf("%q is no object", doc)
		}
		for _, name := range []string{"name", "age", "nick", "owner", "vet", "friend", "tags", "sizes", "from", "to"} {
			if _, sent := top[name]; sent != v.Value.Has(name) {
				t.Errorf("%s: Has(%q) is %v", doc, name, v.Value.Has(name))
			}
		}
	})
}
