package main

import (
	"math/big"
	"net/http"
	"net/netip"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
)

// Lookup has a parameter of every kind and style.
type Lookup struct {
	Text     string                `query:"text" default:"x" validate:"max=20"`
	Need     string                `query:"need" validate:"min=1,alpha"`
	Limit    int32                 `query:"limit" default:"10" validate:"max=100,min=-5"`
	Small    *uint8                `query:"small"`
	Ratio    *float64              `query:"ratio"`
	Yes      *bool                 `query:"yes"`
	Shade    *Shade                `query:"shade"`
	Level    *Level                `query:"level"`
	Names    []string              `query:"names" default:"[]" validate:"max=3,dive,max=5"`
	Numbers  []int                 `query:"numbers,omitempty"`
	Comma    []int                 `query:"comma" style:"comma" default:"[]" validate:"unique"`
	Floats   []float64             `query:"floats,omitempty" style:"comma"`
	Pair     *[2]int               `query:"pair"`
	Set      brio.Set[string]      `query:"set,omitempty"`
	Filter   *Filter               `query:"filter" style:"deepObject"`
	Map      map[string][]string   `query:"map,omitempty" style:"deepObject"`
	JSON     *Cat                  `query:"json,json"`
	Union    *Either               `query:"union,json"`
	Patch    *brio.Patch[Item]     `query:"patch,json"`
	Since    *time.Time            `query:"since"`
	Wait     time.Duration         `query:"wait" default:"1s" validate:"max=1h"`
	Day      *params.Date          `query:"day"`
	Clock    *params.TimeOfDay     `query:"clock"`
	Local    *params.LocalDateTime `query:"local"`
	Moment   *params.DateTime      `query:"moment"`
	URL      *params.URL           `query:"url"`
	Addr     *netip.Addr           `query:"addr"`
	Prefix   *netip.Prefix         `query:"prefix"`
	Big      *big.Int              `query:"big"`
	Data     []byte                `query:"data,omitempty"`
	Decimal  *Decimal              `query:"decimal"`
	Cents    *Cents                `query:"cents" validate:"gt=5"`
	Colour   *Colour               `query:"colour"`
	Colours  []Colour              `query:"colours,omitempty"`
	Optional brio.Optional[int]    `query:"optional"`
	Any      any                   `query:"any,omitempty"`
	Email    *string               `query:"email" validate:"omitempty,email"`
	Upper    string                `query:"Upper" default:"" pattern:"^[A-Z]*$"`
}

// Filter is a deep object.
type Filter struct {
	From  *int           `json:"from" validate:"min=0"`
	Names []string       `json:"names,omitempty"`
	Inner *Filter        `json:"inner"`
	Map   map[string]int `json:"map,omitempty"`
	At    *time.Time     `json:"at"`
}

// Heads has headers and cookies of every kind.
type Heads struct {
	Trace   string              `header:"X-Trace" default:"none" validate:"max=10"`
	Need    int                 `header:"X-Need"`
	List    []string            `header:"X-List,omitempty"`
	Comma   []int               `header:"X-Comma,omitempty" style:"comma"`
	JSON    *Range              `header:"X-Json,json"`
	When    *time.Time          `header:"X-When"`
	Yes     brio.Optional[bool] `header:"X-Yes"`
	Agent   string              `header:"User-Agent" default:"unknown"`
	Auth    *string             `header:"Authorization"`
	Host    *string             `header:"Host"`
	Accept  *string             `header:"Accept"`
	Session *string             `cookie:"session"`
	Number  *int                `cookie:"number" validate:"max=9"`
	Prefs   []string            `cookie:"prefs,omitempty" style:"comma"`
	Object  *Cat                `cookie:"object,json"`
	Theme   string              `cookie:"theme" default:"light" validate:"oneof=light dark"`
}

// QueryModel is a source as a model.
type QueryModel struct {
	_     struct{} `extra:"forbid"`
	Limit int      `json:"limit" default:"3" validate:"max=100"`
	Q     *string  `json:"q"`
	Tags  []string `json:"tags,omitempty"`
	Start int      `json:"start,omitempty"`
	End   *int     `json:"end" validate:"omitempty,gtfield=Start"`
	Shade Shade    `json:"shade" default:"dark"`
	Pass  *string  `json:"pass" secret:"true" validate:"min=3"`
}

// OpenModel collects undeclared names.
type OpenModel struct {
	A     int            `json:"a,omitempty"`
	Extra map[string]any `json:"-" extra:"allow"`
}

