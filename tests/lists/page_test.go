package lists_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

type number struct {
	N int `json:"n"`
}

type secretNumber struct {
	number
	Password string `json:"password"`
}

// listNumbers returns the numbers from offset to below 95, at most limit+1 of them.
func listNumbers(page params.Page) response.Page[secretNumber] {
	var all []secretNumber
	for n := page.Offset; n < 95 && len(all) <= page.Limit; n++ {
		all = append(all, secretNumber{number{n}, "x"})
	}
	return response.OffsetPage(all, page.Limit, page.Offset)
}

// TestPageHasLinks: the Link header (RFC 8288) has the pages that are known, with the other parameters of the query.
func TestPageHasLinks(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/numbers", listNumbers)
	app.Get("/counted", func(page params.Page) response.Page[secretNumber] { return listNumbers(page).WithTotal(95) })
	app.Get("/pointer", func(page params.Page) *response.Page[secretNumber] { p := listNumbers(page); return &p })
	app.Get("/nil", func() *response.Page[number] { return nil }, brio.ResponseModel[*response.Page[number]]())
	app.Get("/one", func(page params.Page) response.Page[secretNumber] {
		return response.OffsetPage([]secretNumber{}, page.Limit, page.Offset).WithTotal(1)
	})
	app.Get("/cursor", func() response.Page[number] { return response.CursorPage([]number{{1}}, "a+b", "") })
	app.Get("/zero", func() response.Page[number] { return response.Page[number]{} })
	for target, want := range map[string]string{
		"/numbers":                   `<?limit=50&offset=0>; rel="first", <?limit=50&offset=50>; rel="next"`,
		"/pointer":                   `<?limit=50&offset=0>; rel="first", <?limit=50&offset=50>; rel="next"`,
		"/numbers?q=a%26b&offset=50": `<?q=a%26b&limit=50&offset=0>; rel="first", <?q=a%26b&limit=50&offset=0>; rel="prev"`,
		"/numbers?limit=10&offset=5": `<?limit=10&offset=0>; rel="first", <?limit=10&offset=0>; rel="prev", <?limit=10&offset=15>; rel="next"`,
		"/numbers?x=%3E%0d%22&y":     `<?x=%3E%0D%22&y&limit=50&offset=0>; rel="first", <?x=%3E%0D%22&y&limit=50&offset=50>; rel="next"`,
		"/counted?limit=10":          `<?limit=10&offset=0>; rel="first", <?limit=10&offset=10>; rel="next", <?limit=10&offset=90>; rel="last"`,
		"/counted?limit=5&offset=90": `<?limit=5&offset=0>; rel="first", <?limit=5&offset=85>; rel="prev", <?limit=5&offset=90>; rel="last"`,
		"/counted?offset=500":        `<?limit=50&offset=0>; rel="first", <?limit=50&offset=50>; rel="prev", <?limit=50&offset=50>; rel="last"`,
		"/one?limit=10&offset=5":     `<?limit=10&offset=0>; rel="first", <?limit=10&offset=0>; rel="prev", <?limit=10&offset=0>; rel="last"`,
		"/cursor?cursor=old&q=1":     `<?q=1>; rel="first", <?q=1&cursor=a%2Bb>; rel="next"`,
		"/zero":                      "",
		"/nil":                       "",
	} {
		path, _, _ := strings.Cut(target, "?")
		want = strings.ReplaceAll(want, "<", "<http://example.com"+path)
		w := testkit.Get(app, target)
		if got := w.Header().Get("Link"); w.Code != 200 || got != want {
			t.Errorf("%s: got %d, Link\n%s\nwant\n%s", target, w.Code, got, want)
		}
	}
}

// TestPageLinksAreThoseOfClient: links have the scheme, the host and the prefix that the client sees.
func TestPageLinksAreThoseOfClient(t *testing.T) {
	t.Parallel()
	inner := brio.New()
	inner.Get("/numbers", listNumbers)
	app := brio.New(brio.RootPath("/api"), brio.TrustProxies("*"))
	app.Get("/a-b/{id}", func(in struct {
		params.Page
		ID string `path:"id"`
	}) response.Page[secretNumber] {
		return listNumbers(in.Page)
	})
	app.Mount("/inner", inner)
	for target, want := range map[string]string{
		"/a-b/x%20y?limit=90":     "https://shop.example/api/a-b/x%20y?limit=90&offset=90",
		"/inner/numbers?limit=90": "https://shop.example/api/inner/numbers?limit=90&offset=90",
	} {
		w := testkit.Get(app, target, "X-Forwarded-Proto", "https", "X-Forwarded-Host", "shop.example")
		if w.Code != 200 {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		if got := w.Header().Get("Link"); !strings.Contains(got, fmt.Sprintf(`<%s>; rel="next"`, want)) {
			t.Errorf("%s: Link %s, want next %s", target, got, want)
		}
	}
}

// TestPageGoesThroughResponseModel: the items are filtered as any result is, and a page of none is an empty list.
func TestPageGoesThroughResponseModel(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/public", listNumbers, brio.ResponseModel[response.Page[number]]())
	testkit.WantBody(t, testkit.Get(app, "/public?limit=1&offset=94"), `{"items":[{"n":94}]}`)
	testkit.WantBody(t, testkit.Get(app, "/public?offset=95"), `{"items":[]}`)
	if got := testkit.Get(app, "/public?offset=90").Header().Get("Link"); !strings.Contains(got, `rel="prev"`) {
		t.Errorf("Link under a response model: %q", got)
	}
}

// TestPageHasBounds: limits are those of the struct, and a struct that embeds Page may have its own.
func TestPageHasBounds(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/numbers", listNumbers)
	app.Get("/own", func(in struct {
		params.Page
		Limit int `query:"limit" default:"7" validate:"min=1,max=500"`
	}) [2]int {
		return [2]int{in.Limit, in.Offset}
	})
	testkit.WantBody(t, testkit.Get(app, "/own"), `[7,0]`)
	testkit.WantBody(t, testkit.Get(app, "/own?limit=400&offset=3"), `[400,3]`)
	for target, kind := range map[string]string{
		"/numbers?limit=0": "greater_than_equal", "/numbers?limit=101": "less_than_equal", "/numbers?offset=-1": "greater_than_equal",
		"/numbers?offset=1000001": "less_than_equal", "/numbers?limit=x": "int_parsing", "/own?limit=501": "less_than_equal",
	} {
		w := testkit.Get(app, target)
		name, _, _ := strings.Cut(target[strings.Index(target, "?")+1:], "=")
		if want := fmt.Sprintf(`"type":"%s","loc":["query","%s"]`, kind, name); w.Code != 422 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %d %s, want 422 with %s", target, w.Code, w.Body, want)
		}
	}
}

// TestPageInDocument: the schema has the name of the instance, the parameters their limits, the answer its Link header.
func TestPageInDocument(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/numbers", listNumbers, brio.ResponseModel[response.Page[number]]())
	doc := testkit.Get(app, "/openapi.json").Body.String()
	for _, want := range []string{`"Page_number_":{"properties":`, `"title":"Page[number]"`, `"headers":{"Link":{`, `"maximum":100`, `"default":50`, `"$ref":"#/components/schemas/Page_number_"`} {
		if !strings.Contains(doc, want) {
			t.Errorf("the document has no %s:\n%s", want, doc)
		}
	}
}
