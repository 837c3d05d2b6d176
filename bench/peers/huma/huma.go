package huma

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-chi/chi/v5"

	"github.com/brio-go/brio/bench/api"
)

type addressIn struct {
	Street string `json:"street" minLength:"1" maxLength:"100"`
	City   string `json:"city" minLength:"1" maxLength:"100"`
	Zip    string `json:"zip" minLength:"5" maxLength:"10"`
}

type tag string

func (tag) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	low, high := 1, 20
	s.MinLength, s.MaxLength = &low, &high
	return s
}

type userIn struct {
	Username string    `json:"username" minLength:"3" maxLength:"32"`
	Email    string    `json:"email" format:"email"`
	FullName *string   `json:"full_name,omitempty" maxLength:"100"`
	Password string    `json:"password" minLength:"8" maxLength:"72"`
	Age      int       `json:"age" minimum:"0" maximum:"150"`
	Tags     []tag     `json:"tags" maxItems:"10"`
	Address  addressIn `json:"address"`
}

type itemInput struct {
	ItemID  int      `path:"item_id" minimum:"1"`
	Q       string   `query:"q" maxLength:"50"`
	Limit   int      `query:"limit" default:"10" minimum:"1" maximum:"100"`
	Tags    []string `query:"tags,explode"`
	XToken  string   `header:"X-Token" required:"true"`
	Session string   `cookie:"session" required:"true"`
}

type itemOutput struct{ Body api.ItemOut }

type createInput struct{ Body userIn }

type createOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	CreatedBy string      `header:"X-Created-By"`
	Body      api.UserOut
}

type userOutput struct{ Body api.UserOut }

type listOutput struct{ Body []api.UserOut }

type textOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func text(s string) *textOutput {
	if s == "" {
		s = "ok"
	}
	return &textOutput{"text/plain; charset=utf-8", []byte(s)}
}

func hello(context.Context, *struct{}) (*textOutput, error) { return text(api.Hello), nil }

func getItem(_ context.Context, in *itemInput) (*itemOutput, error) {
	return &itemOutput{api.ItemOut{ItemID: in.ItemID, Q: in.Q, Limit: in.Limit, Tags: in.Tags, XToken: in.XToken, Session: in.Session}}, nil
}

func createUser(_ context.Context, in *createInput) (*createOutput, error) {
	b := &in.Body
	tags := make([]string, len(b.Tags))
	for i, t := range b.Tags {
		tags[i] = string(t)
	}
	u := api.Create(&api.UserIn{Username: b.Username, Email: b.Email, FullName: b.FullName, Password: b.Password, Age: b.Age, Tags: tags, Address: api.Address(b.Address)})
	return &createOutput{*api.NewSessionCookie(), api.CreatedBy, u.Public()}, nil
}

type quantity int

func (quantity) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	low, high := 1.0, 99.0
	s.Minimum, s.Maximum = &low, &high
	return s
}

type label string

func (label) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	high := 50
	s.MaxLength = &high
	return s
}

// optional is huma's own example of a member that may be absent or null.
type optional[T any] struct{ api.Optional[T] }

func (optional[T]) Schema(r huma.Registry) *huma.Schema {
	s := r.Schema(reflect.TypeFor[T](), true, "")
	s.Nullable = true
	return s
}

type cardIn struct {
	Kind    string    `json:"kind" enum:"card"`
	Holder  string    `json:"holder" minLength:"1" maxLength:"100"`
	Number  string    `json:"number" minLength:"12" maxLength:"19"`
	Expires time.Time `json:"expires"`
}

type transferIn struct {
	Kind      string  `json:"kind" enum:"transfer"`
	IBAN      string  `json:"iban" minLength:"15" maxLength:"34"`
	Reference *string `json:"reference,omitempty" maxLength:"35"`
}

// paymentIn is checked by the schema of the variant that kind names, and decoded by hand.
type paymentIn struct{ api.Payment }

func (paymentIn) Schema(r huma.Registry) *huma.Schema {
	card, transfer := r.Schema(reflect.TypeFor[cardIn](), true, ""), r.Schema(reflect.TypeFor[transferIn](), true, "")
	return &huma.Schema{
		OneOf:         []*huma.Schema{card, transfer},
		Discriminator: &huma.Discriminator{PropertyName: "kind", Mapping: map[string]string{"card": card.Ref, "transfer": transfer.Ref}},
	}
}

