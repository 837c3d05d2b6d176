package brio

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/bench/api"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

func hello() string { return api.Hello }

type itemParams struct {
	ItemID  int      `path:"item_id" validate:"gt=0"`
	Q       string   `query:"q,omitempty" validate:"max=50"`
	Limit   int      `query:"limit" default:"10" validate:"min=1,max=100"`
	Tags    []string `query:"tags,omitempty"`
	XToken  string   `header:"X-Token" validate:"required"`
	Session string   `cookie:"session" validate:"required"`
}

func getItem(in *itemParams) *api.ItemOut { return (*api.ItemOut)(in) }

func createUser(res *brio.Response, in *brio.Body[api.UserIn]) *api.UserInDB {
	user := api.Create(&in.Value)
	res.SetCookie(api.NewSessionCookie())
	res.SetHeader("X-Created-By", api.CreatedBy)
	return &user
}

func listUsers() []api.UserInDB { return api.Users }

type orderIn struct {
	Customer     string                   `json:"customer" validate:"required,min=3,max=32"`
	PlacedAt     time.Time                `json:"placed_at"`
	DeliverAfter brio.Optional[time.Time] `json:"deliver_after"`
	Items        map[string]int           `json:"items" validate:"min=1,max=20,dive,min=1,max=99"`
	Labels       map[string]string        `json:"labels" validate:"max=10,dive,max=50"`
	Message      brio.Optional[string]    `json:"message" validate:"max=200"`
	Coupon       brio.Optional[string]    `json:"coupon" validate:"min=4,max=16"`
	Payment      payment                  `json:"payment"`
}

type payment struct {
	brio.OneOf `discriminator:"kind"`
	Card       *api.Card
	Transfer   *api.Transfer
}

func placeOrder(in *brio.Body[orderIn]) *api.Order {
	b := &in.Value
	order := api.Place(&api.OrderIn{
		Customer: b.Customer, PlacedAt: b.PlacedAt, DeliverAfter: optional(b.DeliverAfter), Items: b.Items, Labels: b.Labels,
		Message: optional(b.Message), Coupon: optional(b.Coupon), Payment: api.Payment{Card: b.Payment.Card, Transfer: b.Payment.Transfer},
	})
	return &order
}

func optional[T any](o brio.Optional[T]) api.Optional[T] {
	value, _ := o.Get()
	return api.Optional[T]{Value: value, Sent: o.IsSet(), Null: o.IsNull()}
}

func listOrders() []api.Order { return api.Orders }

func unauthorized(err error) error {
	return brio.Error(http.StatusUnauthorized, err.Error()).WithHeader("WWW-Authenticate", api.Challenge)
}

func session(token *security.Token) (*api.Session, error) {
	s, err := api.SessionOf(token.Value)
	if err != nil {
		return nil, unauthorized(err)
	}
	return s, nil
}

func currentUser(s *api.Session) (*api.UserInDB, error) {
	u, err := api.UserOf(s)
	if err != nil {
		return nil, unauthorized(err)
	}
	return u, nil
}

func me(u *api.UserInDB) *api.UserInDB { return u }

// The routes of W7 answer their last path parameter.

type first struct {
	Value string `path:"p1"`
}

type second struct {
	Value string `path:"p2"`
}

type third struct {
	Value string `path:"p3"`
}

type fourth struct {
	Value string `path:"p4"`
}

func routed(params int) any {
	return [...]any{
		func() string { return "ok" },
		func(in *first) string { return in.Value },
		func(in *second) string { return in.Value },
		func(in *third) string { return in.Value },
		func(in *fourth) string { return in.Value },
	}[params]
}

// Handler is the app. Its log, of refused requests, is dropped: other peers write none.
func Handler() http.Handler {
	app := brio.New(
		brio.Logger(slog.New(slog.DiscardHandler)),
		brio.Provide(security.HTTPBearer(), session, currentUser),
	)
	text := brio.ResponseClass(response.TextClass)
	app.Get("/", hello, text)
	app.Get("/items/{item_id}", getItem)
	app.Post("/users", createUser, brio.Status(http.StatusCreated), brio.ResponseModel[api.UserOut]())
	app.Get("/users", listUsers, brio.ResponseModel[[]api.UserOut]())
	app.Post("/orders", placeOrder, brio.Status(http.StatusCreated), brio.ResponseModel[api.OrderOut]())
	app.Get("/orders", listOrders, brio.ResponseModel[[]api.OrderOut]())
	app.Get("/me", me, brio.ResponseModel[api.UserOut]())
	for _, rt := range api.Routes() {
		app.Handle([]string{rt.Method}, rt.Path, routed(rt.Params), text)
	}
	if err := app.Start(context.Background()); err != nil {
		panic(err)
	}
	return app
}
