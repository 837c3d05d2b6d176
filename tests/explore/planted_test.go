package explore_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

// book and its neighbours are the models of the app with the planted bugs.
type book struct {
	ID     int      `json:"id" readonly:"true"`
	Title  string   `json:"title" validate:"min=1,max=40"`
	Pages  int      `json:"pages" validate:"min=1,max=5000"`
	Price  float64  `json:"price" validate:"gte=0,lte=1000"`
	Kind   string   `json:"kind" validate:"oneof=novel poem play"`
	Author *author  `json:"author"`
	Tags   []string `json:"tags"`
}

type author struct {
	Name  string `json:"name" validate:"min=2,max=30"`
	Email string `json:"email" validate:"email"`
}

// signUp has a secret.
type signUp struct {
	Name     string `json:"name" validate:"min=3,max=20"`
	Password string `json:"password" validate:"min=12,max=64" secret:"true"`
}

type account struct {
	Name string `json:"name"`
}

type bookPath struct {
	ID int `path:"id" validate:"min=1"`
}

type paging struct {
	Limit  int    `query:"limit" default:"10" validate:"min=1,max=20"`
	Offset int    `query:"offset" default:"0" validate:"min=0"`
	Search string `query:"q" default:"" validate:"max=30"`
}

// library is the state of the app.
type library struct {
	sync.Mutex
	books    map[int]*book
	last     int
	reads    int
	searched string
	settings map[string]int
}

func (l *library) sorted() []*book {
	return slices.SortedFunc(maps.Values(l.books), func(a, b *book) int { return cmp.Compare(a.ID, b.ID) })
}

