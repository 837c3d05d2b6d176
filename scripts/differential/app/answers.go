package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"iter"
	"math"
	"net/http"
	"os"
	"strings"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

var made = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var files = fstest.MapFS{
	"a.txt":       {Data: []byte(strings.Repeat("0123456789", 30)), ModTime: made},
	"empty.css":   {ModTime: made},
	"sub/ä b.png": {Data: []byte("\x89PNG"), ModTime: made},
}

// Set is what a function sets on the temporal Response, as the client says.
type Set struct {
	Status *int    `query:"status"`
	Name   *string `query:"name"`
	Value  string  `query:"value" default:"v"`
	Cookie *string `query:"cookie"`
	Text   string  `query:"text" default:"c"`
	Path   *string `query:"path"`
	Delete *string `query:"delete"`
	ETag   *string `query:"etag"`
	Date   bool    `query:"date" default:"false"`
	Media  *string `query:"media"`
}

func (s *Set) on(res *brio.Response) {
	if s.Status != nil {
		res.Status(*s.Status)
	}
	if s.Name != nil {
		res.AddHeader(*s.Name, s.Value)
	}
	if s.Cookie != nil {
		var opts []cookies.Option
		if s.Path != nil {
			opts = append(opts, cookies.Path(*s.Path))
		}
		res.SetCookie(cookies.New(*s.Cookie, s.Text, opts...))
	}
	if s.Delete != nil {
		res.DeleteCookie(*s.Delete)
	}
	if s.ETag != nil {
		res.SetETag(*s.ETag)
	}
	if s.Date {
		res.SetLastModified(made)
	}
	if s.Media != nil {
		res.MediaType(*s.Media)
	}
}

type own struct{ Code int }

func (e *own) Error() string { return fmt.Sprint("own ", e.Code) }

var errPlain = errors.New("plain")

// fail is an error of each kind.
func fail(kind int, text string) error {
	switch kind {
	case 0:
		return nil
	case 1:
		return errPlain
	case 2:
		return brio.Error(418, text)
	case 3:
		return brio.Error(409, map[string]any{"text": text, "n": 1.5, "list": []any{nil, true}}).WithHeader("X-Why", text).WithCause(errPlain)
	case 4:
		return &own{400}
	case 5:
		return fmt.Errorf("wrapped: %w", brio.Error(404, nil))
	case 6:
		panic(text)
	case 7:
		return &brio.ValidationError{Errors: []brio.ErrorDetail{{Type: "x", Loc: []any{"body", 1, text}, Msg: text, Input: map[string]any{"a": text}}}}
	case 8:
		return errors.Join(errPlain, &own{2})
	case 9:
		return &brio.HTTPError{Status: 451, Detail: text, Type: "https://example.com/" + text, Title: "Title", Instance: "/i", Headers: http.Header{"Retry-After": {"5"}, "Set-Cookie": {"a=b"}}}
	case 10:
		return brio.Error(200, text)
	case 11:
		return brio.Error(503, func() {})
	case 12:
		panic(brio.Error(402, text))
	case 13:
		return context.Canceled
	case 14:
		return context.DeadlineExceeded
	case 15:
		return os.ErrNotExist
	case 16:
		panic(http.ErrAbortHandler)
	case 17:
		return brio.Error(401, text).WithHeader("WWW-Authenticate", `Basic realm="x"`)
	case 18:
		return brio.Error(400, text).WithHeader("X-Bad", "a\nb")
	case 19:
		return brio.Error(404, math.NaN())
	}
	return brio.Error(kind, text)
}

// Fail says how a function ends.
type Fail struct {
	Kind int    `query:"fail" default:"0"`
	Text string `query:"failText" default:"no"`
}

// Small is a result.
type Small struct {
	Name string  `json:"name"`
	N    *int    `json:"n"`
	F    float64 `json:"f"`
	Nil  []int   `json:"nil"`
}

// Kind chooses a result.
type Kind struct {
	N    int    `query:"n" default:"0"`
	Text string `query:"t" default:"text"`
}