// HeaderModel is all headers.
type HeaderModel struct {
	XTrace string   `json:"x_trace" default:"t"`
	XNeed  int      `json:"x_need"`
	XList  []string `json:"x_list,omitempty"`
	Alias  *string  `json:"alias" header:"X-Alias_Name"`
}

// CookieModel is all cookies.
type CookieModel struct {
	_       struct{} `extra:"forbid"`
	Session string   `json:"session" validate:"min=2"`
	Number  *int     `json:"number"`
}

func in[T any](in *T) string { return dump(in) }

func parameters(r *brio.Router) {
	r.Get("/lookup", in[Lookup])
	r.Get("/heads", in[Heads])
	r.Get("/queryModel", func(in *brio.Query[QueryModel]) string { return dump(in) })
	r.Get("/openQuery", func(in *brio.Query[OpenModel]) string { return dump(in) })
	r.Get("/headerModel", func(in *brio.Header[HeaderModel]) string { return dump(in) })
	r.Get("/cookieModel", func(in *brio.Cookie[CookieModel]) string { return dump(in) })
	r.Get("/openCookies", func(in *brio.Cookie[OpenModel]) string { return dump(in) })
	r.Get("/lax", in[Lookup], brio.LaxText())
	r.Get("/pairs", in[struct {
		A []string `query:"a,omitempty"`
	}], brio.MaxPairs(5))
	r.Get("/extra", in[struct {
		_ struct{} `extra:"forbid"`
		A *int     `query:"a"`
		B []string `query:"b,omitempty" style:"comma"`
	}])
	r.Get("/path/{id}/{name}", in[struct {
		ID   int64    `path:"id" validate:"min=1"`
		Name string   `path:"name" validate:"max=9"`
		Q    *float32 `query:"q"`
	}])
	r.Get("/typed/{shade}/{at}/{list}", in[struct {
		Shade Shade       `path:"shade"`
		At    params.Date `path:"at"`
		List  []int       `path:"list" style:"comma"`
	}])
	r.Get("/rest/{rest...}", in[struct {
		Rest string `path:"rest"`
	}])
	r.Get("/slashes/{a}/{b}", in[struct {
		A string `path:"a"`
		B string `path:"b"`
	}], brio.EncodedSlashes())
	r.Get("/slash/", func() string { return "slash" })
	r.Get("/exact/{$}", func() string { return "exact" })
	r.Delete("/exact/{id}", func(in *struct {
		ID int `path:"id"`
	}) {
	})
	r.Put("/exact/fixed", func() string { return "fixed" })
	r.Handle([]string{"QUERY", "PURGE"}, "/search", func(in *brio.Body[Range]) string { return dump(in) })
	r.Get("/request", func(req *http.Request, info *brio.RouteInfo) string {
		return dump([]any{req.Method, req.URL.String(), req.Pattern, req.PathValue("x"), info.Path, info.Name, req.ContentLength, req.Host})
	})
	r.Post("/form", in[struct {
		Name    string              `form:"name" validate:"min=1"`
		Age     int                 `form:"age" default:"0" validate:"min=0"`
		Tags    []string            `form:"tags,omitempty" validate:"max=3"`
		Comma   []int               `form:"comma,omitempty" style:"comma"`
		Meta    *Cat                `form:"meta,json"`
		Filter  *Filter             `form:"filter" style:"deepObject"`
		Yes     brio.Optional[bool] `form:"yes"`
		Shade   *Shade              `form:"shade"`
		Decimal *Decimal            `form:"decimal"`
		At      *time.Time          `form:"at"`
	}])
	r.Post("/formModel", func(in *brio.Form[QueryModel]) string { return dump(in) })
	r.Post("/openForm", func(in *brio.Form[OpenModel]) string { return dump(in) })
	r.Post("/formUnion", func(in *brio.Form[Pet]) string { return dump(in) })
	r.Post("/upload", in[struct {
		Title string            `form:"title" default:"none"`
		Meta  *Cat              `form:"meta,json"`
		File  brio.UploadFile   `file:"file"`
		Chip  *brio.UploadFile  `file:"chip"`
		More  []brio.UploadFile `file:"more,omitempty" validate:"max=2"`
		Icon  []byte            `file:"icon,omitempty" validate:"max=8"`
	}], brio.UploadLimits(params.UploadLimits{FileSize: 200, FieldSize: 100, Fields: 6, Files: 4, Memory: 64}))
	r.Post("/parts", func(parts *brio.Parts) (string, error) {
		out := ""
		for part, err := range parts.All() {
			if err != nil {
				return "", err
			}
			out += dump([]any{part.Name, part.Filename, part.ContentType, part.Reader})
		}
		return out, nil
	})
}
