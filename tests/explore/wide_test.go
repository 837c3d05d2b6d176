package explore_test

import (
	"io"
	"iter"
	"log/slog"
	"math/big"
	"net/http"
	"net/netip"
	"runtime"
	"slices"
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

// shade and level are enumerations.
type shade string

func (shade) Values() []shade { return []shade{"light", "dark"} }

type level int

func (level) Values() []level { return []level{1, 2, 3} }

// pet is chosen by its kind.
type pet struct {
	brio.OneOf `discriminator:"kind"`
	Cat        *cat
	Dog        *dog
}

type cat struct {
	Kind  string `json:"kind" validate:"oneof=cat"`
	Lives int    `json:"lives" default:"9" validate:"min=0,max=9"`
}

type dog struct {
	Kind string  `json:"kind" validate:"oneof=dog wolf"`
	Bark *string `json:"bark"`
}

// everything has a member of each kind.
type everything struct {
	Even    int               `json:"even" validate:"multiple_of=2,min=2,max=20"`
	Cents   float64           `json:"cents" validate:"multiple_of=0.25,gt=0,lt=9"`
	Small   int32             `json:"small"`
	Below   int               `json:"below" validate:"lt=5"`
	Big     big.Int           `json:"big"`
	On      bool              `json:"on"`
	Maybe   *bool             `json:"maybe"`
	Shade   shade             `json:"shade"`
	Level   *level            `json:"level"`
	Code    string            `json:"code" pattern:"^(AB|c+d*).[0-9]{2,}x?$" validate:"max=20"`
	Words   []string          `json:"words" validate:"min=1,max=3,dive,min=1,max=5"`
	Unique  brio.Set[string]  `json:"unique"`
	Pair    [2]int            `json:"pair"`
	Labels  map[string]string `json:"labels"`
	Counts  map[int]int       `json:"counts"`
	Any     any               `json:"any"`
	Data    []byte            `json:"data"`
	Wait    time.Duration     `json:"wait"`
	Made    time.Time         `json:"made"`
	Address netip.Addr        `json:"address"`
	Site    *string           `json:"site" validate:"omitempty,http_url"`
	Parent  *everything       `json:"parent"`
	Pet     *pet              `json:"pet"`
}

// lookUp has a parameter of each kind.
type lookUp struct {
	ID      int64         `path:"id" validate:"min=1"`
	Text    string        `query:"text" default:"x" validate:"max=20" example:"hat"`
	Ratio   *float64      `query:"ratio"`
	Shade   *shade        `query:"shade"`
	Names   []string      `query:"names" default:"[]" validate:"max=4"`
	Comma   []int         `query:"comma" style:"comma" default:"[]"`
	Filter  *between      `query:"filter" style:"deepObject"`
	JSON    *cat          `query:"json,json"`
	Since   *time.Time    `query:"since"`
	Wait    time.Duration `query:"wait" default:"1s"`
	Trace   string        `header:"X-Trace" default:"none" validate:"max=30"`
	Session *string       `cookie:"session"`
}

type between struct {
	From *int `json:"from" validate:"omitempty,min=0"`
	To   *int `json:"to"`
}

// seen is what the handlers of the wide app have had.
type seen struct {
	sync.Mutex
	kinds map[string]bool
}

func (s *seen) note(kind string, is bool) {
	s.Lock()
	defer s.Unlock()
	if is {
		s.kinds[kind] = true
	}
}

// newWide makes an app without a fault that has operations, parameters and members of each kind.
func newWide(s *seen) *brio.App {
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
	app.Get("/look/{id}", func(in *lookUp) any {
		s.note("list in the query", len(in.Names) > 1)
		s.note("list with commas", len(in.Comma) > 1)
		s.note("deep object", in.Filter != nil && in.Filter.From != nil)
		s.note("JSON in the query", in.JSON != nil)
		s.note("header", in.Trace != "none" && in.Trace != "")
		s.note("cookie", in.Session != nil)
		s.note("time in the query", in.Since != nil)
		s.note("example", in.Text == "hat")
		return map[string]any{"id": in.ID, "text": in.Text}
	})
	app.Get("/shops/{shop}/files/{rest...}", func(in *struct {
		Shop string `path:"shop"`
		Rest string `path:"rest"`
	}) string {
		return in.Rest
	})
	app.Post("/everything", func(in *brio.Body[everything]) *everything {
		v := &in.Value
		s.note("pet", v.Pet != nil)
		s.note("parent", v.Parent != nil)
		s.note("map", len(v.Labels) > 0 && len(v.Counts) > 0)
		s.note("least int32", v.Small == -1<<31)
		s.note("true", v.On)
		s.note("level", v.Level != nil)
		return v
	}, brio.Examples("body", spec.Example{Name: "even", Value: map[string]any{"even": 2}}))
	app.Handle([]string{"QUERY"}, "/search", func(in *brio.Body[between]) []int { return []int{} })
	app.Post("/form", func(in *struct {
		Name string   `form:"name" validate:"min=1,max=20"`
		Tags []string `form:"tags" default:"[]"`
	}) string {
		s.note("list in a form", len(in.Tags) > 1)
		return in.Name
	})
	app.Post("/upload", func(in *struct {
		Title string            `form:"title" default:"none"`
		Meta  *cat              `form:"meta,json"`
		File  brio.UploadFile   `file:"file"`
		More  []brio.UploadFile `file:"more,omitempty"`
	}) int64 {
		s.note("file", in.File.Size > 0)
		s.note("files", len(in.More) > 1)
		s.note("JSON in a form", in.Meta != nil)
		return in.File.Size
	})
	app.Post("/bytes", func(in *struct {
		Data []byte `body:"" media:"*/*"`
	}) int {
		s.note("bytes", len(in.Data) > 0)
		return len(in.Data)
	})
	app.Post("/image", func(in *struct {
		Data io.Reader `body:"" media:"image/png"`
	}) (int64, error) {
		return io.Copy(io.Discard, in.Data)
	})
	app.Put("/teams/{team}/members/{id}", func(in *struct {
		member
		Name string `body:"name" validate:"min=1,max=9"`
	}) string {
		return in.Name
	})
	app.Get("/teams/{team}/members/{id}", func(in *member, filter *struct {
		Wide bool `query:"wide"`
	}) string {
		return in.Team
	})
	app.Get("/events", func() iter.Seq[cat] {
		return func(yield func(cat) bool) { _ = yield(cat{"cat", 9}) && yield(cat{"cat", 8}) }
	}, brio.EventStream())
	app.Get("/page", func() string { return "<p>" }, brio.ResponseClass(response.HTMLClass))
	app.Get("/nothing", func() {})
	return app
}

type member struct {
	Team string `path:"team" pattern:"^[a-z]+$"`
	ID   int    `path:"id"`
}

// explored returns what Explore reports.
func explored(t *testing.T, app *brio.App, options ...briotest.ExploreOption) []string {
	r := &recorder{TB: t}
	briotest.Explore(r, app, append([]briotest.ExploreOption{briotest.For(30 * time.Second)}, options...)...)
	return r.failures
}

// TestExploreKnowsEachKind: an app without a fault has no finding, whatever its parameters and bodies are, and each kind of value gets
// to its handler.
func TestExploreKnowsEachKind(t *testing.T) {
	s := &seen{kinds: map[string]bool{}}
	for seed := range uint64(6) {
		for _, failure := range explored(t, newWide(s), briotest.Seed(seed+1), briotest.Stateful()) {
			t.Errorf("seed %d: false alarm: %s", seed+1, failure)
		}
	}
	for _, kind := range []string{"list in the query", "list with commas", "deep object", "JSON in the query", "header", "cookie", "time in the query", "example",
		"pet", "parent", "map", "least int32", "true", "level", "list in a form", "file", "files", "JSON in a form", "bytes"} {
		if !s.kinds[kind] {
			t.Errorf("no request had: %s", kind)
		}
	}
}

// TestExploreTriesEachScheme: an operation of each security scheme is tried without, with wrong and with right credentials. One that lets
// everybody in is found.
func TestExploreTriesEachScheme(t *testing.T) {
	right := func(r *http.Request, scheme string, _ []string) {
		switch scheme {
		case "APIKeyHeader":
			r.Header.Set("X-Key", "right")
		case "APIKeyQuery":
			q := r.URL.Query()
			q.Set("key", "right")
			r.URL.RawQuery = q.Encode()
			r.RequestURI = r.URL.RequestURI()
		case "APIKeyCookie":
			r.AddCookie(&http.Cookie{Name: "key", Value: "right"})
		case "HTTPBasic":
			r.SetBasicAuth("ada", "right")
		case "HTTPBearer":
			r.Header.Set("Authorization", "Bearer right")
		}
	}
	for name, c := range map[string]struct {
		scheme security.Scheme
		check  any
		any    any
	}{
		"header": {security.APIKeyHeader("X-Key"), checkKey, anyKey},
		"query":  {security.APIKeyQuery("key"), checkKey, anyKey},
		"cookie": {security.APIKeyCookie("key"), checkKey, anyKey},
		"basic":  {security.HTTPBasic(), func(b *security.BasicCredentials) (user, error) { return checked(b.Password) }, func(*security.BasicCredentials) user { return "any" }},
		"bearer": {security.HTTPBearer(), func(b *security.Token) (user, error) { return checked(b.Value) }, func(*security.Token) user { return "any" }},
	} {
		for _, guarded := range []bool{true, false} {
			check := c.check
			if !guarded {
				check = c.any
			}
			app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.Provide(c.scheme, check))
			app.Get("/private", func(u user) string { return string(u) }, brio.Responds[response.Detail](403, "The key is wrong"))
			failures := explored(t, app, briotest.Seed(1), briotest.Credentials(right))
			if guarded && len(failures) > 0 || !guarded && (len(failures) != 1 || !strings.Contains(failures[0], "the operation needs credentials, and answers 200 with wrong ones")) {
				t.Errorf("%s, guarded: %v: got %q", name, guarded, failures)
			}
		}
	}
}

