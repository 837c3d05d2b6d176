package models_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

type (
	person struct {
		First string `json:"first"`
		Last  string `json:"last"`
		born  int
	}
	employee struct {
		person
		Salary int `json:"salary"` // not in person's model
	}
	boss struct {
		person
		Staff []employee `json:"staff"`
	}
	personRow struct {
		First, Last, Hash string
		FullName          string `json:"full_name"`
	}
	personName struct {
		FullName string `json:"full_name" validate:"min=2"`
	}
)

func (p person) FullName() string { return p.First + " " + p.Last }
func (p *person) Age() *int {
	if p.born == 0 {
		return nil
	}
	age := 2030 - p.born
	return &age
}
func (person) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("full_name", person.FullName, `doc:"first and last"`), brio.Computed("age", (*person).Age)}
}

// TestComputedFieldsAreEncoded: computed fields follow those of the struct, as pydantic's computed_field. They are
// encoded through embedding, models, maps and path options; input does not set them.
func TestComputedFieldsAreEncoded(t *testing.T) {
	t.Parallel()
	ann := person{"Ann", "Lee", 2000}
	app := brio.New()
	app.Get("/own", func() person { return ann })
	app.Get("/list", func() []*person { return []*person{&ann, {First: "Bob"}} }, brio.ExcludeNone())
	app.Get("/any", func() any { return map[string]any{"p": ann} })
	app.Get("/embedding", func() boss { return boss{ann, []employee{{person{"Bob", "Low", 0}, 3}}} })
	app.Get("/model", func() employee { return employee{ann, 9} }, brio.ResponseModel[person]())
	app.Get("/row", func() personRow { return personRow{"Ann", "Lee", "secret", "stored"} }, brio.ResponseModel[struct {
		First    string `json:"first"`
		FullName string `json:"full_name"`
	}]())
	app.Get("/plain", func() person { return ann }, brio.ResponseModel[personName]())
	app.Get("/include", func() person { return ann }, brio.ResponseInclude("full_name"))
	app.Get("/exclude", func() person { return ann }, brio.ResponseExclude("age", "first"))
	app.Get("/unset", func() person { return ann }, brio.ExcludeUnset(), brio.ExcludeDefaults())
	app.Get("/dict", func() map[string]any { return map[string]any{"first": "A", "last": "B", "full_name": "C", "age": 1} }, brio.ResponseModel[person]())
	app.Post("/in", func(in *brio.Body[person]) person { return in.Value })
	c := briotest.New(t, app)
	const full = `{"first":"Ann","last":"Lee","full_name":"Ann Lee","age":30}`
	c.Get("/own").Status(200).Body(full)
	c.Get("/list").Send().Body(`[` + full + `,{"first":"Bob","last":"","full_name":"Bob "}]`)
	c.Get("/any").Send().Body(`{"p":` + full + `}`)
	c.Get("/embedding").Send().Body(`{"first":"Ann","last":"Lee","staff":[{"first":"Bob","last":"Low","salary":3,"full_name":"Bob Low","age":null}],"full_name":"Ann Lee","age":30}`)
	c.Get("/model").Send().Body(full)
	c.Get("/row").Send().Body(`{"first":"Ann","full_name":"stored"}`)
	c.Get("/plain").Send().Body(`{"full_name":"Ann Lee"}`)
	c.Get("/include").Send().Body(`{"full_name":"Ann Lee"}`)
	c.Get("/exclude").Send().Body(`{"last":"Lee","full_name":"Ann Lee"}`)
	c.Get("/unset").Send().Body(full)
	c.Get("/dict").Send().Body(`{"first":"A","last":"B","full_name":"C","age":1}`)
	c.Post("/in", `{"first":"A","last":"B","full_name":"ignored","age":-1}`).Status(200).Body(`{"first":"A","last":"B","full_name":"A B","age":null}`)
}

type (
	illName    struct{ A int }
	illClash   struct{ A int }
	illForeign struct{ A int }
	illNil     struct{ A int }
	illFunc    struct{ A int }
	illPanic   struct{ A *int }
	illDefault struct{ A int }
	unread     struct{ A int }
	writesOnly struct{ C chan int }
)

func (illDefault) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", func(illDefault) (out struct {
		N int `json:"n" default:"x"`
	}) {
		return
	})}
}
func (writesOnly) MarshalJSON() ([]byte, error) { return []byte(`"open"`), nil }
func (unread) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", func(unread) (out writesOnly) { return })}
}

func (illName) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("", func(illName) int { return 1 })}
}
func (illClash) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("A", func(illClash) int { return 1 })}
}
func (illForeign) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", person.FullName)}
}
func (illNil) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed[illNil, int]("b", nil)}
}
func (illFunc) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("b", func(illFunc) func() { return nil })}
}
func (p illPanic) Computed() []brio.ComputedField {
	_ = *p.A
	return nil
}

// TestCheckRefusesIllComputedFields: a computed field has a name of its own and a function of its type with a JSON
// result. A model that computes fits only sources that have or compute the field.
func TestCheckRefusesIllComputedFields(t *testing.T) {
	t.Parallel()
	for want, handler := range map[string]any{
		"has no name":               func() illName { return illName{} },
		"the name of another field": func() illClash { return illClash{} },
		"neither is nor embeds":     func() illForeign { return illForeign{} },
		"has no function":           func() illNil { return illNil{} },
		"has no JSON form":          func() illFunc { return illFunc{} },
		"panics":                    func() illPanic { return illPanic{} },
		`default:"x" does not fit`:  func() illDefault { return illDefault{} },
	} {
		app := brio.New()
		app.Get("/", handler)
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	app := brio.New()
	app.Get("/", func() personName { return personName{} }, brio.ResponseModel[person]())
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "first") {
		t.Error(err)
	}
	app = brio.New()
	app.Get("/", func() struct{ First, Last string } { return struct{ First, Last string }{} }, brio.ResponseModel[person]())
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "computes the field full_name") {
		t.Error(err)
	}
}

// TestComputedFieldIsNotRead: a body of a model with a computed field is read without it, so its type need not be one that can be read.
func TestComputedFieldIsNotRead(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Post("/", func(in *brio.Body[unread]) unread { return in.Value })
	testkit.WantBody(t, testkit.PostJSON(app, "/", `{"A":1}`), `{"A":1,"b":"open"}`)
}

// TestComputedFieldPanicAnswers500: the log has the panic of a computed field and the client sees a 500.
func TestComputedFieldPanicAnswers500(t *testing.T) {
	t.Parallel()
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/", func() panicking { return panicking{} })
	briotest.New(t, app).Get("/").Status(500).Body(testkit.InternalError)
	if !strings.Contains(log.String(), "the secret reason") {
		t.Error(log.String())
	}
}

type panicking struct{}

func (panicking) Boom() int { panic("the secret reason") }
func (panicking) Computed() []brio.ComputedField {
	return []brio.ComputedField{brio.Computed("boom", panicking.Boom)}
}
