package bind_test

import (
	"context"
	"errors"
	"testing"

	"github.com/brio-go/brio/params"
)

type listing struct {
	Limit  int      `json:"limit" validate:"min=1,max=100"`
	Offset int      `json:"offset" default:"0"`
	Order  *string  `json:"order_by" validate:"oneof=name age"`
	Tags   []string `json:"tag,omitempty" validate:"max=2,dive,min=2"`
	From   int      `json:"from,omitempty"`
	To     int      `json:"to,omitempty" validate:"omitempty,gtfield=From"`
}

type closedListing struct {
	_ struct{} `extra:"forbid"`
	listing
}

type unlike struct {
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
}

func (s unlike) Validate(context.Context) error {
	if s.A == s.B {
		return errors.New("a and b are alike")
	}
	return nil
}

// TestQueryModelReadsFields: query:"" reads a struct from the complete query, as FastAPI's query parameter models.
func TestQueryModelReadsFields(t *testing.T) {
	b := compile[params.Query[listing]](t)
	for _, c := range []struct {
		query string
		errs  []string
	}{
		{"limit=5&offset=2&order_by=age&tag=aa&tag=bb", nil},
		{"limit=5&more=1", nil},
		{"", []string{`query.limit missing {"offset":0}`}},
		{"x=1&tag=aa&tag=bb&x=2&y=&offset=3", []string{`query.limit missing {"offset":"3","tag":["aa","bb"],"x":["1","2"],"y":""}`}},
		{"limit=0&offset=x&order_by=z&tag=a", []string{`query.limit greater_than_equal "0"`, `query.offset int_parsing "x"`, `query.order_by literal_error "z"`, `query.tag.0 string_too_short "a"`}},
		{"limit=5&from=3&to=2", []string{`query.to value_error "2"`}},
	} {
		got, errs, err := try[params.Query[listing]](t, b, input{query: c.query})
		if err != nil {
			t.Fatal(err)
		}
		wantErrors(t, errs, c.errs...)
		if c.errs == nil && got.Value.Limit != 5 {
			t.Errorf("%s: %+v", c.query, got)
		}
	}
}

// TestSourceModelForbidsUnknown: with extra:"forbid" an undeclared name of the source is an error.
func TestSourceModelForbidsUnknown(t *testing.T) {
	_, errs, _ := try[params.Query[closedListing]](t, compile[params.Query[closedListing]](t), input{query: "limit=5&x=1&x=2&y=3&limit=6"})
	wantErrors(t, errs, `query.x extra_forbidden ["1","2"]`, `query.y extra_forbidden "3"`)

	type tracked struct {
		_       struct{} `extra:"forbid"`
		Request string   `json:"x_request_id"`
		Agent   string   `json:"User-Agent,omitempty"`
	}
	hb := compile[params.Header[tracked]](t)
	_, errs, _ = try[params.Header[tracked]](t, hb, input{headers: []string{"X-Request-Id", "1", "User-Agent", "go", "Authorization", "Bearer hush", "X-More", "a", "X-More", "b"}})
	wantErrors(t, errs, `header.authorization extra_forbidden null`, `header.host extra_forbidden "example.com"`, `header.x-more extra_forbidden ["a","b"]`)
	_, errs, _ = try[params.Header[tracked]](t, hb, input{headers: []string{"User-Agent", "go", "Host", ""}})
	wantErrors(t, errs, `header.x-request-id missing {"User-Agent":"go"}`, `header.host extra_forbidden "example.com"`)

	type crumbs struct {
		_       struct{} `extra:"forbid"`
		Session string   `json:"session"`
		Hits    int      `json:"hits" default:"1"`
	}
	cb := compile[params.Cookie[crumbs]](t)
	got, errs, _ := try[params.Cookie[crumbs]](t, cb, input{headers: []string{"Cookie", "session=s; hits=2"}})
	wantErrors(t, errs)
	wantValue(t, got.Value, crumbs{Session: "s", Hits: 2})
	_, errs, _ = try[params.Cookie[crumbs]](t, cb, input{headers: []string{"Cookie", "evil=x"}})
	wantErrors(t, errs, `cookie.session missing {"hits":1}`, `cookie.evil extra_forbidden null`)
}

// TestFormModelReadsFields
func TestFormModelReadsFields(t *testing.T) {
	form := func(body string) input {
		return input{body: body, headers: []string{"Content-Type", "application/x-www-form-urlencoded"}}
	}
	b := compile[params.Form[closedListing]](t)
	got, errs, _ := try[params.Form[closedListing]](t, b, form("limit=7&tag=aa&order_by="))
	wantErrors(t, errs)
	wantValue(t, got.Value, closedListing{listing: listing{Limit: 7, Tags: []string{"aa"}}})
	_, errs, _ = try[params.Form[closedListing]](t, b, form("limit=&x=1"))
	wantErrors(t, errs, `body.limit missing {"offset":0,"x":"1"}`, `body.x extra_forbidden "1"`)
}

// TestForbidOnParametersChecksQuery: extra:"forbid" on a parameter struct makes undeclared query parameters errors. Headers are not
// checked.
func TestForbidOnParametersChecksQuery(t *testing.T) {
	type closed struct {
		_      struct{}       `extra:"forbid"`
		A      int            `query:"a"`
		Filter map[string]int `query:"filter,omitempty" style:"deepObject"`
		Page   listing        `query:""`
		Agent  string         `header:"User-Agent,omitempty"`
	}
	b := compile[closed](t)
	_, errs, _ := try[closed](t, b, input{query: "a=1&limit=3&filter[x]=1&b=2&filte[x]=3&%C3%A4=%26", headers: []string{"X-Any", "1"}})
	wantErrors(t, errs, `query.b extra_forbidden "2"`, `query.filte[x] extra_forbidden "3"`, `query.ä extra_forbidden "&"`)
}

// TestSourceModelRunsValidate
func TestSourceModelRunsValidate(t *testing.T) {
	b := compile[params.Query[unlike]](t)
	_, errs, _ := try[params.Query[unlike]](t, b, input{query: "a=1&b=1&c=2"})
	wantErrors(t, errs, `query value_error {"a":"1","b":"1","c":"2"}`)

	type quiet struct {
		Pin  string `json:"pin" secret:"true"`
		Name string `json:"name"`
	}
	_, errs, _ = try[params.Query[quiet]](t, compile[params.Query[quiet]](t), input{query: "pin=1234"})
	wantErrors(t, errs, `query.name missing null`)
}
