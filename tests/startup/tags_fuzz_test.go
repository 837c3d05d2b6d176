package startup_test

import (
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
)

// tagged are the types of the field that FuzzTags tags.
var tagged = []reflect.Type{
	reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[uint8](), reflect.TypeFor[float64](), reflect.TypeFor[bool](), reflect.TypeFor[*string](),
	reflect.TypeFor[[]string](), reflect.TypeFor[[]int](), reflect.TypeFor[map[string]int](), reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[any](),
	reflect.TypeFor[brio.Optional[int]](), reflect.TypeFor[params.Date](), reflect.TypeFor[struct {
		A string `json:"a"`
	}](),
}

// FuzzTags declares handlers whose parameter, and whose body, has a field with an arbitrary tag. The app refuses it at the start, or has a
// document and answers requests without a 5xx. Nothing panics.
func FuzzTags(f *testing.F) {
	for i, tag := range []string{
		`query:"a"`, `query:"a" default:"1" validate:"min=1,max=3"`, `query:"a,explode=false" validate:"dive,oneof=a 'b c'"`, `json:"a,omitempty" validate:"required"`, `json:",string"`, `header:"X-A" pattern:"^[a-z]+$"`, `cookie:"a"`, `path:"a"`,
		`query:"a" style:"deepObject"`, `json:"a" example:"1" doc:"text" enum:"1,2"`, `validate:"min=1|max=0,gte=0x1"`, `query:"a" validate:"multiple_of=0.1"`, `validate:"eqfield=B"`, `json:"a" writeonly:"true"`, `json:"a" title:"x" deprecated:"true"`, `body:"a"`, `file:"a"`, `form:"a"`, `query:"`, `query`,
		`json:"a" default:"{\"a\":1}"`, `validate:"unique,len=3,dive,keys,max=3,endkeys,min=1"`, `query:"a" validate:"regexp=("`, `json:"a" format:"email"`, `query:"" json:"a"`, `default:"2026-01-02"`, `validate:"startswith=0x2C"`, `json:"-,"`,
	} {
		f.Add(tag, uint8(i))
		f.Add(tag, uint8(i*7+1))
	}
	f.Fuzz(func(t *testing.T, tag string, kind uint8) {
		if len(tag) > 200 {
			return
		}
		field := reflect.StructField{Name: "A", Type: tagged[int(kind)%len(tagged)], Tag: reflect.StructTag(tag)}
		parameter := reflect.StructOf([]reflect.StructField{field})
		body := reflect.StructOf([]reflect.StructField{{Name: "Body", Type: parameter, Tag: `body:""`}})
		for _, in := range []reflect.Type{parameter, body} {
			app := brio.New(testkit.Quiet())
			handler := reflect.MakeFunc(reflect.FuncOf([]reflect.Type{in}, []reflect.Type{in}, false), func(in []reflect.Value) []reflect.Value { return in })
			app.Post("/{a}", handler.Interface())
			if app.Check() != nil {
				continue
			}
			if app.OpenAPI() == nil {
				t.Fatalf("%q: no document", tag)
			}
			for _, body := range []string{"", `{"a":1,"A":1}`, `{"a":"1","A":"1"}`, `{"a":["1"],"A":{"a":"1"}}`, `null`} {
				r := httptest.NewRequest("POST", "/1?a=1&A=1&a=2", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Cookie", "a=1; A=1")
				r.Header.Set("X-A", "1")
				w := httptest.NewRecorder()
				if app.ServeHTTP(w, r); w.Code >= 500 {
					t.Errorf("%s `%s`, body %s: %d %s", field.Type, tag, body, w.Code, w.Body)
				}
			}
		}
	})
}