// newLibrary makes the app with one of the bugs, or "" for none.
func newLibrary(bug string) *brio.App {
	l := &library{books: map[int]*book{}, settings: map[string]int{}}
	for i := range 30 {
		l.books[i+1] = &book{ID: i + 1, Title: fmt.Sprint("Book ", i+1), Pages: 100, Kind: "novel", Tags: []string{}}
	}
	l.last = 30
	bearer := security.OAuth2PasswordBearer("/token", map[string]string{"read": "Read", "write": "Write"})
	scopesOf := security.RequireScopes(func(t *security.Token) []string {
		if bug == "unchecked scope" {
			return []string{"read", "write"}
		}
		return strings.Split(strings.TrimPrefix(t.Value, "scopes-"), "-")
	}, bearer)
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Provide(bearer), brio.TransformOpenAPI(func(d *spec.Document) {
		most := map[string]json.Number{"a rule that is not checked": "4000", "a valid request refused": "6000"}[bug]
		for _, s := range d.Components.Schemas {
			if p := s.Properties["pages"]; p != nil && most != "" {
				p.Maximum = most
			}
		}
	}), brio.OnError(func(_ *http.Request, err *params.ValidationError) *brio.Response {
		if bug != "wrong location" {
			return nil
		}
		for i := range err.Errors {
			err.Errors[i].Loc = []any{"body", "form"}
		}
		return response.JSON(map[string]any{"detail": err.Errors}).Status(422)
	}))
	notFound := brio.Responds[response.Detail](404, "There is no such book")
	app.Get("/books", func(in *paging) ([]*book, error) {
		l.Lock()
		defer l.Unlock()
		found := slices.DeleteFunc(l.sorted(), func(b *book) bool { return !strings.Contains(b.Title, in.Search) })
		switch {
		case bug == "panic on an empty list":
			_ = found[0].Title
		case bug == "panic beyond the end":
			found = found[in.Offset:]
		}
		found = found[min(in.Offset, len(found)):]
		if bug != "unbounded list" {
			found = found[:min(in.Limit, len(found))]
		}
		if bug == "canary" {
			l.searched, found = in.Search, append(found, &book{ID: 1, Title: "last search: " + l.searched, Pages: 1, Kind: "poem", Tags: []string{}})[:1]
		}
		return found, nil
	})
	app.Get("/last", func() map[string]string { return map[string]string{"search": l.searched} })
	app.Post("/books", func(in *brio.Body[book], res *brio.Response) (*book, error) {
		l.Lock()
		defer l.Unlock()
		b := in.Value
		switch {
		case bug == "500 behind a rule" && b.Pages == 5000:
			panic("the spine breaks")
		case bug == "undeclared status" && b.Kind == "play":
			return nil, brio.Error(409, "No plays")
		case bug == "a text of many bytes" && len(b.Title) > 60:
			return nil, fmt.Errorf("%q is too long for the column", b.Title)
		}
		l.last++
		b.ID = l.last
		if b.Tags == nil {
			b.Tags = []string{}
		}
		l.books[b.ID] = &b
		if bug == "created and lost" {
			delete(l.books, b.ID)
		}
		location := fmt.Sprint("/books/", b.ID)
		if bug == "Location that leads nowhere" {
			location = fmt.Sprint("/book/", b.ID)
		}
		res.SetHeader("Location", location)
		return &b, nil
	}, brio.Status(201))
	app.Get("/books/{id}", func(in *bookPath, res *brio.Response) (any, error) {
		l.Lock()
		defer l.Unlock()
		b := l.books[in.ID]
		if b == nil {
			return nil, brio.Error(404, "There is no such book")
		}
		l.reads++
		shown := map[string]any{"id": b.ID, "title": b.Title, "pages": b.Pages, "price": b.Price, "kind": b.Kind, "author": b.Author, "tags": b.Tags}
		switch bug {
		case "leaked field":
			shown["shelf_key"] = "k3y"
		case "a model that lies":
			shown["pages"] = fmt.Sprint(b.Pages)
		case "order-dependent state":
			shown["title"] = fmt.Sprint(b.Title, l.reads)
		case "a member that is missing":
			delete(shown, "kind")
		}
		tag := fmt.Sprintf(`"%d-%x-%v"`, b.ID, fmt.Sprint(shown["title"]), b.Price)
		if bug == "stale ETag" {
			tag = fmt.Sprintf(`"%d"`, b.ID)
		}
		res.SetHeader("ETag", tag)
		count := strconv.Itoa(b.Pages)
		if bug == "a header that lies" {
			count = "many"
		}
		res.SetHeader("X-Pages", count)
		if bug == "undeclared header" {
			res.SetHeader("X-Shelf", "7")
		}
		if bug == "conditions are not read" {
			out := response.JSON(shown)
			out.SetHeader("ETag", tag)
			out.SetHeader("X-Pages", count)
			return out, nil
		}
		return shown, nil
	}, notFound, brio.Responds[book](200, "", spec.Response{Headers: map[string]any{"X-Pages": &spec.Header{Required: true, Schema: &spec.Schema{Type: []string{"integer"}}}}}))
	app.Patch("/books/{id}", func(in *struct {
		bookPath
		Patch struct {
			Title string `json:"title" validate:"min=1,max=40"`
		} `body:""`
	}) (*book, error) {
		l.Lock()
		defer l.Unlock()
		b := l.books[in.ID]
		if b == nil {
			return nil, brio.Error(404, "There is no such book")
		}
		b.Title = in.Patch.Title
		return b, nil
	}, notFound)
	app.Delete("/books/{id}", func(in *bookPath) error {
		l.Lock()
		defer l.Unlock()
		if l.books[in.ID] == nil {
			return brio.Error(404, "There is no such book")
		}
		if bug != "deleted and still there" {
			delete(l.books, in.ID)
		}
		return nil
	}, notFound)
	app.Put("/settings/{name}", func(in *struct {
		Name  string `path:"name" pattern:"^[a-z]{1,8}$"`
		Value int    `body:"value" validate:"min=0,max=10"`
	}) int {
		l.Lock()
		defer l.Unlock()
		if bug == "a PUT that adds" {
			l.settings[in.Name] += in.Value + 1
		} else {
			l.settings[in.Name] = in.Value
		}
		return l.settings[in.Name]
	})
	app.Get("/settings/{name}", func(in *struct {
		Name string `path:"name" pattern:"^[a-z]{1,8}$"`
	}) int {
		l.Lock()
		defer l.Unlock()
		return l.settings[in.Name]
	})
	app.Post("/users", func(in *brio.Body[signUp]) (any, error) {
		if bug == "secret in an answer" {
			return map[string]string{"name": in.Value.Password}, nil
		}
		return map[string]string{"name": in.Value.Name}, nil
	}, brio.Status(201), brio.ResponseModel[account]())
	var guard brio.RouteOption = brio.Security(scopesOf, "read", "write")
	if bug == "no guard" {
		guard = brio.OpenAPIExtra(map[string]any{"security": []any{map[string]any{"OAuth2PasswordBearer": []any{"read", "write"}}}})
	}
	app.Get("/private", func() string { return "private" }, guard)
	return app
}