func result(k int, text string) any {
	n := 3
	switch k {
	case 0:
		return &Small{Name: text}
	case 1:
		return text
	case 2:
		return nil
	case 3:
		return []Small{{Name: text, N: &n, F: 1e21}, {F: 1e-7}}
	case 4:
		return map[string]any{text: []any{1, "x", nil, map[string]int{"b": 1, "a": 2}}}
	case 5:
		return []byte(text)
	case 6:
		return math.NaN()
	case 7:
		return func() {}
	case 8:
		return json.RawMessage(text)
	case 9:
		return made
	case 10:
		return 90 * time.Second
	case 11:
		return response.Text(text)
	case 12:
		return brio.Some(text)
	case 13:
		return (*Small)(nil)
	case 14:
		return errPlain
	case 15:
		return Pet{}
	case 16:
		return Either{Text: &text}
	case 17:
		return brio.SetOf(text, "b", "a")
	case 18:
		return json.Number(text)
	case 19:
		return struct {
			Small
			Any any `json:"any,omitempty"`
		}{Small: Small{Name: text}}
	case 20:
		return map[int]string{2: text, -1: "x"}
	case 21:
		return brio.NoContent{}
	case 22:
		return Odd{text}
	case 23:
		return "\u2028<&>\xff" + text
	}
	return k
}

// direct is a Response of each constructor.
func direct(k int, text string) *brio.Response {
	switch k {
	case 0:
		return response.Text(text)
	case 1:
		return response.JSON(result(3, text))
	case 2:
		return response.HTML("<p>" + text)
	case 3:
		return response.Bytes("application/x-"+text, []byte(text))
	case 4:
		return response.XML(Address{Street: text})
	case 5:
		return response.Redirect(text)
	case 6:
		return response.Empty(204)
	case 7:
		return response.Empty(304).SetHeader("X-A", text)
	case 8:
		return response.FileIn(files, text)
	case 9:
		return response.FileIn(files, "a.txt", response.Filename(text))
	case 10:
		return response.FileIn(files, "sub/ä b.png", response.Inline())
	case 11:
		return response.Reader("text/x", strings.NewReader(text))
	case 12:
		return response.Stream("text/y", iter.Seq[[]byte](func(yield func([]byte) bool) { _ = yield([]byte(text)) && yield([]byte("more")) }))
	case 13:
		return response.Stream("", iter.Seq2[[]byte, error](func(yield func([]byte, error) bool) { _ = yield([]byte(text), nil) && yield(nil, errPlain) }))
	case 14:
		return response.Template(page, "page", text)
	case 15:
		return response.JSON(result(6, text))
	case 16:
		return nil
	case 17:
		return response.Text(text).Status(205)
	case 18:
		return response.Text(text).Status(99)
	case 19:
		return response.Text(text).SetCookie(cookies.New("a", text)).SetCookie(cookies.New("a", "2")).AddHeader("Set-Cookie", "raw="+text)
	case 20:
		return response.Text(text).SetHeader("Content-Length", "3").SetHeader("Transfer-Encoding", "x").SetHeader("Connection", text)
	case 21:
		return response.FileIn(files, "none", response.OrNotFound())
	case 22:
		return response.FileIn(files, "none")
	case 23:
		return response.FileIn(files, "a.txt").SetETag("tag").Status(203)
	case 24:
		return response.Text(text).SetETag(text).SetLastModified(made)
	case 25:
		return response.Stream("text/y", iter.Seq2[[]byte, error](func(yield func([]byte, error) bool) { yield(nil, brio.Error(409, text)) }))
	}
	return response.Empty(k)
}

var page = template.Must(template.New("page").Parse("<p>{{.}}</p>"))