type orderIn struct {
	Customer     string              `json:"customer" minLength:"3" maxLength:"32"`
	PlacedAt     time.Time           `json:"placed_at"`
	DeliverAfter optional[time.Time] `json:"deliver_after,omitempty"`
	Items        map[string]quantity `json:"items" minProperties:"1" maxProperties:"20"`
	Labels       map[string]label    `json:"labels" maxProperties:"10"`
	Message      optional[string]    `json:"message,omitempty" maxLength:"200"`
	Coupon       optional[string]    `json:"coupon,omitempty" minLength:"4" maxLength:"16"`
	Payment      paymentIn           `json:"payment"`
}

type orderInput struct{ Body orderIn }

type orderOutput struct{ Body api.OrderOut }

type ordersOutput struct{ Body []api.OrderOut }

func placeOrder(_ context.Context, in *orderInput) (*orderOutput, error) {
	b := &in.Body
	items, labels := make(map[string]int, len(b.Items)), make(map[string]string, len(b.Labels))
	for k, v := range b.Items {
		items[k] = int(v)
	}
	for k, v := range b.Labels {
		labels[k] = string(v)
	}
	o := api.Place(&api.OrderIn{
		Customer: b.Customer, PlacedAt: b.PlacedAt, DeliverAfter: b.DeliverAfter.Optional, Items: items, Labels: labels,
		Message: b.Message.Optional, Coupon: b.Coupon.Optional, Payment: b.Payment.Payment,
	})
	return &orderOutput{o.Public()}, nil
}

func listOrders(context.Context, *struct{}) (*ordersOutput, error) {
	return &ordersOutput{api.PublicOrders(api.Orders)}, nil
}

func listUsers(context.Context, *struct{}) (*listOutput, error) {
	return &listOutput{api.PublicUsers(api.Users)}, nil
}

type userKey struct{}

func authenticated(hapi huma.API) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		u, err := api.CurrentUser(c.Header("Authorization"))
		if err != nil {
			c.SetHeader("WWW-Authenticate", api.Challenge)
			huma.WriteErr(hapi, c, http.StatusUnauthorized, err.Error())
			return
		}
		next(huma.WithValue(c, userKey{}, u))
	}
}

func me(ctx context.Context, _ *struct{}) (*userOutput, error) {
	return &userOutput{ctx.Value(userKey{}).(*api.UserInDB).Public()}, nil
}

type path0 struct{}

func (path0) last() string { return "" }

type path1 struct {
	P1 string `path:"p1"`
}

func (p path1) last() string { return p.P1 }

type path2 struct {
	P1 string `path:"p1"`
	P2 string `path:"p2"`
}

func (p path2) last() string { return p.P2 }

type path3 struct {
	P1 string `path:"p1"`
	P2 string `path:"p2"`
	P3 string `path:"p3"`
}

func (p path3) last() string { return p.P3 }

type path4 struct {
	P1 string `path:"p1"`
	P2 string `path:"p2"`
	P3 string `path:"p3"`
	P4 string `path:"p4"`
}

func (p path4) last() string { return p.P4 }

func echoLast[T interface{ last() string }](hapi huma.API, op huma.Operation) {
	huma.Register(hapi, op, func(_ context.Context, in *T) (*textOutput, error) { return text((*in).last()), nil })
}

func config() huma.Config {
	c := huma.DefaultConfig("bench", "1.0.0")
	c.CreateHooks = nil
	return c
}

func register(hapi huma.API) {
	huma.Get(hapi, "/", hello)
	huma.Get(hapi, "/items/{item_id}", getItem)
	huma.Register(hapi, huma.Operation{Method: "POST", Path: "/users", DefaultStatus: http.StatusCreated}, createUser)
	huma.Get(hapi, "/users", listUsers)
	huma.Register(hapi, huma.Operation{Method: "POST", Path: "/orders", DefaultStatus: http.StatusCreated}, placeOrder)
	huma.Get(hapi, "/orders", listOrders)
	huma.Register(hapi, huma.Operation{Method: "GET", Path: "/me", Middlewares: huma.Middlewares{authenticated(hapi)}}, me)
	for _, rt := range api.Routes() {
		op := huma.Operation{Method: rt.Method, Path: rt.Path, DefaultStatus: http.StatusOK}
		[]func(huma.API, huma.Operation){
			echoLast[path0], echoLast[path1], echoLast[path2], echoLast[path3], echoLast[path4],
		}[rt.Params](hapi, op)
	}
}

// root narrows the pattern "GET /", which is every path on the standard mux.
type root struct{ *http.ServeMux }

func (m root) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	if pattern == "GET /" {
		pattern = "GET /{$}"
	}
	m.ServeMux.HandleFunc(pattern, h)
}

func Go() http.Handler {
	mux := http.NewServeMux()
	register(humago.New(root{mux}, config()))
	return mux
}

func Chi() http.Handler {
	r := chi.NewRouter()
	register(humachi.New(r, config()))
	return r
}