// user is who a request is from.
type user string

func checked(key string) (user, error) {
	if key != "right" {
		return "", brio.Error(403, "The key is wrong")
	}
	return "ada", nil
}

func checkKey(k *security.APIKey) (user, error) { return checked(k.Value) }
func anyKey(*security.APIKey) user              { return "any" }

// TestExploreFindsStrangeHandlers: what no document says is found too: handlers that end in another way, and answers that contradict others.
func TestExploreFindsStrangeHandlers(t *testing.T) {
	puts := 0
	for want, declare := range map[string]func(app *brio.App){
		"the app panics: runtime.Goexit": func(app *brio.App) {
			app.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
			})
			app.Get("/a", func() string { return "" })
		},
		"HEAD is answered with 201, and GET with 200": func(app *brio.App) {
			app.Get("/a", func() string { return "" })
			app.Head("/a", func() {}, brio.Status(201))
		},
		`HEAD has the Content-Type "", and GET "application/json"`: func(app *brio.App) {
			app.Get("/a", func() string { return "" })
			app.Head("/a", func() *brio.Response { return response.Empty(200) })
		},
		`HEAD has the ETag "", and GET "\"a\""`: func(app *brio.App) {
			app.Get("/a", func(res *brio.Response) string { res.SetHeader("ETag", `"a"`); return "" })
			app.Head("/a", func() *brio.Response { return response.Bytes("application/json", nil) })
		},
		`If-None-Match: "another" is answered with 304`: func(app *brio.App) {
			app.Get("/a", func(r *http.Request, res *brio.Response) any {
				res.SetHeader("ETag", `"a"`)
				if r.Header.Get("If-None-Match") != "" {
					return response.Empty(304)
				}
				return "a"
			})
		},
		"the second PUT is answered with 409": func(app *brio.App) {
			app.Get("/a", func() string { return "" })
			app.Put("/a", func() (string, error) {
				if puts++; puts%2 == 0 {
					return "", brio.Error(409, "It is there")
				}
				return "", nil
			}, brio.Responds[response.Detail](409, "It is there"))
		},
		"the second answer to the same request has the status 404, not 200": func(app *brio.App) {
			gets := 0
			app.Get("/a", func() (string, error) {
				if gets++; gets%2 == 0 {
					return "", brio.Error(404, "It is gone")
				}
				return "", nil
			}, brio.Responds[response.Detail](404, "It is gone"))
		},
		"the body is no JSON": func(app *brio.App) {
			app.Get("/a", func() *brio.Response { return response.Bytes("application/json", []byte("{")) }, brio.Responds[int](200, ""))
		},
	} {
		app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)))
		declare(app)
		failures := explored(t, app, briotest.Seed(1))
		if !slices.ContainsFunc(failures, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("%s was not found, but %q", want, failures)
		}
	}
}

// TestExploreTakesOtherErrors: errors in a format of the app have no locations that Explore could judge.
func TestExploreTakesOtherErrors(t *testing.T) {
	for _, body := range []any{"no", map[string]any{"detail": "no"}, map[string]any{"detail": []any{}}} {
		app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), brio.OnError(func(_ *http.Request, err *params.ValidationError) *brio.Response {
			return response.JSON(body).Status(422)
		}), brio.Responds[any](422, "It is wrong"))
		app.Post("/a", func(in *brio.Body[between]) int { return 1 })
		if failures := explored(t, app, briotest.Seed(1)); len(failures) > 0 {
			t.Errorf("%v: got %q", body, failures)
		}
	}
}