func answers(r *brio.Router) {
	set := brio.Depends(func(res *brio.Response, in *Set) { in.on(res) })
	r.Get("/any", func(in *Kind, f *Fail) (any, error) { return result(in.N, in.Text), fail(f.Kind, f.Text) }, set)
	r.Post("/any", func(in *Kind) any { return result(in.N, in.Text) }, set, brio.Status(201))
	r.Get("/small", func(res *brio.Response, in *Kind, s *Set, f *Fail) (*Small, error) {
		s.on(res)
		res.AddHeader("X-Handler", in.Text)
		return &Small{Name: in.Text, F: float64(in.N) / 3}, fail(f.Kind, f.Text)
	}, set)
	r.Get("/merge", func(res *brio.Response, in *Kind, s *Set, f *Fail) (*Small, error) {
		s.on(res)
		return &Small{Name: in.Text}, fail(f.Kind, f.Text)
	}, set, brio.MergeAlways())
	r.Get("/direct", func(in *Kind, f *Fail) (*brio.Response, error) { return direct(in.N, in.Text), fail(f.Kind, f.Text) }, set)
	r.Get("/directMerged", func(in *Kind, res *brio.Response) *brio.Response {
		if in.N == 1 {
			return res
		}
		return direct(in.N, in.Text)
	}, set, brio.MergeAlways())
	r.Get("/text", func() string { return "text" })
	r.Get("/string", func(in *Kind) string { return in.Text }, brio.ResponseClass(response.HTMLClass), set)
	r.Get("/xml", func(in *Kind) Address { return Address{Street: in.Text} }, brio.ResponseClass(response.XMLClass), set)
	r.Get("/raw", func(in *Kind) []byte { return []byte(in.Text) }, brio.ResponseClass(response.RawClass), set)
	r.Get("/redirect", func(in *Kind) string { return in.Text }, brio.ResponseClass(response.RedirectClass), set)
	r.Get("/nothing", func() {}, set)
	r.Get("/nil", func(in *Kind) *Small {
		if in.N == 0 {
			return nil
		}
		return &Small{}
	}, brio.ResponseModel[*Small](), set)
	r.Get("/nilFails", func() *Small { return nil })
	r.Get("/nullResults", func() *Small { return nil }, brio.NullResults())
	r.Get("/etag", func(in *Kind) *Small { return &Small{Name: in.Text} }, brio.AutoETag(), set)
	r.Put("/precondition", func(req *http.Request, res *brio.Response, s *Set) (string, error) {
		s.on(res)
		return "done", res.Precondition(req)
	})
	r.Get("/negotiated", func(in *Kind) any { return result(in.N, in.Text) },
		brio.Encoder("application/xml", xml.Marshal), brio.Encoder("text/x-go", func(v any) ([]byte, error) { return fmt.Appendf(nil, "%v", v), nil }), set)
	r.Get("/included", func(in *Kind) any { return result(in.N, in.Text) }, brio.ResponseModel[[]Small](), brio.ExcludeNone())
	r.Get("/around", func(in *Kind, f *Fail) (any, error) { return result(in.N, in.Text), fail(f.Kind, f.Text) },
		brio.Around(func(req *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			res, err := next()
			if err == nil {
				res.AddHeader("X-Around", "1")
			} else if errors.Is(err, errPlain) {
				return response.Text("around " + err.Error()).Status(299), nil
			}
			return res, err
		}), set)
	r.Get("/onError", func(in *Kind, f *Fail) (any, error) { return result(in.N, in.Text), fail(f.Kind, f.Text) },
		brio.OnError(func(_ *http.Request, e *own) *brio.Response {
			return response.JSON(map[string]int{"code": e.Code}).Status(499)
		}), brio.OnStatus(404, func(_ *http.Request, err error) *brio.Response {
			return response.Text("gone: " + err.Error()).Status(410)
		}), set)
	r.Get("/deps", func(a *depA, in *Kind) string { return dump(a) + in.Text },
		brio.Provide(newDepA, newDepB), brio.Depends(func(b *depB, res *brio.Response) { res.AddHeader("X-Order", "guard") }))
	r.Get("/cleanup", func(c *cleaned, f *Fail) (string, error) { return dump(c), fail(f.Kind, f.Text) }, brio.Provide(brio.BeforeResponse(newCleaned)), set)

	r.Get("/lines", func(in *Kind, f *Fail) iter.Seq2[Small, error] {
		return func(yield func(Small, error) bool) {
			for i := range min(in.N, 50) {
				if !yield(Small{Name: in.Text, N: &i}, nil) {
					return
				}
			}
			if err := fail(f.Kind, f.Text); err != nil {
				yield(Small{}, err)
			}
		}
	}, set, brio.ExcludeNone())
	r.Get("/seq", func(in *Kind) iter.Seq[any] {
		return func(yield func(any) bool) {
			for i := range min(max(in.N, 0), 30) {
				if !yield(result(i, in.Text)) {
					return
				}
			}
		}
	}, set)
	r.Get("/events", func(in *Kind) response.Events[*Small] {
		return func(yield func(response.Event[*Small], error) bool) {
			for i := range min(in.N, 50) {
				e := response.Event[*Small]{Data: &Small{Name: in.Text, N: &i}, ID: fmt.Sprint(i), Event: in.Text}
				switch i % 5 {
				case 1:
					e = response.Comment[*Small](in.Text)
				case 2:
					e = response.Raw[*Small](in.Text)
				case 3:
					e.Data, e.Retry = nil, time.Second
				}
				if !yield(e, nil) {
					return
				}
			}
		}
	}, set)
	r.Get("/eventStream", func(in *Kind) iter.Seq[Small] {
		return func(yield func(Small) bool) {
			for range min(in.N, 50) {
				if !yield(Small{Name: in.Text}) {
					return
				}
			}
		}
	}, brio.EventStream(), set)
	r.Get("/chunks", func(in *Kind) iter.Seq[string] {
		return func(yield func(string) bool) { _ = yield(in.Text) && yield("more") }
	}, brio.ResponseClass(response.StreamOf("text/x-chunks")), set)
	r.Get("/file/{name...}", func(in *struct {
		Name string `path:"name"`
	}) *brio.Response {
		return response.FileIn(files, in.Name, response.OrNotFound())
	}, set)
	r.Get("/panic", func() { panic("no") })
	guarded(r)
	wrapped(r)
}