// planted are the bugs, with the check that finds each.
var planted = map[string]string{
	"500 behind a rule":           "no 5xx",
	"panic on an empty list":      "no 5xx",
	"panic beyond the end":        "no 5xx",
	"a text of many bytes":        "no 5xx",
	"undeclared status":           "documented",
	"leaked field":                "documented",
	"a model that lies":           "documented",
	"a member that is missing":    "documented",
	"a header that lies":          "documented",
	"undeclared header":           "documented",
	"a rule that is not checked":  "invalid refused",
	"a valid request refused":     "valid accepted",
	"wrong location":              "location",
	"secret in an answer":         "no secret",
	"canary":                      "no canary",
	"unbounded list":              "limit",
	"conditions are not read":     "conditional",
	"stale ETag":                  "entity tag",
	"order-dependent state":       "repeat",
	"a PUT that adds":             "idempotent",
	"unchecked scope":             "auth",
	"no guard":                    "auth",
	"created and lost":            "created found",
	"deleted and still there":     "deleted gone",
	"Location that leads nowhere": "Location",
}

// recorder is a testing.TB that keeps the failures and what is logged.
type recorder struct {
	testing.TB
	failures []string
	logs     []string
}

func (r *recorder) Helper() {}
func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}
func (r *recorder) Errorf(format string, args ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}

// exploreLibrary explores the app with one of the bugs.
func exploreLibrary(t *testing.T, bug string, seed uint64) []string {
	r := &recorder{TB: t}
	briotest.Explore(r, newLibrary(bug), briotest.Seed(seed), briotest.Stateful(), briotest.For(30*time.Second),
		briotest.Credentials(func(r *http.Request, _ string, scopes []string) {
			r.Header.Set("Authorization", "Bearer scopes-"+strings.Join(scopes, "-"))
		}))
	return r.failures
}

// TestExploreFindsPlantedBugs: each of the bugs is found within 30 seconds by the check that is for it, and nothing is found in the app
// without a bug. The seeds are one here, and BRIO_EXPLORE_SEEDS=20 of them by make explore.
func TestExploreFindsPlantedBugs(t *testing.T) {
	seeds, _ := strconv.Atoi(cmp.Or(os.Getenv("BRIO_EXPLORE_SEEDS"), "1"))
	for seed := range uint64(seeds) {
		for _, failure := range exploreLibrary(t, "", seed+1) {
			t.Errorf("false alarm: %s", failure)
		}
		for _, bug := range slices.Sorted(maps.Keys(planted)) {
			failures := exploreLibrary(t, bug, seed+1)
			if !slices.ContainsFunc(failures, func(f string) bool { return strings.Contains(strings.SplitN(f, "\n", 2)[0], ": "+planted[bug]+": ") }) {
				t.Errorf("seed %d: %s was not found by %q, but %d others: %q", seed+1, bug, planted[bug], len(failures), failures)
			}
		}
	}
}