type depA struct {
	B *depB
	N int
}

type depB struct{ Q string }

func newDepB(in *struct {
	Q string `query:"q" default:"q" validate:"max=5"`
}, res *brio.Response) (*depB, error) {
	res.AddHeader("X-Order", "b")
	if in.Q == "fail" {
		return nil, brio.Error(403, "b")
	}
	return &depB{in.Q}, nil
}

func newDepA(b *depB, res *brio.Response, in *struct {
	N int `header:"X-N" default:"1" validate:"max=9"`
}) *depA {
	res.AddHeader("X-Order", "a")
	return &depA{b, in.N}
}

type cleaned struct{ Text string }

func newCleaned(in *struct {
	Clean int `query:"clean" default:"0"`
}, res *brio.Response) (*cleaned, func(error) error) {
	return &cleaned{"c"}, func(err error) error {
		switch in.Clean {
		case 1:
			return errPlain
		case 2:
			return brio.Error(409, "clean")
		case 3:
			panic("clean")
		case 4:
			res.AddHeader("X-Clean", fmt.Sprint(err))
		}
		return err
	}
}

func guarded(r *brio.Router) {
	oauth := security.OAuth2PasswordBearer("/token", map[string]string{"read": "Read all"})
	scopes := security.RequireScopes(func(t *security.Token) []string { return strings.Split(t.Value, ".") }, oauth)
	r.Get("/private", func(t *security.Token) string { return dump(t) }, brio.Provide(oauth), brio.Security(scopes, "read"))
	r.Get("/bearer", func(t *security.Token) string { return dump(t) }, brio.Provide(security.HTTPBearer()))
	r.Get("/basic", func(c *security.BasicCredentials) string { return dump(c) }, brio.Provide(security.HTTPBasic()))
	r.Get("/digest", func(a *security.Authorization) string { return dump(a) }, brio.Provide(security.HTTPDigest()))
	r.Get("/key", func(k *security.APIKey) string { return dump(k) }, brio.Provide(security.APIKeyHeader("X-Key")))
	r.Get("/keyQuery", func(k *security.APIKey) string { return dump(k) }, brio.Provide(security.APIKeyQuery("key", security.Optional())))
	r.Get("/keyCookie", func(k *security.APIKey) string { return dump(k) }, brio.Provide(security.APIKeyCookie("key")))
	r.Post("/token", func(f *security.PasswordForm) string { return dump(f) })
}

func wrapped(r *brio.Router) {
	mw := brio.NewRouter(brio.Prefix("/mw"))
	r.Include(mw)
	echo := func(in *Kind, f *Fail) (any, error) {
		return result(in.N, strings.Repeat(in.Text, 50)), fail(f.Kind, f.Text)
	}
	mw.Get("/cors", echo, brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.example"}, AllowCredentials: true, AllowHeaders: []string{"X-A"}, AllowMethods: []string{"*"}})))
	mw.Get("/compress", echo, brio.Use(middleware.Compress()))
	mw.Get("/gzip", echo, brio.Use(middleware.GZip(100, 5)))
	mw.Get("/headers", echo, brio.Use(middleware.SecurityHeaders()))
	mw.Get("/host", echo, brio.Use(middleware.TrustedHost("example.com", "*.example.org")))
	mw.Get("/timeout", echo, brio.Use(middleware.Timeout(time.Minute)))
	mw.Get("/onStart", echo, brio.Use(middleware.OnStart(func(h http.Header, status int) { h.Set("X-Start", fmt.Sprint(status)) })))
	mw.Get("/dump", echo, brio.Use(middleware.BodyDump(middleware.BodyDumpOptions{})))
	mw.Post("/csrf", func(in *brio.Body[Range]) Range { return in.Value }, brio.Use(middleware.CSRF("https://a.example")))
	mw.Post("/compress", func(in *brio.Body[any]) any { return in.Value }, brio.Use(middleware.Compress()))
}
